// A loaded stack as a volume to cut, or why there is none, as in viewer/space/voxel_volume.py.

import { alongNormal, tolerance } from "../directions";
import type { Frame, Stack, Vector } from "../format";
import { isPadding, storedValue, type Patterns, type PixelKind } from "../pixels";
import type { Slices } from "../slices";
import { sentence, signed, tr, trn } from "../words";
import { ROUNDING, emptyPlaces, evenRun, runsOf, type Run } from "./runs";
import { add, inner, inverse, placed, scaled, type Matrix } from "./vectors";

const TOLD_GAPS = 3;
const BYTES_OF_FLOAT = 4;

export type Numbers = Int8Array | Uint8Array | Int16Array | Uint16Array | Float32Array;

/** A stack that can only be viewed slice by slice. */
export class NoSolid extends Error {
  constructor(readonly reason: string) {
    super(tr("MPR and 3D are not available for this series: {reason}. You can still view its slices.", { reason }));
  }
}

/**
 * Voxels slice by slice, and the matrix from (i, j, w) to patient LPS in mm: i is the column, j the row, w the place
 * along the stack in usual steps. `empty` marks padding in the slices that have any; it is never mixed into anything.
 */
export interface Solid {
  stack: Stack;
  numbers: Numbers[];
  empty: (Uint8Array | null)[];
  affine: Matrix;
  toIndex: Matrix;
  runs: Run[];
  gaps: [number, number][];
  damaged: number[];
  /** What turns a voxel into a value and a grey; null in place of whole numbers if the voxels are values already. */
  whole: { slope: number; intercept: number } | null;
  kind: PixelKind;
  note: string;
  ends: Vector;
  low: Vector;
  high: Vector;
  center: Vector;
}

/** Throws NoSolid. */
export function solidOf(slices: Slices): Solid {
  const { stack } = slices.entry;
  const number = slices.frames.length;
  const damaged = slices.frames.flatMap((_, k) => (slices.failure(k) ? [k] : []));
  const [affine, runs] = placesOf(stack, slices.frames);
  if (slices.room < number) throw new NoSolid(tr("it is too large for this page; viewer.exe can show it"));
  if (slices.done < number) throw new NoSolid(tr("it is still loading"));
  if (damaged.length === number) throw new NoSolid(tr("all of its images are damaged"));
  const ends: Vector = [stack.columns - 1, stack.rows - 1, (runs[runs.length - 1] as Run).end];
  const note = [tiltNote(stack), ...spacingNotes(stack, slices.frames, runs)].filter((text) => text).join("; ");
  return {
    stack, affine, runs, damaged, note, ends, ...voxelsOf(slices, damaged), toIndex: inverse(affine), gaps: emptyPlaces(runs),
    low: [-0.5, -0.5, (runs[0] as Run).low],
    high: [ends[0] + 0.5, ends[1] + 0.5, (runs[runs.length - 1] as Run).high],
    center: placed(affine, scaled(ends, 0.5)),
  };
}

// Places of slices

function placesOf(stack: Stack, frames: readonly Frame[]): [Matrix, Run[]] {
  const { orientation, pixel_spacing } = stack;
  if (frames.length === 1) throw new NoSolid(sentence(stack.not_volume_reason || "a single image").replace(/^./, lower));
  const found = frames.map((frame) => frame.position);
  if (found.includes(null) || !orientation || !pixel_spacing) throw notVolume(stack, "the images do not give their position");
  const positions = found as Vector[];
  const right = scaled(orientation.slice(0, 3) as Vector, pixel_spacing[1]);
  const down = scaled(orientation.slice(3) as Vector, pixel_spacing[0]);
  const first = positions[0] as Vector;
  const even = stack.is_volume ? evenStep(positions) : null;
  if (even) return [{ columns: [right, down, even], origin: first }, evenRun(positions.length)];
  const [along, direction] = lineOf(stack, positions);
  const usual = median(along.slice(1).map((place, k) => place - (along[k] as number)));
  const matrix: Matrix = { columns: [right, down, scaled(direction, usual)], origin: first };
  return [matrix, runsOf(along.map((place) => place / usual), usual)];
}

function lower(letter: string): string {
  return letter.toLowerCase();
}

function notVolume(stack: Stack, otherwise: string): NoSolid {
  return new NoSolid(sentence(stack.not_volume_reason || otherwise).replace(/^./, lower));
}

