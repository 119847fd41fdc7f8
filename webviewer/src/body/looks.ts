// What is shown in 3D: the viewer's own presets (looks.json is made from them) and those for values without a scale.

import type { Window } from "../format";
import { HU } from "../presets";
import type { Solid } from "../planes/solid";
import data from "./looks.json";

/** Value, red, green, blue, opacity. */
export type Point = readonly [number, number, number, number, number];

/** As RenderPreset in viewer/scene/render_presets.py: between the points all changes linearly. */
export interface Look {
  name: string;
  points: readonly Point[];
  maximum: boolean;
  gloss: number;
}

/** Opacities for steps of so many mm, with the colour already multiplied by them; four numbers an entry. */
export interface Table {
  low: number;
  high: number;
  entries: Float32Array;
}

export const ENTRIES = 2048;
export const CT_LOOKS = data.ct as unknown as readonly Look[];
export const LIGHTS = data.lights as unknown as readonly (readonly [number, number, number])[];
export const MATERIAL = data.material;
const SAMPLES = 400_000;
const BINS = 512;
const BRIGHT = 0.99;
const LEAST = 1e-3;

/** The presets to choose from, the usual one first. */
export function looksFor(solid: Solid, window: Window): readonly Look[] {
  const looks = solid.stack.units === HU ? CT_LOOKS : [tissueOf(solid), lookOfWindow(window), maximumOfWindow(window)];
  // Where values fall as the stored ones rise, the greatest stored value is the least.
  return looks.filter((look) => (solid.whole?.slope ?? 1) > 0 || !look.maximum);
}

function lookOfWindow([center, width]: Window): Look {
  const [low, middle, high] = data.window as [number[], number[], number[]];
  const at = (share: number, rest: number[]): Point => [center + share * width, ...rest] as unknown as Point;
  return { name: "Window", points: [at(0, low), at(1 / 4, middle), at(1 / 2, high)], maximum: false, gloss: data.gloss };
}

function maximumOfWindow([center, width]: Window): Look {
  const points: Point[] = [[center - width / 2, 1, 1, 1, 0], [center + width / 2, 1, 1, 1, 1]];
  return { name: "Maximum (MIP)", points, maximum: true, gloss: data.gloss };
}

/** All tissue, by the values of the body itself, as in viewer/scene/tissue.py. */
function tissueOf(solid: Solid): Look {
  const values = someOf(solid);
  const dark = thresholdOf(values);
  const tissue = values.subarray(values.findIndex((value) => value > dark));
  const bright = Math.max((values[values.length - 1] as number) > dark ? quantile(tissue, BRIGHT) : dark, dark + LEAST);
  const points = (data.tissue as unknown as Point[]).map(([share, ...rest]): Point => [dark + share * (bright - dark), ...rest]);
  return { name: "Tissue", points, maximum: false, gloss: data.gloss };
}

/** Known values at even distances, in rising order. */
function someOf(solid: Solid): Float32Array {
  const size = (solid.numbers[0] as ArrayLike<number>).length;
  const step = Math.max(Math.floor((size * solid.numbers.length) / SAMPLES), 1) | 1;
  const { slope, intercept } = solid.whole ?? { slope: 1, intercept: 0 };
  const damaged = new Set(solid.damaged);
  const found: number[] = [];
  for (let n = 0; n < size * solid.numbers.length; n += step) {
    const [k, at] = [Math.floor(n / size), n % size];
    if (damaged.has(k) || solid.empty[k]?.[at]) continue;
    found.push(((solid.numbers[k] as ArrayLike<number>)[at] as number) * slope + intercept);
  }
  return Float32Array.from(found.length ? found : [0]).sort();
}

/** Of values in rising order, linear between two. */
function quantile(sorted: Float32Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}

/** The value with the greatest variance between what is below and what is above (Otsu, 1979). */
function thresholdOf(sorted: Float32Array): number {
  const low = quantile(sorted, 0.001);
  const high = Math.max(quantile(sorted, 0.995), low + LEAST);
  const width = (high - low) / BINS;
  const counts = new Float64Array(BINS);
  for (const value of sorted) {
    if (value >= low && value <= high) (counts[Math.min(Math.floor((value - low) / width), BINS - 1)] as number)++;
  }
  const middle = (k: number): number => low + (k + 0.5) * width;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const all = counts.reduce((sum, count, k) => sum + count * middle(k), 0);
  let [below, sum, best, found] = [0, 0, -1, low];
  counts.forEach((count, k) => {
    below += count;
    sum += count * middle(k);
    const above = total - below;
    const between = above && below ? below * above * (sum / below - (all - sum) / above) ** 2 : -1;
    if (between > best) [best, found] = [between, low + (k + 1) * width];
  });
  return found;
}

/** The same preset for values that are greater by so much: less is seen. */
export function shifted(look: Look, by: number): Look {
  return by ? { ...look, points: look.points.map(([value, ...rest]): Point => [value + by, ...rest]) } : look;
}

/** The same preset for the values as the voxels store them. */
export function inVoxels(look: Look, solid: Solid): Look {
  const { slope, intercept } = solid.whole ?? { slope: 1, intercept: 0 };
  const points = look.points.map(([value, ...rest]): Point => [(value - intercept) / (slope || 1), ...rest]);
  return { ...look, points: points.sort((a, b) => a[0] - b[0]) };
}

/** Colours and opacities of a preset for samples that lie `step` mm apart; the greatest value has no depth. */
export function tableOf(look: Look, step: number): Table {
  const [low, high] = [(look.points[0] as Point)[0], (look.points[look.points.length - 1] as Point)[0]];
  const entries = new Float32Array(4 * ENTRIES);
  let part = 0;
  for (let n = 0; n < ENTRIES; n++) {
    const value = low + ((high - low) * n) / (ENTRIES - 1);
    while (part < look.points.length - 2 && value > (look.points[part + 1] as Point)[0]) part++;
    const [from, to] = [look.points[part] as Point, look.points[part + 1] as Point];
    const share = Math.min(Math.max((value - from[0]) / (to[0] - from[0]), 0), 1);
    const [red, green, blue, opaque] = [1, 2, 3, 4].map((k) => (from[k] as number) + share * ((to[k] as number) - (from[k] as number))) as [number, number, number, number];
    const alpha = look.maximum ? opaque : 1 - (1 - Math.min(opaque, 1)) ** step;
    entries.set([red * alpha, green * alpha, blue * alpha, alpha], 4 * n);
  }
  return { low, high, entries };
}
