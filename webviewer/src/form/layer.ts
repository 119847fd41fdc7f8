// What the form adds to the panes: a question may take a click, and answers lie on their images.

import type { Sheet } from "../drawing";
import type { Place } from "../measures";
import type { Slices } from "../slices";
import type { Tool } from "../state";

export interface AnswerLayer {
  /** A press of the left button on a slice; true if it is taken, and no tool may use it. */
  press(slices: Slices, index: number, place: Place, reach: number, tool: Tool): boolean;
  /** The pointer moved, after such a press until `release`. */
  move(place: Place): void;
  release(): void;
  /** Draw what lies on this slice; returns the texts. */
  draw(sheet: Sheet, slices: Slices, index: number): string[];
}
