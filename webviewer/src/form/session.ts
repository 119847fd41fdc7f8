// One reader's work on one bundle, as in viewer/reading/session.py: the order, the answers, and what is kept when.

import { journalsIn } from "./found";
import { headOf, isOf, merged, parseJournal, sessionIn, type Heads, type Journal } from "./journal";
import { Keeping } from "./keeping";
import { sessionOf, slotKey, slotsOf, type Slot, type StudySession } from "./order";
import type { KeptJournals } from "./kept";
import type { JournalFolder } from "./places";
import { openPoints, placeKey, type FormCase, type Question, type Study } from "./questions";
import { receiptCode, Readings, type CaseReading } from "./readings";
import { ascii, spelled, type Data, type Json } from "./spelling";

// esbuild puts the version of the program here.
declare const PROGRAM: string;
const TIME_EVERY = 60;

export type How = "" | "moved" | "undone" | "redone" | "taken";

/** The session of a reader, with everything that was answered before. */
export async function begin(study: Study, places: KeptJournals, reader: string): Promise<Session> {
  const slots = await slotsOf(study.form, study.cases.map((found) => found.case), reader);
  const mineIn = async (some: readonly JournalFolder[]): Promise<Journal[]> =>
    (await journalsIn(some, study)).filter((journal) => isOf(journal, reader));
  const here = (await mineIn(places.folders.filter((folder) => !folder.onMedium))).length > 0;
  return new Session(study, places, reader, slots, await mineIn(places.folders), here);
}

export class Session {
  slot: Slot;
  readonly readings = new Readings();
  private readonly session: StudySession;
  private readonly kept: Keeping;
  private readonly saidBefore = new Set<string>();
  private readonly seconds = new Map<Slot, number>();
  private readonly idle = new Map<Slot, number>();
  private shown: Slot | null = null;

  constructor(
    readonly study: Study, private readonly places: KeptJournals, readonly reader: string,
    readonly slots: readonly Slot[], journals: readonly Journal[], private readonly here: boolean,
  ) {
    this.session = sessionOf(study.form, reader);
    for (const { entries } of journals) {
      for (const { kind, data } of entries) if (kind === "about") this.saidBefore.add(String(data["question"]));
    }
    const own = JSON.stringify([this.session.number, this.session.arm]);
    const ofSession = journals.filter((journal) => sessionIn(journal) === own);
    for (const entry of merged(ofSession)) this.readings.take(entry);
    const seen: Heads = {};
    for (const journal of ofSession) {
      const head = headOf(journal);
      if (head[0] >= (seen[journal.name]?.[0] ?? 0)) seen[journal.name] = head;
    }
    this.kept = new Keeping(places.folders, reader, () => this.opening(), seen);
    const last = this.slots[study.form.no_way_back ? this.slots.length - 1 : 0] as Slot;
    this.slot = last;
    this.slot = this.firstOpen() ?? last;
  }

  // State

  reading(slot = this.slot): CaseReading {
    return this.readings.case(slotKey(slot));
  }

  get done(): number {
    return this.slots.filter((slot) => this.reading(slot).state === "done").length;
  }

  get isDone(): boolean {
    return this.done === this.slots.length;
  }

  get case(): FormCase {
    return this.study.cases.find((found) => found.case === this.slot.case) as FormCase;
  }

  get series(): string[] {
    return this.case.series.map((series) => series.uid);
  }

  /** Seconds spent on all cases, as far as they were written. */
  get taken(): number {
    return this.slots.reduce((sum, slot) => sum + this.reading(slot).seconds, 0);
  }

  get receipt(): string {
    return this.isDone ? this.readings.receipt : "";
  }

  get unsaved(): boolean {
    return this.kept.stuck;
  }

  /** Whether the answers go into this browser instead of the medium, or are there from an earlier time. */
  get besideTheMedium(): boolean {
    return this.kept.folder ? !this.kept.folder.onMedium : this.here;
  }

  /** The next case that is not done, after `after` and then from the beginning. */
  firstOpen(after?: Slot): Slot | null {
    const start = after ? this.slots.indexOf(after) + 1 : 0;
    const behind = [...this.slots.slice(start), ...this.slots.slice(0, start)];
    return behind.find((slot) => this.reading(slot).state !== "done" && !this.isClosed(slot)) ?? null;
  }

  /** A repeat before its first time is done, its first time once it was seen, and finished ones without a way back. */
  isClosed(slot: Slot): boolean {
    const done = this.reading(slot).state === "done";
    const at = (occurrence: number): CaseReading => this.readings.case(slotKey({ case: slot.case, occurrence }));
    if (slot.occurrence > 1 && at(slot.occurrence - 1).state !== "done") return true;
    const again = at(slot.occurrence + 1);
    return (this.study.form.no_way_back && done) || (done && (again.looks > 0 || again.state !== "open"));
  }

  openPoints(): [Question, string, string][] {
    return openPoints(this.study.form, this.reading().answers, this.series);
  }

  /** The questions about the reader that nobody has asked this reader yet. */
  unasked(): Question[] {
    const said = (question: Question): boolean => this.saidBefore.has(question.id) || this.readings.about.has(question.id);
    return this.study.form.of_reader.filter((question) => !said(question));
  }

