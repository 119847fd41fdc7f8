// Slices along a stack, however far apart: runs of even steps and the gaps between, as in viewer/space/slice_runs.py.
// A place along a stack counts in its usual (median) steps from the first slice.

import { gapFlags, tolerance } from "../directions";

export const ROUNDING = 1e-6;

/** Evenly spaced slices, `first` to `last`, their places, and how far the outer slices reach. */
export interface Run {
  first: number;
  last: number;
  start: number;
  end: number;
  low: number;
  high: number;
  step: number;
}

function runOf(first: number, last: number, start: number, end: number): Run {
  return { first, last, start, end, low: start, high: end, step: last > first ? (end - start) / (last - first) : 1 };
}

export function evenRun(number: number): Run[] {
  return [{ ...runOf(0, number - 1, 0, number - 1), low: -0.5, high: number - 0.5 }];
}

/** The runs of slices at these ascending places; `usual` is the usual step in mm. */
export function runsOf(places: readonly number[], usual: number): Run[] {
  const empty = gapFlags(places.slice(1).map((place, k) => (place - (places[k] as number)) * usual));
  const cuts = [0, ...empty.flatMap((gap, k) => (gap ? [k + 1] : [])), places.length];
  return cuts.slice(0, -1).flatMap((first, k) => unbroken(places, first, (cuts[k + 1] as number) - 1, usual));
}

function unbroken(places: readonly number[], first: number, last: number, usual: number): Run[] {
  const ends = [first];
  while ((ends[ends.length - 1] as number) < last) ends.push(reach(places, ends[ends.length - 1] as number, last, usual));
  const at = (k: number): number => places[k] as number;
  const made = ends.slice(1).map((end, k) => runOf(ends[k] as number, end, at(ends[k] as number), at(end)));
  if (!made.length) made.push(runOf(first, first, at(first), at(first)));
  // Slices that lie closer than usual are thinner, and so are their halves.
  const [below, above] = [made[0] as Run, made[made.length - 1] as Run];
  below.low = below.start - below.step / 2;
  above.high = above.end + above.step / 2;
  return made;
}

/** The last slice that lies, with all before it, on an even line from `first`. */
function reach(places: readonly number[], first: number, last: number, usual: number): number {
  let reached = first + 1;
  for (; reached < last; reached++) {
    const after = reached + 1;
    const [start, step] = [places[first] as number, ((places[after] as number) - (places[first] as number)) / (after - first)];
    let off = 0;
    for (let k = first; k <= after; k++) off = Math.max(off, Math.abs((places[k] as number) - start - step * (k - first)));
    if (off * usual > tolerance(usual * step)) break;
  }
  return reached;
}

/** From and to of each gap: the places that no slice reaches. */
export function emptyPlaces(runs: readonly Run[]): [number, number][] {
  return runs.slice(1).flatMap((run, k) => {
    const before = runs[k] as Run;
    return run.first !== before.last ? [[before.high, run.low] as [number, number]] : [];
  });
}

export function placeOfSlice(runs: readonly Run[], number: number): number {
  const run = runs.find((found) => number <= found.last) as Run;
  return run.start + (number - run.first) * run.step;
}
