// The direction in which a body is seen, without perspective, as in viewer/scene/camera.py.

import type { Vector } from "../format";
import { normalOf, type Facing } from "../planes/mpr";
import type { Solid } from "../planes/solid";
import { add, cross, inner, placed, rotated, scaled, unit } from "../planes/vectors";
import data from "./looks.json";

/** Looks at `focus`, in patient LPS and mm; half the height of the picture is `half` mm. */
export interface Camera {
  facing: Facing;
  focus: Vector;
  half: number;
}

interface Side {
  letter: string;
  toward: number[];
  up: number[];
}

export const SIDES: Readonly<Record<string, Facing>> = Object.fromEntries((data.sides as Side[]).map(({ letter, toward, up }) => {
  const down = scaled(up as unknown as Vector, -1);
  return [letter, { right: cross(toward as unknown as Vector, down), down }];
}));
export const FRONT = "A";

/** Of a solid, in patient LPS. */
export function cornersOf(solid: Solid): Vector[] {
  return Array.from({ length: 8 }, (_, corner) => placed(solid.affine, solid.ends.map((end, axis) => ((corner >> axis) & 1) * end) as Vector));
}

/** From one of the six sides; the body fills a share of the picture's height or width. */
export function cameraFrom(letter: string, solid: Solid, [width, height]: readonly [number, number]): Camera {
  const facing = SIDES[letter] as Facing;
  const spans = [facing.right, facing.down].map((way) => {
    return Math.max(...cornersOf(solid).map((place) => Math.abs(inner(add(place, solid.center, -1), way))));
  }) as [number, number];
  return { facing, focus: solid.center, half: Math.max(spans[1], (spans[0] * height) / width, 1e-6) / data.share };
}

/** Turned by degrees, as if a hand moved over the visible side. */
export function turned(camera: Camera, right: number, down: number): Camera {
  const { facing } = camera;
  const about = ({ right, down }: Facing, axis: Vector, degrees: number): Facing =>
    ({ right: rotated(right, axis, degrees), down: rotated(down, axis, degrees) });
  const once = about(facing, facing.down, right);
  const twice = about(once, once.right, -down);
  const across = unit(twice.right);
  return { ...camera, facing: { right: across, down: unit(add(twice.down, across, -inner(across, twice.down))) } };
}

/** The body moves by shares of the picture's height. */
export function moved(camera: Camera, right: number, down: number): Camera {
  const height = 2 * camera.half;
  const { facing, focus } = camera;
  return { ...camera, focus: add(add(focus, facing.right, -right * height), facing.down, -down * height) };
}

export function zoomed(camera: Camera, factor: number): Camera {
  return { ...camera, half: camera.half / factor };
}

/** The first pixel's place, and one pixel to the right, one down, and one mm away from the eye. */
export interface Rays {
  origin: Vector;
  right: Vector;
  down: Vector;
  way: Vector;
}

/** A ray for each pixel of a picture of this size. */
export function raysOf({ facing, focus, half }: Camera, columns: number, rows: number, height: number, width: number): Rays {
  const [across, below] = [(2 * half * width) / height / columns, (2 * half) / rows];
  const [right, down] = [scaled(facing.right, across), scaled(facing.down, below)];
  const origin = add(add(focus, right, -(columns - 1) / 2), down, -(rows - 1) / 2);
  return { origin, right, down, way: unit(normalOf(facing)) };
}
