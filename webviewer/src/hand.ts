// Wheel and pointer on the pane: the left button uses the tool, the right one changes the window, the middle one pans.

import { isComplete, kindOfTool, type Measure, type Place } from "./measures";
import type { Pane } from "./pane";
import { Pinch, type Pinched } from "./panes/pinch";
import { leastWidth } from "./pixels";
import {
  CLICK, LINE, NOTCH, REACH, WHEEL_ZOOM, dragPan, dragScroll, dragWindow, dragZoom, pixelSize, scroll, toImage, zoomBy,
  type Tool, type ViewState,
} from "./state";

interface Drag {
  tool: Tool;
  from: readonly [number, number];
  start: ViewState;
}

interface Grip {
  measure: Measure;
  point: number;
  now: Measure;
}

export class Hand {
  private drag: Drag | null = null;
  private grip: Grip | null = null;
  private drawn: Measure | null = null;
  private at: Place | null = null;
  private pressed: readonly [number, number] | null = null;
  private rest = 0;
  private answering = false;
  private readonly pinch = new Pinch();

  constructor(private readonly surface: HTMLElement, private readonly pane: Pane) {
    surface.addEventListener("contextmenu", (event) => event.preventDefault());
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.press(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.release(event));
    surface.addEventListener("pointercancel", (event) => {
      this.pinch.up(event);
      this.leave();
    });
  }

  /** The measurement being drawn, with the pointer as its next point. */
  private get sketch(): Measure | null {
    if (!this.drawn || !this.at) return this.drawn;
    return { ...this.drawn, points: [...this.drawn.points, this.at] };
  }

  /** The measurements of a slice as they are shown: with the one that is dragged, and the one that is drawn. */
  shown(marks: readonly Measure[]): readonly Measure[] {
    const { grip, sketch } = this;
    const found = grip ? marks.map((measure) => (measure === grip.measure ? grip.now : measure)) : marks;
    return sketch ? [...found, sketch] : found;
  }

  /** Forget what is being drawn or dragged: another slice or tool. */
  leave(all = false): void {
    if (all || this.drag?.tool !== "scroll") this.drag = null;
    this.grip = this.drawn = this.at = this.pressed = null;
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const { state, slices } = this.pane;
    if (!state || !slices) return;
    const delta = (event.deltaY || event.deltaX) * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    if (event.ctrlKey) {
      this.pane.change(zoomBy(state, WHEEL_ZOOM ** (-delta / NOTCH), this.fromMiddle(event)));
      return;
    }
    this.rest = this.rest * delta < 0 ? delta : this.rest + delta;
    const steps = Math.trunc(this.rest / NOTCH);
    this.rest -= steps * NOTCH;
    if (steps) this.pane.change(scroll(state, slices.entry.stack, steps));
  }

  private fromMiddle(event: MouseEvent): readonly [number, number] {
    const scale = this.scale();
    const { clientWidth, clientHeight } = this.surface;
    return [(event.offsetX - clientWidth / 2) / scale, (event.offsetY - clientHeight / 2) / scale];
  }

  /** Screen pixels per mm. */
  private scale(): number {
    const [mapping, stack] = [this.pane.mapping(), this.pane.slices?.entry.stack];
    return mapping && stack ? mapping.scaleY / pixelSize(stack)[1] : 1;
  }

  private place(event: MouseEvent): Place | null {
    const mapping = this.pane.mapping();
    return mapping && toImage(mapping, event.offsetX, event.offsetY);
  }

  private press(event: PointerEvent): void {
    const { state } = this.pane;
    const place = this.place(event);
    this.pinch.down(event);
    if (this.pinch.active) return this.leave(true);
    if (!state || !place || this.drag) return;
    event.preventDefault();
    this.surface.setPointerCapture(event.pointerId);
    const tools: Tool[] = [this.pane.tool, "pan", "window"];
    const tool = tools[event.button];
    if (!tool) return;
    const kind = kindOfTool(tool);
    if (event.button === 0 && this.answers(place, tool)) this.answering = true;
    else if (tool === "cross") this.pane.cross(place);
    else if (kind || tool === "select") this.measure(event, place, kind);
    else this.drag = { tool, from: [event.offsetX, event.offsetY], start: state };
  }

