// Distances that were measured on the images before a question asks for one: they are offered by name.

import type { Entry, Vector } from "../format";
import type { Measure, Place } from "../measures";
import type { Markings } from "../panes/markings";
import type { SpaceMeasure } from "../planes/in_space";
import { add } from "../planes/vectors";
import type { Reader } from "../reader";
import { GONE } from "../source";
import { pixelSize } from "../state";
import { tr } from "../words";
import type { Located, Slice } from "./located";
import { lengthBetween } from "./marks";
import type { AnswersOnPlanes } from "./on_planes";
import type { PlacesField } from "./placesfield";
import { saidLength } from "./said";
import type { How } from "./session";
import type { Data, Json } from "./spelling";

// So many are offered, the last one first.
const OFFERED = 3;

/** What the offers need of the answers of a case. */
export interface Offering {
  readonly reader: Reader | null;
  readonly entries: readonly Entry[];
  readonly planes: AnswersOnPlanes;
  readonly isFixed: boolean;
  end(): boolean;
  named(slice: Slice): string;
  markAt(entry: Entry, index: number, place: Place): Promise<Data>;
  give(question: string, series: string, value: Json, how: How): void;
}

/** What is used becomes the answer, so that no second question takes it. */
export class Offers {
  constructor(private readonly answers: Offering, private readonly located: Located) {}

  of(field: PlacesField): [string, () => void][] {
    const { reader, entries } = this.answers;
    if (!reader) return [];
    const asked = entries.filter((entry) => !field.series || this.located.series(entry) === field.series);
    const offer = (value: number, place: string, use: () => Promise<void>): [string, () => void] => {
      const length = saidLength({ value, unit: "mm" }, field.question.unit);
      return [tr("Use {length} on {place}", { length, place }), () => void use().catch(() => field.say(tr(GONE)))];
    };
    const onSlices = distancesOn(asked, reader.markings, OFFERED).map(({ entry, index, measure, value }) =>
      offer(value, this.answers.named({ entry, index }), () => this.useOnSlice(field, entry, index, measure)),
    );
    const onPlanes = distancesOnPlanes(asked, reader.markings).map(({ measure, value }) =>
      offer(value, tr("MPR plane"), () => this.useOnPlane(field, measure)),
    );
    return [...onSlices, ...onPlanes].slice(0, OFFERED);
  }

  private async useOnSlice(field: PlacesField, entry: Entry, index: number, measure: Measure): Promise<void> {
    const marks = await this.known(measure.points.map((place) => this.answers.markAt(entry, index, place)), entry);
    if (!marks) return;
    this.answers.reader?.markings.remove(entry, index, measure);
    this.use(field, entry, marks);
  }

  private async useOnPlane(field: PlacesField, measure: SpaceMeasure): Promise<void> {
    const { entry, points } = measure;
    const marks = await this.known(points.map((point) => this.answers.planes.markOf(measure, point)), entry);
    if (marks && this.answers.reader?.markings.removeInSpace(measure)) this.use(field, entry, marks);
  }

  /** The ends, once they are known; null if they can answer no more. */
  private async known(places: Promise<Data>[], entry: Entry): Promise<Data[] | null> {
    this.answers.end();
    const marks = await Promise.all(places);
    // Its file may take a while, and the reader go on to another case, or submit this one.
    return this.answers.entries.includes(entry) && !this.answers.isFixed ? marks : null;
  }

  private use(field: PlacesField, { stack }: Entry, [first, last]: Data[]): void {
    const value = first && last ? lengthBetween(stack, first, last) : null;
    if (value !== null) this.answers.give(field.question.id, field.series, value, "taken");
    field.focus();
  }
}

interface Distance {
  readonly entry: Entry;
  readonly index: number;
  readonly measure: Measure;
  /** In mm. */
  readonly value: number;
}

/** The last so many distances of these series, the last one first. */
function distancesOn(entries: readonly Entry[], markings: Markings, most: number): Distance[] {
  const found: Distance[] = [];
  for (const entry of entries.filter(({ stack }) => stack.pixel_spacing)) {
    const [across, down] = pixelSize(entry.stack);
    for (let index = 0; index < entry.stack.number_of_frames; index++) {
      for (const measure of markings.of(entry, index).filter(({ kind }) => kind === "distance")) {
        const [a, b] = measure.points as [Place, Place];
        found.push({ entry, index, measure, value: Math.hypot((b[0] - a[0]) * across, (b[1] - a[1]) * down) });
      }
    }
  }
  return found.reverse().slice(0, most);
}

/** The distances on planes through these series, the last one first. */
function distancesOnPlanes(entries: readonly Entry[], markings: Markings): { measure: SpaceMeasure; value: number }[] {
  const found = markings.inSpace.filter(({ kind, entry }) => kind === "distance" && entries.includes(entry));
  const length = ({ points: [a, b] }: SpaceMeasure): number => Math.hypot(...add(b as Vector, a as Vector, -1));
  return found.reverse().map((measure) => ({ measure, value: length(measure) }));
}
