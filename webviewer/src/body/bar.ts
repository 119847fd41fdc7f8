// The bar below the body: presets, the six sides, and whether the graphics card draws.

import { button, make } from "../dom";
import { tr } from "../words";
import { SIDES } from "./camera";
import type { Look } from "./looks";

/** What the buttons do. */
export interface Actions {
  choose: (number: number) => void;
  look: (letter: string) => void;
  turnCard: () => void;
}

export class BodyBar {
  readonly element = make("div", { className: "slab looks" });
  private readonly looks: HTMLButtonElement[];
  private readonly card: HTMLButtonElement;

  constructor(looks: readonly Look[], actions: Actions) {
    this.looks = looks.map(({ name }, number) => {
      const made = button(tr(name), () => actions.choose(number));
      made.title = tr("Choose what is shown ({key})", { key: number + 1 });
      return made;
    });
    const sides = Object.keys(SIDES).map((letter) => {
      const made = button(letter, () => actions.look(letter), "side");
      made.title = tr("View from this side");
      return made;
    });
    this.card = button(tr("Graphics card"), () => actions.turnCard(), "card");
    this.card.title = tr("Draw with the graphics card, or with the processor if its pictures are wrong");
    this.element.append(...this.looks, make("span", { className: "apart" }), ...sides, make("span", { className: "apart" }), this.card);
  }

  follow(look: number, card: boolean): void {
    this.looks.forEach((made, number) => made.setAttribute("aria-pressed", String(number === look)));
    this.card.setAttribute("aria-pressed", String(card));
  }
}
