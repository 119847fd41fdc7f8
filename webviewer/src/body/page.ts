// The whole body in 3D: its greatest values (MIP), turned by a drag; coarse while it moves, sharp a moment later.

import { button, context, make } from "../dom";
import type { Line } from "../annotation";
import { NO_LETTERS, Overlay, fit } from "../overlay";
import { Pinch } from "../panes/pinch";
import { paintCut } from "../planes/cut";
import { lettersOfFacing, normalOf, startAt, type Cut, type Facing } from "../planes/mpr";
import { NoSolid, solidOf, type Solid } from "../planes/solid";
import { add, rotated, scaled } from "../planes/vectors";
import { planeCorners } from "../planes/words";
import type { Vector } from "../format";
import type { Reader } from "../reader";
import type { Slices } from "../slices";
import { tr } from "../words";
import { Caster } from "./cast";

// So many samples are taken in time while the body moves; then all, some rows after each other.
const IN_TIME = 1_500_000;
const REST = 160;
const ROWS_AT_ONCE = 12;
const DEGREES_OF_PIXEL = 0.5;
const ZOOM_DRAG = 200;
const WHEEL_ZOOM = 400;
const DIRECTIONS: Record<string, Facing> = {
  A: { right: [1, 0, 0], down: [0, 0, -1] },
  P: { right: [-1, 0, 0], down: [0, 0, -1] },
  L: { right: [0, 1, 0], down: [0, 0, -1] },
  R: { right: [0, -1, 0], down: [0, 0, -1] },
  S: { right: [-1, 0, 0], down: [0, 1, 0] },
  I: { right: [1, 0, 0], down: [0, 1, 0] },
};
const FRONT = DIRECTIONS["A"] as Facing;

export class BodyPage {
  readonly element = make("section", { className: "stage" });
  private readonly pane = make("div", { className: "pane body" });
  private readonly image = make("canvas", { className: "image" });
  private readonly texts = new Overlay();
  private readonly picture = document.createElement("canvas");
  private readonly pinch = new Pinch();
  private solid: Solid | null = null;
  private shownOf: Slices | null = null;
  private facing = FRONT;
  private zoom = 1;
  private drag: { at: readonly [number, number]; zooms: boolean } | null = null;
  private timer = 0;
  private drawn: { cut: Cut; caster: Caster } | null = null;

