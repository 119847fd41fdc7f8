// What the form adds to the panes: a question may take a click, and answers lie on their images.

import type { Sheet } from "../drawing";
import type { Place } from "../measures";
import type { Slices } from "../slices";
import type { PlaneView } from "../planes/view";
import type { Tool } from "../state";

export interface AnswerLayer {
  readonly planes: PlaneLayer;
  /** A press of the left button on a slice; true if it is taken, and no tool may use it. */
  press(slices: Slices, index: number, place: Place, reach: number, tool: Tool): boolean;
  /** The pointer moved, after such a press until `release`. */
  move(place: Place): void;
  release(): void;
  /** Draw what lies on this slice; returns the texts. */
  draw(sheet: Sheet, slices: Slices, index: number): string[];
}

/** The same on planes through the slices; places are pixels of the plane's picture. */
export interface PlaneLayer {
  /** Whether a question waits for a click. */
  readonly asks: boolean;
  /** A press of the left button; `nothing` is why there is no value there. True if it is taken. */
  press(view: PlaneView, place: Place, nothing: string, tool: Tool): boolean;
  /** The pointer moves; false if it holds no answer. */
  move(view: PlaneView, place: Place): boolean;
  release(): void;
  /** An answer that is dragged stays as it was; false if none is. */
  cancel(): boolean;
  /** Draw what lies on this plane; returns the texts. */
  draw(sheet: Sheet, view: PlaneView, pointer: Place | null): string[];
}
