// Draws measurements and the scale bar over the image.

import { isArea, isComplete, linesOf, wordsOf, type Measure, type Place } from "./measures";
import type { Slices } from "./slices";
import { toScreen, type Mapping } from "./state";
import { BAR_SHARE, scaleBar } from "./annotation";
import { signed } from "./words";

const COLOUR = "#4db6d8";
const DARK = "rgba(0, 0, 0, 0.75)";
const TEXT = "#eceff2";
const NOTE = "#f0bf66";
const HANDLE = 3.5;
const [CLEAR, ARM] = [9, 30];
// What the scale keeps clear of texts beside it.
const BESIDE = 16;
const FONT = "15px 'Segoe UI', 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif";

/** What is drawn on, in CSS pixels. */
export interface Surface {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
}

export interface Sheet extends Surface {
  mapping: Mapping;
}

/** Returns the texts beside the measurement; none until it is complete. */
export function drawMeasure(sheet: Sheet, slices: Slices, index: number, measure: Measure): string[] {
  const places = measure.points.map((place) => toScreen(sheet.mapping, place));
  drawShape(sheet, places, () => outline(sheet, measure));
  const words = isComplete(measure) ? wordsOf(slices, index, measure) : [];
  if (words.length) label(sheet, places, words);
  return words;
}

/** A path with its points, which a hand can take hold of. */
export function drawShape({ context }: Surface, places: readonly Place[], path: () => void): void {
  for (const [style, width] of [[DARK, 3.6], [COLOUR, 1.6]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    path();
    context.stroke();
  }
  context.fillStyle = COLOUR;
  for (const place of places) {
    context.beginPath();
    context.arc(...place, HANDLE, 0, 2 * Math.PI);
    context.fill();
  }
}

function outline(sheet: Sheet, measure: Measure): void {
  const { context, mapping } = sheet;
  const [first, last] = measure.points;
  if (isArea(measure.kind) && first && last) {
    const [[x0, y0], [x1, y1]] = [toScreen(mapping, first), toScreen(mapping, last)];
    if (measure.kind === "rectangle") context.rect(x0, y0, x1 - x0, y1 - y0);
    else context.ellipse((x0 + x1) / 2, (y0 + y1) / 2, Math.abs(x1 - x0) / 2, Math.abs(y1 - y0) / 2, 0, 0, 2 * Math.PI);
    return;
  }
  for (const [from, to] of linesOf(measure)) {
    context.moveTo(...toScreen(mapping, from));
    context.lineTo(...toScreen(mapping, to));
  }
}

/** Texts beside the rightmost of these places on the screen. */
export function label({ context, width, height }: Surface, places: readonly Place[], lines: readonly string[]): void {
  context.font = FONT;
  const wide = Math.max(...lines.map((line) => context.measureText(line).width)) + 12;
  const high = lines.length * 20 + 6;
  const [x, y] = places.reduce((a, b) => (b[0] > a[0] ? b : a));
  const beside = x + 9 + wide < width - 4;
  const left = beside ? x + 9 : width - wide - 4;
  const top = Math.min(Math.max(beside ? y - high / 2 : y + 12, 4), height - high - 4);
  context.fillStyle = DARK;
  context.fillRect(left, top, wide, high);
  context.fillStyle = COLOUR;
  context.textBaseline = "middle";
  lines.forEach((line, k) => context.fillText(line, left + 6, top + 13 + 20 * k));
}

/** The line where the selected slice cuts this one. */
export function drawLocalizer(sheet: Sheet, line: readonly [Place, Place]): void {
  const { context, mapping } = sheet;
  for (const [style, width, dashes] of [[DARK, 3, []], [NOTE, 1.2, [5, 3]]] as [string, number, number[]][]) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.setLineDash(dashes);
    context.beginPath();
    context.moveTo(...toScreen(mapping, line[0]));
    context.lineTo(...toScreen(mapping, line[1]));
    context.stroke();
  }
  context.setLineDash([]);
}

/** Four arms that leave the place itself clear. */
export function drawCross(sheet: Sheet, place: Place): void {
  const { context, mapping } = sheet;
  const [x, y] = toScreen(mapping, place);
  for (const [style, width] of [[DARK, 3.4], [COLOUR, 1.6]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    for (const [right, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      context.moveTo(x + right * CLEAR, y + down * CLEAR);
      context.lineTo(x + right * ARM, y + down * ARM);
    }
    context.stroke();
  }
}

/** The scale, in the middle of what the texts leave free. */
export function drawScale(sheet: Sheet, [from, to]: readonly [number, number]): void {
  const bar = scaleBar(sheet.mapping.pixelsPerMm, Math.min(sheet.width - 28, (to - from - 2 * BESIDE) / BAR_SHARE));
  if (!bar) return;
  const [mm, pixels] = bar;
  const { context } = sheet;
  const half = pixels / 2 + BESIDE;
  const middle = Math.min(Math.max(sheet.width / 2, from + half), to - half);
  const [left, bottom] = [middle - pixels / 2, sheet.height - 14];
  const bars = [[left, bottom - 2, pixels, 2], [left, bottom - 9, 2, 9], [left + pixels - 2, bottom - 9, 2, 9]] as const;
  context.fillStyle = DARK;
  for (const [x, y, width, height] of bars) context.fillRect(x - 1, y - 1, width + 2, height + 2);
  context.fillStyle = TEXT;
  for (const [x, y, width, height] of bars) context.fillRect(x, y, width, height);
  context.font = FONT;
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  const text = mm >= 10 ? `${signed(mm / 10)} cm` : `${signed(mm)} mm`;
  context.strokeStyle = DARK;
  context.lineWidth = 4;
  context.strokeText(text, middle, bottom - 14);
  context.fillText(text, middle, bottom - 14);
  context.textAlign = "left";
}
