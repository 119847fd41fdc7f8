// Draws an answer over its image: a cross for each place, a line between two, and the question beside it.

import type { Sheet } from "../drawing";
import type { Place } from "../measures";
import { toScreen } from "../state";

const COLOUR = "#f3a6d0";
const DARK = "rgba(0, 0, 0, 0.75)";
const ARM = 8;
const FONT = "15px 'Segoe UI', 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif";

/** Returns the texts beside it. */
export function drawAnswer({ context, mapping, width, height }: Sheet, places: readonly Place[], lines: string[]): string[] {
  const points = places.map((place) => toScreen(mapping, place));
  for (const [style, thick] of [[DARK, 4], [COLOUR, 1.8]] as const) {
    [context.strokeStyle, context.lineWidth] = [style, thick];
    context.beginPath();
    points.forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
    for (const [x, y] of points) {
      context.moveTo(x - ARM, y);
      context.lineTo(x + ARM, y);
      context.moveTo(x, y - ARM);
      context.lineTo(x, y + ARM);
    }
    context.stroke();
  }
  if (!lines.length || !points.length) return [];
  context.font = FONT;
  const room = Math.min(width - 8, 320);
  const texts = lines.map((line) => shortened(context, line, room - 12));
  const wide = Math.max(...texts.map((text) => context.measureText(text).width)) + 12;
  const high = texts.length * 20 + 6;
  const [x, y] = points.reduce((a, b) => (b[0] > a[0] ? b : a));
  const left = Math.max(Math.min(x + ARM + 4, width - wide - 4), 4);
  const top = Math.min(Math.max(y + ARM + 4, 4), height - high - 4);
  context.fillStyle = DARK;
  context.fillRect(left, top, wide, high);
  context.fillStyle = COLOUR;
  context.textBaseline = "middle";
  texts.forEach((text, k) => context.fillText(text, left + 6, top + 13 + 20 * k));
  return lines;
}

function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let kept = text;
  while (kept && context.measureText(`${kept}\u2026`).width > room) kept = kept.slice(0, -1);
  return `${kept}\u2026`;
}
