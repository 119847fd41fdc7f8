// Planes through a solid: the cross-hair's point, moving and turning planes, and where their pixels lie; see
// viewer/space/mpr.py and plane_view.py, which make the same pictures.

import { orientationLetters } from "../directions";
import type { Letters } from "../annotation";
import type { Vector } from "../format";
import { ROUNDING, placeOfSlice } from "./runs";
import type { Solid } from "./solid";
import { add, cross, inner, placed, rotated, scaled, turnedBy, unit, type Matrix } from "./vectors";

export type Plane = "axial" | "coronal" | "sagittal" | "oblique";
export type Slab = "MIP" | "MinIP" | "Mean";
export const PLANES: readonly Plane[] = ["axial", "coronal", "sagittal", "oblique"];
export const SQUARE: readonly Plane[] = ["axial", "coronal", "sagittal"];

/** Unit vectors in patient LPS to the right and down on the screen. */
export interface Facing {
  right: Vector;
  down: Vector;
}

const HALF = Math.SQRT1_2;
// The patient seen from the feet, from the front and from the left, head up.
export const START: Record<Plane, Facing> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0] },
  coronal: { right: [1, 0, 0], down: [0, 0, -1] },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1] },
  oblique: { right: [HALF, HALF, 0], down: [0, 0, -1] },
};
const FINEST = 1 / 8;
// Planes whose own scales differ by a larger factor do not share one.
const ALIKE = 2;
const PARALLEL = 1e-5;

export interface MprState {
  point: Vector;
  facings: Record<Plane, Facing>;
  thickness: number;
  slab: Slab;
}

/** Zoom 1 shows the whole solid; `middle` is the point at the pane's centre, null for the solid's. */
export interface Lens {
  zoom: number;
  middle: Vector | null;
}

/** A picture of square pixels: `matrix` takes (column, row, layer) to patient LPS; the slab is centred on layer 0. */
export interface Cut {
  matrix: Matrix;
  columns: number;
  rows: number;
  samples: number;
  slab: Slab;
}

export function normalOf(facing: Facing): Vector {
  return cross(facing.right, facing.down);
}

/** Whether two unit normals are the same, whichever way they point, as far as the six decimals of an answer tell. */
export function areParallel(one: Vector, other: Vector): boolean {
  return Math.min(Math.hypot(...add(one, other, -1)), Math.hypot(...add(one, other))) < PARALLEL;
}

/** A plane with this normal: the patient's left to the right if that lies along it, the head above if it can. */
export function facingOf(normal: Vector): Facing {
  const above: Vector = Math.abs(normal[2]) < 0.9 ? [0, 0, -1] : [0, 1, 0];
  const down = unit(add(above, normal, -inner(normal, above)));
  const right = cross(down, normal);
  return { right: right[0] + right[1] < 0 ? scaled(right, -1) : right, down };
}

export function startAt(solid: Solid, point: Vector | null): MprState {
  const state: MprState = { point: solid.center, facings: { ...START }, thickness: 0, slab: "MIP" };
  return point ? moveTo(state, solid, point) : state;
}

/** Move the cross-hair, kept inside the voxels. */
export function moveTo(state: MprState, solid: Solid, point: Vector): MprState {
  const index = placed(solid.toIndex, point);
  const kept = index.map((part, k) => Math.min(Math.max(part, 0), solid.ends[k] as number)) as Vector;
  return { ...state, point: placed(solid.affine, kept) };
}

/** Steps along a plane's normal: from slice to slice where the plane is parallel to them. */
export function scrollPlane(state: MprState, solid: Solid, plane: Plane, steps: number): MprState {
  const normal = normalOf(state.facings[plane]);
  // From head to feet if the normal points there, as on the slices.
  const ahead = normal[2] > Math.max(Math.abs(normal[0]), Math.abs(normal[1])) ? -steps : steps;
  const way = turnedBy(solid.toIndex, normal);
  if (solid.runs.length > 1 && Math.max(Math.abs(way[0]), Math.abs(way[1])) < 1e-9 * Math.abs(way[2])) {
    const index = placed(solid.toIndex, state.point);
    const place = nextSlice(solid, index[2], way[2] > 0 ? ahead : -ahead);
    return moveTo(state, solid, placed(solid.affine, [index[0], index[1], place]));
  }
  return moveTo(state, solid, add(state.point, normal, ahead * stepAlong(solid, normal, false)));
}

function nextSlice(solid: Solid, place: number, steps: number): number {
  const places = solid.numbers.map((_, k) => placeOfSlice(solid.runs, k));
  const before = places.filter((found) => found < place - ROUNDING).length;
  const after = places.filter((found) => found < place + ROUNDING).length;
  const number = steps > 0 ? after - 1 + steps : before + steps;
  return places[Math.min(Math.max(number, 0), places.length - 1)] as number;
}

/** The mm in a direction after which another layer of voxels is the nearest. */
export function stepAlong(solid: Solid, direction: Vector, finest: boolean): number {
  const way = turnedBy(solid.toIndex, direction).map(Math.abs) as Vector;
  if (finest) way[2] /= Math.max(Math.min(1, ...solid.runs.map((run) => run.step)), FINEST);
  return 1 / Math.max(...way);
}

