// Answers on the images: takes the clicks that a question waits for, shows answers on their slices, lets them be dragged.

import type { Sheet } from "../drawing";
import { frameAt, type Entry } from "../format";
import type { Measure, Place } from "../measures";
import type { Reader } from "../reader";
import type { Slices } from "../slices";
import { GONE } from "../source";
import { sliceNumber, type Tool } from "../state";
import { titleOf } from "../annotation";
import { tr, trn } from "../words";
import { drawAnswer } from "./answers";
import { distancesOn } from "./offers";
import type { Column } from "./column";
import type { Pages } from "./control";
import type { Located, Slice } from "./located";
import { lengthBetween, markAt, marksOf } from "./marks";
import type { AnswerLayer } from "./layer";
import type { OnImages, PlacesField } from "./placesfield";
import { isAsked, isObject, placeKey, placesOf } from "./questions";
import { saidLength } from "./said";
import { keyOf, placeOf, shapesOf, type Shape } from "./shapes";
import type { Session } from "./session";
import { isList, type Data, type Json } from "./spelling";

// So many distances that are already there are offered, the last one first.
const OFFERED = 3;

interface Asked {
  field: PlacesField;
  marks: Data[];
}

interface Grip {
  shape: Shape;
  point: number;
  slices: Slices;
  index: number;
  at: Place | null;
}

