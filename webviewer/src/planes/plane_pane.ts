// One of the four panes of MPR: shows its plane, and turns pointer and wheel into cross-hair, slab and lens.

import { probeText } from "../annotation";
import { context, make } from "../dom";
import { drawScale } from "../drawing";
import type { Vector } from "../format";
import { kindOfTool } from "../measures";
import { NO_LETTERS, Overlay, fit } from "../overlay";
import { Pinch } from "../panes/pinch";
import { LINE, NOTCH, WHEEL_ZOOM, ZOOM_DRAG, toScreen } from "../state";
import { tr } from "../words";
import { crossHairOf, draggedHair, heldAt, type Held } from "./crosshair";
import { IMAGE, paintCut, see, type Seen } from "./cut";
import { isSame, ofPicture, zoomedLens } from "./lens";
import { cutThrough, lettersOfFacing, placeIn, pointAt, type Cut, type Lens, type MprState, type Plane } from "./mpr";
import { drawBands, drawHair } from "./plane_drawing";
import { PlaneMeasures } from "./plane_measures";
import { drawParts } from "./space_drawing";
import type { Planes } from "./planes";
import type { PlaneView } from "./view";
import { damagedParts, gapParts, holds } from "./polygons";
import { placed, scaled } from "./vectors";
import { planeCorners } from "./words";

type Place = [number, number];
type Nothing = "" | "outside the image" | "damaged image" | "slices missing here" | "padding, not part of the image";

// In screen pixels: a press that moved less brings the cross-hair; a drag from slice to slice.
const [STILL, SLICE_DRAG] = [3, 6];
// So many voxels are mixed in time while something moves.
const IN_TIME = 70_000;

interface Drag {
  button: number;
  from: Place;
  held: Held | null;
  click: boolean;
  state: MprState;
  lens: Lens;
  cut: Cut;
  steps: number;
}

export class PlanePane {
  readonly element = make("div", { className: "pane plane" });
  private readonly image = make("canvas", { className: "image" });
  private readonly over = make("canvas", { className: "over" });
  private readonly texts = new Overlay();
  private readonly picture = document.createElement("canvas");
  private readonly pinch = new Pinch();
  private drag: Drag | null = null;
  private held: Held | null = null;
  private pointer: Place | null = null;
  private rest = 0;
  private seen: { cut: Cut; seen: Seen } | null = null;
  private painted = "";
  private readonly spoken = make("p", { className: "spoken" });
  private readonly measures: PlaneMeasures;

  constructor(private readonly planes: Planes, readonly plane: Plane) {
    this.measures = new PlaneMeasures(planes, plane);
    this.element.append(this.image, this.over, ...this.texts.elements, this.spoken);
    this.spoken.setAttribute("role", "status");
    this.image.setAttribute("role", "img");
    const { over } = this;
    over.addEventListener("contextmenu", (event) => event.preventDefault());
    over.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    over.addEventListener("pointerdown", (event) => this.press(event));
    over.addEventListener("pointermove", (event) => this.move(event));
    over.addEventListener("pointerup", (event) => this.release(event));
    over.addEventListener("pointercancel", (event) => {
      this.cancel();
      this.release(event);
    });
    over.addEventListener("pointerleave", () => this.point(null));
    over.addEventListener("dblclick", () => this.double());
  }

  /** The pane in pixels of the screen. */
  private get size(): [number, number] {
    return [this.image.width, this.image.height];
  }

  /** The current plane at the size of the pane. */
  private cut(coarse = 1): Cut {
    const { state, lenses, solid } = this.planes;
    return cutThrough(state, lenses[this.plane], solid, this.plane, this.size, coarse);
  }

  draw(): void {
    for (const canvas of [this.image, this.over]) fit(canvas, this.element);
    const { planes, plane } = this;
    const { solid, state, settings } = planes;
    this.drawImage();
    const cut = this.cut();
    const surface = context(this.over);
    surface.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    drawBands(surface, gapParts(solid, cut), damagedParts(solid, cut));
    if (settings.level !== "off" && planes.crossShown) drawHair(surface, crossHairOf(state, plane, cut), cut, this.held);
    this.drawMeasures(surface, cut);
    const first = plane === (planes.alone ?? "axial");
    const said = planeCorners(planes.slices, solid, state, plane, settings.level, planes.shown, this.value(cut), first);
    this.texts.write(said, settings.level === "off" ? NO_LETTERS : lettersOfFacing(state.facings[plane]));
    if (settings.level === "full") this.drawScale(surface, cut);
    this.element.dataset["plane"] = plane;
  }

