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

/** Values between voxels; NaN where most of the mixture is padding. It is asked for each pixel, and makes nothing anew. */
export class Sampler {
  private readonly lastColumn: number;
  private readonly lastRow: number;
  private readonly padded: boolean;

  constructor(private readonly solid: Solid) {
    [this.lastColumn, this.lastRow] = solid.ends;
    this.padded = solid.empty.some((slice) => slice);
  }

  /** At (i, j, w) in a run; beyond the centres of the outermost voxels, theirs. */
  at(run: Run, i: number, j: number, w: number): number {
    const { solid, lastColumn, lastRow } = this;
    const x = i < 0 ? 0 : i > lastColumn ? lastColumn : i;
    const y = j < 0 ? 0 : j > lastRow ? lastRow : j;
    const between = (w - run.start) / run.step;
    const most = run.last - run.first;
    const z = between < 0 ? 0 : between > most ? most : between;
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const z0 = Math.floor(z);
    const fx = x - x0;
    const fy = y - y0;
    const fz = z - z0;
    const right = x0 < lastColumn ? 1 : 0;
    const below = y0 < lastRow ? lastColumn + 1 : 0;
    const start = y0 * (lastColumn + 1) + x0;
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
  const a = slice[start] as number;
  const c = slice[start + below] as number;
  const upper = a + ((slice[start + right] as number) - a) * fx;
  return upper + (c + ((slice[start + below + right] as number) - c) * fx - upper) * fy;
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
  const [right, down, first] = [steps.right, steps.down, steps.first];
  for (let row = 0; row < cut.rows; row++) {
    const start = add(first, down, row);
    const [from, to] = insideOf(solid, start, right, cut.columns);
    for (let column = from; column < to; column++) {
      const w = start[2] + right[2] * column;
      if (!isInGap(solid, w)) mixture.pixel(row * cut.columns + column, start[0] + right[0] * column, start[1] + right[1] * column, w);
    }
  }
  return { values: mixture.values, there: mixture.there };
}

/** From and to of the columns of a row that lie in the voxels with their outer halves. */
function insideOf(solid: Solid, start: Vector, right: Vector, columns: number): [number, number] {
  let [from, to] = [0, columns];
  for (const axis of [0, 1, 2] as const) {
    const [low, high] = [solid.low[axis] - ROUNDING - start[axis], solid.high[axis] + ROUNDING - start[axis]];
    const step = right[axis];
    if (Math.abs(step) < 1e-12) {
      if (low > 0 || high < 0) return [0, 0];
      continue;
    }
    from = Math.max(from, Math.ceil((step > 0 ? low : high) / step));
    to = Math.min(to, Math.floor((step > 0 ? high : low) / step) + 1);
  }
  return [from, to];
}

function isInGap(solid: Solid, place: number): boolean {
  for (const gap of solid.gaps) if (place > gap[0] + ROUNDING && place < gap[1] - ROUNDING) return true;
  return false;
}

/** Mixes the layers of a slab that lie in the voxels and are no padding. */
class Mixture {
  readonly values: Float32Array;
  readonly there: Uint8Array;
  private readonly sampler: Sampler;
  private readonly alone: Run | null;

  constructor(private readonly solid: Solid, private readonly cut: Cut, private readonly steps: Steps) {
    this.alone = cut.samples === 1 && solid.runs.length === 1 ? (solid.runs[0] as Run) : null;
    this.values = new Float32Array(cut.columns * cut.rows);
    this.there = new Uint8Array(cut.columns * cut.rows);
    this.sampler = new Sampler(solid);
  }

  /** The plane itself goes through (i, j, w). */
  pixel(at: number, i: number, j: number, w: number): void {
    const { alone } = this;
    const mixed = alone ? this.sampler.at(alone, i, j, w) : this.mixed(i, j, w);
    this.there[at] = Number.isNaN(mixed) ? EMPTY : IMAGE;
    this.values[at] = this.solid.whole ? Math.round(mixed) : mixed;
  }

  private mixed(i: number, j: number, w: number): number {
    const { cut, sampler } = this;
    const [right, down, along] = this.steps.layer;
    const middle = (cut.samples - 1) / 2;
    let value = cut.slab === "MIP" ? -Infinity : cut.slab === "MinIP" ? Infinity : 0;
    let number = 0;
    for (let layer = 0; layer < cut.samples; layer++) {
      const off = layer - middle;
      const column = i + right * off;
      const row = j + down * off;
      if (!this.reaches(0, column, i) || !this.reaches(1, row, j)) continue;
      const place = w + along * off;
      const run = this.runAt(place, w);
      const found = run ? sampler.at(run, column, row, place) : NaN;
      if (Number.isNaN(found)) continue;
      number++;
      if (cut.slab === "MIP") value = found > value ? found : value;
      else if (cut.slab === "MinIP") value = found < value ? found : value;
      else value += found;
    }
    if (!number) return NaN;
    return cut.slab === "Mean" ? value / number : value;
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
