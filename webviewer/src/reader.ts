// The reader: the panes with their series, and everything that keys, buttons and the list do with them.

import { LEVELS } from "./annotation";
import { inOrder, neighbour, neighbourCase } from "./choice";
import type { Entry, Rule, Vector, Window } from "./format";
import type { CaseList } from "./list";
import type { Pane, Settings } from "./pane";
import { Ties } from "./panes/ties";
import { Markings } from "./panes/markings";
import { Port } from "./panes/port";
import { leastWidth, windowFrom } from "./pixels";
import { CT_PRESETS, HU } from "./presets";
import { Slices } from "./slices";
import type { PixelSource } from "./source";
import { goToEnd, indexOfNumber, opened, scroll, zoomBy, type Tool, type ViewState } from "./state";

// In ms.
const TELL = 200;
const LAYOUTS = [1, 2, 4] as const;

export class Reader {
  readonly settings: Settings = { tool: "scroll", level: "full", answers: null };
  readonly markings = new Markings();
  readonly ties = new Ties();
  ports: Port[] = [];
  private selected: Port;
  private readonly states = new Map<Entry, ViewState>();
  private told = 0;

  /**
   * `changed` is called when another stack, tool or arrangement is used, `moved` with each state of the selected pane;
   * `toggleHelp` shows or hides the help.
   */
  constructor(
    private readonly entries: readonly Entry[], private readonly rules: readonly Rule[], private readonly list: CaseList, private readonly source: PixelSource,
    private readonly changed: () => void, private readonly moved: () => void, readonly toggleHelp: (shown?: boolean) => boolean,
  ) {
    this.selected = this.addPort();
  }

  get port(): Port {
    return this.selected;
  }

  /** The selected pane. */
  get pane(): Pane {
    return this.selected.pane;
  }

  get entry(): Entry | null {
    return this.selected.entry;
  }

  /** The slices of the selected pane. */
  get slices(): Slices | null {
    return this.selected.slices;
  }

  private addPort(): Port {
    const port: Port = new Port(
      this.settings, this.markings,
      {
        changed: (_, state) => this.set(state, port),
        pressed: () => this.select(port),
        crossed: (_, point) => this.cross(point, port),
        enlarged: () => this.enlarge(port),
      },
      (number) => {
        this.select(port);
        this.go(number);
      },
    );
    this.ports.push(port);
    return port;
  }

  open(entry: Entry): void {
    if (this.selected.entry === entry) {
      this.slices?.askAgain();
      return this.refresh();
    }
    const other = this.entry?.case;
    this.show(entry, this.selected);
    // No picture of another patient is left standing.
    if (other && other !== entry.case) {
      for (const port of this.ports) if (port.entry && port.entry.case !== entry.case) port.close();
      this.ties.cross = null;
    }
    this.list.select(entry);
    this.tie();
  }

  private show(entry: Entry, port: Port): void {
    const { stack, series } = entry;
    const state = this.states.get(entry) ?? opened(stack.preview_frame, this.firstWindow(entry), series.modality);
    const parts = (): number => this.ports.length;
    const slices: Slices = new Slices(entry, this.source, state.index, parts, (index) => this.arrived(port, slices, index));
    port.open(slices);
    this.put(state, port);
  }

  private arrived(port: Port, slices: Slices, index: number): void {
    if (port.slices !== slices) return;
    // Its own slice at once; how many there are a few times in a second, as each drawing delays the next slice.
    const shown = index === port.pane.state?.index || slices.done === slices.frames.length;
    if (shown || (slices.room >= slices.frames.length && performance.now() > this.told + TELL)) {
      this.told = performance.now();
      port.pane.refresh();
    }
    this.moved();
  }

  private firstWindow(entry: Entry): Window {
    const [center, width] = this.ruleOf(entry)?.window ?? entry.stack.window;
    return [center, Math.max(width, leastWidth(entry.stack.voi_lut_function))];
  }

  /** The first hanging rule that an entry fits. */
  ruleOf({ stack }: Entry): Rule | null {
    return this.rules[stack.rule - 1] ?? null;
  }

  /** A new state of a pane; those that are linked follow. */
  set(state: ViewState, port: Port = this.selected): void {
    this.put(state, port);
    for (const [follower, next] of this.ties.moved(port, this.ports)) this.put(next, follower);
    this.ties.mark(this.selected, this.ports);
    this.moved();
  }