  /** Measurements and answers, in CSS pixels. */
  private drawMeasures(context: CanvasRenderingContext2D, cut: Cut): void {
    this.measures.follow();
    const { clientWidth: width, clientHeight: height } = this.element;
    const sheet = { context, width, height, mapping: ofPicture() };
    const measured = drawParts(sheet, (point) => toScreen(sheet.mapping, placeIn(cut, point)), this.measures.parts());
    const answers = this.planes.settings.answers?.planes.draw(sheet, this.view(cut), this.pointer) ?? [];
    const said = [...answers, ...measured].join("; ");
    if (said !== this.spoken.textContent) this.spoken.textContent = said;
  }

  /** What answers to a form need to know of the plane. */
  private view(cut: Cut): PlaneView {
    const { slices, solid, state } = this.planes;
    return { slices, solid, state, cut, facing: state.facings[this.plane] };
  }

  private drawScale(surface: CanvasRenderingContext2D, cut: Cut): void {
    const pixelsPerMm = 1 / Math.hypot(...cut.matrix.columns[0]) / devicePixelRatio;
    const mapping = { originX: 0, originY: 0, scaleX: 1, scaleY: 1, pixelsPerMm };
    drawScale({ context: surface, mapping, width: this.element.clientWidth, height: this.element.clientHeight }, this.texts.freeBelow(this.element));
  }

  /** The picture; with fewer pixels while something moves, so that it follows in time. */
  private drawImage(): void {
    const { solid, shown, moving } = this.planes;
    const [width, height] = this.size;
    const fine = this.cut();
    const coarse = moving ? Math.max(Math.sqrt((width * height * fine.samples) / IN_TIME), 1) : 1;
    const cut = coarse > 1 ? this.cut(coarse) : fine;
    if (!this.seen || !isSame(this.seen.cut, cut)) {
      this.seen = { cut, seen: see(solid, cut) };
      this.painted = "";
    }
    if (this.painted !== JSON.stringify(shown)) {
      [this.picture.width, this.picture.height] = [cut.columns, cut.rows];
      context(this.picture).putImageData(paintCut(solid, cut, this.seen.seen, shown.window, shown.inverted), 0, 0);
      this.painted = JSON.stringify(shown);
    }
    const surface = context(this.image);
    surface.fillStyle = "#000";
    surface.fillRect(0, 0, width, height);
    surface.drawImage(this.picture, 0, 0, width, height);
  }

  // Pointer

  private place(event: MouseEvent): Place {
    return [event.offsetX * devicePixelRatio - 0.5, event.offsetY * devicePixelRatio - 0.5];
  }

  private point(place: Place | null): void {
    this.pointer = place;
    const hair = this.planes.crossShown && !this.measuring && this.planes.settings.level !== "off";
    this.held = place && hair ? heldAt(crossHairOf(this.planes.state, this.plane, this.cut()), place, devicePixelRatio) : null;
    this.over.style.cursor = this.held ? { point: "move", move: "grab", turn: "pointer" }[this.held.grip] : "";
    this.planes.refresh();
  }

  /** Whether the left button measures, or answers a question: the cross-hair stays then. */
  private get measuring(): boolean {
    const { tool, answers } = this.planes.settings;
    return tool === "select" || kindOfTool(tool) !== null || !!answers?.planes.asks;
  }

  private value(cut: Cut): string {
    const { pointer, seen, planes } = this;
    if (!pointer || !seen || planes.moving) return "";
    const nothing = this.nothingAt(cut, pointer);
    if (nothing) return tr(nothing);
    const { whole, stack } = planes.solid;
    const at = this.indexIn(seen.cut, pointer);
    const { slope, intercept } = whole ?? { slope: 1, intercept: 0 };
    return probeText((seen.seen.values[at] as number) * slope + intercept, stack.units);
  }

  private indexIn(cut: Cut, [column, row]: Place): number {
    return Math.floor(row + 0.5) * cut.columns + Math.floor(column + 0.5);
  }

  /** Why there is no value at a place; empty if there is one. */
  private nothingAt(cut: Cut, pointer: Place): Nothing {
    const { solid } = this.planes;
    const index = placed(solid.toIndex, pointAt(cut, ...pointer));
    if (index.some((part, k) => part < (solid.low[k] as number) || part > (solid.high[k] as number))) {
      return "outside the image";
    }
    if (damagedParts(solid, cut).some((part) => holds(part, pointer))) return "damaged image";
    if (solid.gaps.some(([low, high]) => index[2] > low && index[2] < high)) return "slices missing here";
    const { seen } = this;
    const isImage = seen && seen.seen.there[this.indexIn(seen.cut, pointer)] === IMAGE;
    return isImage || this.planes.moving ? "" : "padding, not part of the image";
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const delta = (event.deltaY || event.deltaX) * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    if (event.ctrlKey) return this.zoom(WHEEL_ZOOM ** (-delta / NOTCH), this.place(event));
    this.rest = this.rest * delta < 0 ? delta : this.rest + delta;
    const steps = Math.trunc(this.rest / NOTCH);
    this.rest -= steps * NOTCH;
    if (steps) this.planes.scroll(this.plane, steps);
  }

