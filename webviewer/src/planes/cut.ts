// The values on a plane or in a slab of a solid: linear between voxels, as viewer/scene/reslice.py makes them. Nothing
// outside the voxels is mixed in, no padding, and nothing where slices are missing.

import type { Vector } from "../format";
import { windowed, type PixelKind } from "../pixels";
import type { Window } from "../format";
import type { Cut } from "./mpr";
import { ROUNDING, type Run } from "./runs";
import type { Solid } from "./solid";
import { add, placed, turnedBy } from "./vectors";

// A pixel shows the image if at least this share of its mixture, by weight, is not padding.
const SHARE = 0.5;
const WHITE = 255;

export const [OUTSIDE, IMAGE, EMPTY] = [0, 1, 2] as const;

/** Values as the voxels store them, and what is `there`: the image, padding, or nothing of the voxels. */
export interface Seen {
  values: Float32Array;
  there: Uint8Array;
}

/** Values between voxels; NaN where most of the mixture is padding. */
class Sampler {
  private readonly last: readonly [number, number];
  private readonly padded: boolean;

  constructor(private readonly solid: Solid) {
    this.last = [solid.ends[0], solid.ends[1]];
    this.padded = solid.empty.some((slice) => slice);
  }

  /** At (i, j, w) in a run; beyond the centres of the outermost voxels, theirs. */
  at(run: Run, i: number, j: number, w: number): number {
    const { solid, last } = this;
    const columns = last[0] + 1;
    const x = i < 0 ? 0 : i > last[0] ? last[0] : i;
    const y = j < 0 ? 0 : j > last[1] ? last[1] : j;
    const between = (w - run.start) / run.step;
    const most = run.last - run.first;
    const z = between < 0 ? 0 : between > most ? most : between;
    const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    const [fx, fy, fz] = [x - x0, y - y0, z - z0];
    const right = x0 < last[0] ? 1 : 0;
    const below = y0 < last[1] ? columns : 0;
    const start = y0 * columns + x0;
    const one = run.first + z0;
    const other = z0 < most ? one + 1 : one;
    if (this.padded && (solid.empty[one] || solid.empty[other])) return this.beside(one, other, start, right, below, fx, fy, fz);
    const near = bilinear(solid.numbers[one] as ArrayLike<number>, start, right, below, fx, fy);
    return fz ? near + (bilinear(solid.numbers[other] as ArrayLike<number>, start, right, below, fx, fy) - near) * fz : near;
  }

  /** The mixture without the padding in it. */
  private beside(
    one: number, other: number, start: number, right: number, below: number, fx: number, fy: number, fz: number,
  ): number {
    let sum = 0;
    let share = 0;
    for (let corner = 0; corner < 8; corner++) {
      const weight = (corner & 1 ? fx : 1 - fx) * (corner & 2 ? fy : 1 - fy) * (corner & 4 ? fz : 1 - fz);
      const slice = corner & 4 ? other : one;
      const place = start + (corner & 1 ? right : 0) + (corner & 2 ? below : 0);
      if (!weight || this.solid.empty[slice]?.[place]) continue;
      share += weight;
      sum += weight * ((this.solid.numbers[slice] as ArrayLike<number>)[place] as number);
    }
    return share >= SHARE - 1e-9 ? sum / share : NaN;
  }
}

function bilinear(slice: ArrayLike<number>, start: number, right: number, below: number, fx: number, fy: number): number {
  const [a, b] = [slice[start] as number, slice[start + right] as number];
  const [c, d] = [slice[start + below] as number, slice[start + below + right] as number];
  const upper = a + (b - a) * fx;
  return upper + (c + (d - c) * fx - upper) * fy;
}

/** Where the pixels of a picture lie in (i, j, w): the first one, and one step right, down and along the slab. */
interface Steps {
  first: Vector;
  right: Vector;
  down: Vector;
  layer: Vector;
}

function stepsOf(solid: Solid, cut: Cut): Steps {
  const [right, down, layer] = cut.matrix.columns.map((axis) => turnedBy(solid.toIndex, axis)) as [Vector, Vector, Vector];
  return { first: placed(solid.toIndex, cut.matrix.origin), right, down, layer };
}

export function see(solid: Solid, cut: Cut): Seen {
  const steps = stepsOf(solid, cut);
  const mixture = new Mixture(solid, cut, steps);
  const [columns, middle] = [cut.columns, (cut.samples - 1) / 2];
  for (let row = 0; row < cut.rows; row++) {
    for (let column = 0; column < columns; column++) {
      const plane = add(add(steps.first, steps.right, column), steps.down, row);
      if (isInside(solid, plane)) mixture.pixel(row * columns + column, plane, middle);
    }
  }
  return { values: mixture.values, there: mixture.there };
}

