// How bright a surface is by its direction, as VTK's caster computes it: each direction of a normal has a number, and
// two tables give what it reflects.

import type { Vector } from "../format";
import type { Facing } from "../planes/mpr";
import { normalOf } from "../planes/mpr";
import { add, inner, scaled, unit } from "../planes/vectors";
import { LIGHTS, MATERIAL } from "./looks";

// Numbers of a voxel's normal: not yet computed, none, and then a square of directions (octahedral).
export const UNKNOWN = 0;
export const NONE = 1;
const SIDE = 255;
const FIRST = 2;
const ROUNDED = 0.012;

/** The number of a direction of any length but 0. */
export function numberOf(x: number, y: number, z: number): number {
  const size = Math.abs(x) + Math.abs(y) + Math.abs(z);
  let [u, v] = [x / size, y / size];
  if (z < 0) [u, v] = [(1 - Math.abs(v)) * (u < 0 ? -1 : 1), (1 - Math.abs(u)) * (v < 0 ? -1 : 1)];
  return FIRST + Math.round((u + 1) * 0.5 * (SIDE - 1)) * SIDE + Math.round((v + 1) * 0.5 * (SIDE - 1));
}

function directionOf(number: number): Vector {
  const place = number - FIRST;
  let [u, v] = [(Math.floor(place / SIDE) / (SIDE - 1)) * 2 - 1, ((place % SIDE) / (SIDE - 1)) * 2 - 1];
  const z = 1 - Math.abs(u) - Math.abs(v);
  if (z < 0) [u, v] = [(1 - Math.abs(v)) * (u < 0 ? -1 : 1), (1 - Math.abs(u)) * (v < 0 ? -1 : 1)];
  return unit([u, v, z]);
}

/** A light that comes from afar: the way to it, the way that it is reflected best, and its intensity. */
export interface Light {
  to: Vector;
  half: Vector;
  intensity: number;
}

/** The lights stay where they are beside the eye. */
export function lightsOf(facing: Facing): Light[] {
  const toEye = scaled(normalOf(facing), -1);
  return LIGHTS.map(([intensity, across, above]) => {
    const to = unit(add(add(toEye, facing.right, across), facing.down, -above));
    return { to, half: unit(add(to, toEye)), intensity };
  });
}

/** What each direction reflects: of the colour, and white. */
export interface Shades {
  diffuse: Float32Array;
  specular: Float32Array;
}

export function shadesOf(lights: readonly Light[], toEye: Vector, gloss: number): Shades {
  const number = FIRST + SIDE * SIDE;
  const [diffuse, specular] = [new Float32Array(number), new Float32Array(number)];
  const ambient = lights.reduce((sum, light) => sum + MATERIAL.ambient * light.intensity, 0);
  diffuse.fill(ambient);
  for (let n = FIRST; n < number; n++) {
    const found = directionOf(n);
    // A surface shines on both sides; one that is seen from its edge is not turned by a rounded number.
    const normal = inner(found, toEye) < -ROUNDED ? scaled(found, -1) : found;
    for (const { to, half, intensity } of lights) {
      const [light, mirror] = [inner(normal, to), inner(normal, half)];
      if (light <= 0) continue;
      (diffuse[n] as number) += MATERIAL.diffuse * intensity * light;
      if (mirror > 0.001) (specular[n] as number) += gloss * intensity * mirror ** MATERIAL.sharpness;
    }
  }
  return { diffuse, specular };
}
