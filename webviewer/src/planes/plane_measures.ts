// Measurements on the planes: drawn by clicks and drags, held and moved, and shown wherever they cross a plane; as in
// viewer/ui/mpr/measures.py.

import type { Vector } from "../format";
import { isArea, isComplete, kindOfTool, statistics, type Kind, type Measure } from "../measures";
import { toPatient } from "../panes/places";
import type { Markings } from "../panes/markings";
import { signed, tr } from "../words";
import { CLICK, REACH } from "../state";
import { crossesGap, withValues } from "./area";
import { isOf, liesOn, outlineOf, partOf, type Crossing, type SpaceMeasure } from "./in_space";
import { normalOf, placeIn, pointAt, stepAlong, type Cut, type Plane } from "./mpr";
import type { Planes } from "./planes";
import { add } from "./vectors";

type Place = readonly [number, number];

/** A point of a measurement that is moved; all of its points for null. */
interface Grip {
  measure: SpaceMeasure;
  point: number | null;
  start: Vector;
  now: SpaceMeasure;
}

/** The measurements on one plane; places are pixels of its picture. */
export class PlaneMeasures {
  private drawn: SpaceMeasure | null = null;
  private at: Vector | null = null;
  private pressed: Place | null = null;
  private grip: Grip | null = null;
  private begunOn = "";
  private readonly ofSlices = new WeakMap<Measure, SpaceMeasure>();

  constructor(private readonly planes: Planes, private readonly plane: Plane) {}

  /** Whether something has begun and is not finished. */
  get busy(): boolean {
    return this.drawn !== null || this.grip !== null;
  }

  private get marks(): Markings {
    return this.planes.markings;
  }

  private get normal(): Vector {
    return normalOf(this.planes.state.facings[this.plane]);
  }

  /** The plane and the tool: what was begun on one plane does not end on another. */
  private here(): string {
    const { state, settings } = this.planes;
    const { normal } = this;
    const level = normal.reduce((sum, part, k) => sum + part * (state.point[k] as number), 0);
    return JSON.stringify([state.facings[this.plane], level.toFixed(3), settings.tool]);
  }

  /** Another plane or tool cancels what has begun. */
  follow(): void {
    if (this.busy && this.here() !== this.begunOn) this.cancel();
  }

  /** Forget what has begun; false if nothing has. */
  cancel(): boolean {
    const { busy } = this;
    this.drawn = this.at = this.pressed = this.grip = null;
    return busy;
  }

  // The hand

  /** The button goes down: hold a point of a measurement, else set a point of a new one; false if it does neither. */
  press(cut: Cut, place: Place): boolean {
    const { tool } = this.planes.settings;
    const kind = kindOfTool(tool);
    if (!kind && tool !== "select") return false;
    const point = pointAt(cut, ...place);
    [this.pressed, this.begunOn] = [place, this.here()];
    if (this.drawn) {
      this.addPoint(point);
      return true;
    }
    this.grip = this.gripAt(cut, place, !kind);
    if (!this.grip && kind) [this.drawn, this.at] = [this.begun(kind, point), point];
    return true;
  }

  private begun(kind: Kind, point: Vector): SpaceMeasure {
    const { state, slices } = this.planes;
    const { right, down } = state.facings[this.plane];
    const slab = { thickness: state.thickness, projection: state.slab };
    return { kind, points: [point], right, down, entry: slices.entry, slab, values: null, remarks: [] };
  }

  /** The pointer moves, with or without a button held; whether that changed anything. */
  move(cut: Cut, place: Place): boolean {
    const point = pointAt(cut, ...place);
    this.at = point;
    const { grip } = this;
    if (grip) {
      const way = add(point, grip.start, -1);
      const points = grip.measure.points.map((old, k) => (grip.point === null || grip.point === k ? add(old, way) : old));
      grip.now = this.valued({ ...grip.measure, points });
    }
    return this.busy;
  }

  /** The button goes up: a drag sets the next point where it ends, a click waits for the next click. */
  release(cut: Cut, place: Place): boolean {
    const { grip, pressed, busy } = this;
    this.grip = this.pressed = null;
    if (grip && grip.now !== grip.measure) this.marks.replaceInSpace(grip.measure, grip.now);
    if (this.drawn && pressed && Math.hypot(place[0] - pressed[0], place[1] - pressed[1]) > CLICK * devicePixelRatio) {
      this.addPoint(pointAt(cut, ...place));
    }
    return busy;
  }

