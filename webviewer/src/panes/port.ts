// One place for a series on the screen: the pane with its slider, the slices it shows, and their state.

import type { Entry } from "../format";
import { make } from "../dom";
import { Pane, type PaneEvents, type Settings } from "../pane";
import { Slider } from "../slider";
import { Slices } from "../slices";
import { sliceNumber, type ViewState } from "../state";
import type { Shown } from "./linked";
import type { Markings } from "./markings";

export class Port {
  readonly pane: Pane;
  readonly slider: Slider;
  readonly element = make("section", { className: "port" });
  slices: Slices | null = null;

  constructor(settings: Settings, markings: Markings, events: PaneEvents, moved: (number: number) => void) {
    this.pane = new Pane(settings, markings, events);
    this.slider = new Slider(moved);
    // Tab goes from pane to pane, so that a reader without a mouse can select each.
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "group");
    this.element.addEventListener("focus", () => events.pressed(this.pane));
    this.element.append(this.pane.element, this.slider.element);
  }

  get entry(): Entry | null {
    return this.slices?.entry ?? null;
  }

  get shown(): Shown | null {
    const [slices, state] = [this.slices, this.pane.state];
    const { clientWidth, clientHeight } = this.pane.element;
    return slices && state && { entry: slices.entry, frames: slices.frames, state, size: [clientWidth, clientHeight] };
  }

  open(slices: Slices): void {
    this.slices?.stop();
    this.slices = slices;
    this.slider.open(slices.entry.stack, slices.gaps);
  }

  set(state: ViewState): void {
    if (!this.slices) return;
    this.slices.want(state.index);
    this.slider.show(sliceNumber(this.slices.entry.stack, state.index));
    this.pane.show(this.slices, state);
  }

  refresh(): void {
    if (this.slices) this.slider.tick(this.slices.entry.stack, this.pane.markings.keyImagesOf(this.slices.entry));
    this.pane.refresh();
  }

  close(): void {
    this.slices?.stop();
    this.slices = null;
    this.pane.clear();
  }
}
