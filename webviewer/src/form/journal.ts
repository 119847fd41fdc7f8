// The journal of a reader, as in bundle/reading/journal.py: lines of JSON, each with its digest and the one before.

import { isObject } from "./questions";
import { ascii, filePrefix, hex, isList, readerKey, sha256, spelled, unveil, veil, type Data, type Json } from "./spelling";

export const FORMAT = 3;
const KNOWN = [1, 2, FORMAT];
export const OPENING = "open";
// No reading needs a longer file.
export const MAX_JOURNAL = 32 << 20;
const NAME = /^R-[0-9a-f]{8}-[0-9a-f]{12}\.JSONL$/i;
const END = /^(.*),"hash":"([0-9a-f]{64})"\}\r?$/s;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** How many lines a file has, and the digest of the last. */
export type Head = readonly [number: number, digest: string];
export type Heads = Record<string, Head>;

export interface JournalEntry {
  readonly file: string;
  readonly number: number;
  readonly time: string;
  readonly kind: string;
  readonly data: Data;
  readonly digest: string;
}

/** The sound entries of one file. */
export interface Journal {
  readonly name: string;
  readonly entries: readonly JournalEntry[];
}

export function openingOf(journal: Journal): Data {
  const first = journal.entries[0];
  return first?.kind === OPENING ? first.data : {};
}

export function headOf(journal: Journal): Head {
  const last = journal.entries[journal.entries.length - 1];
  return last ? [last.number, last.digest] : [0, ""];
}

export function isJournalName(name: string): boolean {
  return NAME.test(name);
}

export function now(): string {
  return new Date().toISOString();
}

/** [line without its end, its digest]. */
export async function formatLine(
  number: number, time: string, kind: string, data: Data, previous: string,
): Promise<[string, string]> {
  const body = { n: number, time, kind, data: veiledData(data, kind === OPENING), prev: previous };
  const text = ascii(spelled(body));
  const digest = await sha256(text);
  return [`${text.slice(0, -1)},"hash":"${digest}"}`, digest];
}

/** What tells of cases is veiled as a whole, of the first line only the form's text. */
function veiledData(data: Data, isOpening: boolean): Json {
  if (!isOpening) return veil(spelled(data));
  const text = data["form_text"];
  return typeof text === "string" ? { ...data, form_text: veil(text) } : data;
}

function unveiledData(data: Json): Json {
  if (typeof data === "string") return JSON.parse(unveil(data)) as Json;
  if (isObject(data) && data["format"] === FORMAT && typeof data["form_text"] === "string") {
    return { ...data, form_text: unveil(data["form_text"]) };
  }
  return data;
}

export async function newName(reader: string): Promise<string> {
  return `${await filePrefix(reader)}${hex(crypto.getRandomValues(new Uint8Array(6)))}.JSONL`;
}

/** The data of a file's first line. */
export function firstData(name: string, reader: string, opening: Data): Data {
  return { format: FORMAT, file: name, reader, ...opening };
}

/** The sound entries of a journal; lines that are altered or half-written are left out, as `collect` reports. */
export async function parseJournal(name: string, content: string): Promise<Journal> {
  const sound = new Map<number, JournalEntry>();
  for (const line of content.split("\n")) {
    const entry = await entryOf(name, line);
    if (entry && !sound.has(entry.number)) sound.set(entry.number, entry);
  }
  const entries = [...sound.values()].sort((a, b) => a.number - b.number);
  const opening = openingOf({ name, entries });
  const isKnown = !("format" in opening) || KNOWN.includes(opening["format"] as number);
  return { name, entries: isKnown ? entries : [] };
}

async function entryOf(file: string, line: string): Promise<JournalEntry | null> {
  const [, text, digest] = END.exec(line) ?? [];
  if (text === undefined || digest === undefined || (await sha256(`${text}}`)) !== digest) return null;
  try {
    const body = JSON.parse(`${text}}`) as Data;
    const { n, time, kind } = body;
    const data = unveiledData(body["data"] ?? null);
    const good = Number.isInteger(n) && typeof time === "string" && TIME.test(time) && typeof kind === "string";
    return good && isObject(data) ? { file, number: n as number, time, kind, data, digest } : null;
  } catch {
    return null;
  }
}

