// The form of WEB/FORM.JS, as bundle/web_form.py defines it: its questions, and which values answer them.

import { isMark } from "./marks";
import { isList, unveil, type Data, type Json } from "./spelling";

export type Kind =
  "text" | "choice" | "choices" | "scale" | "slider" | "number" | "yesno" | "mark" | "measurement";

export interface Condition {
  question: string;
  values: Json[];
  at_least: number | null;
  at_most: number | null;
}

export interface Rating {
  text: string;
  minimum: number;
  maximum: number;
  anchors: Record<string, string>;
}

export interface Question {
  id: string;
  text: string;
  kind: Kind;
  per: "case" | "series";
  required: boolean;
  help: string;
  options: { value: string; text: string }[];
  minimum: number | null;
  maximum: number | null;
  decimals: number;
  unit: string;
  anchors: Record<string, string>;
  least: number;
  most: number;
  lines: number;
  longest: number;
  only_if: Condition | null;
  rating: Rating | null;
}

export interface Order {
  shuffle: boolean;
  /** Up to 2^63: a text keeps what a number would round. */
  seed: number | string;
  cases: string[];
  training: string[];
  repeat: number | string[];
  design: "williams" | "blocks" | null;
  blocks: number;
}

export interface Form {
  title: string;
  version: string;
  introduction: string;
  lock: boolean;
  keep_view: boolean;
  no_way_back: boolean;
  idle_after: number;
  readers: string[];
  show: string[];
  text: string;
  digest: string;
  questions: Question[];
  of_reader: Question[];
  order: Order;
  media: { name: string; cases: number[][] } | null;
  sessions: { number: number; arm: string; arms: Record<string, string[]> };
  given: Record<string, Record<string, string[]>>;
  feedback: Record<string, Record<string, string>>;
}

export interface FormSeries {
  uid: string;
  number: number;
  description: string;
  frame_of_reference: string;
  /** SOP Instance UIDs of its files by their paths, where images come without the folder. */
  instances: string[];
}

export interface FormCase {
  case: string;
  study: string;
  pseudonym: string;
  date: string;
  series: FormSeries[];
}

export interface Study {
  version: number;
  bundle: string;
  form: Form;
  cases: FormCase[];
}

export const FORM_VERSION = 1;

declare global {
  // WEB/FORM.JS assigns it, before this script begins.
  // eslint-disable-next-line no-var
  var bundleForm: string | undefined;
}

/** The form of the page; null if it is damaged or of another version. */
export function studyOf(veiled: string): Study | null {
  try {
    // A seed may have more figures than a number of JavaScript.
    const text = unveil(veiled).replace(/"seed":(\d{16,})/, '"seed":"$1"');
    const study = JSON.parse(text) as Study;
    return study.version === FORM_VERSION ? study : null;
  } catch {
    return null;
  }
}

/** Answers of one case: the key is that of `placeKey`. */
export type Answers = ReadonlyMap<string, Json>;

export function placeKey(question: string, series: string): string {
  return `${question} ${series}`;
}

/** Whether a value is no answer. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === "string" ? !value.trim() : isList(value) && !value.length;
}

export function isObject(value: Json | undefined): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNumber(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function holds(condition: Condition, value: Json | undefined): boolean {
  if (value === undefined || isEmpty(value)) return false;
  const given = isList(value) ? value : [value];
  const { values, at_least, at_most } = condition;
  if (values.length && !given.some((answer) => values.includes(answer))) return false;
  if (at_least === null && at_most === null) return true;
  return given.some((number) => isNumber(number) && number >= (at_least ?? -Infinity) && number <= (at_most ?? Infinity));
}

/** Whether a question is asked, given the answers so far; if it is not, it opens no other question either. */
export function isAsked(form: Form, question: Question, answers: Answers, series = ""): boolean {
  const condition = question.only_if;
  if (!condition) return true;
  const earlier = form.questions.find((found) => found.id === condition.question);
  if (!earlier) return false;
  const of = earlier.per === "series" ? series : "";
  return isAsked(form, earlier, answers, of) && holds(condition, answers.get(placeKey(earlier.id, of)));
}

export type Place = readonly [question: Question, series: string];

/** Every question with its series, in the order of the form; series by series for questions that repeat. */
export function placesOf(form: Form, series: readonly string[]): Place[] {
  const found: Place[] = [];
  for (let start = 0; start < form.questions.length; ) {
    const per = (form.questions[start] as Question).per;
    let end = start;
    while (form.questions[end]?.per === per) end += 1;
    const run = form.questions.slice(start, end);
    for (const uid of per === "series" ? series : [""]) found.push(...run.map((question) => [question, uid] as const));
    start = end;
  }
  return found;
}

