// Answers on the planes: the clicks that a question waits for, what is drawn, and what is dragged; as in
// viewer/ui/mpr/answers.py.

import type { Sheet } from "../drawing";
import { frameAt, type Entry, type Vector } from "../format";
import { kindOfTool, type Place } from "../measures";
import { normalOfMeasure, type SpaceMeasure } from "../planes/in_space";
import { distanceToLine } from "../planes/plane_measures";
import { areParallel, normalOf, placeIn, pointAt, stepAlong } from "../planes/mpr";
import { add, inner, placed } from "../planes/vectors";
import type { PlaneView } from "../planes/view";
import { REACH, type Tool } from "../state";
import { tr } from "../words";
import { drawAnswer } from "./answers";
import type { Asked } from "./asked";
import type { PlaneLayer } from "./layer";
import type { Located } from "./located";
import { apart, isVector, lengthBetween, markOnPlane, type OnPlane } from "./marks";
import { saidLength } from "./said";
import type { Shape } from "./shapes";
import type { Data, Json } from "./spelling";

/** What the planes need of the answers of a case. */
export interface Answers {
  readonly asked: Asked | null;
  readonly shapes: readonly Shape[];
  readonly isFixed: boolean;
  /** A place for the question that waits, once it is known. */
  take(entry: Entry, mark: () => Promise<Data>): void;
  refuse(why: string): void;
  /** A shape was dragged to other places. */
  moved(shape: Shape, entry: Entry, marks: readonly Data[]): void;
}

/** A shape as the drag began, which of its ends is held (null: all), where, and where its places are now. */
interface Hold {
  shape: Shape;
  point: number | null;
  start: Vector;
  marks: readonly Data[];
}

export class AnswersOnPlanes implements PlaneLayer {
  private hold: Hold | null = null;
  /** The series of the planes that were drawn last. */
  private entry: Entry | null = null;

  constructor(private readonly answers: Answers, private readonly located: Located) {}

  get asks(): boolean {
    return this.answers.asked !== null;
  }

  press(view: PlaneView, place: Place, nothing: string, tool: Tool): boolean {
    if (!this.asks) {
      this.hold = this.heldAt(view, place, tool);
      return this.hold !== null;
    }
    if (nothing && nothing !== "padding, not part of the image") this.answers.refuse(tr("Click on an image: there is none here"));
    else this.answers.take(view.slices.entry, this.markAt(view, place));
    return true;
  }

  /** The place as it is now. */
  private markAt(view: PlaneView, place: Place): () => Promise<Data> {
    const point = pointAt(view.cut, ...place);
    const plane = planeOf(view);
    return () => this.mark(view.slices.entry, point, plane);
  }

  /** A place of a measurement that was drawn on a plane. */
  markOf(measure: SpaceMeasure, point: Vector): Promise<Data> {
    const slab = measure.slab.thickness ? measure.slab : null;
    return this.mark(measure.entry, point, { normal: normalOfMeasure(measure), slab });
  }

  /** The file of its first slice may take a while. */
  private async mark(entry: Entry, point: Vector, plane: OnPlane): Promise<Data> {
    const frame = frameAt(entry.stack.frames, 0);
    const volume = { instance: await this.located.uid(frame), frame: frame.frameIndex };
    return markOnPlane(this.located.series(entry), volume, this.located.frameOfReference(entry), point, plane);
  }

  private heldAt(view: PlaneView, place: Place, tool: Tool): Hold | null {
    if (this.answers.isFixed || !(tool === "select" || kindOfTool(tool))) return null;
    const start = pointAt(view.cut, ...place);
    const here = this.here(view).filter((shape) => this.isOfPlane(shape, view));
    const off = (shape: Shape): number[] => placesOf(view, shape.marks).map((end) => Math.hypot(end[0] - place[0], end[1] - place[1]));
    const ends = here.flatMap((shape) => off(shape).map((away, k) => ({ shape, point: k as number | null, away })));
    const lines = here.map((shape) => ({ shape, point: null, away: awayFromLine(placesOf(view, shape.marks), place) }));
    for (const found of tool === "select" ? [ends, lines] : [ends]) {
      const near = found.sort((a, b) => a.away - b.away)[0];
      if (near && near.away <= REACH * devicePixelRatio) return { ...near, start, marks: near.shape.marks };
    }
    return null;
  }

  /** Whether it was made on a plane like this one, of this series. */
  private isOfPlane(shape: Shape, { slices, facing }: PlaneView): boolean {
    const normal = normalOf(facing);
    return shape.marks.every(
      (mark) => isVector(mark["normal"]) && mark["series"] === this.located.series(slices.entry) && areParallel(vector(mark["normal"]), normal),
    );
  }

