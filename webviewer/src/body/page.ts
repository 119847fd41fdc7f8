// The 3D page: the body above its bar, and what pointer and keys do to it.

import { button, context, make } from "../dom";
import { NO_LETTERS, Overlay, fit } from "../overlay";
import { Pinch } from "../panes/pinch";
import { lettersOfFacing } from "../planes/mpr";
import { NoSolid, solidOf, type Solid } from "../planes/solid";
import type { Reader } from "../reader";
import type { Slices } from "../slices";
import { WHEEL_ZOOM } from "../state";
import { tr } from "../words";
import { BodyBar } from "./bar";
import { Body } from "./body";
import { FRONT, SIDES, moved, turned, zoomed } from "./camera";
import { cornersOf } from "./texts";
import type { Look } from "./looks";
import type { Picture } from "./way";

const DEGREES_OF_PIXEL = 0.4;
const DEGREES_OF_KEY = 10;
const ZOOM_OF_KEY = 1.25;
const ZOOM_DRAG = 200;
const NOTCH = 100;
const LINE = 33;
// A drag over so many pixels moves a preset by all of its values.
const PIXELS_OF_PRESET = 500;

interface Drag {
  at: readonly [number, number];
  button: number;
  shift: boolean;
}

export class BodyPage {
  readonly element = make("section", { className: "stage" });
  private readonly pane = make("div", { className: "pane body" });
  private readonly image = make("canvas", { className: "image" });
  private readonly texts = new Overlay();
  private readonly pinch = new Pinch();
  private body: Body | null = null;
  private bar: BodyBar | null = null;
  private solid: Solid | null = null;
  private shownOf: Slices | null = null;
  private drag: Drag | null = null;
  private card: "real" | "any" | "none" = "real";
  private hint = "";

