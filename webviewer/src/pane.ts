// The pane: shows one slice of the open stack with its texts, and passes wheel and pointer on.

import { corners, lettersOf, probeText, zoomText, type Corners, type Letters, type Level } from "./annotation";
import { context, make } from "./dom";
import { drawMeasure, drawScale, type Sheet } from "./drawing";
import { Hand } from "./hand";
import type { Measure } from "./measures";
import { paint } from "./pixels";
import type { Slices } from "./slices";
import { mapImage, toImage, type Mapping, type Tool, type ViewState } from "./state";
import { tr } from "./words";

const SIDES = ["left", "right", "top", "bottom"] as const;
const CORNERS = ["topLeft", "topRight", "bottomLeft", "bottomRight"] as const;

export class Pane {
  readonly element = make("div", { className: "pane" });
  level: Level = "full";
  tool: Tool = "scroll";
  readonly measures = new Map<string, Measure[]>();
  private readonly image = make("canvas", { className: "image" });
  private readonly over = make("canvas", { className: "over" });
  private readonly message = make("p", { className: "message" });
  private readonly letters = new Map(SIDES.map((side) => [side, make("div", { className: `letter ${side}` })]));
  private readonly corners = new Map(CORNERS.map((place) => [place, make("div", { className: `corner ${place}` })]));
  private readonly spoken = make("p", { className: "spoken" });
  private readonly picture = document.createElement("canvas");
  private pictureOf = "";
  private pointer: readonly [number, number] | null = null;
  private waiting = false;
  private current: { slices: Slices; state: ViewState } | null = null;
  private readonly hand: Hand;

  /** `changed` is called with each new state that wheel or pointer make. */
  constructor(private readonly changed: (state: ViewState) => void) {
    this.element.append(this.image, this.over, ...this.letters.values(), ...this.corners.values(), this.message, this.spoken);
    this.image.setAttribute("role", "img");
    this.spoken.setAttribute("role", "status");
    this.hand = new Hand(this.over, this);
    this.over.addEventListener("pointermove", (event) => this.pointAt([event.offsetX, event.offsetY]));
    this.over.addEventListener("pointerleave", () => this.pointAt(null));
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

  /** A new state by wheel or pointer. */
  change(state: ViewState): void {
    this.changed(state);
  }

  /** The measurements of the shown slice. */
  get marks(): Measure[] {
    const key = this.current ? `${this.current.slices.entry.number} ${this.current.state.index}` : "";
    let found = this.measures.get(key);
    if (!found) this.measures.set(key, (found = []));
    return found;
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
    if (!this.current || !mapping) return;
    const { slices, state } = this.current;
    for (const canvas of [this.image, this.over]) fit(canvas, this.element);
    this.drawImage(slices, state, mapping);
    this.drawOver(slices, state, mapping);
    this.write(corners(slices, state, this.level, this.probe(slices, state, mapping), this.zoom(state, mapping)));
    this.name(this.level === "off" ? { left: "", right: "", top: "", bottom: "" } : lettersOf(slices, state.index));
  }

  private drawImage(slices: Slices, state: ViewState, mapping: Mapping): void {
    const surface = context(this.image);
    surface.fillStyle = "#000";
    surface.fillRect(0, 0, this.image.width, this.image.height);
    const failure = slices.failure(state.index);
    const here = this.prepare(slices, state);
    this.message.className = failure ? "message damage" : "message";
    this.message.textContent = here ? "" : failure ? `${tr("This image cannot be shown")}\n${failure}` : tr("Loading this slice");
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
    const sketch = this.hand.sketch;
    const shown = sketch ? [...this.marks, sketch] : this.marks;
    const said = shown.map((measure) => drawMeasure(sheet, slices, state.index, measure).join(", ")).join("; ");
    if (said !== this.spoken.textContent) this.spoken.textContent = said;
    if (this.level === "full") drawScale(sheet);
  }

  private probe(slices: Slices, state: ViewState, mapping: Mapping): string {
    if (!this.pointer) return "";
    const [column, row] = toImage(mapping, ...this.pointer).map(Math.floor) as [number, number];
    return probeText(slices.value(state.index, column, row), slices.entry.stack.units);
  }

  private zoom(state: ViewState, mapping: Mapping): string {
    return zoomText(mapping, devicePixelRatio, state.zoom === 1);
  }

  private write(texts: Corners): void {
    for (const [place, element] of this.corners) {
      const lines = texts[place].map((line) => make("div", { text: line.text, className: line.weight }));
      element.replaceChildren(...lines);
    }
  }

  private name(letters: Letters): void {
    for (const [side, element] of this.letters) element.textContent = letters[side];
  }
}

/** Give a canvas the pixels of the screen that it covers, all empty. */
function fit(canvas: HTMLCanvasElement, element: HTMLElement): void {
  canvas.width = Math.max(Math.round(element.clientWidth * devicePixelRatio), 1);
  canvas.height = Math.max(Math.round(element.clientHeight * devicePixelRatio), 1);
}
