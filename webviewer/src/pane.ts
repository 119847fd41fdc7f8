// A pane: shows one slice of its stack with its texts, and passes wheel and pointer on.

import { corners, lettersOf, probeText, zoomText, type Level } from "./annotation";
import { context, make } from "./dom";
import { onSlice } from "./panes/crossings";
import { drawCross, drawLocalizer, drawMeasure, drawScale, type Sheet } from "./drawing";
import type { AnswerLayer } from "./form/layer";
import { Hand } from "./hand";
import type { Vector } from "./format";
import type { Measure, Place } from "./measures";
import type { Markings } from "./panes/markings";
import { crossing, onImage, toPatient } from "./panes/places";
import { NO_CORNERS, NO_LETTERS, Overlay, fit } from "./overlay";
import { paint } from "./pixels";
import type { Slices } from "./slices";
import { mapImage, toImage, type Mapping, type Tool, type ViewState } from "./state";
import { tr } from "./words";

/** What all panes share. */
export interface Settings {
  level: Level;
  tool: Tool;
  /** The answers to a form, if there is one. */
  answers: AnswerLayer | null;
}

export interface PaneEvents {
  /** A new state by wheel or pointer. */
  changed(pane: Pane, state: ViewState): void;
  /** A press of any button; the pane is selected from now on. */
  pressed(pane: Pane): void;
  /** A click with the cross-hair at a place in the patient. */
  crossed(pane: Pane, point: Vector): void;
  enlarged(pane: Pane): void;
}

/** What other panes add to this one. */
export interface Around {
  linked: boolean;
  /** The slice whose line is shown. */
  cutBy: { slices: Slices; index: number } | null;
  cross: Vector | null;
}

export class Pane {
  readonly element = make("div", { className: "pane" });
  around: Around = { linked: false, cutBy: null, cross: null };
  private readonly image = make("canvas", { className: "image" });
  private readonly over = make("canvas", { className: "over" });
  private readonly texts = new Overlay();
  private readonly spoken = make("p", { className: "spoken" });
  private readonly picture = document.createElement("canvas");
  private pictureOf = "";
  private pointer: readonly [number, number] | null = null;
  private waiting = false;
  private current: { slices: Slices; state: ViewState } | null = null;
  private readonly hand: Hand;

  constructor(readonly settings: Settings, readonly markings: Markings, private readonly events: PaneEvents) {
    this.element.append(this.image, this.over, ...this.texts.elements, this.spoken);
    this.image.setAttribute("role", "img");
    this.spoken.setAttribute("role", "status");
    this.hand = new Hand(this.over, this);
    this.over.addEventListener("pointermove", (event) => this.pointAt([event.offsetX, event.offsetY]));
    this.over.addEventListener("pointerleave", () => this.pointAt(null));
    this.element.addEventListener("pointerdown", () => events.pressed(this), { capture: true });
    this.over.addEventListener("dblclick", () => events.enlarged(this));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  get slices(): Slices | null {
    return this.current?.slices ?? null;
  }

  get state(): ViewState | null {
    return this.current?.state ?? null;
  }

  show(slices: Slices, state: ViewState): void {
    if (this.current?.slices !== slices || this.current.state.index !== state.index) this.hand.leave();
    this.current = { slices, state };
    this.refresh();
  }

  /** Show nothing: no picture of another patient is left standing. */
  clear(): void {
    this.hand.leave();
    this.current = null;
    this.refresh();
  }

  get tool(): Tool {
    return this.settings.tool;
  }

  /** A new state by wheel or pointer. */
  change(state: ViewState): void {
    this.events.changed(this, state);
  }

  /** Point at a place with the cross-hair. */
  cross(place: Place): void {
    const point = this.current && toPatient(this.current.slices.entry.stack, this.current.slices.frame(this.current.state.index), place);
    if (point) this.events.crossed(this, point);
  }

  /** The measurements of the shown slice. */
  get marks(): readonly Measure[] {
    return this.current ? this.markings.of(this.current.slices.entry, this.current.state.index) : [];
  }

  addMark(measure: Measure): void {
    if (this.current) this.markings.add(this.current.slices.entry, this.current.state.index, measure);
  }

  replaceMark(old: Measure, measure: Measure): void {
    if (this.current) this.markings.replace(this.current.slices.entry, this.current.state.index, old, measure);
  }

  mapping(): Mapping | null {
    if (!this.current) return null;
    const { clientWidth, clientHeight } = this.element;
    return mapImage(this.current.slices.entry.stack, this.current.state, clientWidth, clientHeight, devicePixelRatio);
  }

  /** Draw with the next picture of the screen. */
  refresh(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => this.draw());
  }

