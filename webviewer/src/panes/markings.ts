// What a reader has marked: measurements and key images of all series, with undo and redo. Nothing of it is stored.

import type { Entry } from "../format";
import type { Measure } from "../measures";
import { isOf, type SpaceMeasure } from "../planes/in_space";

const MOST_STEPS = 200;

interface Marked {
  measures: Map<string, Measure[]>;
  keyImages: Set<string>;
  inSpace: readonly SpaceMeasure[];
}

export class Markings {
  private now: Marked = { measures: new Map(), keyImages: new Set(), inSpace: [] };
  private readonly past: Marked[] = [];
  private future: Marked[] = [];

  /** Go on with what was marked before, while other images were shown; these are the same `entries`, made anew. */
  take(earlier: Markings, entries: readonly Entry[]): void {
    const inSpace = earlier.now.inSpace.map((measure) => ({ ...measure, entry: entries[measure.entry.number] as Entry }));
    this.now = { ...earlier.now, inSpace };
  }

  /** The measurements of a slice. */
  of(entry: Entry, index: number): readonly Measure[] {
    return this.now.measures.get(key(entry, index)) ?? [];
  }

  /** The measurements on planes of all series, in the order in which they were drawn. */
  get inSpace(): readonly SpaceMeasure[] {
    return this.now.inSpace;
  }

  isKeyImage(entry: Entry, index: number): boolean {
    return this.now.keyImages.has(key(entry, index));
  }

  /** The slices of a stack that are key images. */
  keyImagesOf(entry: Entry): number[] {
    return Array.from({ length: entry.stack.number_of_frames }, (_, k) => k).filter((k) => this.isKeyImage(entry, k));
  }

  add(entry: Entry, index: number, measure: Measure): void {
    this.change((now) => now.measures.set(key(entry, index), [...this.of(entry, index), measure]));
  }

  /** Put a measurement in the place of another one. */
  replace(entry: Entry, index: number, old: Measure, measure: Measure): void {
    const others = this.of(entry, index).map((found) => (found === old ? measure : found));
    this.change((now) => now.measures.set(key(entry, index), others));
  }

  remove(entry: Entry, index: number, measure: Measure): void {
    const others = this.of(entry, index).filter((found) => found !== measure);
    this.change((now) => now.measures.set(key(entry, index), others));
  }

  removeLast(entry: Entry, index: number): void {
    if (this.of(entry, index).length) {
      this.change((now) => now.measures.set(key(entry, index), this.of(entry, index).slice(0, -1)));
    }
  }

  addInSpace(measure: SpaceMeasure): void {
    this.change((now) => void (now.inSpace = [...now.inSpace, measure]));
  }

  replaceInSpace(old: SpaceMeasure, measure: SpaceMeasure): void {
    this.change((now) => void (now.inSpace = now.inSpace.map((found) => (found === old ? measure : found))));
  }

  /** False if it is not there any more. */
  removeInSpace(measure: SpaceMeasure): boolean {
    if (!this.inSpace.includes(measure)) return false;
    this.change((now) => void (now.inSpace = now.inSpace.filter((found) => found !== measure)));
    return true;
  }

  /** Delete the last measurement on the planes of a series. */
  removeLastInSpace(entry: Entry): void {
    const last = this.inSpace.filter((measure) => isOf(measure, entry)).pop();
    if (last) this.removeInSpace(last);
  }

  /** Delete all measurements of a series, on its slices and on planes through them. */
  removeAll(entry: Entry): void {
    this.change((now) => {
      now.inSpace = now.inSpace.filter((measure) => measure.entry !== entry);
      for (let index = 0; index < entry.stack.number_of_frames; index++) now.measures.delete(key(entry, index));
    });
  }

  turnKeyImage(entry: Entry, index: number): void {
    const place = key(entry, index);
    this.change((now) => void (now.keyImages.delete(place) || now.keyImages.add(place)));
  }

  undo(): void {
    this.step(this.past, this.future);
  }

  redo(): void {
    this.step(this.future, this.past);
  }

  private step(from: Marked[], to: Marked[]): void {
    const found = from.pop();
    if (!found) return;
    to.push(this.now);
    this.now = found;
  }

  private change(how: (now: Marked) => void): void {
    this.past.push(this.now);
    if (this.past.length > MOST_STEPS) this.past.shift();
    this.future = [];
    // Lists and measurements are never changed once they are here, so that a copy of the tables is enough.
    const { measures, keyImages, inSpace } = this.now;
    this.now = { measures: new Map(measures), keyImages: new Set(keyImages), inSpace };
    how(this.now);
  }
}

function key(entry: Entry, index: number): string {
  return `${entry.number} ${index}`;
}
