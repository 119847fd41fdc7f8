// Three numbers, and matrices of three rows that take places to places: a 3 x 3 matrix with a shift.

import type { Vector } from "../format";

/** `columns` are where the three axes go, `origin` where 0 goes. */
export interface Matrix {
  columns: readonly [Vector, Vector, Vector];
  origin: Vector;
}

export function add(a: Vector, b: Vector, share = 1): Vector {
  return [a[0] + share * b[0], a[1] + share * b[1], a[2] + share * b[2]];
}

export function scaled(a: Vector, by: number): Vector {
  return [a[0] * by, a[1] * by, a[2] * by];
}

export function inner(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(a: Vector): Vector {
  return scaled(a, 1 / Math.hypot(...a));
}

export function turnedBy(matrix: Matrix, a: Vector): Vector {
  const [x, y, z] = matrix.columns;
  return add(add(scaled(x, a[0]), y, a[1]), z, a[2]);
}

export function placed(matrix: Matrix, a: Vector): Vector {
  return add(turnedBy(matrix, a), matrix.origin);
}

/** The matrix that takes back what this one does; the axes must not lie in one plane. */
export function inverse(matrix: Matrix): Matrix {
  const [x, y, z] = matrix.columns;
  const volume = inner(x, cross(y, z));
  const [a, b, c] = [cross(y, z), cross(z, x), cross(x, y)].map((row) => scaled(row, 1 / volume)) as [Vector, Vector, Vector];
  const columns: [Vector, Vector, Vector] = [[a[0], b[0], c[0]], [a[1], b[1], c[1]], [a[2], b[2], c[2]]];
  return { columns, origin: scaled(turnedBy({ columns, origin: [0, 0, 0] }, matrix.origin), -1) };
}

/** A vector turned about a unit vector, by degrees (Rodrigues). */
export function rotated(a: Vector, axis: Vector, degrees: number): Vector {
  const angle = (degrees * Math.PI) / 180;
  const along = inner(axis, a) * (1 - Math.cos(angle));
  return add(add(scaled(a, Math.cos(angle)), cross(axis, a), Math.sin(angle)), axis, along);
}