/** The step of the even line that fits the positions best; null if one of them lies elsewhere along it. */
function evenStep(positions: readonly Vector[]): Vector | null {
  const middle = (positions.length - 1) / 2;
  let step: Vector = [0, 0, 0];
  let weight = 0;
  positions.forEach((position, k) => {
    step = add(step, position, k - middle);
    weight += (k - middle) ** 2;
  });
  step = scaled(step, 1 / weight);
  const length = Math.hypot(...step);
  const off = positions.map((position, k) => inner(add(position, step, -k), step) / length);
  const mean = off.reduce((sum, value) => sum + value, 0) / off.length;
  return Math.max(...off.map((value) => Math.abs(value - mean))) <= tolerance(length) + ROUNDING ? step : null;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** The places of the slices along their line in mm, and its direction. */
function lineOf(stack: Stack, positions: readonly Vector[]): [number[], Vector] {
  const first = positions[0] as Vector;
  const way = add(positions[positions.length - 1] as Vector, first, -1);
  const length = Math.hypot(...way);
  const direction = scaled(way, length ? 1 / length : 0);
  const along = positions.map((position) => inner(add(position, first, -1), direction));
  const steps = along.slice(1).map((place, k) => place - (along[k] as number));
  if (Math.min(...steps) <= 0) throw notVolume(stack, "several of its images are at the same position");
  const off = positions.map((position, k) => Math.hypot(...add(add(position, first, -1), direction, -(along[k] as number))));
  if (!stack.is_volume && Math.max(...off) > tolerance(median(steps)) + ROUNDING) {
    throw new NoSolid(tr("the images are shifted against each other"));
  }
  return [along, direction];
}

function tiltNote(stack: Stack): string {
  const tilt = /tilted gantry, (-?[\d.]+)\u00b0/.exec(stack.notes)?.[1];
  return tilt ? tr("gantry tilt of {tilt}° corrected", { tilt: tilt.replace("-", "\u2212") }) : "";
}

/** Warnings about the spacing, for planes that show slices at their true places. */
function spacingNotes(stack: Stack, frames: readonly Frame[], runs: readonly Run[]): string[] {
  if (runs.length === 1) return [];
  const places = frames.map((frame) => alongNormal(stack, frame) ?? 0);
  const gaps = runs.slice(1).flatMap((run, k) => ((runs[k] as Run).last !== run.first ? [(runs[k] as Run).last] : []));
  const steps = places.slice(1).map((place, k) => place - (places[k] as number)).filter((_, k) => !gaps.includes(k));
  const [low, high] = [Math.min(...steps), Math.max(...steps)];
  const uneven = tr("uneven spacing, {low} to {high} mm", { low: low.toFixed(2), high: high.toFixed(2) });
  const notes = high - low > 2 * tolerance(low) ? [uneven] : [];
  const told = gaps.slice(0, TOLD_GAPS).map((k) =>
    tr("from {low} to {high} mm", { low: signed(places[k] as number), high: signed(places[k + 1] as number) }),
  );
  const more = gaps.length > TOLD_GAPS ? trn(" and %n more", gaps.length - TOLD_GAPS) : "";
  return told.length ? [...notes, tr("slices missing {gaps}", { gaps: told.join(", ") + more })] : notes;
}

// The content of the voxels

function voxelsOf(slices: Slices, damaged: readonly number[]): Pick<Solid, "numbers" | "empty" | "whole" | "kind"> {
  const indices = slices.frames.map((_, k) => k);
  const good = indices.filter((k) => !damaged.includes(k));
  const kinds = new Map(good.map((k) => [k, slices.kind(k)]));
  const [first] = [...kinds.values()] as [PixelKind];
  const rescales = new Set([...kinds.values()].map(({ slope, intercept }) => `${slope} ${intercept}`));
  const isWhole = rescales.size === 1 && first.bitsAllocated <= 16;
  const size = slices.entry.stack.rows * slices.entry.stack.columns;
  if (!isWhole && slices.room * first.bitsAllocated < indices.length * BYTES_OF_FLOAT * 8) {
    throw new NoSolid(tr("it is too large for this page; viewer.exe can show it"));
  }
  const nothing = isWhole ? new Int8Array(size) : new Float32Array(size);
  const numbers = indices.map((k) => {
    const [patterns, kind] = [slices.patterns(k), kinds.get(k)];
    return patterns && kind ? (isWhole ? stored(patterns, kind) : values(patterns, kind)) : nothing;
  });
  const empty = indices.map((k) => {
    const [patterns, kind] = [slices.patterns(k), kinds.get(k)];
    return patterns && kind ? paddingOf(patterns, kind) : null;
  });
  const kind = { ...first, voi: slices.entry.stack.voi_lut_function, empty: null };
  return { numbers, empty, whole: isWhole ? { slope: first.slope, intercept: first.intercept } : null, kind };
}

/** Stored values; where all bits belong to them, in the same bytes. */
function stored(patterns: Patterns, kind: PixelKind): Numbers {
  const Kind = kind.bitsAllocated === 8 ? (kind.signed ? Int8Array : Uint8Array) : kind.signed ? Int16Array : Uint16Array;
  if (kind.bitsStored === kind.bitsAllocated) return new Kind(patterns.buffer, patterns.byteOffset, patterns.length);
  const made = new Kind(patterns.length);
  for (let n = 0; n < made.length; n++) made[n] = storedValue(patterns[n] as number, kind);
  return made;
}

function values(patterns: Patterns, kind: PixelKind): Numbers {
  const made = new Float32Array(patterns.length);
  for (let n = 0; n < made.length; n++) made[n] = storedValue(patterns[n] as number, kind) * kind.slope + kind.intercept;
  return made;
}

function paddingOf(patterns: Patterns, kind: PixelKind): Uint8Array | null {
  if (!kind.empty) return null;
  let made: Uint8Array | null = null;
  for (let n = 0; n < patterns.length; n++) {
    if (isPadding(storedValue(patterns[n] as number, kind), kind)) (made ??= new Uint8Array(patterns.length))[n] = 1;
  }
  return made;
}
