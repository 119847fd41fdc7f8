// Slices as planes in the patient: from a place on one to the same place on another, as in viewer/space/planes.py.
// Places on an image count pixels from its outer corner; patient places are LPS in mm.

import { dot, unitNormal } from "../directions";
import type { Entry, Frame, Stack, Vector } from "../format";
import type { Place } from "../measures";

// Planes whose normals are nearer to each other than this (cosine) count as parallel: their line would be useless.
const PARALLEL = 0.95;
// How nearly parallel two stacks must be for a position along one to be a position along the other: about 25 degrees.
const ALONG = 0.9;

export function toPatient(stack: Stack, frame: Frame, place: Place): Vector | null {
  const { orientation, pixel_spacing } = stack;
  if (!frame.position || !orientation || !pixel_spacing) return null;
  const [along, down] = [(place[0] - 0.5) * pixel_spacing[1], (place[1] - 0.5) * pixel_spacing[0]];
  return frame.position.map(
    (start, k) => start + (orientation[k] as number) * along + (orientation[k + 3] as number) * down,
  ) as Vector;
}

/** The place on the image of a patient place projected onto it. */
export function onImage(stack: Stack, frame: Frame, point: Vector): Place | null {
  const { orientation, pixel_spacing } = stack;
  const origin = frame.position;
  if (!origin || !orientation || !pixel_spacing) return null;
  const away = point.map((part, k) => part - (origin[k] as number));
  return [
    dot(away, orientation.slice(0, 3)) / pixel_spacing[1] + 0.5, dot(away, orientation.slice(3)) / pixel_spacing[0] + 0.5,
  ];
}

/** The index of the slice nearest to a position along the normal; null if no slice has one. */
export function nearestTo(stack: Stack, frames: readonly Frame[], position: number): number | null {
  if (!stack.orientation) return null;
  const normal = unitNormal(stack.orientation);
  let best: number | null = null;
  let off = Infinity;
  frames.forEach((frame, index) => {
    const away = frame.position ? Math.abs(dot(frame.position, normal) - position) : Infinity;
    if (away < off) [best, off] = [index, away];
  });
  return best;
}

/** Whether patient places of one series are places of the other (PS3.3 C.7.4.1.1.1). */
export function sameFrame(one: Entry, other: Entry): boolean {
  const place = one.series.frame_of_reference;
  return one.case === other.case && place > 0 && place === other.series.frame_of_reference;
}

/** Whether scrolling through either stack goes through the patient in the same direction. */
export function runAlike(one: Stack, other: Stack): boolean {
  if (!one.orientation || !other.orientation) return false;
  return Math.abs(dot(unitNormal(one.orientation), unitNormal(other.orientation))) >= ALONG;
}

/** Where the other slice, within its image, cuts the shown slice: on the shown image. */
export function crossing(shown: Stack, shownFrame: Frame, other: Stack, otherFrame: Frame): [Place, Place] | null {
  if (!shown.orientation || !other.orientation || !shownFrame.position) return null;
  const normal = unitNormal(shown.orientation);
  if (Math.abs(dot(normal, unitNormal(other.orientation))) > PARALLEL) return null;
  const level = dot(normal, shownFrame.position);
  const around: Place[] = [[0, 0], [other.columns, 0], [other.columns, other.rows], [0, other.rows]];
  const corners = around.map((place) => toPatient(other, otherFrame, place));
  const met: Place[] = [];
  for (let k = 0; k < 4; k++) {
    const [first, last] = [corners[k], corners[(k + 1) % 4]];
    if (!first || !last) return null;
    const [a, b] = [dot(normal, first) - level, dot(normal, last) - level];
    if (a * b >= 0 && (a === 0) === (b === 0)) continue;
    const share = a / (a - b);
    const place = onImage(shown, shownFrame, first.map((p, n) => p + ((last[n] as number) - p) * share) as Vector);
    if (place) met.push(place);
  }
  const [start, end] = [met[0], met[met.length - 1]];
  return start && end && met.length >= 2 && (start[0] !== end[0] || start[1] !== end[1]) ? [start, end] : null;
}