  /** The reference of the current case by question id, once it was submitted, and of a training case only. */
  get feedback(): Readonly<Record<string, string>> {
    const isOver = this.slot.training && this.reading().finished;
    return isOver ? (this.study.form.feedback[this.slot.case] ?? {}) : {};
  }

  get hasFeedback(): boolean {
    return Object.keys(this.feedback).length > 0;
  }

  /** Whether the answers stay as they are. */
  get isFixed(): boolean {
    return (this.study.form.lock && this.reading().state === "done") || this.hasFeedback;
  }

  // Actions of the reader

  goTo(slot: Slot): void {
    this.writeTime();
    this.slot = slot;
  }

  /** Note that the case is on the screen; it is written with the next line, or soon. */
  show(): void {
    if (this.shown === this.slot) return;
    this.shown = this.slot;
    this.note("visit", this.about());
  }

  /** Keep an answer; null takes it back. Repeating the same answer is no change. */
  answer(question: Question, series: string, value: Json, how: How = ""): void {
    const before = this.reading().answers.get(placeKey(question.id, series)) ?? null;
    if (spelled(before) === spelled(value)) return;
    if (this.reading().state === "open") this.note("case", this.about());
    this.record("answer", { question: question.id, series, value, ...(how ? { how } : {}) });
  }

  answerAbout(question: Question, value: Json): void {
    this.record("about", { question: question.id, value }, false);
  }

  async submit(view: Data | null): Promise<void> {
    this.writeTime();
    this.record("submit", view && this.study.form.keep_view ? { view } : {});
    await this.kept.flush();
    const heads = this.kept.heads;
    if (this.isDone && Object.keys(heads).length) {
      this.record("receipt", { code: await receiptCode(this.reader, this.session, heads), heads });
    }
  }

  noteFeedback(): void {
    if (this.hasFeedback && !this.reading().feedback) this.record("feedback", {});
  }

  reopen(reason: string): void {
    this.record("reopen", { reason });
  }

  /** Count this much time while the window was active; `idle` if nothing was touched for long. */
  looked(seconds: number, idle: boolean): void {
    this.seconds.set(this.slot, (this.seconds.get(this.slot) ?? 0) + seconds);
    this.idle.set(this.slot, (this.idle.get(this.slot) ?? 0) + (idle ? seconds : 0));
    if ((this.seconds.get(this.slot) ?? 0) >= TIME_EVERY) this.writeTime();
  }

  /** Write what waits. */
  flush(): Promise<void> {
    return this.kept.flush();
  }

  /** Keep the rest: the page goes away. */
  close(): Promise<void> {
    this.writeTime();
    return this.kept.flush();
  }

  /** One file to send: every journal of this reader, and what could not be written. */
  async copy(): Promise<string> {
    await this.kept.flush();
    const contents: Record<string, string> = { ...(await this.kept.copied()) };
    for (const folder of this.places.folders) {
      for (const [name, text] of await folder.contents().catch(() => new Map<string, string>())) {
        const mine = isOf(await parseJournal(name, text), this.reader);
        if (mine && text.length > (contents[name]?.length ?? 0)) contents[name] = text;
      }
    }
    return this.places.coding.pack(contents);
  }

  /** Erase the reader's journals from the storage of the browser. */
  async erase(): Promise<void> {
    await this.kept.flush();
    this.kept.end();
    await this.places.erase(this.reader);
  }

  // Writing

  private about(): Data {
    return { number: this.slot.number, study: this.case.study, training: this.slot.training };
  }

  /** A case that was neither shown nor answered has no time. */
  private writeTime(): void {
    const [reading, seconds] = [this.reading(), this.seconds.get(this.slot) ?? 0];
    if ((!reading.looks && reading.state === "open") || seconds < 1) return;
    const idle = tenths(this.idle.get(this.slot) ?? 0);
    this.seconds.delete(this.slot);
    this.idle.delete(this.slot);
    this.record("time", { seconds: tenths(seconds), ...(idle ? { idle } : {}) });
  }

  private record(kind: string, data: Data, ofCase = true): void {
    this.note(kind, data, ofCase);
    void this.kept.flush();
  }

  private note(kind: string, data: Data, ofCase = true): void {
    const whole = ofCase ? { case: this.slot.case, occurrence: this.slot.occurrence, ...data } : data;
    const time = this.kept.note(kind, whole);
    this.readings.take({ file: "", number: 0, time, kind, data: whole, digest: "" });
  }

  private opening(): Data {
    const { form, bundle } = this.study;
    return {
      bundle,
      viewer: PROGRAM,
      form: form.digest,
      form_version: form.version,
      form_text: form.text,
      time_zone: timeZone(),
      session: this.session.number,
      arm: this.session.arm,
    };
  }
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

function timeZone(): string {
  const minutes = -new Date().getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}${String(rest).padStart(2, "0")}`;
}

/** A text that fits into a file's name. */
export function copyName(bundle: string): string {
  return `readings-${ascii(bundle).slice(0, 8)}.json`;
}