  /** `turned` is called when the body comes or goes. */
  constructor(private readonly reader: Reader, private readonly turned: () => void) {
    this.element.hidden = true;
    this.pane.append(this.image, ...this.texts.elements);
    const { image } = this;
    image.setAttribute("role", "img");
    image.addEventListener("contextmenu", (event) => event.preventDefault());
    image.addEventListener("pointerdown", (event) => this.press(event));
    image.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      image.addEventListener(end, (event) => {
        this.pinch.up(event);
        this.drag = null;
      });
    }
    image.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    new ResizeObserver(() => this.body?.changed()).observe(this.pane);
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
    this.body?.close();
    this.body = this.bar = this.solid = this.shownOf = null;
  }

  /** Another series, more slices, or another setting of the texts. */
  follow(): void {
    const { slices, pane } = this.reader;
    if (!this.shown || !slices || !pane.state) return;
    if (this.body && this.shownOf === slices) return this.write();
    this.close();
    try {
      this.open(slices, solidOf(slices));
    } catch (error) {
      if (!(error instanceof NoSolid)) throw error;
      const waiting = slices.done < slices.frames.length && slices.room >= slices.frames.length;
      const values = { arrived: slices.done, total: slices.frames.length };
      const reason = waiting ? tr("Loading {arrived} of {total}", values) : error.message;
      const back = button(tr("Back to the slices (Esc)"), () => this.toggle());
      this.element.replaceChildren(make("div", { className: "refusal" }, make("p", { text: reason }), back));
    }
  }

  private open(slices: Slices, solid: Solid): void {
    const { state } = this.reader.pane;
    if (!state) return;
    [this.solid, this.shownOf, this.hint] = [solid, slices, ""];
    // The size of the picture is known only once it is on the page.
    const whole = make("div", { className: "mpr" }, this.pane);
    this.element.replaceChildren(whole);
    this.pane.dataset["state"] = "moving";
    fit(this.image, this.pane);
    this.texts.say(tr("Preparing 3D"), "muted");
    const size = (): { width: number; height: number } => {
      const { width, height } = this.pane.getBoundingClientRect();
      return { width: Math.max(Math.round(width * devicePixelRatio), 1), height: Math.max(Math.round(height * devicePixelRatio), 1) };
    };
    const body: Body = new Body(solid, state.window, size, this.card, (picture) => {
      if (this.body === body) this.paint(picture);
    });
    const choose = (number: number): void => body.show(body.looks[number] as Look);
    this.bar = new BodyBar(body.looks, { choose, look: (letter) => void this.look(letter), turnCard: () => this.turnCard() });
    whole.append(this.bar.element);
    this.body = body;
    body.camera = body.from(FRONT);
    this.write();
  }

  private turnCard(): void {
    const { body } = this;
    if (!body) return;
    this.card = body.kind === "card" ? "none" : "any";
    body.use(this.card);
    this.hint = this.card === "any" && body.kind !== "card" ? tr("This browser offers no graphics card") : "";
    this.write();
  }

  private paint(picture: Picture | null): void {
    const { body } = this;
    if (!body) return;
    if (picture) {
      fit(this.image, this.pane);
      const surface = context(this.image);
      surface.imageSmoothingQuality = "medium";
      const { image, columns, rows } = picture;
      surface.drawImage(image, 0, 0, columns, rows, 0, 0, this.image.width, this.image.height);
      this.texts.say("");
    }
    this.write();
  }

  private write(): void {
    const { body, solid, shownOf, reader: { pane, settings } } = this;
    if (!body || !solid || !shownOf || !pane.state) return;
    const letters = settings.level === "off" ? NO_LETTERS : lettersOfFacing(body.camera.facing);
    this.texts.write(cornersOf(shownOf, solid, body, settings.level, pane.state, this.hint), letters);
    this.bar?.follow(body.looks.indexOf(body.look), body.kind === "card");
    this.pane.dataset["state"] = body.sharp ? "sharp" : "moving";
    this.pane.dataset["way"] = body.kind;
  }

  /** The first preset, from the front, as it opened; leave a page that shows nothing. */
  escape(): void {
    const { body } = this;
    if (!body) return this.toggle();
    body.camera = body.from(FRONT);
    body.show(body.looks[0] as Look);
    this.write();
  }

  /** Act on a key that means something else here than on the slices; false if it does not. */
  takes(key: string): boolean {
    const { body } = this;
    if (!this.shown || !body) return false;
    const look = /^[1-9]$/.test(key) ? body.looks[Number(key) - 1] : undefined;
    const turns: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const turn = turns[key];
    if (look) body.show(look);
    else if (key === "0") body.show(body.look);
    else if (turn) this.turn(turn[0] * DEGREES_OF_KEY, turn[1] * DEGREES_OF_KEY);
    else if (key === "+" || key === "=") this.zoomBy(ZOOM_OF_KEY);
    else if (key === "-") this.zoomBy(1 / ZOOM_OF_KEY);
    else return this.look(key);
    this.write();
    return true;
  }

  private look(letter: string): boolean {
    const { body } = this;
    if (!body || !SIDES[letter]) return false;
    body.camera = body.from(letter);
    body.changed(true);
    this.write();
    return true;
  }

  private turn(right: number, down: number): void {
    this.see((camera) => turned(camera, right, down));
  }

  private zoomBy(factor: number): void {
    this.see((camera) => zoomed(camera, factor));
  }

  private moveBy(right: number, down: number): void {
    const height = Math.max(this.pane.clientHeight, 1);
    this.see((camera) => moved(camera, right / height, down / height));
  }

  private see(change: (camera: Body["camera"]) => Body["camera"]): void {
    const { body } = this;
    if (!body) return;
    this.hint = "";
    body.camera = change(body.camera);
    body.changed();
    this.write();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const delta = (event.deltaY || event.deltaX) * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    const factor = WHEEL_ZOOM ** (-delta / NOTCH);
    const { clientWidth, clientHeight } = this.pane;
    this.zoomBy(factor);
    this.moveBy((event.offsetX - clientWidth / 2) * (1 - factor), (event.offsetY - clientHeight / 2) * (1 - factor));
  }

  private press(event: PointerEvent): void {
    event.preventDefault();
    this.pinch.down(event);
    this.image.setPointerCapture(event.pointerId);
    this.drag = this.pinch.active ? null : { at: [event.offsetX, event.offsetY], button: event.button, shift: event.shiftKey };
  }

  private move(event: PointerEvent): void {
    const pinched = this.pinch.move(event);
    if (pinched) {
      this.moveBy(...pinched.moved);
      return this.zoomBy(pinched.factor);
    }
    const { drag } = this;
    if (!drag) return;
    const [dx, dy] = [event.offsetX - drag.at[0], event.offsetY - drag.at[1]];
    drag.at = [event.offsetX, event.offsetY];
    this.dragBy(dx, dy, drag);
  }

  /** The left button turns, or does what the tool does; with Shift it moves the preset. */
  private dragBy(dx: number, dy: number, drag: Drag): void {
    const tool = drag.button === 1 ? "pan" : drag.button === 2 ? "zoom" : drag.shift ? "window" : this.reader.settings.tool;
    if (tool === "pan") this.moveBy(dx, dy);
    else if (tool === "zoom") this.zoomBy(2 ** (-dy / ZOOM_DRAG));
    else if (tool === "window") {
      this.body?.shiftBy(dy / PIXELS_OF_PRESET);
      this.write();
    } else this.turn(dx * DEGREES_OF_PIXEL, dy * DEGREES_OF_PIXEL);
  }
}