/** Turn the lines seen in a plane clockwise: its own picture stays. The square planes turn together. */
export function turnPlanes(state: MprState, plane: Plane, degrees: number, obliqueAlone: boolean): MprState {
  const axis = normalOf(state.facings[plane]);
  const facings = { ...state.facings };
  for (const other of obliqueAlone ? (["oblique"] as const) : SQUARE.filter((found) => found !== plane)) {
    const { right, down } = facings[other];
    facings[other] = squared({ right: rotated(right, axis, degrees), down: rotated(down, axis, degrees) });
  }
  return { ...state, facings };
}

/** Rounding must not add up over a thousand small turns. */
function squared(facing: Facing): Facing {
  const right = unit(facing.right);
  return { right, down: unit(add(facing.down, right, -inner(right, facing.down))) };
}

/** The direction (right, down) of another plane's line in this one; null if the two are parallel. */
export function lineOn(state: MprState, plane: Plane, other: Plane): [number, number] | null {
  const facing = state.facings[plane];
  const along = cross(normalOf(facing), normalOf(state.facings[other]));
  const length = Math.hypot(...along);
  return length < 1e-6 ? null : [inner(along, facing.right) / length, inner(along, facing.down) / length];
}

export function lettersOfFacing({ right, down }: Facing): Letters {
  const away = (side: Vector): Vector => scaled(side, -1);
  return {
    left: orientationLetters(away(right)), right: orientationLetters(right),
    top: orientationLetters(away(down)), bottom: orientationLetters(down),
  };
}

/** How far a plane has turned away from the axis that its name promises, in degrees. */
export function turnedFrom(state: MprState, plane: Plane): number {
  const cosine = Math.abs(inner(normalOf(state.facings[plane]), normalOf(START[plane])));
  return (Math.acos(Math.min(cosine, 1)) * 180) / Math.PI;
}

/** The number of layers of a slab in the direction of its normal. */
export function layersOf(solid: Solid, normal: Vector, thickness: number): number {
  return Math.max(Math.ceil(thickness / stepAlong(solid, normal, true) - 1e-6), 1);
}

/** The picture that fills a pane of so many pixels; `coarse` above 1 divides their number along each side. */
export function cutThrough(
  state: MprState, lens: Lens, solid: Solid, plane: Plane, size: readonly [number, number], coarse = 1,
): Cut {
  const [columns, rows] = size.map((side) => Math.max(Math.round(side / coarse), 1)) as [number, number];
  const scale = ((fitScaleOf(solid, plane, size) / lens.zoom) * size[0]) / columns;
  const facing = state.facings[plane];
  const normal = normalOf(facing);
  const samples = layersOf(solid, normal, state.thickness);
  const middle = lens.middle ?? solid.center;
  // A middle off the plane counts by its projection: the picture does not jump while the cross-hair moves elsewhere.
  const seen = add(middle, normal, inner(normal, add(state.point, middle, -1)));
  const [right, down] = [scaled(facing.right, scale), scaled(facing.down, scale)];
  const origin = add(add(seen, right, -(columns - 1) / 2), down, -(rows - 1) / 2);
  const columnsOf: Matrix["columns"] = [right, down, scaled(normal, state.thickness / samples)];
  return { matrix: { columns: columnsOf, origin }, columns, rows, samples, slab: state.slab };
}

/** The mm per pixel at zoom 1, at which each of the square planes fits; of a long volume, each by itself. */
export function fitScaleOf(solid: Solid, plane: Plane, size: readonly [number, number]): number {
  const fits = SQUARE.map((square) => fitOf(solid, START[square], size));
  const [least, most] = [Math.min(...fits), Math.max(...fits)];
  return most <= ALIKE * least ? most : fitOf(solid, START[plane], size);
}

function fitOf(solid: Solid, facing: Facing, size: readonly [number, number]): number {
  const spans = [facing.right, facing.down].map((axis) => {
    let reach = 0;
    for (const i of [solid.low[0], solid.high[0]]) {
      for (const j of [solid.low[1], solid.high[1]]) {
        for (const w of [solid.low[2], solid.high[2]]) {
          reach = Math.max(reach, Math.abs(inner(add(placed(solid.affine, [i, j, w]), solid.center, -1), axis)));
        }
      }
    }
    return 2 * reach;
  }) as [number, number];
  return Math.max(spans[0] / size[0], spans[1] / size[1]);
}

export function pointAt(cut: Cut, column: number, row: number): Vector {
  return placed(cut.matrix, [column, row, 0]);
}

/** (column, row) of a point in the patient, projected at a right angle. */
export function placeIn(cut: Cut, point: Vector): [number, number] {
  const away = add(point, cut.matrix.origin, -1);
  const [right, down] = cut.matrix.columns;
  return [inner(away, right) / inner(right, right), inner(away, down) / inner(down, down)];
}
