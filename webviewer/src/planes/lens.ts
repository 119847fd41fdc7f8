// What part of a plane a picture shows: zoomed about a place, compared with another, and as CSS pixels.

import type { Mapping } from "../state";
import { pointAt, type Cut, type Lens } from "./mpr";

type Place = readonly [number, number];

/** From pixels of a picture, the centre of whose first one is (0, 0), to CSS pixels. */
export function ofPicture(): Mapping {
  const scale = 1 / devicePixelRatio;
  return { originX: scale / 2, originY: scale / 2, scaleX: scale, scaleY: scale, pixelsPerMm: null };
}

/** Whether two pictures show the same voxels: a point that moves within a plane changes it by rounding alone. */
export function isSame(one: Cut, other: Cut): boolean {
  if (one.columns !== other.columns || one.rows !== other.rows || one.samples !== other.samples) return false;
  const numbers = ({ matrix }: Cut): number[] => [...matrix.columns.flat(), ...matrix.origin];
  const others = numbers(other);
  return one.slab === other.slab && numbers(one).every((value, k) => Math.abs(value - (others[k] as number)) <= 1e-6);
}

export function zoomedLens(lens: Lens, cut: Cut, factor: number, place: Place): Lens {
  const zoom = Math.min(Math.max(lens.zoom * factor, 0.2), 40);
  const kept = 1 - lens.zoom / zoom;
  const [x, y] = [(cut.columns - 1) / 2, (cut.rows - 1) / 2];
  return { zoom, middle: pointAt(cut, x + (place[0] - x) * kept, y + (place[1] - y) * kept) };
}
