// Every text for a person, in English or German like the browser.

import { FORM_ENGLISH, FORM_GERMAN } from "./form/german";
import { SEALED_GERMAN } from "./sealed/german";
import { ENGLISH as OF_IMAGES, GERMAN as GERMAN_OF_IMAGES } from "./languages";
import { SELF_TEST_GERMAN } from "./selftest/german";

const ENGLISH = { ...OF_IMAGES, ...FORM_ENGLISH };
const GERMAN = { ...GERMAN_OF_IMAGES, ...FORM_GERMAN, ...SELF_TEST_GERMAN, ...SEALED_GERMAN };

export type Language = "en" | "de";

let language: Language = "en";

export function speak(wanted: Language): void {
  language = wanted;
}

export function languageOf(browser: string): Language {
  return browser.toLowerCase().startsWith("de") ? "de" : "en";
}

type Values = Record<string, string | number>;

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The text in the reader's language; `values` stand for the names in braces. */
export function tr(text: string, values: Values = {}): string {
  const found = language === "de" ? GERMAN[text] : undefined;
  return filled(typeof found === "string" ? found : text, values);
}

/** A text about a number of things: %n is the number, and chooses between singular and plural. */
export function trn(text: string, n: number): string {
  const forms = (language === "de" ? GERMAN : ENGLISH)[text];
  const form = Array.isArray(forms) ? (forms[n === 1 ? 0 : 1] as string) : text;
  return form.replace("%n", String(n));
}

/** A remark of the index, which is English; the table has {} in place of each number. */
export function trRemark(text: string): string {
  if (/[{}]/.test(text)) return text; // the builder never writes this
  const numbers = text.match(/-?\d+(?:\.\d+)?/g) ?? [];
  const found = language === "de" ? GERMAN[text.replace(/-?\d+(?:\.\d+)?/g, "{}")] : undefined;
  if (typeof found !== "string") return text;
  let next = 0;
  return found.replace(/\{\}/g, () => numbers[next++] ?? "");
}

/** Remarks in reading form: a capital letter, and a real minus sign before numbers. */
export function sentence(text: string): string {
  const said = text.split("; ").map(trRemark).join("; ");
  return (said.charAt(0).toUpperCase() + said.slice(1)).replace(/-(?=\d)/g, "\u2212");
}

/** A number with at most one decimal and a real minus sign. */
export function signed(value: number): string {
  const rounded = Math.round(value * 10) / 10 + 0;
  const text = Number.isInteger(rounded) ? rounded.toFixed(0) : rounded.toFixed(1);
  return text.replace("-", "\u2212");
}

/** With at most two decimals. */
export function hundredths(length: number): string {
  return length.toFixed(2).replace(/\.?0+$/, "");
}
