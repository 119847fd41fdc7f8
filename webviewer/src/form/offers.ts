// Distances that were measured on the images before a question asks for one.

import type { Entry } from "../format";
import type { Measure, Place } from "../measures";
import type { Markings } from "../panes/markings";
import { pixelSize } from "../state";

export interface Distance {
  readonly entry: Entry;
  readonly index: number;
  readonly measure: Measure;
  /** In mm. */
  readonly value: number;
}

/** The last so many distances of these series, the last one first. */
export function distancesOn(entries: readonly Entry[], markings: Markings, most: number): Distance[] {
  const found: Distance[] = [];
  for (const entry of entries.filter(({ stack }) => stack.pixel_spacing)) {
    const [across, down] = pixelSize(entry.stack);
    for (let index = 0; index < entry.stack.number_of_frames; index++) {
      for (const measure of markings.of(entry, index).filter(({ kind }) => kind === "distance")) {
        const [a, b] = measure.points as [Place, Place];
        found.push({ entry, index, measure, value: Math.hypot((b[0] - a[0]) * across, (b[1] - a[1]) * down) });
      }
    }
  }
  return found.reverse().slice(0, most);
}
