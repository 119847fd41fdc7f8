// What lies over a picture as text: the corners, the letters of the sides, and a message in the middle.

import type { Corners, Letters } from "./annotation";
import { make } from "./dom";

const SIDES = ["left", "right", "top", "bottom"] as const;
const CORNERS = ["topLeft", "topRight", "bottomLeft", "bottomRight"] as const;
// The height of the scale with its text, in CSS pixels.
const CLEAR = 46;
export const NO_CORNERS: Corners = { topLeft: [], topRight: [], bottomLeft: [], bottomRight: [] };
export const NO_LETTERS: Letters = { left: "", right: "", top: "", bottom: "" };

export class Overlay {
  readonly message = make("p", { className: "message" });
  private readonly letters = new Map(SIDES.map((side) => [side, make("div", { className: `letter ${side}` })]));
  private readonly corners = new Map(CORNERS.map((place) => [place, make("div", { className: `corner ${place}` })]));

  get elements(): HTMLElement[] {
    return [...this.letters.values(), ...this.corners.values(), this.message];
  }

  write(texts: Corners, letters: Letters): void {
    for (const [place, element] of this.corners) {
      element.replaceChildren(...texts[place].map((line) => make("div", { text: line.text, className: line.weight })));
    }
    for (const [side, element] of this.letters) element.textContent = letters[side];
  }

  /** From and to of what the texts leave free at the bottom of a picture, in CSS pixels. */
  freeBelow(picture: HTMLElement): [number, number] {
    const { left, width, bottom } = picture.getBoundingClientRect();
    const lowest = (place: "bottomLeft" | "bottomRight"): DOMRect[] =>
      [...(this.corners.get(place)?.children ?? [])].map((line) => boxOf(line)).filter((box) => box.bottom > bottom - CLEAR);
    const from = Math.max(0, ...lowest("bottomLeft").map((box) => box.right - left));
    return [from, Math.min(width, ...lowest("bottomRight").map((box) => box.left - left))];
  }

  say(text: string, weight: "" | "damage" | "muted" = ""): void {
    this.message.className = `message ${weight}`.trimEnd();
    this.message.textContent = text;
  }
}

/** The box of a text itself, not of its line. */
function boxOf(line: Element): DOMRect {
  const range = document.createRange();
  range.selectNodeContents(line);
  return range.getBoundingClientRect();
}

/** Give a canvas the pixels of the screen that it covers, all empty, and lay each on one of them. */
export function fit(canvas: HTMLCanvasElement, element: HTMLElement): void {
  const ratio = devicePixelRatio;
  const area = element.getBoundingClientRect();
  canvas.width = Math.max(Math.round(area.width * ratio), 1);
  canvas.height = Math.max(Math.round(area.height * ratio), 1);
  canvas.style.width = `${canvas.width / ratio}px`;
  canvas.style.height = `${canvas.height / ratio}px`;
  canvas.style.left = `${Math.round(area.left * ratio) / ratio - area.left}px`;
  canvas.style.top = `${Math.round(area.top * ratio) / ratio - area.top}px`;
}
