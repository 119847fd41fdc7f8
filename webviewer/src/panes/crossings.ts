// The parts of measurements on planes that lie on a slice, as in viewer/ui/over/space_drawing.py.

import { unitNormal } from "../directions";
import type { Sheet } from "../drawing";
import type { Stack } from "../format";
import { isOf, partOf, type SpaceMeasure } from "../planes/in_space";
import { drawParts } from "../planes/space_drawing";
import type { Slices } from "../slices";
import { toScreen } from "../state";
import { onImage } from "./places";

// A slice shows what lies within half a slice spacing, or within this many mm; what lies just between two is on both.
const [NEAR, ROUNDING] = [0.5, 1e-6];

/** How far from a slice a place may lie to be shown on it, in mm. */
export function reachOf(stack: Stack): number {
  return Math.max((stack.spacing_between_slices ?? 0) / 2, NEAR) + ROUNDING;
}

/** Draws them; returns their texts. */
export function onSlice(sheet: Sheet, slices: Slices, index: number, measures: readonly SpaceMeasure[]): string[] {
  const { stack } = slices.entry;
  const frame = slices.frame(index);
  if (!measures.length || !frame.position || !stack.orientation || !stack.pixel_spacing) return [];
  const [at, normal] = [frame.position, unitNormal(stack.orientation)];
  const parts = measures
    .filter((measure) => isOf(measure, slices.entry))
    .flatMap((measure) => partOf(measure, slices.entry, at, normal, reachOf(stack), true) ?? []);
  return drawParts(sheet, (point) => toScreen(sheet.mapping, onImage(stack, frame, point) ?? [0, 0]), parts);
}
