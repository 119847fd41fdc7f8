// Measurements on a plane through the patient, as in viewer/marks/in_space.py: their points are patient places (LPS, mm),
// so that slices and other planes find them again.

import { isArea, isComplete, textsOf, type Kind, type Place, type Statistics } from "../measures";
import type { Entry, Vector } from "../format";
import { sameFrame } from "../panes/places";
import type { Slab } from "./mpr";
import { add, cross, inner } from "./vectors";

// An ellipse is drawn as a polygon of this many sides.
const SIDES = 96;
// Planes count as one if their normals differ by less than this (cosine), and the points lie this near, in mm.
const [PARALLEL, ON_PLANE] = [1e-6, 0.01];

/**
 * `right` and `down` are unit vectors of the plane, along which an area lies; its points are two opposite corners around
 * it. `slab` is the thickness of the plane that it was drawn on; `remarks` say what a reader must know of it.
 */
export interface SpaceMeasure {
  readonly kind: Kind;
  readonly points: readonly Vector[];
  readonly right: Vector;
  readonly down: Vector;
  readonly entry: Entry;
  readonly slab: { readonly thickness: number; readonly projection: Slab };
  readonly values: Statistics | null;
  readonly remarks: readonly string[];
}

export type Segment = readonly [Vector, Vector];

/** As much of a measurement as lies near a plane. */
export interface Crossing {
  lines: Segment[];
  points: Vector[];
  texts: string[];
}

export function normalOfMeasure({ right, down }: SpaceMeasure): Vector {
  return cross(right, down);
}

/** Its points on its plane: mm to the right and down from the first. */
export function flat({ points, right, down }: SpaceMeasure): Place[] {
  const first = points[0] as Vector;
  return points.map((point) => {
    const away = add(point, first, -1);
    return [inner(away, right), inner(away, down)];
  });
}

/** On images of `entry`: an area has the values of its own series, and no others are said to be those of another one. */
export function textsOfMeasure(measure: SpaceMeasure, entry: Entry): string[] {
  const said = textsOf(measure.kind, flat(measure), "mm", measure.values, measure.entry.stack.units);
  // Its size comes last.
  if (isArea(measure.kind) && measure.entry !== entry) return said.slice(-1);
  return [...said, ...measure.remarks];
}

/** The straight lines of a measurement through the patient; an ellipse as a polygon. */
export function outlineOf(measure: SpaceMeasure): Segment[] {
  const { kind, points } = measure;
  if (isArea(kind) && isComplete(measure)) {
    const around = aroundOf(measure);
    return around.map((point, k) => [point, around[(k + 1) % around.length] as Vector]);
  }
  const starts = kind === "cobb" ? [0, 2] : points.map((_, k) => k);
  return starts.flatMap((k) => (points[k + 1] ? [[points[k], points[k + 1]] as Segment] : []));
}

function aroundOf(measure: SpaceMeasure): Vector[] {
  const [width, height] = flat(measure)[1] as Place;
  const { points, right, down } = measure;
  const turns = Array.from({ length: SIDES }, (_, k) => (2 * Math.PI * k) / SIDES);
  const places: Place[] = measure.kind === "rectangle"
    ? [[0, 0], [width, 0], [width, height], [0, height]]
    : turns.map((turn) => [(width / 2) * (1 + Math.cos(turn)), (height / 2) * (1 + Math.sin(turn))]);
  return places.map(([x, y]) => add(add(points[0] as Vector, right, x), down, y));
}

/** How far a place lies from a plane, in mm, signed along its normal. */
export function distanceFrom(point: Vector, at: Vector, normal: Vector): number {
  return inner(add(point, at, -1), normal);
}

/** The part within `reach` mm of a plane through `entry`; the texts are there if the whole measurement is, or `always`. */
export function partOf(
  measure: SpaceMeasure, entry: Entry, at: Vector, normal: Vector, reach: number, always = false,
): Crossing | null {
  const lines = outlineOf(measure).flatMap((line) => nearPart(line, at, normal, reach));
  const points = measure.points.filter((point) => Math.abs(distanceFrom(point, at, normal)) <= reach);
  if (!lines.length && !points.length) return null;
  const said = isComplete(measure) && (always || points.length === measure.points.length);
  return { lines, points, texts: said ? textsOfMeasure(measure, entry) : [] };
}

/** The part of a line within `reach` mm of a plane; none, or one. */
function nearPart(line: Segment, at: Vector, normal: Vector, reach: number): Segment[] {
  const [first, last] = line.map((point) => distanceFrom(point, at, normal)) as [number, number];
  if (Math.abs(last - first) < 1e-12) return Math.abs(first) <= reach ? [line] : [];
  const ends = [-reach, reach].map((level) => (level - first) / (last - first)).sort((a, b) => a - b) as [number, number];
  const [start, end] = [Math.max(0, ends[0]), Math.min(1, ends[1])];
  return start > end ? [] : [[between(line, start), between(line, end)]];
}

function between([first, last]: Segment, share: number): Vector {
  return add(first, add(last, first, -1), share);
}

/** Whether it was drawn on this plane, given by a place and its unit normal. */
export function liesOn(measure: SpaceMeasure, at: Vector, normal: Vector): boolean {
  const parallel = Math.abs(inner(normalOfMeasure(measure), normal)) > 1 - PARALLEL;
  return parallel && measure.points.every((point) => Math.abs(distanceFrom(point, at, normal)) < ON_PLANE);
}

/** Whether its places are those of a stack: its own, or one that shares the frame of reference. */
export function isOf(measure: SpaceMeasure, entry: Entry): boolean {
  return measure.entry === entry || sameFrame(measure.entry, entry);
}