export class AnswersOnImages implements AnswerLayer, OnImages {
  /** The column of the fields; it is made with this object. */
  column: Column | null = null;
  private reader: Reader | null = null;
  private pages: Pages | null = null;
  private entries: readonly Entry[] = [];
  private shapes: Shape[] = [];
  private readonly found = new Map<string, Slice>();
  private readonly shown = new Map<string, number>();
  private asked: Asked | null = null;
  private grip: Grip | null = null;
  private busy: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: Session, private readonly located: Located, private readonly seriesOf: (entry: Entry) => string,
  ) {}

  /** Another case is on the screen. */
  async use(reader: Reader, entries: readonly Entry[], pages: Pages): Promise<void> {
    [this.reader, this.entries, this.asked, this.grip, this.pages] = [reader, entries, null, null, pages];
    this.found.clear();
    reader.settings.answers = this;
    this.follow();
    for (const mark of this.shapes.flatMap((shape) => shape.marks)) {
      const slice = await this.located.find(mark, entries);
      if (this.entries !== entries) return;
      if (slice) this.found.set(keyOf(mark), slice);
    }
    // A question that waits for clicks says what it waits for.
    if (this.found.size && !this.asked) this.column?.describe();
    this.refresh();
  }

  /** Show the answers of the case on its images. */
  follow(): void {
    const { form } = this.session.study;
    const { answers } = this.session.reading();
    this.shapes = placesOf(form, this.session.series).flatMap(([question, series]) => {
      const value = answers.get(placeKey(question.id, series));
      return value !== undefined && isAsked(form, question, answers, series) ? shapesOf(question, series, value) : [];
    });
    this.refresh();
  }

  private refresh(): void {
    for (const port of this.reader?.ports ?? []) port.refresh();
  }

  // Asking

  ask(field: PlacesField): void {
    this.end();
    const { kind, most } = field.question;
    const value = field.value();
    if (kind === "mark" && most > 0 && isList(value) && value.length >= most) {
      field.say(trn("No more than %n marks can be set here. Remove them to set others.", most));
      return;
    }
    // Places are set on slices.
    this.pages?.leave();
    this.asked = { field, marks: [] };
    field.say(this.hint());
    if (kind === "measurement") field.offer(this.offers(field));
    this.reader?.pane.element.classList.add("asked");
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  /** Wait for no more clicks; true if a question did. */
  end(): boolean {
    const { asked } = this;
    this.asked = null;
    this.reader?.pane.element.classList.remove("asked");
    if (asked) {
      asked.field.offer([]);
      asked.field.say("");
      this.refresh();
    }
    return asked !== null;
  }

  private hint(): string {
    if (this.asked?.field.question.kind === "mark") return tr("Click on the image");
    return this.asked?.marks.length ? tr("Click where the distance ends") : tr("Click where the distance starts");
  }

  press(slices: Slices, index: number, place: Place, reach: number, tool: Tool): boolean {
    if (this.asked) {
      this.busy = this.busy.then(() => this.take(slices, index, place)).catch(() => this.asked?.field.say(tr(GONE)));
      return true;
    }
    if (this.session.isFixed || !["select", "distance", "angle", "cobb", "ellipse", "rectangle"].includes(tool)) return false;
    this.grip = this.held(slices, index, place, reach);
    return this.grip !== null;
  }

  private async take(slices: Slices, index: number, place: Place): Promise<void> {
    const { asked } = this;
    const { rows, columns } = slices.entry.stack;
    if (!asked || !(place[0] >= 0 && place[0] < columns && place[1] >= 0 && place[1] < rows)) return;
    const mark = await this.markAt(slices.entry, index, place);
    if (this.asked !== asked) return;
    const refused = this.refusal(asked, mark);
    if (refused) {
      asked.field.say(refused);
      return;
    }
    asked.marks.push(mark);
    if (asked.marks.length < (asked.field.question.kind === "mark" ? 1 : 2)) asked.field.say(this.hint());
    else this.complete(asked, slices);
    this.refresh();
  }

  private async markAt(entry: Entry, index: number, place: Place): Promise<Data> {
    const frame = frameAt(entry.stack.frames, index);
    const uid = await this.located.uid(frame);
    const mark = markAt(entry.stack, frame, this.seriesOf(entry), uid, place[0] - 0.5, place[1] - 0.5);
    this.found.set(keyOf(mark), { entry, index });
    return mark;
  }

  private refusal({ field, marks }: Asked, mark: Data): string {
    if (field.series && mark["series"] !== field.series) return tr("This question is about another series");
    const [first] = marks;
    if (!first) return "";
    if (["series", "instance", "frame"].some((name) => first[name] !== mark[name])) {
      const place = this.where(first);
      return tr("The distance begins on {place}, so it must end there, too. Esc cancels", { place });
    }
    return first["column"] === mark["column"] && first["row"] === mark["row"] ? tr("Both ends are at the same place") : "";
  }

  private complete({ field, marks }: Asked, slices: Slices): void {
    const [first, last] = marks as [Data, Data];
    const before = field.value();
    const value = last ? lengthBetween(slices.entry.stack, first, last) : [...(before && isList(before) ? before : []), first];
    this.end();
    if (value === null) field.say(tr("The pixel size is unknown, so lengths cannot be measured"));
    else this.column?.give(field.question.id, field.series, value, "");
    field.focusAnswer();
  }

  /** Distances that were measured before; what is used becomes the answer, so that no second question takes it. */
  private offers(field: PlacesField): [string, () => void][] {
    const { reader } = this;
    if (!reader) return [];
    const entries = this.entries.filter((entry) => !field.series || this.seriesOf(entry) === field.series);
    return distancesOn(entries, reader.markings, OFFERED).map(({ entry, index, measure, value }) => {
      const length = saidLength({ value, unit: "mm" }, field.question.unit);
      const text = tr("Use {length} on {place}", { length, place: this.named({ entry, index }) });
      return [text, () => void this.useDistance(field, entry, index, measure).catch(() => field.say(tr(GONE)))];
    });
  }

  private async useDistance(field: PlacesField, entry: Entry, index: number, measure: Measure): Promise<void> {
    this.end();
    const { reader } = this;
    const [first, last] = await Promise.all(measure.points.map((place) => this.markAt(entry, index, place)));
    const value = first && last ? lengthBetween(entry.stack, first, last) : null;
    // Its file may take a while, and the reader go on to another case, or submit this one.
    if (!reader || value === null || !this.entries.includes(entry) || this.session.isFixed) return;
    reader.markings.remove(entry, index, measure);
    this.column?.give(field.question.id, field.series, value, "taken");
    field.focus();
  }

  // Where places are

  where(mark: Data): string {
    if (!("instance" in mark)) return tr("MPR plane");
    const slice = this.found.get(keyOf(mark));
    return slice ? this.named(slice) : "";
  }

  private named({ entry, index }: Slice): string {
    const text = tr("slice {number}", { number: sliceNumber(entry.stack, index) });
    return entry === this.reader?.entry ? text : `${text} (${titleOf(entry)})`;
  }

  /** The next of several marks with each press. */
  show(field: PlacesField): void {
    const marks = marksOf(field.value());
    const key = placeKey(field.question.id, field.series);
    const number = (this.shown.get(key) ?? -1) + 1;
    this.shown.set(key, number);
    const mark = marks[number % Math.max(marks.length, 1)];
    const slice = mark && this.found.get(keyOf(mark));
    const { reader } = this;
    if (!slice || !reader) return;
    this.pages?.leave();
    reader.open(slice.entry);
    const { state } = reader.pane;
    if (state) reader.set({ ...state, index: slice.index });
  }

  // Dragging

  private held(slices: Slices, index: number, place: Place, reach: number): Grip | null {
    for (const shape of this.shapes) {
      const places = this.placesOf(shape, slices, index);
      const point = places ? places.findIndex((at) => Math.hypot(at[0] - place[0], at[1] - place[1]) <= reach) : -1;
      if (point >= 0) return { shape, point, slices, index, at: null };
    }
    return null;
  }

  move(place: Place): void {
    if (this.grip) this.grip.at = place;
  }

  release(): void {
    const { grip } = this;
    this.grip = null;
    if (grip?.at) this.busy = this.busy.then(() => this.moved(grip, grip.at as Place)).catch(() => this.refresh());
  }

  /** An answer was dragged: it changes; a rating rates the finding, wherever that is. */
  private async moved({ shape, point, slices, index }: Grip, place: Place): Promise<void> {
    const { question, series } = shape;
    // A rating may have been typed just now.
    this.column?.keep();
    const value = this.session.reading().answers.get(placeKey(question.id, series));
    const { rows, columns } = slices.entry.stack;
    if (value === undefined || !(place[0] >= 0 && place[0] < columns && place[1] >= 0 && place[1] < rows)) return;
    const mark = await this.markAt(slices.entry, index, place);
    if (!this.entries.includes(slices.entry)) return;
    let changed: Json = null;
    if (isList(value)) {
      changed = value.map((old, k) => {
        if (k !== shape.number || !isObject(old)) return old;
        return "rating" in old ? { ...mark, rating: old["rating"] as Json } : mark;
      });
    } else {
      const ends = shape.marks.map((old, k) => (k === point ? mark : old));
      changed = ends[0] && ends[1] ? lengthBetween(slices.entry.stack, ends[0], ends[1]) : null;
    }
    if (changed !== null) this.column?.give(question.id, series, changed, "moved");
  }

  /** Where a shape lies on a slice, from the outer corner of its first pixel; null if it does not. */
  private placesOf(shape: Shape, slices: Slices, index: number): Place[] | null {
    const here = shape.marks.every((mark) => {
      const slice = this.found.get(keyOf(mark));
      return slice?.entry === slices.entry && slice.index === index;
    });
    return here ? shape.marks.map(placeOf) : null;
  }

  draw(sheet: Sheet, slices: Slices, index: number): string[] {
    const said: string[] = [];
    for (const shape of this.shapes) {
      const places = this.placesOf(shape, slices, index);
      const { grip } = this;
      if (!places) continue;
      if (grip?.shape === shape && grip.at) places[grip.point] = grip.at;
      said.push(...drawAnswer(sheet, places, shape.lines));
    }
    const begun = this.asked?.marks.filter((mark) => {
      const slice = this.found.get(keyOf(mark));
      return slice?.entry === slices.entry && slice.index === index;
    });
    if (begun?.length) drawAnswer(sheet, begun.map(placeOf), []);
    return said;
  }
}
