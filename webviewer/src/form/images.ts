// Answers on the images: takes the clicks that a question waits for, shows answers on their slices, lets them be dragged.

import type { Sheet } from "../drawing";
import { frameAt, type Entry } from "../format";
import type { Place } from "../measures";
import type { Reader } from "../reader";
import type { Slices } from "../slices";
import { GONE } from "../source";
import { sliceNumber, type Tool } from "../state";
import { titleOf } from "../annotation";
import { tr, trn } from "../words";
import { reachOf } from "../panes/crossings";
import { onImage, toPatient } from "../panes/places";
import { add } from "../planes/vectors";
import { drawAnswer } from "./answers";
import { Asked } from "./asked";
import type { Column } from "./column";
import type { Pages } from "./control";
import { Hint } from "./hint";
import type { AnswerLayer } from "./layer";
import type { Located, Slice } from "./located";
import { isVector, lengthBetween, markAt, marksOf } from "./marks";
import { noteOf } from "./notes";
import { Offers, type Offering } from "./offers";
import { AnswersOnPlanes, isOfFrame, vector, type Answers } from "./on_planes";
import type { OnImages, PlacesField } from "./placesfield";
import { isAsked, placeKey, placesOf } from "./questions";
import { keyOf, placeOf, shapesOf, withShape, type Shape } from "./shapes";
import type { How, Session } from "./session";
import { isList, type Data, type Json } from "./spelling";

interface Grip {
  shape: Shape;
  point: number;
  slices: Slices;
  index: number;
  at: Place | null;
}

export class AnswersOnImages implements AnswerLayer, OnImages, Answers, Offering {
  readonly planes: AnswersOnPlanes;
  private readonly hint = new Hint();
  private readonly offers: Offers;
  /** The column of the fields; it is made with this object. */
  column: Column | null = null;
  reader: Reader | null = null;
  private pages: Pages | null = null;
  entries: readonly Entry[] = [];
  shapes: readonly Shape[] = [];
  private readonly found = new Map<string, Slice>();
  private readonly shown = new Map<string, number>();
  asked: Asked | null = null;
  private grip: Grip | null = null;
  private busy: Promise<void> = Promise.resolve();

  constructor(private readonly session: Session, private readonly located: Located) {
    this.planes = new AnswersOnPlanes(this, located);
    this.offers = new Offers(this, located);
  }

  get isFixed(): boolean {
    return this.session.isFixed;
  }

  /** Another case is on the screen. */
  async use(reader: Reader, entries: readonly Entry[], pages: Pages): Promise<void> {
    // What has begun on the images of one case must not end on those of another.
    this.forget();
    this.planes.cancel();
    [this.reader, this.entries, this.grip, this.pages] = [reader, entries, null, pages];
    this.found.clear();
    reader.settings.answers = this;
    this.follow();
    await this.findAll(this.shapes.flatMap((shape) => shape.marks), entries);
    if (this.entries !== entries) return;
    // A question that waits for clicks says what it waits for.
    if (this.found.size && !this.asked) this.column?.describe();
    this.refresh();
  }