  private addPoint(point: Vector): void {
    if (!this.drawn) return;
    // The second press of a double click, which means something else.
    if (Math.hypot(...add(point, this.drawn.points[this.drawn.points.length - 1] as Vector, -1)) === 0) return;
    this.drawn = { ...this.drawn, points: [...this.drawn.points, point] };
    if (!isComplete(this.drawn)) return;
    this.marks.addInSpace(this.valued(this.drawn));
    this.drawn = this.at = this.pressed = null;
  }

  /** With the values inside an area, and with what must be said of it. */
  private valued(measure: SpaceMeasure): SpaceMeasure {
    const { solid, slices } = this.planes;
    const across = crossesGap(measure, solid) ? [tr("across missing slices")] : [];
    if (!isArea(measure.kind)) return { ...measure, remarks: across };
    const { state } = this.planes;
    const slab = { thickness: state.thickness, projection: state.slab };
    const said = tr("{name} over {thickness} mm", { name: tr(state.slab), thickness: signed(state.thickness) });
    // Moved on planes of another series, it is one of that series from now on.
    return { ...withValues({ ...measure, entry: slices.entry, slab }, solid), remarks: [...(state.thickness ? [said] : []), ...across] };
  }

  private gripAt(cut: Cut, place: Place, whole: boolean): Grip | null {
    const { point: at } = this.planes.state;
    const held = this.marks.inSpace.filter((measure) => isOf(measure, this.planes.slices.entry) && liesOn(measure, at, this.normal));
    const reach = REACH * devicePixelRatio;
    const start = pointAt(cut, ...place);
    const off = (point: Vector): number => distance(placeIn(cut, point), place);
    const points = held.flatMap((measure) => measure.points.map((point, k) => ({ measure, point: k as number | null, off: off(point) })));
    const lines = whole ? held.map((measure) => ({ measure, point: null, off: distanceTo(cut, measure, place) })) : [];
    for (const found of [points, lines]) {
      const near = found.sort((a, b) => a.off - b.off)[0];
      if (near && near.off <= reach) return { measure: near.measure, point: near.point, start, now: near.measure };
    }
    return null;
  }

  // What is seen

  /** As much of every measurement of the series as lies on the plane, and what is being drawn. */
  parts(): Crossing[] {
    const { state, solid, slices } = this.planes;
    const { normal, grip, drawn, at } = this;
    const reach = Math.max(state.thickness, stepAlong(solid, normal, false)) / 2 + 1e-3;
    const found = this.marks.inSpace.filter((measure) => isOf(measure, slices.entry));
    const shown = found.map((measure) => (measure === grip?.measure ? grip.now : measure));
    if (drawn) shown.push({ ...drawn, points: at ? [...drawn.points, at] : drawn.points });
    return [...shown, ...this.fromSlices()].flatMap((measure) => partOf(measure, slices.entry, state.point, normal, reach) ?? []);
  }

  /** The measurements on the slices of the series. */
  private fromSlices(): SpaceMeasure[] {
    const { slices } = this.planes;
    return slices.frames.flatMap((_, index) =>
      this.marks.of(slices.entry, index).flatMap((measure) => this.inSpace(index, measure) ?? []),
    );
  }

  private inSpace(index: number, measure: Measure): SpaceMeasure | null {
    const known = this.ofSlices.get(measure);
    if (known) return known;
    const { slices } = this.planes;
    const { stack } = slices.entry;
    const points = measure.points.map((place) => toPatient(stack, slices.frame(index), place));
    const way = stack.orientation;
    if (!way || points.includes(null)) return null;
    const made: SpaceMeasure = {
      kind: measure.kind, points: points as Vector[], right: way.slice(0, 3) as Vector, down: way.slice(3) as Vector,
      entry: slices.entry, slab: { thickness: 0, projection: "MIP" }, remarks: [],
      values: isArea(measure.kind) ? statistics(slices, index, measure) : null,
    };
    this.ofSlices.set(measure, made);
    return made;
  }
}

function distance(one: Place, other: Place): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

/** How far a place of the picture is from the lines of a measurement. */
function distanceTo(cut: Cut, measure: SpaceMeasure, place: Place): number {
  const lines = outlineOf(measure).map(([first, last]): [Place, Place] => [placeIn(cut, first), placeIn(cut, last)]);
  return Math.min(Infinity, ...lines.map((line) => distanceToLine(line, place)));
}

export function distanceToLine([[x0, y0], [x1, y1]]: readonly [Place, Place], [x, y]: Place): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1), 0), 1);
  return Math.hypot(x0 + share * dx - x, y0 + share * dy - y);
}
