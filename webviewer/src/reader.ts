// The reader: the open stack and its state, and everything that keys, buttons and the list do with them.

import { LEVELS } from "./annotation";
import { neighbour, neighbourCase } from "./choice";
import type { Entry, Window } from "./format";
import type { CaseList } from "./list";
import { Pane } from "./pane";
import { leastWidth, windowFrom } from "./pixels";
import { CT_PRESETS, HU } from "./presets";
import { Slider } from "./slider";
import { Slices } from "./slices";
import type { FrameReader } from "./source";
import { goToEnd, indexOfNumber, opened, scroll, sliceNumber, zoomBy, type Tool, type ViewState } from "./state";

export class Reader {
  readonly pane = new Pane((state) => this.set(state));
  readonly slider = new Slider((number) => this.go(number));
  private readonly states = new Map<Entry, ViewState>();
  private slices: Slices | null = null;

  /** `changed` is called when another stack or tool is used; `toggleHelp` shows or hides the help. */
  constructor(
    private readonly entries: readonly Entry[], private readonly list: CaseList, private readonly source: FrameReader,
    private readonly changed: () => void, readonly toggleHelp: (shown?: boolean) => boolean,
  ) {}

  get entry(): Entry | null {
    return this.slices?.entry ?? null;
  }

  open(entry: Entry): void {
    if (this.slices?.entry === entry) return;
    this.slices?.stop();
    const { stack, series } = entry;
    const state = this.states.get(entry) ?? opened(stack.preview_frame, this.firstWindow(entry), series.modality);
    const slices: Slices = new Slices(entry, this.source, state.index, (index) => this.arrived(slices, index));
    this.slices = slices;
    this.slider.open(stack, slices.gaps);
    this.list.select(entry);
    this.set(state);
    this.changed();
  }

  private arrived(slices: Slices, index: number): void {
    if (slices === this.slices && (index === this.pane.state?.index || slices.room >= slices.frames.length)) {
      this.pane.refresh();
    }
  }

  private firstWindow(entry: Entry): Window {
    const [center, width] = entry.stack.window;
    return [center, Math.max(width, leastWidth(entry.stack.voi_lut_function))];
  }

  set(state: ViewState): void {
    if (!this.slices) return;
    const { entry } = this.slices;
    this.states.set(entry, state);
    this.slices.want(state.index);
    this.slider.show(sliceNumber(entry.stack, state.index));
    this.pane.show(this.slices, state);
  }

  private with(change: (state: ViewState, entry: Entry) => ViewState): void {
    const [state, entry] = [this.pane.state, this.entry];
    if (state && entry) this.set(change(state, entry));
  }

  private go(number: number): void {
    this.with((state, entry) => ({ ...state, index: indexOfNumber(entry.stack, number) }));
  }

  scroll(steps: number): void {
    this.with((state, entry) => scroll(state, entry.stack, steps));
  }

  end(last: boolean): void {
    this.with((state, entry) => goToEnd(state, entry.stack, last));
  }

  zoom(factor: number): void {
    this.with((state) => zoomBy(state, factor));
  }

  invert(): void {
    this.with((state) => ({ ...state, inverted: !state.inverted }));
  }

  /** Close the help, or show the display as it opened; the slice stays (IHE BIR). */
  escape(): void {
    if (this.toggleHelp(false)) return;
    this.with((state, entry) => opened(state.index, this.firstWindow(entry), entry.series.modality));
  }

  neighbour(steps: number): void {
    if (this.entry) this.open(neighbour(this.entries, this.entry, steps));
  }

  neighbourCase(steps: number): void {
    if (this.entry) this.open(neighbourCase(this.entries, this.entry, steps));
  }

  setTool(tool: Tool): void {
    this.pane.tool = tool;
    this.changed();
  }

  nextLevel(): void {
    this.pane.level = LEVELS[(LEVELS.indexOf(this.pane.level) + 1) % LEVELS.length] ?? "full";
    this.pane.refresh();
  }

  /** The window of a number key: 0 is the original; 1 that of the slice where values are no Hounsfield units. */
  usePreset(number: number): void {
    const { entry } = this;
    if (!entry) return;
    if (number === 0) this.useWindow(this.firstWindow(entry));
    else if (entry.stack.units === HU) this.useWindow(CT_PRESETS[number - 1]?.window ?? null);
    else if (number === 1) this.useWindow(this.windowOfSlice());
  }

  useWindow(window: Window | null): void {
    if (!window) return;
    this.with((state, entry) => {
      const least = leastWidth(entry.stack.voi_lut_function);
      return { ...state, window: [window[0], Math.max(window[1], least)] };
    });
  }

  private windowOfSlice(): Window | null {
    const [slices, state] = [this.slices, this.pane.state];
    const patterns = slices && state ? slices.patterns(state.index) : null;
    return slices && state && patterns ? windowFrom(patterns, slices.kind(state.index)) : null;
  }

  removeLast(): void {
    this.pane.marks.pop();
    this.pane.refresh();
  }

  removeAll(): void {
    const { entry } = this;
    for (const key of [...this.pane.measures.keys()]) {
      if (entry && key.startsWith(`${entry.number} `)) this.pane.measures.delete(key);
    }
    this.pane.refresh();
  }
}
