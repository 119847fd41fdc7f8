// One field for each type of question that is answered beside the images; each tells when its answer changes.

import { button, make } from "../dom";
import { tr, trn } from "../words";
import type { Question } from "./questions";
import { PointSlider } from "./slider";
import { isList, wellFormed, type Json } from "./spelling";

export interface Field {
  readonly element: HTMLElement;
  /** The answer; null for none. */
  value(): Json;
  show(value: Json): void;
  /** Why what was typed is no answer; empty if it is one. */
  problem(): string;
  enable(enabled: boolean): void;
  focus(): void;
}

/** `changed` at every change, `settled` when the reader has finished with it. */
export interface Told {
  changed(): void;
  settled(): void;
}

/** A field for every type but places. */
export function makeField(question: Question, told: Told): Field {
  switch (question.kind) {
    case "text":
      return new TextField(question, told);
    case "number":
      return new NumberField(question, told);
    case "choices":
      return new ChoicesField(question, told);
    case "slider":
      return new SliderField(question, told);
    default:
      return new ChoiceField(question, told);
  }
}

class TextField implements Field {
  readonly element = make("div");
  private readonly edit = make("textarea");
  private readonly note = make("p", { className: "note" });

  constructor(private readonly question: Question, private readonly told: Told) {
    this.edit.rows = question.lines;
    this.edit.setAttribute("aria-label", question.text);
    this.note.hidden = true;
    this.edit.addEventListener("input", () => this.typed());
    this.edit.addEventListener("blur", () => told.settled());
    this.element.append(this.edit, this.note);
  }

  private typed(): void {
    const signs = [...this.edit.value];
    const most = this.question.longest;
    this.note.hidden = signs.length < most || (signs.length === most && this.note.hidden);
    if (signs.length > most) {
      this.edit.value = signs.slice(0, most).join("");
      this.note.textContent = trn("An answer can have no more than %n characters. The rest was cut off.", most);
      this.note.hidden = false;
    }
    this.told.changed();
  }

  value(): Json {
    return wellFormed(this.edit.value).trim() || null;
  }

  show(value: Json): void {
    this.edit.value = typeof value === "string" ? value : "";
  }

  problem(): string {
    return "";
  }

  enable(enabled: boolean): void {
    this.edit.readOnly = !enabled;
  }

  focus(): void {
    this.edit.focus();
  }
}

class NumberField implements Field {
  readonly element = make("div", { className: "number" });
  private readonly edit = make("input");
  private readonly allowed: RegExp;
  private before = "";

  constructor(question: Question, told: Told) {
    const { decimals } = question;
    // Point or comma, whatever the PC's language is.
    this.allowed = decimals ? new RegExp(`^[+-]?\\d{0,15}([.,]\\d{0,${decimals}})?$`) : /^[+-]?\d{0,15}$/;
    this.edit.type = "text";
    this.edit.inputMode = "decimal";
    this.edit.autocomplete = "off";
    this.edit.setAttribute("aria-label", question.text);
    this.edit.addEventListener("input", () => {
      if (this.allowed.test(this.edit.value)) this.before = this.edit.value;
      else this.edit.value = this.before;
      told.changed();
    });
    this.edit.addEventListener("blur", () => told.settled());
    this.element.append(this.edit, make("span", { text: question.unit }));
  }

  value(): Json {
    const text = this.edit.value.replace(",", ".");
    return /\d/.test(text) ? Number(text) + 0 : null;
  }

  show(value: Json): void {
    this.edit.value = this.before = typeof value === "number" ? String(value) : "";
  }

  problem(): string {
    return this.edit.value.trim() && this.value() === null ? "this is not a number" : "";
  }

  enable(enabled: boolean): void {
    this.edit.readOnly = !enabled;
  }

  focus(): void {
    this.edit.focus();
  }
}

let groups = 0;

/** A single choice: options, the points of a scale, or yes and no. Delete takes the answer back. */
class ChoiceField implements Field {
  readonly element = make("div", { className: "choice" });
  private readonly options: { value: Json; input: HTMLInputElement }[] = [];
  private readonly back: HTMLButtonElement;

