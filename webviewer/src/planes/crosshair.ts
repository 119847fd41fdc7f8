// Where the cross-hair's lines lie on a plane, and which of them is near the pointer, as in viewer/space/crosshair.py.

import { PLANES, lineOn, moveTo, placeIn, pointAt, turnPlanes, type Cut, type MprState, type Plane } from "./mpr";
import type { Solid } from "./solid";

// In screen pixels: how near a pointer must come to a line and to the point; a line turns by its outer part.
const [NEAR, NEAR_POINT, TURNS_FROM] = [6, 13, 0.55];

type Place = readonly [number, number];

export interface Line {
  other: Plane;
  direction: [number, number];
}

/** `other` is the plane whose line is held; null for the point. */
export interface Held {
  grip: "point" | "move" | "turn";
  other: Plane | null;
}

export interface CrossHair {
  center: [number, number];
  lines: Line[];
  reach: number;
}

export function crossHairOf(state: MprState, plane: Plane, cut: Cut): CrossHair {
  const lines = PLANES.flatMap((other) => {
    const direction = other === plane ? null : lineOn(state, plane, other);
    return direction ? [{ other, direction }] : [];
  });
  return { center: placeIn(cut, state.point), lines, reach: (TURNS_FROM * Math.min(cut.columns, cut.rows)) / 2 };
}

/** What a pointer at this place holds; `scale` is the number of picture pixels per screen pixel. */
export function heldAt(hair: CrossHair, place: Place, scale: number): Held | null {
  const away = [place[0] - hair.center[0], place[1] - hair.center[1]] as const;
  const far = Math.hypot(...away);
  if (far <= NEAR_POINT * scale) return { grip: "point", other: null };
  let best: Held | null = null;
  let least = NEAR * scale;
  for (const { other, direction } of hair.lines) {
    const off = Math.abs(away[0] * direction[1] - away[1] * direction[0]);
    if (off <= least) [best, least] = [{ grip: far >= hair.reach ? "turn" : "move", other }, off];
  }
  return best;
}

/** The state after a drag of the point or a line from one place to another. */
export function draggedHair(
  start: MprState, solid: Solid, plane: Plane, cut: Cut, held: Held, was: Place, now: Place,
): MprState {
  const hair = crossHairOf(start, plane, cut);
  const [x, y] = hair.center;
  if (held.grip === "turn") {
    const angle = (place: Place): number => (Math.atan2(place[1] - y, place[0] - x) * 180) / Math.PI;
    return turnPlanes(start, plane, angle(now) - angle(was), held.other === "oblique");
  }
  let [dx, dy] = [now[0] - was[0], now[1] - was[1]];
  const direction = held.other && lineOn(start, plane, held.other);
  if (direction) {
    const length = dx * -direction[1] + dy * direction[0];
    [dx, dy] = [length * -direction[1], length * direction[0]];
  }
  return moveTo(start, solid, pointAt(cut, x + dx, y + dy));
}
