// Casts rays through voxels on the processor: colours and opacities by a preset, shaded, from the front to the back.
// Blocks of which nothing is seen are jumped over, and a ray ends where nothing behind would be seen.

import type { Vector } from "../format";
import { SHIFT } from "./bricks";
import { UNKNOWN, shadesOf, type Light, type Shades } from "./light";
import { ENTRIES, type Table } from "./looks";
import type { Volume } from "./volume";

// What is left of the light behind it is not seen.
const OPAQUE = 0.992;
const SURE = 1e-6;
// As VTK clips its rays: by so much of a voxel behind each face, and then by this share of their length at both ends.
export const [BEHIND, SHORTER] = [0.01, 0.001];
const PARALLEL = 1e-12;

/** All that a picture depends on; rays are in numbers of the grid's voxels, `way` is that of one mm. */
export interface Shot {
  columns: number;
  rows: number;
  origin: Vector;
  right: Vector;
  down: Vector;
  way: Vector;
  step: number;
  /** Where a sample lies, in steps behind the plane on which the rays begin. */
  late: number;
  /** Whether each ray begins a random part of a step later: noise in place of rings. */
  jitter: boolean;
  table: Table;
  maximum: boolean;
  lights: readonly Light[];
  toEye: Vector;
  gloss: number;
}

export class Caster {
  private readonly shades: Shades;
  private readonly seen: Uint8Array;
  private readonly steps: Vector;
  private readonly limits: Vector;
  private readonly colour = new Float32Array(3);

  constructor(private readonly volume: Volume, private readonly shot: Shot) {
    this.shades = shot.maximum ? { diffuse: new Float32Array(0), specular: new Float32Array(0) } : shadesOf(shot.lights, shot.toEye, shot.gloss);
    this.seen = volume.bricks.seenBy(shot.table);
    this.steps = stepsOf(shot);
    this.limits = volume.size.map((number) => Math.max(number - 2, 0)) as Vector;
  }

  /** RGBA of some rows. */
  rows(from: number, to: number): Uint8ClampedArray {
    const { shot: { columns, maximum, origin, right, down }, colour } = this;
    const made = new Uint8ClampedArray(columns * (to - from) * 4);
    const start: [number, number, number] = [0, 0, 0];
    for (let row = from, at = 0; row < to; row++) {
      for (let column = 0; column < columns; column++, at += 4) {
        for (let axis = 0; axis < 3; axis++) {
          start[axis] = (origin[axis] as number) + (right[axis] as number) * column + (down[axis] as number) * row;
        }
        colour.fill(0);
        if (maximum) this.greatest(start);
        else this.composite(start, this.shot.late + (this.shot.jitter ? noise(column, row) : 0));
        made[at] = (colour[0] as number) * 255;
        made[at + 1] = (colour[1] as number) * 255;
        made[at + 2] = (colour[2] as number) * 255;
        made[at + 3] = 255;
      }
    }
    return made;
  }

  /** From and to of a ray, in steps, between the centres of the outermost voxels, and so far behind them. */
  private within(start: Vector, behind: number): [number, number] {
    let [near, far] = [-Infinity, Infinity];
    for (let axis = 0; axis < 3; axis++) {
      const [from, step] = [start[axis] as number, this.steps[axis] as number];
      const last = (this.volume.size[axis] as number) - 1;
      if (Math.abs(step) < PARALLEL) {
        if (from < -SURE || from > last + SURE) return [Infinity, -Infinity];
        continue;
      }
      const inset = last ? behind : -SURE;
      const [low, high] = [inset - from, last - inset - from];
      near = Math.max(near, Math.min(low / step, high / step));
      far = Math.min(far, Math.max(low / step, high / step));
    }
    return [near, far];
  }

  /** Samples lie whole steps away from `late`. */
  private composite(start: Vector, late: number): void {
    const { steps, volume, seen, shades, colour, shot: { table }, limits } = this;
    const [near, far] = this.within(start, BEHIND);
    const cut = (far - near) * SHORTER;
    const [first, last] = [Math.floor(near + cut - late) + 1, Math.floor(far - cut - late)];
    const { values, normals } = volume;
    const columns = volume.size[0];
    const layer = columns * volume.size[1];
    const [across, below] = volume.bricks.size;
    const [right, down, up] = [volume.size[0] > 1 ? 1 : 0, volume.size[1] > 1 ? columns : 0, volume.size[2] > 1 ? layer : 0];
    const { entries } = table;
    const scale = (ENTRIES - 1) / (table.high - table.low);
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (let n = first; n <= last; n++) {
      const x = start[0] + steps[0] * (n + late);
      const y = start[1] + steps[1] * (n + late);
      const z = start[2] + steps[2] * (n + late);
      const i = x < 0 ? 0 : x > limits[0] ? limits[0] : x | 0;
      const j = y < 0 ? 0 : y > limits[1] ? limits[1] : y | 0;
      const k = z < 0 ? 0 : z > limits[2] ? limits[2] : z | 0;
      if (!seen[((k >> SHIFT) * below + (j >> SHIFT)) * across + (i >> SHIFT)]) {
        n += this.beyond(x, y, z, i, j, k);
        continue;
      }
      const at = k * layer + j * columns + i;
      const fx = x - i;
      const fy = y - j;
      const fz = z - k;
      const a0 = values[at] as number;
      const a1 = values[at + down] as number;
      const a2 = values[at + up] as number;
      const a3 = values[at + up + down] as number;
      const b0 = a0 + ((values[at + right] as number) - a0) * fx;
      const b1 = a1 + ((values[at + down + right] as number) - a1) * fx;
      const b2 = a2 + ((values[at + up + right] as number) - a2) * fx;
      const b3 = a3 + ((values[at + up + down + right] as number) - a3) * fx;
      const c0 = b0 + (b1 - b0) * fy;
      const value = c0 + (b2 + (b3 - b2) * fy - c0) * fz;
      const part = (value - table.low) * scale + 0.5;
      const entry = (part <= 0 ? 0 : part >= ENTRIES ? ENTRIES - 1 : part | 0) * 4;
      const opaque = entries[entry + 3] as number;
      if (opaque === 0) continue;
      let diffuse = 0;
      let specular = 0;
      for (let corner = 0; corner < 8; corner++) {
        const place = at + (corner & 1 ? right : 0) + (corner & 2 ? down : 0) + (corner & 4 ? up : 0);
        const weight = (corner & 1 ? fx : 1 - fx) * (corner & 2 ? fy : 1 - fy) * (corner & 4 ? fz : 1 - fz);
        const known = normals[place] as number;
        const normal = known === UNKNOWN ? volume.normal(place) : known;
        diffuse += weight * (shades.diffuse[normal] as number);
        specular += weight * (shades.specular[normal] as number);
      }
      const light = 1 - alpha;
      const white = specular * opaque;
      red += light * Math.min((entries[entry] as number) * diffuse + white, 1);
      green += light * Math.min((entries[entry + 1] as number) * diffuse + white, 1);
      blue += light * Math.min((entries[entry + 2] as number) * diffuse + white, 1);
      alpha += light * opaque;
      if (alpha > OPAQUE) break;
    }
    colour[0] = red;
    colour[1] = green;
    colour[2] = blue;
  }