/** The other files that a file has seen. */
export function seenBy(journal: Journal): Map<string, Head> {
  const found = new Map<string, Head>();
  const listed = openingOf(journal)["seen"];
  for (const [name, head] of isObject(listed) ? Object.entries(listed) : []) {
    if (isList(head) && Number.isInteger(head[0]) && typeof head[1] === "string") {
      found.set(name, [head[0] as number, head[1]]);
    }
  }
  return found;
}

/** All entries by time; one comes after all that its writer knew, whatever the clocks of the PCs said. */
export function merged(journals: readonly Journal[]): JournalEntry[] {
  const byName = new Map<string, Journal>();
  for (const journal of journals) {
    const known = byName.get(journal.name);
    // Of two copies the longer one counts.
    if (!known || known.entries.length < journal.entries.length) byName.set(journal.name, journal);
  }
  const times = new Map<string, Map<number, string>>();
  const depths = new Map<string, number>();
  const wind = (name: string, begun: ReadonlySet<string>): void => {
    const journal = byName.get(name);
    if (!journal || times.has(name) || begun.has(name)) return;
    const seen = seenBy(journal);
    for (const other of [...seen.keys()].sort()) wind(other, new Set([...begun, name]));
    let latest = "";
    let depth = 0;
    for (const [other, [number]] of seen) {
      const known = [...(times.get(other) ?? [])].filter(([at]) => at <= number).map(([, time]) => time);
      for (const time of known) latest = time > latest ? time : latest;
      depth = Math.max(depth, (depths.get(other) ?? -1) + 1);
    }
    const own = new Map<number, string>();
    for (const { number, time } of journal.entries) {
      latest = time > latest ? time : latest;
      own.set(number, latest);
    }
    times.set(name, own);
    depths.set(name, depth);
  };
  for (const name of [...byName.keys()].sort()) wind(name, new Set());
  const key = ({ file, number }: JournalEntry): [string, number, string, number] => {
    return [times.get(file)?.get(number) ?? "", depths.get(file) ?? 0, file, number];
  };
  const all = [...byName.values()].flatMap((journal) => journal.entries.map((entry) => [key(entry), entry] as const));
  return all.sort(([a], [b]) => compared(a, b)).map(([, entry]) => entry);
}

function compared(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let k = 0; k < a.length; k++) {
    const [left, right] = [a[k] as string | number, b[k] as string | number];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** Whether a journal is of this reader, bundle and session. */
export function isOf(journal: Journal, reader: string): boolean {
  return readerKey(String(openingOf(journal)["reader"] ?? "")) === readerKey(reader);
}

/** Case -> Study Instance UID, of the cases that the reader opened. */
export function studiesIn(journal: Journal): Map<string, string> {
  const found = new Map<string, string>();
  for (const { kind, data } of journal.entries) {
    const { case: case_, study } = data;
    if ((kind === "case" || kind === "visit") && typeof case_ === "string" && typeof study === "string") {
      found.set(case_, study);
    }
  }
  return found;
}

/** A journal older than an added or removed case calls the bundle by another name, but has the same studies. */
export function isOfBundle(journal: Journal, bundle: string, studies: ReadonlyMap<string, string>): boolean {
  if (openingOf(journal)["bundle"] === bundle) return true;
  const common = [...studiesIn(journal)].filter(([case_]) => studies.has(case_));
  return common.length > 0 && common.every(([case_, study]) => studies.get(case_) === study);
}

export function sessionIn(journal: Journal): string {
  const { session, arm } = openingOf(journal);
  return JSON.stringify([Number.isInteger(session) ? session : 1, typeof arm === "string" ? arm : ""]);
}

/** A file to send: the journals unchanged, so that every digest can still be checked. */
export function packed(contents: Readonly<Record<string, string>>, bundle: string): string {
  return ascii(JSON.stringify({ "mkbundle-readings": 1, bundle, files: contents }, null, 1));
}
