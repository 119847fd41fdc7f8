// A hint on the image while a question waits for a click: what to do next, or why the last click did not count.

import { make } from "../dom";
import { tr } from "../words";
import type { Asked } from "./asked";

export class Hint {
  private readonly element = make("p");

  show(asked: Asked, refused: string): void {
    const next = refused || `${asked.hint}  (${tr("Esc cancels")})`;
    // Between the rows of four planes it hides no image.
    const between = document.querySelector(".mpr .by4") !== null;
    this.element.className = `hint${between ? " between" : ""}${refused ? " refused" : ""}`;
    this.element.textContent = `${asked.field.question.text}${between ? ": " : "\n"}${next}`;
    document.querySelector("main")?.append(this.element);
  }

  hide(): void {
    this.element.remove();
  }
}