  /** The point at a place stays there. */
  private zoom(factor: number, place: Place): void {
    this.planes.setLens(this.plane, zoomedLens(this.planes.lenses[this.plane], this.cut(), factor, place));
  }

  private press(event: PointerEvent): void {
    event.preventDefault();
    this.pinch.down(event);
    if (this.pinch.active) {
      this.cancel();
      return void (this.drag = null);
    }
    this.over.setPointerCapture(event.pointerId);
    const [from, cut, { state, lenses }] = [this.place(event), this.cut(), this.planes];
    this.point(from);
    if (event.button === 0 && this.mark(cut, from)) return;
    const held = event.button === 0 ? this.held : null;
    this.drag = { button: event.button, from, held, click: !held, state, lens: lenses[this.plane], cut, steps: 0 };
    this.planes.hold();
  }

  /** Whether a question, an answer or a measurement takes the press. */
  private mark(cut: Cut, place: Place): boolean {
    const { answers, tool } = this.planes.settings;
    return !!answers?.planes.press(this.view(cut), place, this.nothingAt(cut, place), tool) || this.measures.press(cut, place);
  }

  /** Forget what has begun, a measurement or the drag of an answer; false if nothing has. */
  cancel(): boolean {
    return [this.planes.settings.answers?.planes.cancel(), this.measures.cancel()].includes(true);
  }

  /** What the first click began is cancelled. */
  private double(): void {
    if (this.planes.settings.answers?.planes.asks) return;
    this.cancel();
    this.planes.enlarge(this.plane);
  }

  private move(event: PointerEvent): void {
    const pinched = this.pinch.move(event);
    if (pinched) {
      const middle = pinched.middle.map((part) => part * devicePixelRatio - 0.5) as Place;
      this.shift(this.planes.lenses[this.plane], this.cut(), scaled([...pinched.moved, 0], devicePixelRatio));
      return this.zoom(pinched.factor, middle);
    }
    const place = this.place(event);
    const cut = this.cut();
    if (this.planes.settings.answers?.planes.move(this.view(cut), place) || this.measures.move(cut, place)) return this.point(place);
    if (!this.drag) return this.point(place);
    this.pointer = place;
    const [right, down] = [place[0] - this.drag.from[0], place[1] - this.drag.from[1]].map((part) => part / devicePixelRatio) as Place;
    this.drag.click &&= Math.hypot(right, down) <= STILL;
    if (this.drag.held) {
      const { state, cut, held, from } = this.drag;
      this.planes.set(draggedHair(state, this.planes.solid, this.plane, cut, held, from, place));
    } else if (!this.drag.click) this.useTool(this.drag, right, down);
  }

  private useTool(drag: Drag, right: number, down: number): void {
    const tool = [this.planes.settings.tool, "pan", "window"][drag.button];
    if (tool === "window") this.planes.dragWindow(right, down);
    else if (tool === "zoom") {
      const about: Place = [(drag.cut.columns - 1) / 2, (drag.cut.rows - 1) / 2];
      this.planes.setLens(this.plane, zoomedLens(drag.lens, drag.cut, 2 ** (-down / ZOOM_DRAG), about));
    } else if (tool === "pan") this.shift(drag.lens, drag.cut, scaled([right, down, 0], devicePixelRatio));
    else {
      const steps = Math.trunc(down / SLICE_DRAG);
      if (steps !== drag.steps) this.planes.scroll(this.plane, steps - drag.steps);
      drag.steps = steps;
    }
  }

  private shift(lens: Lens, cut: Cut, [right, down]: Vector): void {
    const middle = pointAt(cut, (cut.columns - 1) / 2 - right, (cut.rows - 1) / 2 - down);
    this.planes.setLens(this.plane, { ...lens, middle });
  }

  private release(event: PointerEvent): void {
    this.pinch.up(event);
    const { drag } = this;
    this.drag = null;
    this.planes.settings.answers?.planes.release();
    if (event.button === 0) this.measures.release(this.cut(), this.place(event));
    if (drag?.click && drag.button === 0 && event.type === "pointerup") this.planes.moveTo(pointAt(this.cut(), ...this.place(event)));
    this.point(this.place(event));
  }
}
