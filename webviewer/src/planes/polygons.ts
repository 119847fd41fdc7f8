// The part of a picture within a box of places in the voxels, as a polygon (Sutherland and Hodgman).

import type { Cut } from "./mpr";
import type { Solid } from "./solid";
import { placeOfSlice } from "./runs";
import { placed, turnedBy } from "./vectors";
import type { Vector } from "../format";

/** Corners (column, row) of the picture; the centre of the first pixel is (0, 0). */
export type Polygon = [number, number][];

function clipped(solid: Solid, cut: Cut, low: Vector, high: Vector): Polygon {
  const [right, bottom] = [cut.columns - 0.5, cut.rows - 0.5];
  let polygon: Polygon = [[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]];
  const [across, down] = [turnedBy(solid.toIndex, cut.matrix.columns[0]), turnedBy(solid.toIndex, cut.matrix.columns[1])];
  const first = placed(solid.toIndex, cut.matrix.origin);
  for (const axis of [0, 1, 2] as const) {
    polygon = kept(polygon, across[axis], down[axis], first[axis] - low[axis]);
    polygon = kept(polygon, -across[axis], -down[axis], high[axis] - first[axis]);
  }
  return polygon;
}

function kept(polygon: Polygon, a: number, b: number, c: number): Polygon {
  const found: Polygon = [];
  polygon.forEach(([x0, y0], k) => {
    const [x1, y1] = polygon[(k + 1) % polygon.length] as [number, number];
    const [here, there] = [a * x0 + b * y0 + c, a * x1 + b * y1 + c];
    if (here >= 0) found.push([x0, y0]);
    if (here >= 0 !== there >= 0) {
      const share = here / (here - there);
      found.push([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]);
    }
  });
  return found;
}

function layerOf(solid: Solid, cut: Cut, low: number, high: number): Polygon {
  const [first, last] = [Math.max(low, solid.low[2]), Math.min(high, solid.high[2])];
  return clipped(solid, cut, [solid.low[0], solid.low[1], first], [solid.high[0], solid.high[1], last]);
}

/** The parts where slices are missing: nothing is known there, even if a slab reaches across. */
export function gapParts(solid: Solid, cut: Cut): Polygon[] {
  return solid.gaps.map(([low, high]) => layerOf(solid, cut, low, high)).filter((polygon) => polygon.length);
}

/** The parts that depend on a damaged slice: they must not appear as image. */
export function damagedParts(solid: Solid, cut: Cut): Polygon[] {
  const parts = damagedLayers(solid, cut).map(([low, high]) => layerOf(solid, cut, low, high));
  return parts.filter((polygon) => polygon.length);
}

/** From and to along the stack of what depends on a damaged slice. */
export function damagedLayers(solid: Solid, cut: Cut): [number, number][] {
  const reach = (Math.abs(turnedBy(solid.toIndex, cut.matrix.columns[2])[2]) * (cut.samples - 1)) / 2;
  const last = solid.numbers.length - 1;
  return solid.damaged.map((k) => {
    const place = placeOfSlice(solid.runs, k);
    const [before, after] =
      k > 0 && k < last ? [placeOfSlice(solid.runs, k - 1), placeOfSlice(solid.runs, k + 1)] : [place - 1, place + 1];
    return [before - reach, after + reach];
  });
}

export function holds(polygon: Polygon, [x, y]: readonly [number, number]): boolean {
  const sides = polygon.map(([x0, y0], k) => {
    const [x1, y1] = polygon[(k + 1) % polygon.length] as [number, number];
    return (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0);
  });
  return sides.length > 0 && (Math.min(...sides) >= 0 || Math.max(...sides) <= 0);
}