  /** Whether a question or an answer takes the press. */
  private answers(place: Place, tool: Tool): boolean {
    const { slices, state, settings } = this.pane;
    const reach = REACH / (this.pane.mapping()?.scaleX ?? 1);
    return !!slices && !!state && !!settings.answers?.press(slices, state.index, place, reach, tool);
  }

  private measure(event: PointerEvent, place: Place, kind: Measure["kind"] | null): void {
    this.pressed = [event.offsetX, event.offsetY];
    if (this.drawn) return this.add(place);
    this.grip = this.held(place);
    if (!this.grip && kind) this.drawn = { kind, points: [place] };
    this.at = place;
  }

  /** The point of a measurement within reach, the nearest of all. */
  private held(place: Place): Grip | null {
    const reach = REACH / (this.pane.mapping()?.scaleX ?? 1);
    let best: { grip: Grip; off: number } | null = null;
    for (const measure of this.pane.marks) {
      measure.points.forEach((at, point) => {
        const off = Math.hypot(at[0] - place[0], at[1] - place[1]);
        if (off <= reach && (!best || off < best.off)) best = { grip: { measure, point, now: measure }, off };
      });
    }
    return (best as { grip: Grip } | null)?.grip ?? null;
  }

  private add(place: Place): void {
    if (!this.drawn) return;
    this.drawn.points.push(place);
    if (isComplete(this.drawn)) {
      this.pane.addMark(this.drawn);
      this.drawn = this.at = this.pressed = null;
    }
    this.pane.refresh();
  }

  private move(event: PointerEvent): void {
    const pinched = this.pinch.move(event);
    if (pinched) return this.zoom(pinched);
    const place = this.place(event);
    this.at = this.drawn && place;
    if (this.grip && place) this.grip.now = moved(this.grip, place);
    if (this.answering && place) this.pane.settings.answers?.move(place);
    if (this.drag) this.pane.change(this.dragged(this.drag, event));
    this.pane.refresh();
  }

  /** Two fingers zoom about their middle, and move the image with it. */
  private zoom({ factor, middle, moved }: Pinched): void {
    const { state } = this.pane;
    if (!state) return;
    const scale = this.scale();
    const { clientWidth, clientHeight } = this.surface;
    const about = [(middle[0] - clientWidth / 2) / scale, (middle[1] - clientHeight / 2) / scale] as const;
    const panned = dragPan(state, moved[0] / scale, moved[1] / scale);
    this.pane.change(zoomBy(panned, factor, about));
    this.pane.refresh();
  }

  private dragged(drag: Drag, event: PointerEvent): ViewState {
    const [slices, state] = [this.pane.slices, this.pane.state];
    if (!slices || !state) return drag.start;
    const [dx, dy] = [event.offsetX - drag.from[0], event.offsetY - drag.from[1]];
    const { stack, series } = slices.entry;
    const start = { ...drag.start, index: state.index };
    if (drag.tool === "scroll") return dragScroll(drag.start, stack, dy);
    if (drag.tool === "zoom") return dragZoom(start, dy);
    if (drag.tool === "pan") return dragPan(start, dx / this.scale(), dy / this.scale());
    return dragWindow(start, dx, dy, series.modality, stack.window, leastWidth(slices.kind(state.index).voi));
  }

  private release(event: PointerEvent): void {
    this.pinch.up(event);
    if (this.answering) this.pane.settings.answers?.release();
    this.answering = false;
    if (this.grip && this.grip.now !== this.grip.measure) this.pane.replaceMark(this.grip.measure, this.grip.now);
    this.drag = this.grip = null;
    const [place, pressed] = [this.place(event), this.pressed];
    this.pressed = null;
    if (!this.drawn || !place || !pressed) return;
    if (Math.hypot(event.offsetX - pressed[0], event.offsetY - pressed[1]) > CLICK) this.add(place);
  }
}

function moved({ now, point }: Grip, place: Place): Measure {
  return { ...now, points: now.points.map((at, k) => (k === point ? place : at)) };
}
