// The panel beside the images: which case of how many, its questions, and the buttons for it.

import { button, make, unkept } from "../dom";
import { tr, trRemark, trn } from "../words";
import { Column } from "./column";
import type { OnImages } from "./placesfield";
import type { Slot } from "./order";
import type { Question } from "./questions";
import type { State } from "./readings";
import type { Session } from "./session";
import type { Data } from "./spelling";

/** What the panel asks of the page. */
export interface Around {
  /** Show the session's case. */
  turned(): void;
  /** The state of the screen, for the journal. */
  view(): Promise<Data | null>;
  askReason(): Promise<string>;
  send(): Promise<void>;
  erase(): Promise<void>;
  /** After every change of answers or of the state of the case. */
  told(): void;
}

export class Panel {
  readonly element = unkept("form");
  readonly column: Column;
  /** Whether everything was saved for sending since the last line. */
  sent = false;
  private readonly case_ = make("h2");
  private readonly count = make("p", { className: "muted" });
  private readonly cases = make("select");
  private readonly state = make("p", { className: "state" });
  private readonly trouble = make("p", { className: "note trouble" });
  private readonly submitting: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly sending: HTMLButtonElement;
  private readonly erasing: HTMLButtonElement;
  private busy = false;
  /** The state of the screen is being read for the case: no other one may take its place. */
  private reading = false;

  constructor(private readonly session: Session, images: OnImages, private readonly around: Around) {
    this.column = new Column(session, images, () => this.answered());
    this.submitting = button(tr("Submit"), () => void this.submit(), "submit");
    this.submitting.title = tr("Submit this case, or change it once it is done (Ctrl+Enter)");
    this.next = button(tr("Next open case"), () => this.nextOpen());
    this.next.title = tr("Go to the next open case (F8); F6 switches between image and form");
    this.sending = button(tr("Save a copy to send"), () => void around.send());
    this.erasing = button(tr("I have sent it: erase the answers from this browser"), () => void around.erase());
    this.cases.setAttribute("aria-label", tr("Cases"));
    this.cases.title = tr("All cases: open, started and done");
    this.cases.addEventListener("change", () => this.turn(session.slots[this.cases.selectedIndex] as Slot));
    this.state.setAttribute("role", "status");
    this.trouble.setAttribute("role", "status");
    this.element.setAttribute("aria-label", tr("Reading"));
    this.element.append(
      make("div", { className: "head" }, this.case_, this.count, this.cases, this.state),
      this.column.element,
      make(
        "div", { className: "foot" }, this.trouble, make("div", { className: "buttons" }, this.submitting, this.next),
        this.sending, this.erasing,
      ),
    );
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  /** A key that is typed into the form never reaches the image, except those of the whole window. */
  private key(event: KeyboardEvent): void {
    const step = event.ctrlKey && !event.altKey && ["z", "y"].includes(event.key.toLowerCase());
    const isText = event.target instanceof HTMLTextAreaElement || (event.target as HTMLInputElement).type === "text";
    if (step && !isText) {
      event.preventDefault();
      this.column.step(event.key.toLowerCase() === "z");
    }
    if (event.key !== "F1" && event.key !== "F11") event.stopPropagation();
  }

  // Moving from case to case

  showCase(): void {
    this.column.showCase();
    this.follow();
  }

  /** Go to another case; keep typed text first. */
  turn(slot: Slot): void {
    this.column.keep();
    if (this.reading) return this.follow();
    if (slot !== this.session.slot) {
      if (this.session.isClosed(slot)) {
        this.refuse();
        return;
      }
      this.session.goTo(slot);
    }
    this.session.show();
    this.showCase();
    this.around.turned();
  }

  /** Go to the case this many places on in the order, stopping at its ends. */
  step(steps: number): void {
    const { slots, slot } = this.session;
    this.turn(slots[Math.min(Math.max(slots.indexOf(slot) + steps, 0), slots.length - 1)] as Slot);
  }

  /** Which case it is, and why, would tell what a reader must not know: that a case comes again. */
  private refuse(): void {
    this.follow();
    this.warn(tr("This case is closed. Please go on with the next open case (F8)."));
  }

  private warn(text: string): void {
    this.state.textContent = text;
    this.state.className = "state note";
    this.state.hidden = false;
  }

  nextOpen(): void {
    this.column.keep();
    const following = this.session.firstOpen(this.session.slot);
    if (following) this.turn(following);
    this.follow();
  }

  // Answers

  /** Mark the case as done if nothing is missing; reopen a submitted and locked case, with a reason. */
  async submit(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.submitNow();
    } finally {
      this.busy = false;
    }
  }

  private async submitNow(): Promise<void> {
    const { column, session } = this;
    column.keep();
    if (session.hasFeedback) return this.nextOpen();
    if (session.reading().state === "done") return this.reopen();
    if (this.misses()) return;
    const view = session.study.form.keep_view ? await this.view() : null;
    // It may have taken a while, and an answer may be another one now.
    column.keep();
    if (this.misses()) return;
    const { slot } = session;
    const written = session.submit(view);
    column.forgetSteps();
    column.follow();
    this.sent = false;
    await written;
    if (session.slot !== slot) return this.follow();
    if (session.hasFeedback) {
      // The reader compares, and goes on when ready.
      session.noteFeedback();
      this.showCase();
      this.submitting.focus();
      return;
    }
    this.nextOpen();
  }

