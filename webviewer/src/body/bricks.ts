// The least and greatest value of each small block of voxels: where a preset shows nothing of them, rays go on at once.

import type { Vector } from "../format";
import type { Numbers } from "../planes/solid";
import type { Table } from "./looks";
import { ENTRIES } from "./looks";

export const SHIFT = 3;

export class Bricks {
  /** Along columns, rows and slices; a block holds the voxels between which its samples lie, on both sides. */
  readonly size: Vector;
  readonly low: Float32Array;
  readonly high: Float32Array;

  constructor(private readonly voxels: Vector) {
    this.size = voxels.map((number) => ((Math.max(number - 2, 0) >> SHIFT) + 1)) as Vector;
    const number = this.size[0] * this.size[1] * this.size[2];
    this.low = new Float32Array(number).fill(Infinity);
    this.high = new Float32Array(number).fill(-Infinity);
  }

  /** Take a slice of voxels. */
  put(k: number, slice: Numbers): void {
    const [columns, rows] = this.voxels;
    const [across, below] = this.size;
    const [lows, highs] = [new Float32Array(across * below).fill(Infinity), new Float32Array(across * below).fill(-Infinity)];
    for (let row = 0; row < rows; row++) {
      for (let block = 0; block < across; block++) {
        let [low, high] = [Infinity, -Infinity];
        const end = row * columns + Math.min(((block + 1) << SHIFT) + 1, columns);
        for (let at = row * columns + (block << SHIFT); at < end; at++) {
          const value = slice[at] as number;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        for (const y of layersOf(row, below)) widen(lows, highs, y * across + block, low, high);
      }
    }
    for (const z of layersOf(k, this.size[2])) {
      for (let at = 0; at < lows.length; at++) widen(this.low, this.high, z * lows.length + at, lows[at] as number, highs[at] as number);
    }
  }

  /** 1 for each block of which a preset shows anything. */
  seenBy({ low, high, entries }: Table): Uint8Array {
    const next = new Int32Array(ENTRIES + 1).fill(ENTRIES);
    for (let n = ENTRIES - 1; n >= 0; n--) next[n] = (entries[4 * n + 3] as number) > 0 ? n : (next[n + 1] as number);
    const scale = (ENTRIES - 1) / (high - low);
    const entry = (value: number, round: (part: number) => number): number => Math.min(Math.max(round((value - low) * scale), 0), ENTRIES - 1);
    const seen = new Uint8Array(this.low.length);
    for (let at = 0; at < seen.length; at++) {
      const [from, to] = [entry(this.low[at] as number, Math.floor), entry(this.high[at] as number, Math.ceil)];
      if ((next[from] as number) <= to) seen[at] = 1;
    }
    return seen;
  }
}

/** The blocks that a row or slice belongs to: the last one of a block is the first of the next. */
function layersOf(k: number, blocks: number): number[] {
  const own = Math.min(k >> SHIFT, blocks - 1);
  return k && k % (1 << SHIFT) === 0 && k >> SHIFT === own ? [own - 1, own] : [own];
}

function widen(lows: Float32Array, highs: Float32Array, at: number, low: number, high: number): void {
  if (low < (lows[at] as number)) lows[at] = low;
  if (high > (highs[at] as number)) highs[at] = high;
}
