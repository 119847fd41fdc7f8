// One of the four panes of MPR: shows its plane, and turns pointer and wheel into cross-hair, slab and lens.

import { probeText } from "../annotation";
import { context, make } from "../dom";
import { drawScale } from "../drawing";
import type { Vector } from "../format";
import { NO_LETTERS, Overlay, fit } from "../overlay";
import { Pinch } from "../panes/pinch";
import { WHEEL_ZOOM } from "../state";
import { tr } from "../words";
import { crossHairOf, draggedHair, heldAt, type Held } from "./crosshair";
import { IMAGE, paintCut, see, type Seen } from "./cut";
import { cutThrough, lettersOfFacing, pointAt, type Cut, type Lens, type MprState, type Plane } from "./mpr";
import { drawBands, drawHair } from "./plane_drawing";
import type { Planes } from "./planes";
import { damagedParts, gapParts, holds } from "./polygons";
import { placed, scaled } from "./vectors";
import { planeCorners } from "./words";

type Place = [number, number];

const CLICK = 3;
const NOTCH = 100;
const LINE = 33;
const ZOOM_DRAG = 200;
const SLICE_DRAG = 6;
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

  constructor(private readonly planes: Planes, readonly plane: Plane) {
    this.element.append(this.image, this.over, ...this.texts.elements);
    this.image.setAttribute("role", "img");
    const { over } = this;
    over.addEventListener("contextmenu", (event) => event.preventDefault());
    over.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    over.addEventListener("pointerdown", (event) => this.press(event));
    over.addEventListener("pointermove", (event) => this.move(event));
    over.addEventListener("pointerup", (event) => this.release(event));
    over.addEventListener("pointercancel", (event) => this.release(event));
    over.addEventListener("pointerleave", () => this.point(null));
    over.addEventListener("dblclick", () => planes.enlarge(plane));
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
    const first = plane === (planes.alone ?? "axial");
    const said = planeCorners(planes.slices, solid, state, plane, settings.level, planes.shown, this.value(cut), first);
    this.texts.write(said, settings.level === "off" ? NO_LETTERS : lettersOfFacing(state.facings[plane]));
    if (settings.level === "full") this.drawScale(surface, cut);
    this.element.dataset["plane"] = plane;
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
    this.held = place && this.planes.crossShown ? heldAt(crossHairOf(this.planes.state, this.plane, this.cut()), place, devicePixelRatio) : null;
    this.over.style.cursor = this.held ? { point: "move", move: "grab", turn: "pointer" }[this.held.grip] : "";
    this.planes.refresh();
  }

  private value(cut: Cut): string {
    const { planes, pointer, seen } = this;
    const { solid } = planes;
    if (!pointer || !seen || planes.moving) return "";
    const index = placed(solid.toIndex, pointAt(cut, ...pointer));
    const units = solid.stack.units;
    if (index.some((part, k) => part < (solid.low[k] as number) || part > (solid.high[k] as number))) {
      return tr("outside the image");
    }
    if (damagedParts(solid, cut).some((part) => holds(part, pointer))) return tr("damaged image");
    if (solid.gaps.some(([low, high]) => index[2] > low && index[2] < high)) return tr("slices missing here");
    const at = Math.floor(pointer[1] + 0.5) * seen.cut.columns + Math.floor(pointer[0] + 0.5);
    if (seen.seen.there[at] !== IMAGE) return tr("padding, not part of the image");
    const { slope, intercept } = solid.whole ?? { slope: 1, intercept: 0 };
    return probeText((seen.seen.values[at] as number) * slope + intercept, units);
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
    if (this.pinch.active) return void (this.drag = null);
    this.over.setPointerCapture(event.pointerId);
    const [from, cut, { state, lenses }] = [this.place(event), this.cut(), this.planes];
    this.point(from);
    const held = event.button === 0 ? this.held : null;
    this.drag = { button: event.button, from, held, click: !held, state, lens: lenses[this.plane], cut, steps: 0 };
    this.planes.hold();
  }

  private move(event: PointerEvent): void {
    const pinched = this.pinch.move(event);
    if (pinched) {
      const middle = pinched.middle.map((part) => part * devicePixelRatio - 0.5) as Place;
      this.shift(this.planes.lenses[this.plane], this.cut(), scaled([...pinched.moved, 0], devicePixelRatio));
      return this.zoom(pinched.factor, middle);
    }
    const place = this.place(event);
    if (!this.drag) return this.point(place);
    this.pointer = place;
    const [right, down] = [place[0] - this.drag.from[0], place[1] - this.drag.from[1]].map((part) => part / devicePixelRatio) as Place;
    this.drag.click &&= Math.hypot(right, down) <= CLICK;
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
    if (drag?.click && drag.button === 0 && event.type === "pointerup") this.planes.moveTo(pointAt(this.cut(), ...this.place(event)));
    this.point(this.place(event));
  }
}

/** Whether two pictures show the same voxels: a point that moves within a plane changes it by rounding alone. */
function isSame(one: Cut, other: Cut): boolean {
  if (one.columns !== other.columns || one.rows !== other.rows || one.samples !== other.samples) return false;
  const numbers = ({ matrix }: Cut): number[] => [...matrix.columns.flat(), ...matrix.origin];
  const others = numbers(other);
  return one.slab === other.slab && numbers(one).every((value, k) => Math.abs(value - (others[k] as number)) <= 1e-6);
}

function zoomedLens(lens: Lens, cut: Cut, factor: number, place: Place): Lens {
  const zoom = Math.min(Math.max(lens.zoom * factor, 0.2), 40);
  const kept = 1 - lens.zoom / zoom;
  const [x, y] = [(cut.columns - 1) / 2, (cut.rows - 1) / 2];
  return { zoom, middle: pointAt(cut, x + (place[0] - x) * kept, y + (place[1] - y) * kept) };
}
