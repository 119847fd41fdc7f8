// Thins out a solid for 3D: onto an even grid, neighbouring voxels averaged if there are too many; as in
// viewer/scene/thinning.py. What is unknown gets a value that is clear in every look.

import type { Vector } from "../format";
import { ROUNDING, type Run } from "../planes/runs";
import type { Numbers, Solid } from "../planes/solid";
import { inverse, placed, scaled, type Matrix } from "../planes/vectors";

// Uneven slices go onto an even grid of at most this many times their number.
const MOST_SLICES = 4;

/** Voxels along columns, rows and slices, the matrix from (i, j, k) to patient LPS, and how many became one. */
export interface Grid {
  size: Vector;
  matrix: Matrix;
  toIndex: Matrix;
  steps: Vector;
}

/** A slice that is needed for one of the even grid, and its share. */
type Needed = readonly [number, number];

export class Thinning {
  readonly grid: Grid;
  private readonly lines: Needed[][];
  private readonly offsets: number[][];
  private readonly clear: number;

  /** At most `most` voxels, at most `longest` along each side; each is the mean of its neighbours, or of `samples`. */
  constructor(private readonly solid: Solid, most: number, longest: number, samples = Infinity) {
    const step = stepOf(solid);
    const slices = Math.floor((solid.ends[2] / step) + ROUNDING) + 1;
    const all: Vector = [solid.ends[0] + 1, solid.ends[1] + 1, slices];
    const steps = stepsFor(all, solid, step, most, longest);
    const even = !solid.damaged.length && solid.runs.length === 1 && !solid.empty.some((slice) => slice);
    this.offsets = steps.map((number) => {
      const taken = Math.min(number, samples);
      return Array.from({ length: taken }, (_, turn) => Math.floor((turn * number) / taken));
    });
    this.lines = Array.from({ length: slices }, (_, k) => neededFor(solid, k * step));
    this.clear = even ? 0 : clearValue(solid);
    const middle = this.offsets.map((off) => off.reduce((sum, part) => sum + part, 0) / off.length) as Vector;
    const [right, down, along] = solid.affine.columns;
    const matrix: Matrix = {
      columns: [scaled(right, steps[0]), scaled(down, steps[1]), scaled(along, step * steps[2])],
      origin: placed(solid.affine, [middle[0], middle[1], middle[2] * step]),
    };
    const size = all.map((number, axis) => Math.max(Math.floor(number / (steps[axis] as number)), 1)) as Vector;
    this.grid = { size, matrix, toIndex: inverse(matrix), steps };
  }

  /** One slice of the grid. */
  slice(k: number): Numbers {
    const { solid, grid, offsets } = this;
    const group = (offsets[2] as number[]).map((off) => this.lines[k * grid.steps[2] + off] ?? []);
    const weights = group.flat();
    const single = weights.length === 1 && grid.steps[0] * grid.steps[1] === 1 ? (weights[0] as Needed) : null;
    if (single && !solid.empty[single[0]]) return solid.numbers[single[0]] as Numbers;
    return this.mixed(weights, 0.5 * group.length * (offsets[0] as number[]).length * (offsets[1] as number[]).length);
  }

  /** Where less than `enough` of the mixture is known, nothing is shown. */
  private mixed(weights: readonly Needed[], enough: number): Numbers {
    const { solid, clear, grid: { size: [columns, rows], steps } } = this;
    const total = new Float32Array(columns * rows);
    const sums = new Float32Array(columns * rows);
    const width = solid.ends[0] + 1;
    for (const [number, share] of weights) {
      const [voxels, empty] = [solid.numbers[number] as Numbers, solid.empty[number]];
      for (const down of this.offsets[1] as number[]) {
        for (const right of this.offsets[0] as number[]) {
          for (let row = 0, at = 0; row < rows; row++) {
            let from = (row * steps[1] + down) * width + right;
            for (let column = 0; column < columns; column++, at++, from += steps[0]) {
              if (empty?.[from]) continue;
              (total[at] as number) += share;
              (sums[at] as number) += share * (voxels[from] as number);
            }
          }
        }
      }
    }
    const made = new ((solid.numbers[0] as Numbers).constructor as new (length: number) => Numbers)(columns * rows);
    const round = !(made instanceof Float32Array);
    for (let at = 0; at < made.length; at++) {
      const mixed = (total[at] as number) >= enough - ROUNDING && total[at] ? (sums[at] as number) / (total[at] as number) : clear;
      made[at] = round ? Math.round(mixed) : mixed;
    }
    return made;
  }
}

/** The distance between slices of the even grid, in usual steps: as near as the slices are, within reason. */
function stepOf(solid: Solid): number {
  return solid.runs.length > 1 ? Math.max(Math.min(1, ...solid.runs.map((run) => run.step)), 1 / MOST_SLICES) : 1;
}

function stepsFor(all: Vector, solid: Solid, step: number, most: number, longest: number): Vector {
  const lengths = solid.affine.columns.map((column, axis) => Math.hypot(...column) * (axis === 2 ? step : 1));
  const steps: Vector = [1, 1, 1];
  const sides = (): number[] => all.map((number, axis) => Math.max(Math.floor(number / (steps[axis] as number)), 1));
  for (;;) {
    const now = sides();
    const over = now.findIndex((number) => number > longest);
    if (over < 0 && now.reduce((product, number) => product * number, 1) <= most) return steps;
    const voxels = lengths.map((length, axis) => length * (steps[axis] as number));
    (steps[over < 0 ? voxels.indexOf(Math.min(...voxels)) : over] as number)++;
  }
}

/** None in a gap or beside a damaged slice. */
function neededFor(solid: Solid, place: number): Needed[] {
  if (solid.gaps.some(([low, high]) => place > low && place < high)) return [];
  const number = numberAt(solid.runs, place);
  const below = Math.min(Math.floor(number + ROUNDING), solid.numbers.length - 1);
  const share = Math.max(number - below, 0);
  const needed: Needed[] = share < ROUNDING ? [[below, 1]] : [[below, 1 - share], [below + 1, share]];
  return needed.some(([k]) => solid.damaged.includes(k)) ? [] : needed;
}

/** The number of the slice at a place, a part of one between two; that of the nearest run beside all of them. */
function numberAt(runs: readonly Run[], place: number): number {
  let best = runs[0] as Run;
  const off = (run: Run): number => Math.max(run.start - place, place - run.end, 0);
  for (const run of runs) if (off(run) < off(best)) best = run;
  const at = best.first + (place - best.start) / best.step;
  return Math.min(Math.max(at, best.first), best.last);
}

/** The least known stored value. */
function clearValue(solid: Solid): number {
  let least = Infinity;
  solid.numbers.forEach((slice, k) => {
    if (solid.damaged.includes(k)) return;
    const empty = solid.empty[k];
    for (let n = 0; n < slice.length; n++) if (!empty?.[n] && (slice[n] as number) < least) least = slice[n] as number;
  });
  return least === Infinity ? 0 : least;
}
