// Panes that move together: by the position of their slices in the patient, as in viewer/space/linked.py.

import { alongNormal, dot, unitNormal } from "../directions";
import type { Entry, Frame, Vector } from "../format";
import type { Place } from "../measures";
import { fitScale, pixelSize, type ViewState } from "../state";
import { nearestTo, onImage, runAlike, sameFrame, toPatient } from "./places";

/** A pane's stack, its state, and its size in CSS pixels. */
export interface Shown {
  entry: Entry;
  frames: readonly Frame[];
  state: ViewState;
  size: readonly [number, number];
}

/**
 * How a pane follows: its position along the normal is `direction` times the leader's, plus `offset` mm. A patient
 * place of the leader's series, plus `shift`, is the same place in the other's; null if unknown.
 */
export interface Link {
  direction: number;
  offset: number;
  shift: Vector | null;
}

function position(shown: Shown): number | null {
  const frame = shown.frames[shown.state.index];
  return frame ? alongNormal(shown.entry.stack, frame) : null;
}

/** The patient place in the middle of a pane. */
function middleOf(shown: Shown): Vector | null {
  const { stack } = shown.entry;
  const frame = shown.frames[shown.state.index];
  const [width, height] = pixelSize(stack);
  const [right, down] = shown.state.pan;
  const at: Place = [stack.columns / 2 - right / width, stack.rows / 2 - down / height];
  return frame ? toPatient(stack, frame, at) : null;
}

/** How `other` follows `leader` from now on; null if their directions differ, or their positions are unknown. */
export function linkOf(leader: Shown, other: Shown): Link | null {
  const [here, there] = [position(leader), position(other)];
  const [one, two] = [leader.entry.stack, other.entry.stack];
  if (here === null || there === null || !runAlike(one, two) || !one.orientation || !two.orientation) return null;
  const direction = dot(unitNormal(one.orientation), unitNormal(two.orientation)) > 0 ? 1 : -1;
  if (sameFrame(leader.entry, other.entry)) return { direction, offset: 0, shift: [0, 0, 0] };
  // Two studies: before linking them, the reader scrolls and moves both to the same place.
  const [first, last] = [middleOf(leader), middleOf(other)];
  const shift = first && last ? (last.map((part, k) => part - (first[k] as number)) as Vector) : null;
  return { direction, offset: there - direction * here, shift };
}

/** The state of a pane that follows: the same position, as large in mm, with the same place in the middle. */
export function followed(leader: Shown, other: Shown, how: Link): ViewState {
  const here = position(leader);
  const found = here === null ? null : nearestTo(other.entry.stack, other.frames, how.direction * here + how.offset);
  const index = found ?? other.state.index;
  const [one, two] = [leader.entry.stack, other.entry.stack];
  const { zoom, pan } = leader.state;
  if (!one.pixel_spacing || !two.pixel_spacing) return { ...other.state, index, zoom, pan };
  const alike = (zoom * fitScale(one, ...leader.size)) / fitScale(two, ...other.size);
  const middle = middleOf(leader);
  const frame = other.frames[index];
  const point = middle && how.shift ? (middle.map((part, k) => part + ((how.shift as Vector)[k] as number)) as Vector) : null;
  const place = point && frame ? onImage(two, frame, point) : null;
  if (!place) return { ...other.state, index, zoom: alike };
  const [width, height] = pixelSize(two);
  return { ...other.state, index, zoom: alike, pan: [(two.columns / 2 - place[0]) * width, (two.rows / 2 - place[1]) * height] };
}
