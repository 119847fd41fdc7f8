// What fields and images say of points of a scale, and of lengths.

import { rounded } from "./marks";
import { converted, isObject, type Question } from "./questions";
import type { Json } from "./spelling";

/** The meaning of the points of a scale: '1 = not at all, 5 = certain'; of the rating of marks with its text. */
export function anchorsText({ anchors, rating }: Question): string {
  const named = rating ? rating.anchors : anchors;
  const points = Object.keys(named).map(Number).sort((a, b) => a - b);
  const said = points.map((point) => `${point} = ${named[point] ?? ""}`).join(", ");
  return rating ? rating.text + (said ? `  (${said})` : "") : said;
}

/** A length in mm as it is written on the image and in the form, in the unit of the question. */
export function saidLength(value: Json, unit: string): string {
  if (!isObject(value) || typeof value["value"] !== "number" || typeof value["unit"] !== "string") return "";
  const mm = converted(value["value"], value["unit"], "mm");
  return unit === "cm" ? `${rounded(converted(mm, "mm", "cm"), 2)} cm` : `${rounded(mm, 1).toFixed(1)} mm`;
}
