// A question that waits for clicks on the images: what it still needs, and why it refuses a place.

import { tr } from "../words";
import { apart } from "./marks";
import type { PlacesField } from "./placesfield";
import type { Data } from "./spelling";

export class Asked {
  readonly marks: Data[] = [];

  constructor(readonly field: PlacesField) {}

  /** What to do next. */
  get hint(): string {
    if (this.field.question.kind === "mark") return tr("Click on the image");
    return this.marks.length ? tr("Click where the distance ends") : tr("Click where the distance starts");
  }

  get isComplete(): boolean {
    return this.marks.length === (this.field.question.kind === "mark" ? 1 : 2);
  }

  /** Why it does not take a place; empty if it does. `where` names the slice of a place. */
  refusal(mark: Data, where: (mark: Data) => string): string {
    const { series } = this.field;
    if (series && mark["series"] !== series) return tr("This question is about another series");
    const [first] = this.marks;
    if (!first) return "";
    if (apart(first, mark)) {
      if (!("instance" in first)) return tr("The distance begins on another plane, and must end there, too. Esc cancels");
      return tr("The distance begins on {place}, so it must end there, too. Esc cancels", { place: where(first) });
    }
    const same = ["position", "column", "row"].every((name) => JSON.stringify(first[name]) === JSON.stringify(mark[name]));
    return same ? tr("Both ends are at the same place") : "";
  }
}