  move(view: PlaneView, place: Place): boolean {
    const { hold } = this;
    if (!hold) return false;
    const now = pointAt(view.cut, ...place);
    const marks = hold.shape.marks.map((mark, k) => {
      if (hold.point !== null && hold.point !== k) return mark;
      const from = hold.point === null ? hold.start : vector(mark["position"] as Json);
      return moved(view, mark, add(now, from, -1));
    });
    const inside = marks.every((mark) => isInside(view, vector(mark["position"] as Json)));
    const [first, last] = marks;
    if (inside && first && !(last && apart(first, last))) hold.marks = marks;
    return true;
  }

  release(): void {
    const { hold, entry } = this;
    this.hold = null;
    if (hold && entry && hold.marks !== hold.shape.marks) this.answers.moved(hold.shape, entry, hold.marks);
  }

  cancel(): boolean {
    const held = this.hold !== null;
    this.hold = null;
    return held;
  }

  // What is seen

  /** The answers that lie on this plane as a whole, or within its thickness. */
  private here(view: PlaneView): Shape[] {
    return this.answers.shapes.filter((shape) => shape.marks.every((mark) => this.isNear(view, mark)));
  }

  private isNear({ slices, solid, state, facing }: PlaneView, mark: Data): boolean {
    const { position } = mark;
    if (!isVector(position) || !isOfFrame(this.located, mark, slices.entry)) return false;
    const normal = normalOf(facing);
    const reach = Math.max(state.thickness, stepAlong(solid, normal, false)) / 2 + 1e-3;
    return Math.abs(inner(add(vector(position), state.point, -1), normal)) <= reach;
  }

  draw(sheet: Sheet, view: PlaneView, pointer: Place | null): string[] {
    this.entry = view.slices.entry;
    const said: string[] = [];
    for (const shape of this.here(view)) {
      const marks = this.hold?.shape === shape ? this.hold.marks : shape.marks;
      said.push(...drawAnswer(sheet, placesOf(view, marks), this.lines(shape, marks)));
    }
    const first = this.answers.asked?.marks[0];
    if (first && "normal" in first && this.isNear(view, first)) this.drawBegun(sheet, view, first, pointer);
    return said;
  }

  /** The question with the length as it is while it is dragged. */
  private lines(shape: Shape, marks: readonly Data[]): string[] {
    const [first, last] = marks;
    if (marks === shape.marks || !first || !last || !this.entry) return shape.lines;
    return [...shape.lines.slice(0, 1), saidLength(lengthBetween(this.entry.stack, first, last), shape.question.unit)];
  }

  /** A distance from its first end to the pointer. */
  private drawBegun(sheet: Sheet, view: PlaneView, first: Data, pointer: Place | null): void {
    const [end] = placesOf(view, [first]) as [Place];
    const question = this.answers.asked?.field.question;
    if (!pointer || !question) return void drawAnswer(sheet, [end], []);
    const value = Math.hypot(...add(pointAt(view.cut, ...pointer), pointAt(view.cut, ...end), -1));
    drawAnswer(sheet, [end, pointer], [question.text, saidLength({ value, unit: "mm" }, question.unit)]);
  }
}

function planeOf({ facing, state }: PlaneView): OnPlane {
  const { thickness, slab } = state;
  return { normal: normalOf(facing), slab: thickness ? { thickness, projection: slab } : null };
}

export function vector(value: Json): Vector {
  return value as unknown as Vector;
}

/** Whether the patient place of a mark is one of this series: it is its own, or has its frame of reference. */
export function isOfFrame(located: Located, mark: Data, entry: Entry): boolean {
  const frame = located.frameOfReference(entry);
  return mark["series"] === located.series(entry) || (!!frame && mark["frame_of_reference"] === frame);
}

function placesOf({ cut }: PlaneView, marks: readonly Data[]): Place[] {
  return marks.map((mark) => placeIn(cut, vector(mark["position"] as Json)));
}

/** The mark moved by a way, but never off its plane; it names the slab that is shown now. */
function moved(view: PlaneView, mark: Data, way: Vector): Data {
  const normal = vector(mark["normal"] as Json);
  const place = add(vector(mark["position"] as Json), add(way, normal, -inner(way, normal)));
  const made = markOnPlane(
    mark["series"] as string, mark["volume"] as Data, mark["frame_of_reference"] as string, place, planeOf(view),
  );
  return { ...made, normal: mark["normal"] as Json };
}

function isInside({ solid }: PlaneView, point: Vector): boolean {
  return placed(solid.toIndex, point).every((part, k) => part >= (solid.low[k] as number) && part <= (solid.high[k] as number));
}

function awayFromLine(places: readonly Place[], place: Place): number {
  const [first, last] = places;
  return first && last ? distanceToLine([first, last], place) : Infinity;
}