  private async view(): Promise<Data | null> {
    this.reading = true;
    try {
      return await this.around.view();
    } finally {
      this.reading = false;
    }
  }

  /** Whether an answer is missing or none: it is named, and has the focus. */
  private misses(): boolean {
    const missing = this.column.problem() ?? this.session.openPoints()[0];
    if (!missing) return false;
    const [question, series, why] = missing;
    this.warn(`${question.text}  \u2013  ${whyText(question, why)}`);
    this.column.focus(question.id, series);
    return true;
  }

  private async reopen(): Promise<void> {
    const { session } = this;
    if (session.isClosed(session.slot)) return this.refuse();
    // The same journal in every language.
    const reason = session.study.form.lock ? await this.around.askReason() : "no lock";
    if (!reason) return;
    session.reopen(reason);
    this.column.follow();
    this.follow();
    this.column.focus();
  }

  private answered(): void {
    this.sent = false;
    // Without a lock the change itself reopens the case.
    if (this.session.reading().state === "done") this.session.reopen("changed");
    this.follow();
  }

  /** Show how far the reader is, and where the answers are saved. */
  follow(): void {
    const { session } = this;
    const { slot, slots, done, hasFeedback } = session;
    const state = session.reading().state;
    this.case_.textContent = caseName(slot);
    this.count.textContent = `${tr("{done} of {total} done", { done, total: slots.length })}  ·  ${session.reader}`;
    this.fillCases();
    const compare = hasFeedback ? tr("Training: compare your answers with the reference. They stay as they are.") : "";
    const said = [compare, session.isDone ? this.summary() : ""].filter((text) => text);
    this.state.textContent = said.join("\n\n");
    this.state.className = state === "done" ? "state done" : "state";
    this.state.hidden = !said.length;
    this.submitting.textContent = state !== "done" ? tr("Submit") : hasFeedback ? tr("Continue") : tr("Change");
    this.submitting.disabled = session.isClosed(slot);
    const following = session.firstOpen(slot);
    this.next.disabled = following === null || following === slot;
    this.sayWhere();
    this.around.told();
  }

  /** Say where the answers are saved; it may change at any time. */
  sayWhere(): void {
    const { session } = this;
    const text = session.unsaved ? tr(UNSAVED) : session.besideTheMedium ? tr(IN_BROWSER) : "";
    if (this.trouble.textContent !== text) this.trouble.textContent = text;
    this.trouble.hidden = !text;
    this.sending.hidden = !(session.besideTheMedium || session.unsaved || session.isDone);
    this.erasing.hidden = !(session.besideTheMedium && this.sent);
  }

  private fillCases(): void {
    const { slots, slot } = this.session;
    while (this.cases.options.length < slots.length) this.cases.append(make("option"));
    slots.forEach((found, number) => {
      const option = this.cases.options[number] as HTMLOptionElement;
      option.textContent = `${caseName(found)}  \u2013  ${tr(STATES[this.session.reading(found).state])}`;
      option.disabled = found !== slot && this.session.isClosed(found);
    });
    this.cases.selectedIndex = slots.indexOf(slot);
  }

  private summary(): string {
    const { session } = this;
    const minutes = Math.round(session.taken / 60);
    const time = tr("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
    const text = session.study.form.no_way_back ? trn(DONE_CLOSED, session.slots.length) : trn(DONE, session.slots.length);
    const code = session.receipt ? tr(RECEIPT, { code: session.receipt }) : "";
    return [text.replace("{time}", time), code].filter((line) => line).join("\n");
  }
}

const UNSAVED = "Your latest answers could not be saved. Free some space, or save a copy to send.";
const IN_BROWSER =
  "Your answers are kept in this browser, not on the medium: save a copy at the end, and send it.";
const DONE =
  "All cases are done. Thank you.\n%n cases in {time}. You can still open each one in the list above. Give the medium back, or save a copy to send.";
const DONE_CLOSED = "All cases are done. Thank you.\n%n cases in {time}. Give the medium back, or save a copy to send.";
const RECEIPT = "Receipt: {code}\nPlease tell it to the study, by telephone or mail.";
const STATES: Record<State, string> = { open: "open", begun: "started", done: "done" };

export function caseName(slot: Slot): string {
  return slot.training ? tr("Training {number}", { number: slot.number }) : tr("Case {number}", { number: slot.number });
}

/** Why the case is not done, in the reader's language; a limit may end in the unit of the question. */
function whyText(question: Question, why: string): string {
  const unit = question.unit && why.endsWith(` ${question.unit}`) ? ` ${question.unit}` : "";
  const bare = unit ? why.slice(0, -unit.length) : why;
  return trRemark(bare) + unit;
}
