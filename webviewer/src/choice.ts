// Which stack opens first in a case, and which follows, as in viewer/entries.py without a hanging rule.

import { planeOf, tolerance } from "./directions";
import type { Entry } from "./format";

const AXIAL = 2;

function lateness(entry: Entry): number {
  const { stack, series } = entry;
  const missing = stack.notes.split("; ").some((text) => text.startsWith("slices missing"));
  const broken = missing || !stack.is_volume || series.images_left_out > 0;
  const [single, ct] = [stack.number_of_frames === 1, series.modality === "CT"];
  return Number(single) * 8 + Number(!ct) * 4 + Number(planeOf(stack) !== AXIAL) * 2 + Number(broken);
}

function spacing(entry: Entry): number {
  return entry.stack.spacing_between_slices || Infinity;
}

/** The entry of a case that opens first: no scout, CT, axial, complete, thin. */
export function firstOf(entries: readonly Entry[]): Entry | null {
  const soonest = Math.min(...entries.map(lateness));
  const alike = entries.filter((entry) => lateness(entry) === soonest);
  const thinnest = Math.min(...alike.map(spacing));
  const most = thinnest === Infinity ? Infinity : thinnest + tolerance(thinnest);
  return alike.find((entry) => spacing(entry) <= most) ?? null;
}

/** The next or previous entry in the list. */
export function neighbour(entries: readonly Entry[], entry: Entry, steps: number): Entry {
  return entries[Math.min(Math.max(entry.number + steps, 0), entries.length - 1)] ?? entry;
}

/** The first entry of the next or previous case; the entry itself if there is none. */
export function neighbourCase(entries: readonly Entry[], entry: Entry, steps: number): Entry {
  const cases = [...new Set(entries.map((found) => found.case))];
  const wanted = cases[cases.indexOf(entry.case) + steps];
  return (wanted && firstOf(entries.filter((found) => found.case === wanted))) ?? entry;
}
