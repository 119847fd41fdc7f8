// All voxels in one array, with the normals that were asked for so far: for casting on the processor.

import type { Vector } from "../format";
import type { Numbers } from "../planes/solid";
import { Bricks } from "./bricks";
import { NONE, numberOf } from "./light";

export class Volume {
  readonly bricks: Bricks;
  readonly values: Numbers;
  /** UNKNOWN where none was asked for yet. */
  readonly normals: Uint16Array;

  /** `like` is an array of the kind of the slices; `toWorld` are the rows that turn a gradient along the grid into one in mm. */
  constructor(readonly size: Vector, like: Numbers, private readonly toWorld: readonly [Vector, Vector, Vector]) {
    const number = size[0] * size[1] * size[2];
    this.values = new (like.constructor as new (length: number) => Numbers)(number);
    this.normals = new Uint16Array(number);
    this.bricks = new Bricks(size);
  }

  put(k: number, slice: Numbers): void {
    this.values.set(slice as Int16Array, k * this.size[0] * this.size[1]);
    this.bricks.put(k, slice);
  }

  /** Compute and keep the normal of a voxel: away from greater values, by the differences of its neighbours. */
  normal(at: number): number {
    const [columns, rows, slices] = this.size;
    const layer = columns * rows;
    const i = at % columns;
    const j = Math.floor(at / columns) % rows;
    const k = Math.floor(at / layer);
    const x = this.difference(at, 1, i, columns);
    const y = this.difference(at, columns, j, rows);
    const z = this.difference(at, layer, k, slices);
    const [a, b, c] = this.toWorld;
    const found = x || y || z
      ? numberOf(a[0] * x + b[0] * y + c[0] * z, a[1] * x + b[1] * y + c[1] * z, a[2] * x + b[2] * y + c[2] * z)
      : NONE;
    return (this.normals[at] = found);
  }

  private difference(at: number, step: number, place: number, number: number): number {
    const { values } = this;
    return (values[place ? at - step : at] as number) - (values[place < number - 1 ? at + step : at] as number);
  }
}
