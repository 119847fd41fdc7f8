// Marks on the images, or a distance between two of them, with a line for each mark that gets a rating.

import { button, make } from "../dom";
import { tr, trn } from "../words";
import type { Field, Told } from "./fields";
import { marksOf } from "./marks";
import { isObject, type Question, type Rating } from "./questions";
import { saidLength } from "./said";
import { PointSlider } from "./slider";
import { isList, type Data, type Json } from "./spelling";

/** What a field needs that is answered on the images. */
export interface OnImages {
  /** Wait for clicks on the image that answer it. */
  ask(field: PlacesField): void;
  /** Show the next place of its answer. */
  show(field: PlacesField): void;
  /** Where a place is, for the reader: 'slice 76'. */
  where(mark: Data): string;
  /** What must be said of its places; empty if nothing. */
  note(value: Json): string;
}

export class PlacesField implements Field {
  readonly element = make("div", { className: "places" });
  private given: Json = null;
  private readonly set: HTMLButtonElement;
  private readonly seen: HTMLButtonElement;
  private readonly clear: HTMLButtonElement;
  private readonly said = make("p", { className: "said" });
  private readonly offers = make("div", { className: "offers" });
  private readonly rated: RatedMarks | null;

  constructor(
    readonly question: Question, readonly series: string, private readonly images: OnImages, private readonly told: Told,
  ) {
    const isMark = question.kind === "mark";
    this.set = button(isMark ? tr("Mark on the image") : tr("Measure on the image"), () => images.ask(this));
    this.seen = button(tr("Show"), () => images.show(this));
    this.seen.title = tr("Go to its slice; with the tool Select (V) you can drag it on the image");
    this.clear = button(tr("Remove"), () => this.takeBack());
    this.said.setAttribute("role", "status");
    this.rated = question.rating && new RatedMarks(question.rating, images, (marks) => this.rate(marks));
    const buttons = make("div", { className: "buttons" }, this.set, this.seen, this.clear);
    this.element.append(buttons, this.said, ...(this.rated ? [this.rated.element] : []), this.offers);
    this.show(null);
  }

  private takeBack(): void {
    this.show(null);
    this.told.changed();
    this.told.settled();
  }

  /** A mark was rated, or removed by its cross. */
  private rate(marks: readonly Data[]): void {
    const removed = marks.length < marksOf(this.given).length;
    this.given = marks.length ? marks : null;
    if (removed) this.show(this.given);
    this.told.changed();
  }

  value(): Json {
    return this.given;
  }

  show(value: Json): void {
    this.given = value;
    const marks = marksOf(value);
    this.rated?.show(marks);
    this.seen.hidden = !marks.length;
    this.clear.hidden = value === null;
    this.offer([]);
    this.say("");
  }

  /** Tell the reader what to do next, or what the answer is. */
  say(text: string): void {
    this.said.textContent = text || this.inWords();
  }

  /** Offer answers by name; none of them counts until the reader chooses it. */
  offer(offers: readonly (readonly [string, () => void])[]): void {
    this.offers.replaceChildren(...offers.map(([text, take]) => button(text, take)));
  }

  private inWords(): string {
    const { given, question } = this;
    if (given === null) return tr("none yet");
    const places = [...new Set(marksOf(given).map((mark) => this.images.where(mark)))].join(", ");
    if (isObject(given)) return [saidLength(given, question.unit), places, this.images.note(given)].filter((text) => text).join(", ");
    const number = trn("%n marks", isList(given) ? given.length : 0);
    return [number, this.rated ? "" : places].filter((text) => text).join(", ");
  }

  problem(): string {
    return "";
  }

  enable(enabled: boolean): void {
    this.set.disabled = this.clear.disabled = !enabled;
    this.rated?.enable(enabled);
  }

  focus(): void {
    this.set.focus();
  }

  /** Focus what comes next after a place was set: its rating, or the button. */
  focusAnswer(): void {
    if (this.rated && this.given !== null) this.rated.focusLast();
    else this.focus();
  }
}

/** A line for each mark: where it is, the slider, and a cross that removes it. */
class RatedMarks {
  readonly element = make("div", { className: "rated" });
  private marks: Data[] = [];
  private lines: { slider: PointSlider; place: HTMLElement; remove: HTMLButtonElement; line: HTMLElement }[] = [];

  constructor(
    private readonly rating: Rating, private readonly images: OnImages,
    private readonly changed: (marks: readonly Data[]) => void,
  ) {}

  show(marks: readonly Data[]): void {
    this.marks = [...marks];
    while (this.lines.length > marks.length) this.lines.pop()?.line.remove();
    while (this.lines.length < marks.length) this.add(this.lines.length);
    marks.forEach((mark, k) => {
      const line = this.lines[k];
      const given = mark["rating"];
      line?.slider.show(typeof given === "number" ? given : null);
      if (line) line.place.textContent = [String(k + 1), this.images.where(mark)].filter((text) => text).join(", ");
    });
  }

  private add(number: number): void {
    const { text, minimum, maximum } = this.rating;
    const slider = new PointSlider(minimum, maximum, `${text} ${number + 1}`, () => this.rate(number));
    const place = make("span", { className: "muted" });
    const remove = button("×", () => this.remove(number), "back");
    remove.title = tr("Remove this mark");
    remove.setAttribute("aria-label", tr("Remove this mark"));
    remove.tabIndex = -1;
    const line = make("div", { className: "line" }, place, slider.element, remove);
    this.element.append(line);
    this.lines.push({ slider, place, remove, line });
  }

  private rate(number: number): void {
    const rating = this.lines[number]?.slider.value ?? null;
    const { rating: _before, ...mark } = this.marks[number] as Data;
    this.marks[number] = rating === null ? mark : { ...mark, rating };
    this.changed(this.marks);
  }

  private remove(number: number): void {
    this.changed(this.marks.filter((_, k) => k !== number));
  }

  enable(enabled: boolean): void {
    for (const { slider, remove } of this.lines) {
      slider.enable(enabled);
      remove.disabled = !enabled;
    }
  }

  focusLast(): void {
    this.lines[this.lines.length - 1]?.slider.focus();
  }
}
