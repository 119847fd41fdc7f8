// What a reader must know of the ends of a measurement, beside its length; as in viewer/ui/reading/images.py.

import { alongNormal, dot, gapsAfter, unitNormal } from "../directions";
import { framesOf, type Entry } from "../format";
import { tr } from "../words";
import { apart, isVector } from "./marks";
import type { Data } from "./spelling";

/** `entry` is the stack on which they lie, as far as it is known. */
export function noteOf(marks: readonly Data[], entry: Entry | null): string {
  const [first, last] = marks;
  if (!first || !last) return "";
  // An older viewer took it.
  if (apart(first, last)) return tr("not on one slice: please measure again");
  return entry && !("instance" in first) && passesGap(entry, marks) ? tr("across missing slices") : "";
}

function passesGap({ stack }: Entry, marks: readonly Data[]): boolean {
  const { orientation } = stack;
  if (!orientation) return false;
  const normal = unitNormal(orientation);
  const ends = marks.map((mark) => (isVector(mark["position"]) ? dot(mark["position"], normal) : NaN));
  const frames = framesOf(stack);
  return gapsAfter(stack, frames).some((gap) => {
    const sides = frames.slice(gap, gap + 2).map((frame) => alongNormal(stack, frame) ?? NaN);
    return Math.min(...ends) < Math.max(...sides) && Math.max(...ends) > Math.min(...sides);
  });
}