  private pointAt(place: readonly [number, number] | null): void {
    this.pointer = place;
    this.refresh();
  }

  private draw(): void {
    this.waiting = false;
    const mapping = this.mapping();
    for (const canvas of [this.image, this.over]) fit(canvas, this.element);
    if (!this.current || !mapping) return this.drawEmpty();
    const { slices, state } = this.current;
    const { level } = this.settings;
    this.drawImage(slices, state, mapping);
    const signs = { linked: this.around.linked, keyImage: this.markings.isKeyImage(slices.entry, state.index) };
    const said = corners(slices, state, level, this.probe(slices, state, mapping), this.zoom(state, mapping), signs);
    this.texts.write(said, level === "off" ? NO_LETTERS : lettersOf(slices, state.index));
    this.drawOver(slices, state, mapping);
  }

  private drawEmpty(): void {
    this.texts.write(NO_CORNERS, NO_LETTERS);
    this.texts.say(`${tr("Empty")}\n${tr("Another case was opened. Click to show a series here.")}`, "muted");
  }

  private drawImage(slices: Slices, state: ViewState, mapping: Mapping): void {
    const surface = context(this.image);
    surface.fillStyle = "#000";
    surface.fillRect(0, 0, this.image.width, this.image.height);
    const failure = slices.failure(state.index);
    const here = this.prepare(slices, state);
    const reason = failure ? `${tr("This image cannot be shown")}\n${failure}` : tr("Loading this slice");
    this.texts.say(here ? "" : reason, failure ? "damage" : "");
    if (!here) return;
    const { columns, rows } = slices.entry.stack;
    const ratio = devicePixelRatio;
    // Linear between the pixels, whose own greys stay as they are: "high" would blur them.
    surface.imageSmoothingQuality = "medium";
    surface.drawImage(
      this.picture, mapping.originX * ratio, mapping.originY * ratio,
      columns * mapping.scaleX * ratio, rows * mapping.scaleY * ratio,
    );
  }

  /** Make the picture of the slice, unless it is already there; false if its pixels are not. */
  private prepare(slices: Slices, state: ViewState): boolean {
    const patterns = slices.patterns(state.index);
    if (!patterns) return false;
    const key = JSON.stringify([slices.entry.number, state.index, state.window, state.inverted]);
    if (key === this.pictureOf) return true;
    const { columns, rows } = slices.entry.stack;
    if (this.picture.width !== columns || this.picture.height !== rows) {
      [this.picture.width, this.picture.height] = [columns, rows];
    }
    const pixels = new ImageData(columns, rows);
    paint(pixels, patterns, slices.kind(state.index), state.window, state.inverted);
    context(this.picture).putImageData(pixels, 0, 0);
    this.pictureOf = key;
    return true;
  }

  private drawOver(slices: Slices, state: ViewState, mapping: Mapping): void {
    const surface = context(this.over);
    surface.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const sheet: Sheet = {
      context: surface, mapping, width: this.element.clientWidth, height: this.element.clientHeight,
    };
    this.drawAround(sheet, slices, state);
    const shown = this.hand.shown(this.marks);
    const answers = this.settings.answers?.draw(sheet, slices, state.index) ?? [];
    const measured = shown.map((measure) => drawMeasure(sheet, slices, state.index, measure).join(", "));
    const crossing = onSlice(sheet, slices, state.index, this.markings.inSpace);
    const said = [...answers, ...measured, ...crossing].join("; ");
    if (said !== this.spoken.textContent) this.spoken.textContent = said;
    if (this.settings.level === "full") drawScale(sheet, this.texts.freeBelow(this.element));
  }

  /** The line of the selected slice, and the place that the cross-hair marks. */
  private drawAround(sheet: Sheet, slices: Slices, state: ViewState): void {
    const { cutBy, cross } = this.around;
    const { stack } = slices.entry;
    const frame = slices.frame(state.index);
    const line = cutBy && crossing(stack, frame, cutBy.slices.entry.stack, cutBy.slices.frame(cutBy.index));
    if (line) drawLocalizer(sheet, line);
    const place = cross && onImage(stack, frame, cross);
    if (place) drawCross(sheet, place);
  }

  private probe(slices: Slices, state: ViewState, mapping: Mapping): string {
    if (!this.pointer) return "";
    const [column, row] = toImage(mapping, ...this.pointer).map(Math.floor) as [number, number];
    return probeText(slices.value(state.index, column, row), slices.entry.stack.units);
  }

  private zoom(state: ViewState, mapping: Mapping): string {
    return zoomText(mapping, devicePixelRatio, state.zoom === 1);
  }
}