/** Whether a place lies in the voxels with their outer halves, and in no gap. */
function isInside(solid: Solid, place: Vector): boolean {
  for (let axis = 0; axis < 3; axis++) {
    const at = place[axis] as number;
    if (at < (solid.low[axis] as number) - ROUNDING || at > (solid.high[axis] as number) + ROUNDING) return false;
  }
  return !solid.gaps.some(([low, high]) => place[2] > low + ROUNDING && place[2] < high - ROUNDING);
}

/** Mixes the layers of a slab that lie in the voxels and are no padding. */
class Mixture {
  readonly values: Float32Array;
  readonly there: Uint8Array;
  private readonly sampler: Sampler;

  constructor(private readonly solid: Solid, private readonly cut: Cut, private readonly steps: Steps) {
    this.values = new Float32Array(cut.columns * cut.rows);
    this.there = new Uint8Array(cut.columns * cut.rows);
    this.sampler = new Sampler(solid);
  }

  pixel(at: number, plane: Vector, middle: number): void {
    const { solid, cut, steps, sampler } = this;
    let value = cut.slab === "MIP" ? -Infinity : cut.slab === "MinIP" ? Infinity : 0;
    let number = 0;
    for (let layer = 0; layer < cut.samples; layer++) {
      const off = layer - middle;
      const [i, j, w] = [plane[0] + steps.layer[0] * off, plane[1] + steps.layer[1] * off, plane[2] + steps.layer[2] * off];
      if (!this.reaches(0, i, plane[0]) || !this.reaches(1, j, plane[1])) continue;
      const run = this.runAt(w, plane[2]);
      const found = run ? sampler.at(run, i, j, w) : NaN;
      if (Number.isNaN(found)) continue;
      number++;
      if (cut.slab === "MIP") value = found > value ? found : value;
      else if (cut.slab === "MinIP") value = found < value ? found : value;
      else value += found;
    }
    this.there[at] = number ? IMAGE : EMPTY;
    if (!number) return;
    const mixed = cut.slab === "Mean" ? value / number : value;
    this.values[at] = solid.whole ? Math.round(mixed) : mixed;
  }

  /** Between the centres of the outermost voxels; a plane in an outer half counts, with all that lies further in. */
  private reaches(axis: 0 | 1, place: number, plane: number): boolean {
    if (Math.abs(this.steps.layer[axis]) <= ROUNDING) return true;
    const last = this.solid.ends[axis];
    return place >= Math.min(0, plane) - ROUNDING && place <= Math.max(last, plane) + ROUNDING;
  }

  /** The run that a place belongs to; the slice in which two runs meet belongs to the later one. */
  private runAt(place: number, plane: number): Run | null {
    const { runs } = this.solid;
    for (let k = runs.length - 1; k >= 0; k--) {
      const run = runs[k] as Run;
      const low = plane >= run.low - ROUNDING ? Math.min(run.start, plane) : run.start;
      const high = plane <= run.high + ROUNDING ? Math.max(run.end, plane) : run.end;
      if (place >= low - ROUNDING && place <= high + ROUNDING) return run;
    }
    return null;
  }
}

/** Grey levels of a cut; what is no image stays transparent, padding is background. */
export function paintCut(solid: Solid, cut: Cut, seen: Seen, window: Window, inverted: boolean): ImageData {
  const picture = new ImageData(cut.columns, cut.rows);
  const pixels = new Uint32Array(picture.data.buffer);
  const greyOf = greysOf(solid, window, inverted);
  const empty = inverted ? WHITE : 0;
  for (let k = 0; k < pixels.length; k++) {
    if (seen.there[k] === OUTSIDE) continue;
    const grey = seen.there[k] === IMAGE ? greyOf(seen.values[k] as number) : empty;
    pixels[k] = (0xff000000 | (grey << 16) | (grey << 8) | grey) >>> 0;
  }
  return picture;
}

function greysOf(solid: Solid, window: Window, inverted: boolean): (value: number) => number {
  const { whole, kind } = solid;
  if (!whole) return (value) => greyOfValue(value, kind, window, inverted);
  const table = new Int16Array(65536).fill(-1);
  return (stored) => {
    const place = stored & 0xffff;
    let grey = table[place] as number;
    if (grey < 0) grey = table[place] = greyOfValue(stored * whole.slope + whole.intercept, kind, window, inverted);
    return grey;
  };
}

function greyOfValue(value: number, kind: PixelKind, window: Window, inverted: boolean): number {
  const grey = windowed(value, window, kind.voi);
  return kind.monochrome1 !== inverted ? WHITE - grey : grey;
}
