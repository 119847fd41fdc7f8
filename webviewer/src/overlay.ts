// What lies over a picture as text: the corners, the letters of the sides, and a message in the middle.

import type { Corners, Letters } from "./annotation";
import { make } from "./dom";

const SIDES = ["left", "right", "top", "bottom"] as const;
const CORNERS = ["topLeft", "topRight", "bottomLeft", "bottomRight"] as const;
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

  say(text: string, weight: "" | "damage" | "muted" = ""): void {
    this.message.className = `message ${weight}`.trimEnd();
    this.message.textContent = text;
  }
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
