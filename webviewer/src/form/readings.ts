// What a reader's journals add up to in one session, as in bundle/reading/readings.py: answers, states, and receipts.

import { OPENING, type Heads, type JournalEntry } from "./journal";
import type { StudySession } from "./order";
import { isEmpty, placeKey } from "./questions";
import { ascii, digestOf, readerKey, type Json } from "./spelling";

export type State = "open" | "begun" | "done";

/** One reader's reading of one slot. */
export class CaseReading {
  state: State = "open";
  looks = 0;
  submissions = 0;
  reopened = 0;
  seconds = 0;
  /** When the reference of a training case was shown. */
  feedback = "";
  private readonly given = new Map<string, Json>();

  /** The answers that count, without those taken back, by `placeKey`. */
  get answers(): Map<string, Json> {
    return new Map([...this.given].filter(([, value]) => !isEmpty(value)));
  }

  get finished(): boolean {
    return this.state === "done" || this.submissions > 0;
  }

  take({ kind, time, data }: JournalEntry): void {
    const begins = kind === "case" || kind === "answer";
    if (begins && this.state === "open") this.state = "begun";
    if (kind === "visit") this.looks += 1;
    if (kind === "answer" && typeof data["question"] === "string") {
      const series = data["series"] ?? "";
      if (typeof series === "string") this.given.set(placeKey(data["question"], series), data["value"] ?? null);
    }
    if (kind === "submit") {
      this.state = "done";
      this.submissions += 1;
    }
    if (kind === "reopen") {
      this.state = "begun";
      this.reopened += 1;
    }
    const { seconds } = data;
    if (kind === "time" && typeof seconds === "number" && seconds >= 0 && seconds < 86400) this.seconds += seconds;
    if (kind === "feedback") this.feedback ||= time;
  }
}

export class Readings {
  readonly cases = new Map<string, CaseReading>();
  readonly about = new Set<string>();
  receipt = "";

  /** The reading of a slot, by `slotKey`; an empty one if there is none yet. */
  case(key: string): CaseReading {
    return this.cases.get(key) ?? new CaseReading();
  }

  take(entry: JournalEntry): void {
    const { kind, data } = entry;
    if (kind === OPENING) return;
    if (kind === "receipt") this.receipt = String(data["code"] ?? "");
    else if (kind === "about") this.about.add(String(data["question"]));
    else {
      const { case: case_, occurrence = 1 } = data;
      if (typeof case_ !== "string" || !Number.isInteger(occurrence) || !KINDS.includes(kind)) return;
      const key = `${case_} ${String(occurrence)}`;
      const reading = this.case(key);
      this.cases.set(key, reading);
      reading.take(entry);
    }
  }
}

const KINDS = ["case", "visit", "answer", "submit", "reopen", "time", "feedback"];

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code of journals with these heads, by file. */
export async function receiptCode(reader: string, session: StudySession, heads: Heads): Promise<string> {
  const listed = Object.entries(heads).map(([name, head]) => [name, ...head]);
  listed.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
  const text = ascii(JSON.stringify([readerKey(reader), [session.number, session.arm], listed]));
  const bytes = new Uint8Array(await digestOf(text)).slice(0, 10);
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => BASE32[parseInt(five, 2)]).join("");
  return (letters.match(/.{4}/g) ?? []).join("-");
}

