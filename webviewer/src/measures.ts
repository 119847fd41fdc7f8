// Measurements on a slice: lengths, angles, areas and their values, as in viewer/marks. Places count pixels.

import { isPadding, storedValue } from "./pixels";
import type { Slices } from "./slices";
import { pixelSize, type Tool } from "./state";
import { signed, tr } from "./words";

export type Place = readonly [column: number, row: number];
export type Kind = "distance" | "angle" | "cobb" | "ellipse" | "rectangle";

export interface Measure {
  kind: Kind;
  points: Place[];
}

const POINTS: Record<Kind, number> = { distance: 2, angle: 3, cobb: 4, ellipse: 2, rectangle: 2 };

export function kindOfTool(tool: Tool): Kind | null {
  return tool in POINTS ? (tool as Kind) : null;
}

export function isComplete(measure: { kind: Kind; points: readonly unknown[] }): boolean {
  return measure.points.length === POINTS[measure.kind];
}

export function isArea(kind: Kind): boolean {
  return kind === "ellipse" || kind === "rectangle";
}

function direction(first: Place, last: Place): Place {
  return [last[0] - first[0], last[1] - first[1]];
}

function between(a: Place, b: Place): number {
  return Math.abs((Math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]) * 180) / Math.PI);
}

function leftFirst(a: Place, b: Place): [Place, Place] {
  return a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]) ? [a, b] : [b, a];
}

function areaOf(kind: Kind, [[x0, y0], [x1, y1]]: readonly [Place, Place]): number {
  const around = Math.abs((x1 - x0) * (y1 - y0));
  return kind === "ellipse" ? (around * Math.PI) / 4 : around;
}

/** The texts beside a measurement on a slice. */
export function wordsOf(slices: Slices, index: number, measure: Measure): string[] {
  const { pixel_spacing, units } = slices.entry.stack;
  const [width, height] = pixelSize(slices.entry.stack);
  const places = measure.points.map(([column, row]): Place => [column * width, row * height]);
  const values = isArea(measure.kind) ? statistics(slices, index, measure) : null;
  return textsOf(measure.kind, places, pixel_spacing ? "mm" : "px", values, units);
}

/** The texts beside a measurement whose places count `unit`; an area has `values` in `units`. */
export function textsOf(
  kind: Kind, places: readonly Place[], unit: "mm" | "px", values: Statistics | null, units: string,
): string[] {
  const [a, b, c, d] = places as [Place, Place, Place, Place];
  if (kind === "distance") return [`${Math.hypot(...direction(a, b)).toFixed(1)} ${unit}`];
  if (kind === "angle") return [`${between(direction(b, a), direction(b, c)).toFixed(1)}°`];
  if (kind === "cobb") {
    const lines = [leftFirst(a, b), leftFirst(c, d)].map((line) => direction(...line)) as [Place, Place];
    return [`Cobb ${between(...lines).toFixed(1)}°`];
  }
  const size = areaOf(kind, [a, b]);
  const said = unit === "mm" && size >= 100 ? `${(size / 100).toFixed(2)} cm²` : `${size.toFixed(1)} ${unit}²`;
  return [...valuesText(values, units ? ` ${units}` : ""), said];
}

function valuesText(found: Statistics | null, unit: string): string[] {
  if (!found) return [tr("no pixels inside")];
  return [
    tr("Mean {mean}{unit}   SD {deviation}", { mean: signed(found.mean), unit, deviation: signed(found.deviation) }),
    tr("Min {low}   Max {high}", { low: signed(found.minimum), high: signed(found.maximum) }),
  ];
}

export interface Statistics {
  pixels: number;
  mean: number;
  deviation: number;
  minimum: number;
  maximum: number;
}

/** Of the pixels whose centre lies inside, without padding. */
export function statistics(slices: Slices, index: number, measure: Measure): Statistics | null {
  return statisticsOf(inside(slices, index, measure));
}

/** `deviation` is that of the sample (n - 1); null without any value. */
export function statisticsOf(values: readonly number[]): Statistics | null {
  if (!values.length) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    pixels: values.length,
    mean,
    deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0,
    minimum: values.reduce((a, b) => Math.min(a, b)),
    maximum: values.reduce((a, b) => Math.max(a, b)),
  };
}

function inside(slices: Slices, index: number, measure: Measure): number[] {
  const patterns = slices.patterns(index);
  if (!patterns) return [];
  const { rows, columns } = slices.entry.stack;
  const kind = slices.kind(index);
  const [[x0, y0], [x1, y1]] = measure.points as [Place, Place];
  const [left, right, top, bottom] = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
  const holds = (x: number, y: number): boolean => {
    if (measure.kind === "rectangle") return x >= left && x <= right && y >= top && y <= bottom;
    const across = (x - (left + right) / 2) / (Math.max(right - left, 1e-9) / 2);
    const down = (y - (top + bottom) / 2) / (Math.max(bottom - top, 1e-9) / 2);
    return across ** 2 + down ** 2 <= 1;
  };
  const values: number[] = [];
  for (let row = Math.max(Math.floor(top), 0); row < Math.min(Math.ceil(bottom), rows); row++) {
    for (let column = Math.max(Math.floor(left), 0); column < Math.min(Math.ceil(right), columns); column++) {
      if (!holds(column + 0.5, row + 0.5)) continue;
      const stored = storedValue(patterns[row * columns + column] as number, kind);
      if (!isPadding(stored, kind)) values.push(stored * kind.slope + kind.intercept);
    }
  }
  return values;
}

/** The straight lines of a distance or an angle, through the points so far. */
export function linesOf(measure: Measure): [Place, Place][] {
  const points = measure.points;
  const starts = measure.kind === "cobb" ? [0, 2] : [0, 1];
  return starts.flatMap((k) => (points[k + 1] ? [[points[k], points[k + 1]] as [Place, Place]] : []));
}
