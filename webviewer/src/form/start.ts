// Before the first case: who reads, where the answers will be kept, and the questions about the reader.

import { button, linkToTest, make, unkept } from "../dom";
import { tr } from "../words";
import { askChoice } from "./dialog";
import { makeField, type Field } from "./fields";
import { mayBe } from "./names";
import { isEmpty, problemOf, type Form, type Question } from "./questions";
import { anchorsText } from "./said";
import { words, wellFormed, type Json } from "./spelling";

const LONGEST_NAME = 60;

/** Another way to begin, and what it is for. */
export interface Offer {
  text: string;
  choose(): void;
}

/** A name or code, no password. If the form names its readers, one of these; `where` says where answers go. */
export function whoReads(
  stage: HTMLElement, form: Form, where: string, offer: Offer | null, known: () => Promise<string[]>, begin: (name: string) => Promise<void>,
): void {
  const field = form.readers.length ? listed(form.readers) : typed();
  field.setAttribute("aria-label", tr("Who is reading?"));
  const nameOf = (): string => words(wellFormed(field.value)).join(" ");
  const start = button(tr("Start"), () => void go(), "open");
  // A second press, while a slow medium is read, begins no second session.
  let busy = false;
  const follow = (): void => {
    start.disabled = busy || !nameOf();
  };
  const go = async (): Promise<void> => {
    busy = true;
    follow();
    try {
      const name = await meant(nameOf(), form.readers.length ? [] : await known());
      if (name) await begin(name);
    } finally {
      busy = false;
      follow();
    }
  };
  field.addEventListener("input", follow);
  field.addEventListener("change", follow);
  field.addEventListener("keydown", (event) => {
    if ((event as KeyboardEvent).key !== "Enter") return;
    event.preventDefault();
    start.click();
  });
  follow();
  stage.replaceChildren(unkept(
    "opening who",
    make("h1", { text: form.title }),
    ...(form.introduction ? [make("p", { className: "introduction", text: form.introduction })] : []),
    make("h2", { text: tr("Who is reading?") }),
    field,
    make("p", { className: "muted", text: tr("Your answers are saved under this name. Use the same name every time.") }),
    make("p", { className: "note", text: where }),
    start,
    ...(offer ? [make("p", { className: "muted", text: offer.text }), button(tr("Choose the folder"), offer.choose)] : []),
    // Where the page with the folder comes first, it has this.
    ...(offer ? [make("p", {}, linkToTest(tr("Test this browser")))] : []),
  ));
  field.focus();
}

function listed(readers: readonly string[]): HTMLSelectElement {
  const box = make("select");
  box.append(...["", ...readers].map((text) => make("option", { text })));
  return box;
}

function typed(): HTMLInputElement {
  const line = make("input");
  [line.type, line.maxLength, line.placeholder] = ["text", LONGEST_NAME, tr("Name or code")];
  return line;
}

/** The name under which somebody reads: a known one, if this is only a new spelling of it; empty to go back. */
async function meant(name: string, known: readonly string[]): Promise<string> {
  const near = mayBe(name, known);
  if (!near) return name;
  const text = tr("There are answers by {name}, and none by {typed}.", { name: near, typed: name });
  const chosen = await askChoice(tr("New reader, or {name}?", { name: near }), text, [near, tr("New reader"), tr("Back")]);
  return chosen === 0 ? near : chosen === 1 ? name : "";
}

/** Ask what the form asks of every reader once; the answers with their questions. */
export function aboutReader(stage: HTMLElement, questions: readonly Question[]): Promise<[Question, Json][]> {
  return new Promise((resolve) => {
    const fields: [Question, Field][] = [];
    const go = button(tr("Continue"), () => resolve(fields.map(([question, field]) => [question, field.value()])), "open");
    const follow = (): void => {
      go.disabled = fields.some(([question, field]) => {
        const value = field.value();
        return field.problem() || problemOf(question, value) || (question.required && isEmpty(value));
      });
    };
    const asked = make("div", { className: "questions" });
    for (const question of questions) {
      const field = makeField(question, { changed: follow, settled: follow });
      fields.push([question, field]);
      const hints = [question.help, anchorsText(question)].filter((text) => text);
      const heading = make("h3", { text: question.text + (question.required ? "  *" : "") });
      asked.append(make("section", {}, heading, ...hints.map((text) => make("p", { className: "muted", text })), field.element));
    }
    const about = make("p", { className: "muted", text: tr("These questions are asked only once.") });
    stage.replaceChildren(unkept("opening who", make("h1", { text: tr("About you") }), about, asked, go));
    follow();
    fields[0]?.[1].focus();
  });
}
