// Goes from the slices to the planes and back: with the place that the reader looks at, or with the reason why not.

import { button, make } from "../dom";
import { alongNormal, dot, unitNormal } from "../directions";
import type { Vector } from "../format";
import { leastWidth } from "../pixels";
import { nearestTo, toPatient } from "../panes/places";
import type { Reader } from "../reader";
import type { Slices } from "../slices";
import { dragWindow, pixelSize } from "../state";
import { tr } from "../words";
import { Planes } from "./planes";
import { NoSolid } from "./solid";

export class PlanesPage {
  readonly element = make("section", { className: "stage" });
  private planes: Planes | null = null;
  private shownOf: Slices | null = null;
  private wanted: readonly [point: Vector, normal: Vector] | null = null;

  /** `turned` is called when the planes come or go. */
  constructor(private readonly reader: Reader, private readonly turned: () => void) {
    this.element.hidden = true;
  }

  get shown(): boolean {
    return !this.element.hidden;
  }

  /** Whether planes are shown, not the reason why there are none. */
  get isThere(): boolean {
    return this.shown && this.planes !== null;
  }

  /** Show the plane with this normal through a place, as soon as there are planes. */
  goTo(point: Vector, normal: Vector): void {
    this.wanted = [point, normal];
    this.follow();
  }

  toggle(): void {
    if (this.shown) return this.leave();
    this.element.hidden = false;
    this.turned();
    this.follow();
  }

  /** Another series, more slices or another window: the page shows it. */
  follow(): void {
    const { slices, pane, settings, markings } = this.reader;
    if (!this.shown || !slices || !pane.state) return;
    const { window, inverted } = pane.state;
    if (this.planes && this.shownOf === slices) {
      this.goToWanted();
      return this.planes.look({ window, inverted });
    }
    this.close();
    try {
      this.planes = new Planes(slices, settings, markings, { window, inverted }, this.place(), (start, right, down) => {
        const { state } = this.reader.pane;
        if (!state) return;
        const { stack, series } = slices.entry;
        const begun = { ...state, window: start.window };
        this.reader.set(dragWindow(begun, right, down, series.modality, stack.window, leastWidth(stack.voi_lut_function)));
      });
      this.shownOf = slices;
      this.element.replaceChildren(this.planes.element);
      this.goToWanted();
    } catch (error) {
      if (!(error instanceof NoSolid)) throw error;
      const back = button(tr("Back to the slices (Esc)"), () => this.leave());
      const waiting = slices.done < slices.frames.length && slices.room >= slices.frames.length;
      const reason = waiting
        ? tr("Loading {arrived} of {total}", { arrived: slices.done, total: slices.frames.length })
        : error.message;
      this.element.replaceChildren(make("div", { className: "refusal" }, make("p", { text: reason }), back));
    }
  }

  private goToWanted(): void {
    if (this.wanted) this.planes?.goTo(...this.wanted);
    this.wanted = null;
  }

  /** Cancel what has begun, else reset the planes; leave a page that shows none. */
  escape(): void {
    if (!this.planes) this.leave();
    else if (!this.planes.cancel()) this.planes.reset();
  }

  scroll(steps: number): void {
    this.planes?.scroll(this.planes.alone ?? "axial", steps);
  }

  /** To the slices, at the place where the cross-hair is. */
  private leave(): void {
    const went = this.planes?.went;
    this.wanted = null;
    this.close();
    this.element.hidden = true;
    this.turned();
    const [slices, state] = [this.reader.slices, this.reader.pane.state];
    const orientation = slices?.entry.stack.orientation;
    if (!went || !slices || !state || !orientation) return;
    const index = nearestTo(slices.entry.stack, slices.frames, dot(went, unitNormal(orientation)));
    if (index !== null) this.reader.set({ ...state, index });
  }

  private close(): void {
    this.planes?.close();
    this.planes = this.shownOf = null;
  }

  /** The place in the patient that the reader looks at: the cross-hair's, else the middle of the pane. */
  private place(): Vector | null {
    const { slices, pane, ties } = this.reader;
    const state = pane.state;
    if (!slices || !state) return null;
    const { stack } = slices.entry;
    const frame = slices.frame(state.index);
    const position = alongNormal(stack, frame);
    if (ties.cross && stack.orientation && position !== null) return ties.cross;
    const [width, height] = pixelSize(stack);
    return toPatient(stack, frame, [stack.columns / 2 - state.pan[0] / width, stack.rows / 2 - state.pan[1] / height]);
  }
}
