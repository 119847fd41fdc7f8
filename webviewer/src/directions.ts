// Directions and places along a stack (patient LPS), as in bundle/images/directions.py: the two must agree.

import type { Frame, Orientation, Stack, Vector } from "./format";

const SPACING_SHARE = 0.02;
const ROUNDING = 0.06;
const ROUNDING_SHARE = 0.1;
// A step of more than this multiple of the usual one is a gap, unless so many equal steps follow each other.
const GAP_FROM = 1.5;
const OWN_SPACING = 4;
// The direction of scrolling down along each axis: to the right, to the back, to the feet.
const DOWN = [-1, 1, -1] as const;

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);
}

export function unitNormal(orientation: Orientation): Vector {
  const [a, b, c, x, y, z] = orientation;
  const across: Vector = [b * z - c * y, c * x - a * z, a * y - b * x];
  const length = Math.hypot(...across);
  return across.map((part) => part / length) as Vector;
}

/** 0, 1 or 2 for the axis nearest to the normal: sagittal, coronal, axial; -1 where nobody knows. */
export function planeOf(stack: Stack): number {
  if (!stack.orientation) return -1;
  const along = unitNormal(stack.orientation).map(Math.abs);
  return along.indexOf(Math.max(...along));
}

/** +1 if scrolling down goes up in the order of the stack, else -1 (IHE BIR, RAD TF-2 4.16.4.2.2.5.5). */
export function readingDirection(stack: Stack): number {
  if (!stack.orientation) return 1;
  const nearest = planeOf(stack);
  return (unitNormal(stack.orientation)[nearest] as number) * (DOWN[nearest] as number) > 0 ? 1 : -1;
}

export function tolerance(spacing: number): number {
  return Math.max(SPACING_SHARE * spacing, Math.min(ROUNDING, ROUNDING_SHARE * spacing));
}

/** The direction in the patient as up to three letters, the nearest axis first. */
export function orientationLetters(direction: readonly number[]): string {
  const pairs = ["LR", "PA", "SI"];
  return direction
    .map((value, k) => ({ size: Math.abs(value), letter: (pairs[k] as string).charAt(value < 0 ? 1 : 0) }))
    .sort((a, b) => b.size - a.size || (a.letter < b.letter ? 1 : -1))
    .filter((named) => named.size > 0.25)
    .map((named) => named.letter)
    .join("");
}

export function alongNormal(stack: Stack, frame: Frame): number | null {
  return stack.orientation && frame.position ? dot(frame.position, unitNormal(stack.orientation)) : null;
}

function distance(stack: Stack, frames: readonly Frame[], index: number, other: number): number {
  const [here, there] = [frames[index], frames[other]];
  if (!here || !there) return 0;
  const [from, to] = [alongNormal(stack, here), alongNormal(stack, there)];
  return from === null || to === null ? 0 : Math.abs(to - from);
}

function isUnusual(stack: Stack, length: number): boolean {
  const usual = stack.spacing_between_slices;
  if (!usual || !length) return false;
  return Math.abs(length - usual) > (stack.is_volume ? 2 * tolerance(usual) : tolerance(usual));
}

/** The distance in mm to the next slice in reading order if it is not the usual one, else 0. */
export function gapAfter(stack: Stack, frames: readonly Frame[], index: number): number {
  const length = distance(stack, frames, index, index + readingDirection(stack));
  return isUnusual(stack, length) ? length : 0;
}

/** The distances to the slices before and after in reading order; empty if both are the usual one. */
export function localSteps(stack: Stack, frames: readonly Frame[], index: number): number[] {
  const way = readingDirection(stack);
  const found = [-way, way].map((off) => distance(stack, frames, index, index + off));
  return found.some((length) => isUnusual(stack, length)) ? found.filter((length) => length) : [];
}

/** The indices of the slices after which slices are missing. */
export function gapsAfter(stack: Stack, frames: readonly Frame[]): number[] {
  const places = frames.map((frame) => alongNormal(stack, frame));
  if (places.length < 2 || places.includes(null)) return [];
  const steps = places.slice(1).map((place, k) => (place as number) - (places[k] as number));
  return gapFlags(steps).flatMap((gap, k) => (gap ? [k] : []));
}

/** Which of the steps (mm) from slice to slice are gaps, where slices are missing. */
export function gapFlags(steps: readonly number[]): boolean[] {
  if (!steps.length) return [];
  const sorted = [...steps].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  const usual = sorted.length % 2 ? upper : ((sorted[half - 1] as number) + upper) / 2;
  const widest = GAP_FROM * usual * (1 + 1e-6);
  const own = inOwnSpacing(steps);
  return steps.map((step, k) => step > widest && !own[k]);
}

function inOwnSpacing(steps: readonly number[]): boolean[] {
  const found: boolean[] = [];
  while (found.length < steps.length) {
    const first = steps[found.length] as number;
    let run = 0;
    while (found.length + run < steps.length) {
      if (Math.abs((steps[found.length + run] as number) - first) > tolerance(first)) break;
      run += 1;
    }
    const alike = Math.max(run, 1);
    found.push(...new Array<boolean>(alike).fill(run >= OWN_SPACING));
  }
  return found;
}