  /** `turned` is called when the body comes or goes. */
  constructor(private readonly reader: Reader, private readonly turned: () => void) {
    this.element.hidden = true;
    this.pane.append(this.image, ...this.texts.elements);
    this.image.addEventListener("contextmenu", (event) => event.preventDefault());
    this.image.addEventListener("pointerdown", (event) => this.press(event));
    this.image.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.image.addEventListener(end, (event) => {
        this.pinch.up(event);
        this.drag = null;
      });
    }
    this.image.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomBy(2 ** (-event.deltaY / WHEEL_ZOOM));
    }, { passive: false });
    new ResizeObserver(() => this.moved()).observe(this.pane);
  }

  get shown(): boolean {
    return !this.element.hidden;
  }

  toggle(): void {
    this.element.hidden = !this.element.hidden;
    this.turned();
    if (this.shown) this.follow();
    else this.close();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.solid = this.shownOf = this.drawn = null;
  }

  /** Another series, more slices or another window. */
  follow(): void {
    const { slices, pane } = this.reader;
    if (!this.shown || !slices || !pane.state) return;
    if (this.solid && this.shownOf === slices) return this.paint();
    this.close();
    try {
      this.solid = solidOf(slices);
      this.shownOf = slices;
      this.element.replaceChildren(this.pane);
      this.moved();
    } catch (error) {
      if (!(error instanceof NoSolid)) throw error;
      const waiting = slices.done < slices.frames.length && slices.room >= slices.frames.length;
      const values = { arrived: slices.done, total: slices.frames.length };
      const reason = waiting ? tr("Loading {arrived} of {total}", values) : error.message;
      const back = button(tr("Back to the slices (Esc)"), () => this.toggle());
      this.element.replaceChildren(make("div", { className: "refusal" }, make("p", { text: reason }), back));
    }
  }

  /** From the front, as it opened; leave a page that shows nothing. */
  escape(): void {
    if (!this.solid) return this.toggle();
    [this.facing, this.zoom] = [FRONT, 1];
    this.moved();
  }

  /** A letter of a side shows the body from there; false if the key means nothing here. */
  look(key: string): boolean {
    const facing = this.shown && this.solid ? DIRECTIONS[key] : undefined;
    if (facing) {
      this.facing = facing;
      this.moved();
    }
    return facing !== undefined;
  }

  private zoomBy(factor: number): void {
    this.zoom = Math.min(Math.max(this.zoom * factor, 0.2), 20);
    this.moved();
  }

  private press(event: PointerEvent): void {
    event.preventDefault();
    this.pinch.down(event);
    this.image.setPointerCapture(event.pointerId);
    this.drag = this.pinch.active ? null : { at: [event.offsetX, event.offsetY], zooms: event.button === 2 };
  }

  private move(event: PointerEvent): void {
    const pinched = this.pinch.move(event);
    if (pinched) return this.zoomBy(pinched.factor);
    if (!this.drag) return;
    const [dx, dy] = [event.offsetX - this.drag.at[0], event.offsetY - this.drag.at[1]];
    this.drag.at = [event.offsetX, event.offsetY];
    if (this.drag.zooms) return this.zoomBy(2 ** (-dy / ZOOM_DRAG));
    // The body follows the hand: the picture's axes turn the other way.
    const { right, down } = this.facing;
    const about = (axis: Vector, degrees: number, { right, down }: Facing): Facing =>
      ({ right: rotated(right, axis, degrees), down: rotated(down, axis, degrees) });
    this.facing = about(right, -dy * DEGREES_OF_PIXEL, about(down, dx * DEGREES_OF_PIXEL, { right, down }));
    this.moved();
  }

  /** Draw coarsely now, and finely after a rest. */
  private moved(): void {
    if (!this.solid || !this.shown) return;
    clearTimeout(this.timer);
    fit(this.image, this.pane);
    const layers = Math.max(...this.solid.ends) + 1;
    const coarse = Math.max(Math.cbrt((this.image.width * this.image.height * layers) / IN_TIME), 1);
    const cut = this.cut(coarse);
    const caster = new Caster(this.solid, cut, Math.max(Math.floor(coarse), 1));
    caster.rows(0, cut.rows);
    this.drawn = { cut, caster };
    this.paint();
    this.pane.dataset["state"] = "moving";
    this.timer = window.setTimeout(() => this.sharpen(), REST);
  }

  private sharpen(): void {
    if (!this.solid) return;
    const cut = this.cut(1);
    const caster = new Caster(this.solid, cut, 1);
    const go = (row: number): void => {
      caster.rows(row, row + ROWS_AT_ONCE);
      if (row + ROWS_AT_ONCE < cut.rows) this.timer = window.setTimeout(() => go(row + ROWS_AT_ONCE));
      else {
        this.drawn = { cut, caster };
        this.paint();
        this.pane.dataset["state"] = "sharp";
      }
    };
    go(0);
  }

  /** The picture from this side: a sphere round the whole body just fits. */
  private cut(coarse: number): Cut {
    const solid = this.solid as Solid;
    const [width, height] = [this.image.width, this.image.height];
    const [columns, rows] = [Math.max(Math.round(width / coarse), 1), Math.max(Math.round(height / coarse), 1)];
    const [a, b, c] = solid.affine.columns;
    const diagonal = add(add(scaled(a, solid.ends[0]), b, solid.ends[1]), c, solid.ends[2]);
    const scale = Math.hypot(...diagonal) / Math.min(width, height) / this.zoom * (width / columns);
    const [right, down] = [scaled(this.facing.right, scale), scaled(this.facing.down, scale)];
    const origin = add(add(solid.center, right, -(columns - 1) / 2), down, -(rows - 1) / 2);
    return { matrix: { columns: [right, down, normalOf(this.facing)], origin }, columns, rows, samples: 1, slab: "MIP" };
  }

  private paint(): void {
    const [solid, slices, state] = [this.solid, this.shownOf, this.reader.pane.state];
    if (!solid || !slices || !state || !this.drawn) return;
    const { cut, caster } = this.drawn;
    [this.picture.width, this.picture.height] = [cut.columns, cut.rows];
    context(this.picture).putImageData(paintCut(solid, cut, caster.seen, state.window, state.inverted), 0, 0);
    const surface = context(this.image);
    surface.imageSmoothingQuality = "medium";
    surface.drawImage(this.picture, 0, 0, this.image.width, this.image.height);
    this.write(solid, slices);
  }

  private write(solid: Solid, slices: Slices): void {
    const { pane, settings } = this.reader;
    if (!pane.state) return;
    const said = planeCorners(slices, solid, startAt(solid, null), "axial", settings.level, pane.state, "", true);
    const title: Line[] = [{ text: tr("Maximum (MIP)"), weight: "strong" }];
    const damaged: Line[] = solid.damaged.length ? [{ text: tr("without its damaged images"), weight: "damage" }] : [];
    const off = settings.level === "off";
    const place = settings.level === "full" ? said.bottomLeft.slice(0, -1) : said.bottomLeft;
    const texts = { ...said, topLeft: off ? [] : title, bottomLeft: [...damaged, ...(off ? said.bottomLeft : place)] };
    this.texts.write(texts, off ? NO_LETTERS : lettersOfFacing(this.facing));
  }
}