/** Why a value does not answer a question, in plain words; empty if it does. */
export function problemOf(question: Question, value: Json | undefined): string {
  return value === undefined || isEmpty(value) ? "" : CHECKS[question.kind](question, value);
}

/** Whether the value has this question's type, within its limits or not. */
export function fits(question: Question, value: Json | undefined): boolean {
  const free = { minimum: null, maximum: null, least: 0, most: 0, longest: Infinity, rating: null };
  return !problemOf({ ...question, ...free }, value);
}

/** [question, series, reason] for everything that prevents submitting. */
export function openPoints(form: Form, answers: Answers, series: readonly string[]): [Question, string, string][] {
  const found: [Question, string, string][] = [];
  for (const [question, of] of placesOf(form, series)) {
    if (!isAsked(form, question, answers, of)) continue;
    const value = answers.get(placeKey(question.id, of));
    const problem = isEmpty(value) && question.required ? "an answer is needed" : problemOf(question, value);
    if (problem) found.push([question, of, problem]);
  }
  return found;
}

function ofNumber(question: Question, value: Json): string {
  if (!isNumber(value)) return "it is not a number";
  const unit = question.unit ? ` ${question.unit}` : "";
  if (question.minimum !== null && value < question.minimum) return `it is less than ${question.minimum}${unit}`;
  if (question.maximum !== null && value > question.maximum) return `it is more than ${question.maximum}${unit}`;
  return "";
}

function ofScale(question: Question, value: Json): string {
  return Number.isInteger(value) ? ofNumber(question, value) : "it is not a point of the scale";
}

function ofText(question: Question, value: Json): string {
  if (typeof value !== "string") return "it is not a text";
  return [...value].length > question.longest ? `it is longer than ${question.longest} characters` : "";
}

function ofChoice(question: Question, value: Json): string {
  return question.options.some((option) => option.value === value) ? "" : "it is not one of the options";
}

function ofChoices(question: Question, value: Json): string {
  const known = question.options.map((option) => option.value);
  const good = isList(value) && value.every((chosen) => known.includes(chosen as string));
  if (!good || new Set(value).size !== value.length) return "it is not a list of the options";
  if (value.length < question.least) return `at least ${question.least} must be chosen`;
  return question.most && value.length > question.most ? `at most ${question.most} may be chosen` : "";
}

function ofMarks(question: Question, value: Json): string {
  if (!isList(value) || !value.every(isMark)) return "it is not a list of marks";
  if (value.length < question.least) return `at least ${question.least} must be set`;
  if (question.most && value.length > question.most) return `at most ${question.most} may be set`;
  const { rating } = question;
  return rating ? (value.map((mark) => ofRating(rating, mark)).find((problem) => problem) ?? "") : "";
}

function ofRating(rating: Rating, mark: Json): string {
  const given = isObject(mark) ? mark["rating"] : null;
  if (given === undefined || given === null) return "every mark needs a rating";
  const good = Number.isInteger(given) && (given as number) >= rating.minimum && (given as number) <= rating.maximum;
  return good ? "" : "a rating is outside its limits";
}

function ofMeasurement(question: Question, value: Json): string {
  if (!isObject(value)) return "it is not a measurement";
  const { value: length, unit, points } = value;
  const good = isNumber(length) && typeof unit === "string" && Array.isArray(points) && points.every(isMark);
  return good ? ofNumber(question, converted(length, unit, question.unit)) : "it is not a measurement";
}

const LENGTHS: Record<string, number> = { mm: 1, cm: 10 };

/** A length in another unit; as it is if one of them is no length. */
export function converted(value: number, unit: string, wanted: string): number {
  const [from, to] = [LENGTHS[unit], LENGTHS[wanted]];
  return unit === wanted || !from || !to ? value : Math.round(((value * from) / to) * 1e6) / 1e6;
}

const CHECKS: Record<Kind, (question: Question, value: Json) => string> = {
  text: ofText,
  choice: ofChoice,
  choices: ofChoices,
  scale: ofScale,
  slider: ofScale,
  number: ofNumber,
  yesno: (_, value) => (typeof value === "boolean" ? "" : "it is neither yes nor no"),
  mark: ofMarks,
  measurement: ofMeasurement,
};
