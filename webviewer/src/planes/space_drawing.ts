// Draws measurements in the patient onto a slice or a plane: as much of each as lies there, with its texts.

import { drawShape, label, type Surface } from "../drawing";
import type { Vector } from "../format";
import type { Place } from "../measures";
import type { Crossing } from "./in_space";

// In CSS pixels.
const DOT = 1.5;

/** Draws all parts, the texts over all lines; returns the texts. */
export function drawParts(surface: Surface, toScreen: (point: Vector) => Place, parts: readonly Crossing[]): string[] {
  const { context } = surface;
  for (const { lines, points } of parts) {
    drawShape(surface, points.map(toScreen), () => {
      for (const [first, last] of lines.map(([a, b]): [Place, Place] => [toScreen(a), toScreen(b)])) {
        // A line that goes straight through is a dot.
        const off = Math.hypot(last[0] - first[0], last[1] - first[1]) < DOT ? DOT : 0;
        context.moveTo(first[0] - off, first[1]);
        context.lineTo(last[0] + off, last[1]);
      }
    });
  }
  const named = parts.filter(({ texts }) => texts.length);
  for (const { lines, points, texts } of named) label(surface, [...points, ...lines.flat()].map(toScreen), texts);
  return named.map(({ texts }) => texts.join(", "));
}
