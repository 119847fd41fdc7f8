// The greatest value behind each point of a picture (MIP), through the whole solid, on the CPU. Each ray is sampled where
// it meets the layers of voxels that it crosses most steeply, so that along an axis no voxel is missed.

import type { Vector } from "../format";
import { EMPTY, IMAGE, Sampler, type Seen } from "../planes/cut";
import type { Cut } from "../planes/mpr";
import { placeOfSlice, type Run } from "../planes/runs";
import type { Solid } from "../planes/solid";
import { add, placed, turnedBy } from "../planes/vectors";

const PARALLEL = 1e-9;

export class Caster {
  readonly seen: Seen;
  private readonly sampler: Sampler;
  private readonly first: Vector;
  private readonly right: Vector;
  private readonly down: Vector;
  private readonly way: Vector;
  private readonly axis: 0 | 1 | 2;
  private readonly layers: number[];
  private readonly damaged: Set<number>;

  /** Every `stride`th layer is enough while the picture moves. */
  constructor(private readonly solid: Solid, private readonly cut: Cut, stride: number) {
    const size = cut.columns * cut.rows;
    this.seen = { values: new Float32Array(size), there: new Uint8Array(size).fill(EMPTY) };
    this.sampler = new Sampler(solid);
    this.first = placed(solid.toIndex, cut.matrix.origin);
    [this.right, this.down, this.way] = cut.matrix.columns.map((column) => turnedBy(solid.toIndex, column)) as [Vector, Vector, Vector];
    const sizes = this.way.map(Math.abs);
    this.axis = sizes.indexOf(Math.max(...sizes)) as 0 | 1 | 2;
    const number = this.axis === 2 ? solid.numbers.length : solid.ends[this.axis] + 1;
    const all = Array.from({ length: number }, (_, k) => (this.axis === 2 ? placeOfSlice(solid.runs, k) : k));
    this.damaged = new Set(solid.damaged);
    this.layers = all.filter((_, k) => k % stride === 0);
  }

  /** Cast the rays of some rows. */
  rows(from: number, to: number): void {
    for (let row = from; row < Math.min(to, this.cut.rows); row++) {
      for (let column = 0; column < this.cut.columns; column++) this.ray(row * this.cut.columns + column, column, row);
    }
  }

  private ray(at: number, column: number, row: number): void {
    const { axis, way, solid, seen } = this;
    const start = add(add(this.first, this.right, column), this.down, row);
    const [near, far] = this.within(start);
    if (near > far) return;
    let most = -Infinity;
    for (const layer of this.layers) {
      const along = (layer - start[axis]) / way[axis];
      if (along < near || along > far) continue;
      const w = start[2] + way[2] * along;
      const run = runAt(solid.runs, w);
      if (run && this.damaged.size && this.isDamaged(run, w)) continue;
      const value = run ? this.sampler.at(run, start[0] + way[0] * along, start[1] + way[1] * along, w) : NaN;
      if (value > most) most = value;
    }
    if (most === -Infinity) return;
    seen.values[at] = solid.whole ? Math.round(most) : most;
    seen.there[at] = IMAGE;
  }

  /** Whether a damaged slice is part of a mixture. */
  private isDamaged(run: Run, place: number): boolean {
    const number = run.first + (place - run.start) / run.step;
    return this.damaged.has(Math.floor(number + 1e-6)) || this.damaged.has(Math.ceil(number - 1e-6));
  }

  /** From and to along a ray of what lies between the centres of the outermost voxels. */
  private within(start: Vector): [number, number] {
    let [near, far] = [-Infinity, Infinity];
    for (const axis of [0, 1, 2] as const) {
      const [low, high, step] = [-1e-6 - start[axis], this.solid.ends[axis] + 1e-6 - start[axis], this.way[axis]];
      if (Math.abs(step) < PARALLEL) {
        if (low > 0 || high < 0) return [1, 0];
        continue;
      }
      near = Math.max(near, Math.min(low / step, high / step));
      far = Math.min(far, Math.max(low / step, high / step));
    }
    return [near, far];
  }
}

/** The run that a place lies in; none where slices are missing. */
function runAt(runs: readonly Run[], place: number): Run | null {
  for (const run of runs) if (place >= run.start - 1e-6 && place <= run.end + 1e-6) return run;
  return null;
}
