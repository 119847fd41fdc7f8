// The questions of one case, in a column; typed text is kept at every pause.

import { make } from "../dom";
import { tr } from "../words";
import { makeField, type Field } from "./fields";
import { PlacesField, type OnImages } from "./placesfield";
import { fits, isAsked, placeKey, placesOf, type Question } from "./questions";
import { anchorsText } from "./said";
import type { How, Session } from "./session";
import type { Json } from "./spelling";

// Typed text is written after this pause, and after the longer time even without a pause, in ms.
const PAUSE = 600;
const LONGEST = 1500;

interface Part {
  question: Question;
  series: string;
  field: Field;
  element: HTMLElement;
}

interface Step {
  part: Part;
  before: Json;
  now: Json;
}

export class Column {
  readonly element = make("div", { className: "questions" });
  private parts = new Map<string, Part>();
  private readonly typed = new Set<string>();
  private pause = 0;
  private longest = 0;
  private past: Step[] = [];
  private future: Step[] = [];

  /** `told` is called after every answer that was kept. */
  constructor(private readonly session: Session, private readonly images: OnImages, private readonly told: () => void) {}

  /** Show the questions of the session's case. */
  showCase(): void {
    this.typed.clear();
    this.forgetSteps();
    const { session } = this;
    this.parts = new Map();
    const said = session.feedback["case"];
    const elements = said ? [reference(said)] : [];
    for (const [question, series] of placesOf(session.study.form, session.series)) {
      const part = this.part(question, series);
      this.parts.set(placeKey(question.id, series), part);
      elements.push(part.element);
    }
    this.element.replaceChildren(...elements);
    this.element.scrollTop = 0;
    this.follow();
  }

  private part(question: Question, series: string): Part {
    const key = placeKey(question.id, series);
    const told = { changed: () => this.touched(key), settled: () => this.keep() };
    const places = question.kind === "mark" || question.kind === "measurement";
    const field = places ? new PlacesField(question, series, this.images, told) : makeField(question, told);
    const value = this.session.reading().answers.get(key);
    // It may answer another version of the form.
    field.show(value !== undefined && fits(question, value) ? value : null);
    const name = this.session.case.series.find((found) => found.uid === series)?.description ?? "";
    const heading = make("h3", { text: (name ? `${name}: ` : "") + question.text + (question.required ? "  *" : "") });
    if (question.required) heading.title = tr("An answer is required");
    const hints = [question.help, anchorsText(question), this.given(question)].filter((text) => text);
    const element = make("section", {}, heading, ...hints.map((text) => make("p", { className: "muted", text })), field.element);
    const right = this.session.feedback[question.id];
    if (right) element.append(reference(right));
    return { question, series, field, element };
  }

  /** What others answered, for a reader who decides between them. */
  private given(question: Question): string {
    const answers = this.session.study.form.given[this.session.slot.case]?.[question.id] ?? [];
    return answers.length ? tr("Others answered: {answers}", { answers: answers.join("  |  ") }) : "";
  }

  private touched(key: string): void {
    this.typed.add(key);
    clearTimeout(this.pause);
    this.pause = window.setTimeout(() => this.keep(), PAUSE);
    this.longest ||= window.setTimeout(() => this.keep(), LONGEST);
  }

  /** Pass everything that was typed to the session. */
  keep(): void {
    clearTimeout(this.pause);
    clearTimeout(this.longest);
    this.longest = 0;
    const typed = [...this.typed];
    this.typed.clear();
    for (const key of typed) {
      const part = this.parts.get(key);
      if (part && !this.session.isFixed) this.answer(part, part.field.value(), "");
    }
    if (typed.length) this.tell();
  }

  /** Keep an answer that comes from the images. */
  give(question: string, series: string, value: Json, how: How): void {
    this.keep();
    const part = this.parts.get(placeKey(question, series));
    if (!part || this.session.isFixed) return;
    part.field.show(value);
    this.answer(part, value, how);
    this.tell();
  }

  private answer(part: Part, value: Json, how: How): void {
    const key = placeKey(part.question.id, part.series);
    const before = this.session.reading().answers.get(key) ?? null;
    this.session.answer(part.question, part.series, value, how);
    const now = this.session.reading().answers.get(key) ?? null;
    if (how === "undone" || how === "redone" || before === now) return;
    this.past.push({ part, before, now });
    this.future = [];
  }

  /** Take back the last change of an answer, or do it again; none reaches past a submission. */
  step(back: boolean): void {
    this.keep();
    const step = (back ? this.past : this.future).pop();
    if (!step || this.session.isFixed) return;
    (back ? this.future : this.past).push(step);
    const value = back ? step.before : step.now;
    step.part.field.show(value);
    this.answer(step.part, value, back ? "undone" : "redone");
    this.tell();
  }

  forgetSteps(): void {
    this.past = [];
    this.future = [];
  }

  private tell(): void {
    this.follow();
    this.told();
  }

  /** Show only the questions that apply, and make locked ones read-only. */
  follow(): void {
    const { session } = this;
    const { answers } = session.reading();
    for (const { question, series, field, element } of this.parts.values()) {
      element.hidden = !isAsked(session.study.form, question, answers, series);
      field.enable(!session.isFixed);
    }
  }

  /** The images are found, or are others: say where the answers lie. */
  describe(): void {
    for (const { field } of this.parts.values()) if (field instanceof PlacesField) field.show(field.value());
  }

  /** The first question whose typed text is not an answer. */
  problem(): [Question, string, string] | null {
    for (const { question, series, field, element } of this.parts.values()) {
      if (!element.hidden && field.problem()) return [question, series, field.problem()];
    }
    return null;
  }

  /** Focus a question, or the first that applies. */
  focus(question = "", series = ""): void {
    for (const part of this.parts.values()) {
      if (part.element.hidden || (question && (part.question.id !== question || part.series !== series))) continue;
      part.field.focus();
      part.element.scrollIntoView({ block: "nearest" });
      return;
    }
  }
}

/** What is right, beside what the reader has answered. */
function reference(text: string): HTMLElement {
  return make("p", { className: "reference", text: tr("Reference: {text}", { text }) });
}