  /** Whether any slice was found that was not known before. */
  private async findAll(marks: readonly Data[], entries: readonly Entry[]): Promise<boolean> {
    let any = false;
    for (const mark of marks.filter((found) => !this.found.has(keyOf(found)))) {
      const slice = await this.located.find(mark, entries);
      if (this.entries !== entries) return false;
      if (slice) this.found.set(keyOf(mark), slice);
      any ||= slice !== null;
    }
    return any;
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
    this.reader?.refresh();
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
    // Places are set on slices or on planes.
    if (!this.pages?.hasPlanes()) this.pages?.leave();
    this.asked = new Asked(field);
    field.say(this.asked.hint);
    if (kind === "measurement") field.offer(this.offers.of(field));
    document.body.classList.add("asking");
    this.say();
    this.reader?.pane.element.classList.add("asked");
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  /** Wait for no more clicks; true if a question did. */
  end(): boolean {
    const { asked } = this;
    this.forget();
    this.reader?.pane.element.classList.remove("asked");
    if (asked) {
      asked.field.offer([]);
      asked.field.say("");
      this.refresh();
    }
    return asked !== null;
  }

  private forget(): void {
    this.asked = null;
    document.body.classList.remove("asking");
    this.hint.hide();
  }

  press(slices: Slices, index: number, place: Place, reach: number, tool: Tool): boolean {
    const { entry } = slices;
    if (this.asked) {
      const { rows, columns } = entry.stack;
      if (isWithin(place, columns, rows)) this.take(entry, () => this.markAt(entry, index, place));
      return true;
    }
    if (this.isFixed || !["select", "distance", "angle", "cobb", "ellipse", "rectangle"].includes(tool)) return false;
    this.grip = this.held(slices, index, place, reach);
    return this.grip !== null;
  }

  /** A place for the question that waits. */
  take(entry: Entry, mark: () => Promise<Data>): void {
    const { asked } = this;
    if (!asked) return;
    this.busy = this.busy
      .then(async () => {
        const found = await mark();
        if (this.asked === asked) this.taken(asked, entry, found);
      })
      .catch(() => this.refuse(tr(GONE)));
  }

  refuse(why: string): void {
    this.asked?.field.say(why);
    this.say(why);
  }

  /** What to do next, or why the last click did not count, on the image itself. */
  private say(refused = ""): void {
    if (this.asked) this.hint.show(this.asked, refused);
  }

  private taken(asked: Asked, entry: Entry, mark: Data): void {
    const refused = asked.refusal(mark, (first) => this.where(first));
    if (refused) return this.refuse(refused);
    asked.marks.push(mark);
    if (asked.isComplete) this.complete(asked, entry);
    else asked.field.say(asked.hint);
    this.say();
    this.refresh();
  }

  async markAt(entry: Entry, index: number, place: Place): Promise<Data> {
    const frame = frameAt(entry.stack.frames, index);
    const uid = await this.located.uid(frame);
    const mark = markAt(entry.stack, frame, this.located.series(entry), uid, place[0] - 0.5, place[1] - 0.5);
    this.found.set(keyOf(mark), { entry, index });
    return mark;
  }

  private complete({ field, marks }: Asked, { stack }: Entry): void {
    const [first, last] = marks as [Data, Data];
    const before = field.value();
    const value = last ? lengthBetween(stack, first, last) : [...(before && isList(before) ? before : []), first];
    this.end();
    if (value === null) field.say(tr("The pixel size is unknown, so lengths cannot be measured"));
    else this.give(field.question.id, field.series, value, "");
    field.focusAnswer();
  }

  /** Give an answer, once it is known where its places are: a plane may be the first of its volume. */
  give(question: string, series: string, value: Json, how: How): void {
    const { column, entries } = this;
    column?.give(question, series, value, how);
    void this.findAll(marksOf(value), entries).then((found) => {
      if (found && !this.asked) column?.describe();
      this.refresh();
    });
  }

  // Where places are

  where(mark: Data): string {
    if (!("instance" in mark)) return tr("MPR plane");
    const slice = this.found.get(keyOf(mark));
    return slice ? this.named(slice) : "";
  }

  note(value: Json): string {
    const marks = marksOf(value);
    return noteOf(marks, (marks[0] && this.found.get(keyOf(marks[0]))?.entry) ?? null);
  }

  named({ entry, index }: Slice): string {
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
    if (isVector(mark["normal"])) {
      reader.open(slice.entry);
      this.pages?.goToPlane(vector(mark["position"] as Json), vector(mark["normal"]));
      return;
    }
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
    if (grip?.at) this.busy = this.busy.then(() => this.movedOnSlice(grip, grip.at as Place)).catch(() => this.refresh());
  }

  private async movedOnSlice({ shape, point, slices, index }: Grip, place: Place): Promise<void> {
    const { entry } = slices;
    const { rows, columns } = entry.stack;
    if (!isWithin(place, columns, rows)) return;
    const mark = await this.markAt(entry, index, place);
    this.moved(shape, entry, shape.marks.map((old, k) => (k === point ? mark : old)));
  }

  /** An answer was dragged: it changes. */
  moved(shape: Shape, entry: Entry, marks: readonly Data[]): void {
    const { question, series } = shape;
    // A rating may have been typed just now.
    this.column?.keep();
    const value = this.session.reading().answers.get(placeKey(question.id, series));
    if (value === undefined || !this.entries.includes(entry)) return;
    const changed = withShape(shape, value, marks, entry.stack);
    if (changed !== null) this.give(question.id, series, changed, "moved");
  }

  /** Where a shape lies on a slice, from the outer corner of its first pixel; null if it does not. */
  private placesOf(shape: Shape, slices: Slices, index: number): Place[] | null {
    const here = shape.marks.every((mark) => "instance" in mark && this.isOn(mark, slices, index));
    return here ? shape.marks.map(placeOf) : null;
  }

  private isOn(mark: Data, slices: Slices, index: number): boolean {
    const slice = this.found.get(keyOf(mark));
    return slice?.entry === slices.entry && slice.index === index;
  }

  /** Where a shape of a plane lies on a slice, if all of it is near enough. */
  private crossing(shape: Shape, slices: Slices, index: number): Place[] | null {
    const { stack } = slices.entry;
    const frame = slices.frame(index);
    const places = shape.marks.map((mark) => {
      if ("instance" in mark || !isVector(mark["position"]) || !isOfFrame(this.located, mark, slices.entry)) return null;
      const position = vector(mark["position"]);
      const place = onImage(stack, frame, position);
      const there = place && toPatient(stack, frame, place);
      return there && Math.hypot(...add(there, position, -1)) <= reachOf(stack) ? place : null;
    });
    return places.includes(null) ? null : (places as Place[]);
  }

  draw(sheet: Sheet, slices: Slices, index: number): string[] {
    const said: string[] = [];
    for (const shape of this.shapes) {
      const places = this.placesOf(shape, slices, index) ?? this.crossing(shape, slices, index);
      const { grip } = this;
      if (!places) continue;
      if (grip?.shape === shape && grip.at) places[grip.point] = grip.at;
      said.push(...drawAnswer(sheet, places, shape.lines));
    }
    const begun = this.asked?.marks.filter((mark) => "instance" in mark && this.isOn(mark, slices, index));
    if (begun?.length) drawAnswer(sheet, begun.map(placeOf), []);
    return said;
  }
}

function isWithin([column, row]: Place, columns: number, rows: number): boolean {
  return column >= 0 && column < columns && row >= 0 && row < rows;
}
