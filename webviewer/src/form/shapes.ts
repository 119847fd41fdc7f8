// What answers look like on the images: the marks and measurements of a form, each with the text of its question.

import type { Stack } from "../format";
import type { Place } from "../measures";
import { lengthBetween, marksOf } from "./marks";
import { converted, isObject, type Question } from "./questions";
import { saidLength } from "./said";
import { isList, spelled, type Data, type Json } from "./spelling";

/** One mark, or a measurement with both its ends. */
export interface Shape {
  question: Question;
  series: string;
  number: number;
  lines: string[];
  marks: Data[];
}

/** Where a mark lies on its image, from the outer corner of the first pixel. */
export function placeOf(mark: Data): Place {
  return [(mark["column"] as number) + 0.5, (mark["row"] as number) + 0.5];
}

/** Names the image of a mark, or the volume that its plane cuts. */
export function keyOf(mark: Data): string {
  const there = isObject(mark["volume"]) ? mark["volume"] : mark;
  return spelled([mark["series"] ?? null, there["instance"] ?? null, there["frame"] ?? null]);
}

/** The whole answer with a shape at other places; null if its length cannot be known. */
export function withShape(shape: Shape, value: Json, marks: readonly Data[], stack: Stack): Json {
  const [first, last] = marks as [Data, Data];
  if (!isList(value)) return lengthBetween(stack, first, last);
  // It rates the finding, wherever that is.
  return value.map((old, k) => {
    if (k !== shape.number || !isObject(old)) return old;
    return "rating" in old ? { ...first, rating: old["rating"] as Json } : first;
  });
}

export function shapesOf(question: Question, series: string, value: Json): Shape[] {
  const marks = marksOf(value);
  if (question.kind === "measurement" && isObject(value) && marks.length) {
    const length = typeof value["value"] === "number" ? converted(value["value"], String(value["unit"]), "mm") : 0;
    return [{ question, series, number: 0, lines: [question.text, saidLength({ value: length, unit: "mm" }, question.unit)], marks }];
  }
  if (question.kind !== "mark") return [];
  return marks.map((mark, number) => {
    const rating = typeof mark["rating"] === "number" && question.rating ? `: ${mark["rating"]}` : "";
    const label = marks.length === 1 ? question.text : `${question.text} ${number + 1}`;
    return { question, series, number, lines: [label + rating], marks: [mark] };
  });
}
