// Which stack opens first in a case, and which follow, as in viewer/entries.py.

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

/** The place of an entry among those that open beside the first: by the first rule that it fits. */
function rankOf({ stack }: Entry): number {
  return stack.rule || Infinity;
}

/** The entry of a case that opens first: by the first rule that one fits; no scout, CT, axial, complete, thin. */
export function firstOf(ofCase: readonly Entry[]): Entry | null {
  const rank = Math.min(...ofCase.map(rankOf));
  const entries = ofCase.filter((entry) => rankOf(entry) === rank);
  const soonest = Math.min(...entries.map(lateness));
  const alike = entries.filter((entry) => lateness(entry) === soonest);
  const thinnest = Math.min(...alike.map(spacing));
  const most = thinnest === Infinity ? Infinity : thinnest + tolerance(thinnest);
  return alike.find((entry) => spacing(entry) <= most) ?? null;
}

/** In the order in which series open beside the first: those that fit a rule, by their rules, and scouts last. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  const late = ({ stack }: Entry): number => Number(stack.number_of_frames === 1);
  // Two without a rule are alike.
  return [...entries].sort((a, b) => (rankOf(a) === rankOf(b) ? late(a) - late(b) : rankOf(a) - rankOf(b)));
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