  private put(state: ViewState, port: Port): void {
    if (port.entry) this.states.set(port.entry, state);
    port.set(state);
  }

  private tie(): void {
    this.ties.anew(this.selected, this.ports);
    this.ties.mark(this.selected, this.ports);
    this.changed();
    this.moved();
  }

  private select(port: Port): void {
    const filled = port.entry;
    if (port === this.selected && filled) return;
    const following = filled ?? this.unshown()[0] ?? this.entry;
    this.selected = port;
    if (!filled && following) this.show(following, port);
    if (following) this.list.select(following);
    this.tie();
  }

  /** The series of the case that no pane shows. */
  private unshown(): Entry[] {
    const shown = this.ports.map((port) => port.entry);
    const case_ = shown.find((entry) => entry)?.case;
    return inOrder(this.entries.filter((entry) => entry.case === case_ && !shown.includes(entry)));
  }

  /** One, two or four panes: the selected series first, then the others of the case, or the first again. */
  cycleLayout(): void {
    this.layOut(LAYOUTS[(LAYOUTS.indexOf(this.ports.length as 1 | 2 | 4) + 1) % LAYOUTS.length] ?? 1);
  }

  /** So many panes: the selected one, `beside` it, then the others of its case. */
  layOut(number: 1 | 2 | 4, beside: readonly Entry[] = []): void {
    const [first, entry] = [this.selected, this.entry];
    for (const port of this.ports) if (port !== first) port.close();
    this.ports = [first];
    while (this.ports.length < number) {
      const following = beside[this.ports.length - 1] ?? this.unshown()[0] ?? entry;
      const port = this.addPort();
      if (following) this.show(following, port);
    }
    // The memory is divided anew.
    for (const { slices, pane } of this.ports) if (pane.state) slices?.want(pane.state.index);
    this.tie();
  }

  /** Let a pane fill the area, or give the area back. */
  private enlarge(port: Port): void {
    const alone = this.ports.length > 1 && !this.ports.some((other) => other.element.hidden);
    for (const other of this.ports) other.element.hidden = alone && other !== port;
    this.changed();
  }

  link(linked: boolean): void {
    this.ties.linked = linked;
    this.tie();
    if (linked && this.pane.state) this.set(this.pane.state);
  }

  turnLocalizers(): void {
    this.ties.localizers = !this.ties.localizers;
    this.tie();
  }

  /** Find the same point in every pane of the same frame of reference. */
  private cross(point: Vector, leader: Port): void {
    this.ties.cross = point;
    for (const [port, state] of this.ties.crossed(leader, this.ports)) this.put(state, port);
    this.tie();
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

  /** The display as it opened; the slice stays (IHE BIR). */
  escape(): void {
    this.ties.cross = null;
    this.with((state, entry) => opened(state.index, this.firstWindow(entry), entry.series.modality));
  }

  neighbour(steps: number): void {
    if (this.entry) this.open(neighbour(this.entries, this.entry, steps));
  }

  neighbourCase(steps: number): void {
    if (this.entry) this.open(neighbourCase(this.entries, this.entry, steps));
  }

  setTool(tool: Tool): void {
    this.settings.tool = tool;
    this.changed();
  }

  nextLevel(): void {
    this.settings.level = LEVELS[(LEVELS.indexOf(this.settings.level) + 1) % LEVELS.length] ?? "full";
    this.refresh();
  }

  /** Draw everything again. */
  refresh(): void {
    for (const port of this.ports) port.refresh();
    this.moved();
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

  /** Delete the last measurement of the slice, or of planes through the series. */
  removeLast(onPlanes: boolean): void {
    const [entry, state] = [this.entry, this.pane.state];
    if (entry && onPlanes) this.markings.removeLastInSpace(entry);
    else if (entry && state) this.markings.removeLast(entry, state.index);
    this.refresh();
  }

  removeAll(): void {
    if (this.entry) this.markings.removeAll(this.entry);
    this.refresh();
  }

  turnKeyImage(): void {
    const [entry, state] = [this.entry, this.pane.state];
    if (entry && state) this.markings.turnKeyImage(entry, state.index);
    this.refresh();
  }

  undo(): void {
    this.markings.undo();
    this.refresh();
  }

  redo(): void {
    this.markings.redo();
    this.refresh();
  }
}