  constructor(private readonly question: Question, private readonly told: Told) {
    groups += 1;
    const row = question.kind === "choice" ? "list" : "row";
    const list = make("div", { className: row });
    for (const [value, text] of optionsOf(question)) {
      const input = make("input");
      [input.type, input.name] = ["radio", `choice${groups}`];
      input.setAttribute("aria-label", `${question.text}: ${text}`);
      input.addEventListener("change", () => this.chosen());
      this.options.push({ value, input });
      list.append(make("label", {}, input, make("span", { text })));
    }
    this.back = button("×", () => this.takeBack(), "back");
    this.back.title = tr("Clear the answer (Delete)");
    this.back.setAttribute("aria-label", tr("Clear the answer"));
    this.back.tabIndex = -1;
    this.element.append(list, this.back);
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.follow();
  }

  private chosen(): void {
    this.follow();
    this.told.changed();
    this.told.settled();
  }

  private takeBack(): void {
    this.show(null);
    this.chosen();
  }

  private follow(): void {
    const isClear = this.value() === null || this.question.required;
    this.back.style.visibility = isClear ? "hidden" : "visible";
  }

  /** A digit is a point of the scale. */
  private key(event: KeyboardEvent): void {
    const point = this.options.find(({ value }) => typeof value === "number" && String(value) === event.key);
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (point && !point.input.disabled) {
      point.input.focus();
      point.input.click();
    } else if ((event.key === "Delete" || event.key === "Backspace") && this.value() !== null && !this.back.disabled) {
      this.takeBack();
    }
  }

  value(): Json {
    return this.options.find(({ input }) => input.checked)?.value ?? null;
  }

  show(value: Json): void {
    for (const option of this.options) option.input.checked = option.value === value;
    this.follow();
  }

  problem(): string {
    return "";
  }

  enable(enabled: boolean): void {
    for (const { input } of this.options) input.disabled = !enabled;
    this.back.disabled = !enabled;
  }

  focus(): void {
    (this.options.find(({ input }) => input.checked) ?? this.options[0])?.input.focus();
  }
}

function optionsOf(question: Question): [Json, string][] {
  if (question.kind === "yesno") return [[true, tr("Yes")], [false, tr("No")]];
  if (question.kind === "choice") return question.options.map(({ value, text }) => [value, text]);
  const [low, high] = [question.minimum ?? 0, question.maximum ?? 0];
  return Array.from({ length: high - low + 1 }, (_, k) => [low + k, String(low + k)]);
}

class ChoicesField implements Field {
  readonly element = make("div", { className: "list" });
  private readonly boxes: [string, HTMLInputElement][] = [];

  constructor(question: Question, told: Told) {
    for (const { value, text } of question.options) {
      const box = make("input");
      box.type = "checkbox";
      box.setAttribute("aria-label", `${question.text}: ${text}`);
      box.addEventListener("change", () => {
        told.changed();
        told.settled();
      });
      this.boxes.push([value, box]);
      this.element.append(make("label", {}, box, make("span", { text })));
    }
  }

  value(): Json {
    const chosen = this.boxes.filter(([, box]) => box.checked).map(([value]) => value);
    return chosen.length ? chosen : null;
  }

  show(value: Json): void {
    for (const [option, box] of this.boxes) box.checked = isList(value) && value.includes(option);
  }

  problem(): string {
    return "";
  }

  enable(enabled: boolean): void {
    for (const [, box] of this.boxes) box.disabled = !enabled;
  }

  focus(): void {
    this.boxes[0]?.[1].focus();
  }
}

class SliderField implements Field {
  readonly element: HTMLElement;
  private readonly slider: PointSlider;

  constructor(question: Question, told: Told) {
    this.slider = new PointSlider(question.minimum ?? 0, question.maximum ?? 100, question.text, () => told.changed());
    this.element = this.slider.element;
  }

  value(): Json {
    return this.slider.value;
  }

  show(value: Json): void {
    this.slider.show(typeof value === "number" ? value : null);
  }

  problem(): string {
    return "";
  }

  enable(enabled: boolean): void {
    this.slider.enable(enabled);
  }

  focus(): void {
    this.slider.focus();
  }
}