  /** How many samples after this one still lie in the same block. */
  private beyond(x: number, y: number, z: number, i: number, j: number, k: number): number {
    const { steps } = this;
    const ahead = Math.min(leave(x, i, steps[0]), leave(y, j, steps[1]), leave(z, k, steps[2]));
    return Math.max(Math.ceil(ahead - SURE) - 1, 0);
  }

  /** Sampled where a ray meets the layers of voxels that it crosses most steeply: along an axis no voxel is missed. */
  private greatest(start: Vector): void {
    const { steps, volume, colour, limits, shot: { table } } = this;
    const sizes = steps.map(Math.abs);
    const steepest = sizes.indexOf(Math.max(...sizes)) as 0 | 1 | 2;
    const late = -(start[steepest] / steps[steepest] - Math.floor(start[steepest] / steps[steepest]));
    const [near, far] = this.within(start, -SURE);
    const [first, last] = [Math.ceil(near - late), Math.floor(far - late)];
    const { low, high, size: [across, below] } = volume.bricks;
    let most = -Infinity;
    for (let n = first; n <= last; n++) {
      const x = start[0] + steps[0] * (n + late);
      const y = start[1] + steps[1] * (n + late);
      const z = start[2] + steps[2] * (n + late);
      const i = x < 0 ? 0 : x > limits[0] ? limits[0] : (x + SURE) | 0;
      const j = y < 0 ? 0 : y > limits[1] ? limits[1] : (y + SURE) | 0;
      const k = z < 0 ? 0 : z > limits[2] ? limits[2] : (z + SURE) | 0;
      const block = ((k >> SHIFT) * below + (j >> SHIFT)) * across + (i >> SHIFT);
      if ((high[block] as number) <= most || (high[block] as number) <= table.low && (low[block] as number) <= table.low) {
        n += this.beyond(x, y, z, i, j, k);
        continue;
      }
      const value = this.value(x - i, y - j, z - k, i, j, k);
      if (value > most) most = value;
      if (most >= table.high) break;
    }
    if (most === -Infinity) return;
    const part = Math.min(Math.max((most - table.low) / (table.high - table.low), 0), 1) * (ENTRIES - 1);
    const [from, share] = [Math.min(Math.floor(part), ENTRIES - 2), part - Math.min(Math.floor(part), ENTRIES - 2)];
    for (let k = 0; k < 3; k++) {
      const [before, after] = [table.entries[4 * from + k] as number, table.entries[4 * from + 4 + k] as number];
      colour[k] = before + (after - before) * share;
    }
  }

  private value(fx: number, fy: number, fz: number, i: number, j: number, k: number): number {
    const { values, size: [columns, rows, slices] } = this.volume;
    const at = (k * rows + j) * columns + i;
    const [right, down, up] = [columns > 1 ? 1 : 0, rows > 1 ? columns : 0, slices > 1 ? columns * rows : 0];
    let sum = 0;
    for (let corner = 0; corner < 8; corner++) {
      const weight = (corner & 1 ? fx : 1 - fx) * (corner & 2 ? fy : 1 - fy) * (corner & 4 ? fz : 1 - fz);
      if (weight) sum += weight * (values[at + (corner & 1 ? right : 0) + (corner & 2 ? down : 0) + (corner & 4 ? up : 0)] as number);
    }
    return sum;
  }
}

/** One step of a ray, in voxels; for the greatest value one layer of them. */
export function stepsOf({ way, step, maximum }: Pick<Shot, "way" | "step" | "maximum">): Vector {
  const by = maximum ? 1 / Math.max(...way.map(Math.abs)) : step;
  return way.map((part) => part * by) as Vector;
}

/** Steps until the place leaves its block. */
function leave(place: number, voxel: number, step: number): number {
  if (Math.abs(step) < PARALLEL) return Infinity;
  const edge = ((voxel >> SHIFT) + (step > 0 ? 1 : 0)) << SHIFT;
  return (edge - place) / step;
}

/** A share of a step for each pixel, even in each neighbourhood (Jimenez, 2014). */
function noise(column: number, row: number): number {
  const share = 52.9829189 * ((0.06711056 * column + 0.00583715 * row) % 1);
  return share % 1;
}
