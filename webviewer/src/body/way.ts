// What a way to cast rays does, on the graphics card or on the processor; and the geometry that both need.

import type { Vector } from "../format";
import type { Numbers } from "../planes/solid";
import { normalOf } from "../planes/mpr";
import { inner, placed, scaled, turnedBy } from "../planes/vectors";
import { raysOf, type Camera } from "./camera";
import { lightsOf } from "./light";
import type { Faces } from "./faces";
import { tableOf, type Look } from "./looks";
import data from "./looks.json";
import type { Shot } from "./ray";
import type { Grid } from "./thinning";

/** Few voxels while the body moves, and all at rest. */
export type Detail = "coarse" | "fine";

/** The way is closed to this body: there is too little memory, or the card is gone. */
export class Lost extends Error {}

/** The picture of a shot: `columns` and `rows` of it at the upper left. */
export interface Picture {
  image: CanvasImageSource;
  columns: number;
  rows: number;
}

export interface Way {
  /** Voxels along the longest side that it takes. */
  readonly longest: number;
  /** Make room for voxels; throws Lost. */
  begin(detail: Detail, grid: Grid, like: Numbers): void;
  put(detail: Detail, k: number, slice: Numbers): void;
  /** Null if another shot came before this one was done; throws Lost. */
  cast(detail: Detail, shot: Shot): Promise<Picture | null>;
  close(): void;
}

/** Voxels that a way has. */
export interface Ready {
  grid: Grid;
  faces: Faces;
}

export interface Size {
  width: number;
  height: number;
}

/** `coarse` above 1 divides the number of rays along each side; `look` is by values of the voxels. */
export function shotOf(camera: Camera, look: Look, { grid, faces }: Ready, corners: readonly Vector[], { width, height }: Size, coarse: number): Shot {
  const [columns, rows] = [width, height].map((side) => Math.max(Math.round(side / coarse), 1)) as [number, number];
  const rays = raysOf(camera, columns, rows, height, width);
  const [right, down, way] = [rays.right, rays.down, rays.way].map((part) => turnedBy(grid.toIndex, part)) as [Vector, Vector, Vector];
  const lengths = grid.matrix.columns.map((column) => Math.hypot(...column));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / 3;
  const usual = Math.min(data.of_mean * mean, data.of_least * Math.min(...lengths), data.most);
  const step = faces.step(usual, look, way);
  return {
    columns, rows, right, down, way, step, late: nearOf(camera, corners, rays.way) / step, origin: placed(grid.toIndex, rays.origin), jitter: coarse > 1,
    table: tableOf(look, step), maximum: look.maximum, lights: lightsOf(camera.facing),
    toEye: scaled(normalOf(camera.facing), -1), gloss: look.gloss,
  };
}

/**
 * Where the viewer's samples begin, in mm behind the focus: VTK steps from its near plane, which lies before the box
 * around the corners by half of the box's depth and a hundredth of the eye's distance.
 */
function nearOf({ focus }: Camera, corners: readonly Vector[], way: Vector): number {
  const spans = [0, 1, 2].map((axis) => corners.map((corner) => corner[axis] as number)).map((parts) => [Math.min(...parts), Math.max(...parts)] as const);
  const eye = 2 * Math.hypot(...spans.map(([low, high]) => high - low));
  const middle = inner(spans.map(([low, high]) => (low + high) / 2) as Vector, way) - inner(focus, way);
  const reach = spans.reduce((sum, [low, high], axis) => sum + (Math.abs(way[axis] as number) * (high - low)) / 2, 0);
  return 0.99 * (eye + middle - reach) - reach - eye;
}

/** The rows of the matrix that makes a gradient in mm of one along the grid. */
export function gradientRows({ toIndex: { columns: [x, y, z] } }: Grid): [Vector, Vector, Vector] {
  return [0, 1, 2].map((row) => [x[row] as number, y[row] as number, z[row] as number]) as [Vector, Vector, Vector];
}
