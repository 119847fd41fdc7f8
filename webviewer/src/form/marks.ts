// Places as answers on an image: which image, where on it, and where in the patient (LPS, mm); as in reading/marks.py.

import type { Frame, Stack, Vector } from "../format";
import { pixelSize } from "../state";
import { isNumber, isObject } from "./questions";
import type { Slab } from "../planes/mpr";
import { add, inner } from "../planes/vectors";
import { isList, spelled, type Data, type Json } from "./spelling";

// A normal of length 1, as far as its six decimals tell; rounding moves an end off its plane by less than this, in mm.
const [UNIT, ON_ONE_PLANE] = [1e-4, 0.01];

export function isVector(value: Json | undefined): value is readonly [number, number, number] {
  return value !== undefined && isList(value) && value.length === 3 && value.every(isNumber);
}

/** Whether a value is a place on an image or on a plane, with a number as its rating, or none yet. */
export function isMark(value: Json): value is Data {
  if (!isObject(value) || ("rating" in value && !isNumber(value["rating"]))) return false;
  return "instance" in value ? isImageMark(value) : isPlaneMark(value);
}

function isImageMark(value: Data): boolean {
  const placed = value["position"] === null || value["position"] === undefined || isVector(value["position"]);
  const named = typeof value["series"] === "string" && typeof value["instance"] === "string";
  return placed && named && ["frame", "column", "row"].every((name) => isNumber(value[name]));
}

function isPlaneMark(value: Data): boolean {
  const { volume, normal } = value;
  const named = typeof value["series"] === "string" && typeof value["frame_of_reference"] === "string";
  const whole = named && isObject(volume) && typeof volume["instance"] === "string" && isVector(value["position"]);
  return whole && isVector(normal) && Math.abs(Math.hypot(...normal) - 1) < UNIT;
}

/** The places in an answer: marks, or the ends of a measurement. */
export function marksOf(value: Json | undefined): Data[] {
  const points = isObject(value) ? value["points"] : value;
  return points && isList(points) ? points.filter(isMark) : [];
}

/** Rounded as Python does, halves to even figures; -0 becomes 0. */
export function rounded(value: number, digits: number): number {
  const scaled = value * 10 ** digits;
  const isHalf = Number.isInteger(value * 2 ** (digits + 1)) && Math.abs(scaled - Math.trunc(scaled)) === 0.5;
  return (isHalf ? (2 * Math.round(scaled / 2)) / 10 ** digits : Number(value.toFixed(digits))) + 0;
}

/** Where an image place lies in the patient; column and row are 0 in the middle of the first pixel. */
function toPatient(stack: Stack, frame: Frame, column: number, row: number): Vector | null {
  const cosines = stack.orientation;
  if (!cosines || !frame.position || !stack.pixel_spacing) return null;
  const [down, across] = stack.pixel_spacing;
  return frame.position.map((part, k) => {
    return part + (cosines[k] as number) * column * across + (cosines[k + 3] as number) * row * down;
  }) as Vector;
}

/** A place on a slice, as the journal keeps it; `instance` is the SOP Instance UID of its file. */
export function markAt(
  stack: Stack, frame: Frame, series: string, instance: string, column: number, row: number,
): Data {
  const position = toPatient(stack, frame, column, row);
  return {
    series,
    instance,
    frame: frame.frameIndex,
    column: rounded(column, 3),
    row: rounded(row, 3),
    position: position && position.map((part) => rounded(part, 3)),
  };
}

/** A plane through the slices of a stack, as places on it need it; `slab` is null for a thin one. */
export interface OnPlane {
  readonly normal: Vector;
  readonly slab: { readonly thickness: number; readonly projection: Slab } | null;
}

// As the journal spells them.
const PROJECTIONS: Record<Slab, string> = { MIP: "MIP", MinIP: "MinIP", Mean: "mean" };

/** A place on a plane; `volume` names one of the slices that it cuts. */
export function markOnPlane(
  series: string, volume: Data, frame_of_reference: string, position: Vector, { normal, slab }: OnPlane,
): Data {
  const longest = normal.reduce((best, part) => (Math.abs(part) > Math.abs(best) ? part : best));
  const mark = {
    series,
    volume,
    frame_of_reference,
    position: position.map((part) => rounded(part, 3)),
    normal: normal.map((part) => rounded(longest > 0 ? part : -part, 6)),
  };
  if (!slab) return mark;
  return { ...mark, slab: { thickness: rounded(slab.thickness, 3), projection: PROJECTIONS[slab.projection] } };
}

/** Whether two ends do not make a distance: they lie on different slices, series or planes. */
export function apart(first: Data, mark: Data): boolean {
  if (first["series"] !== mark["series"] || "instance" in first !== "instance" in mark) return true;
  if ("instance" in first) return first["instance"] !== mark["instance"] || first["frame"] !== mark["frame"];
  const [normal, place, other] = [first["normal"], first["position"], mark["position"]] as [Vector, Vector, Vector];
  const way = add(other, place, -1);
  const same = ["frame_of_reference", "volume"].every((name) => spelled(first[name] ?? null) === spelled(mark[name] ?? null));
  const turned = Math.hypot(...add(mark["normal"] as unknown as Vector, normal, -1));
  return !same || turned >= UNIT || Math.abs(inner(normal, way)) >= ON_ONE_PLANE + UNIT * Math.hypot(...way);
}

/** The distance of two places on one image or plane in mm; null if the pixel size is unknown. */
export function lengthBetween(stack: Stack, first: Data, last: Data): Data | null {
  if ("instance" in first && !stack.pixel_spacing) return null;
  const [a, b] = [first, last].map((mark) => (isVector(mark["position"]) ? mark["position"] : flat(stack, mark)));
  const off = (a as readonly number[]).map((part, k) => ((b as readonly number[])[k] as number) - part);
  return { value: rounded(Math.hypot(...off), 2), unit: "mm", points: [first, last] };
}

function flat(stack: Stack, mark: Data): readonly number[] {
  const [across, down] = pixelSize(stack);
  return [(mark["column"] as number) * across, (mark["row"] as number) * down, 0];
}
