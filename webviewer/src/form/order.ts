// The order in which a reader gets the cases, as in bundle/reading/order.py: SHA-256 draws the places.

import type { Form, Order } from "./questions";
import { readerKey, sha256 } from "./spelling";

const DRAWS = 20;
const APART_SHARE = 4;

/** One place in a reader's order: the reader sees `number`, the index calls it `case`. */
export interface Slot {
  readonly number: number;
  readonly case: string;
  readonly occurrence: number;
  readonly training: boolean;
}

export function slotKey(slot: Pick<Slot, "case" | "occurrence">): string {
  return `${slot.case} ${slot.occurrence}`;
}

interface Who {
  reader: string;
  place: number;
  readers: number;
  session: number;
}

export interface StudySession {
  number: number;
  arm: string;
}

/** The session of a reader on this medium. */
export function sessionOf(form: Form, reader: string): StudySession {
  const { number, arm, arms } = form.sessions;
  const place = (arms[readerKey(reader)] ?? []).indexOf(arm);
  return { number: place >= 0 ? place + 1 : number, arm };
}

/** The slots of a reader; `cases` are those of the bundle in the order of the index. */
export async function slotsOf(form: Form, cases: readonly string[], reader: string): Promise<Slot[]> {
  const keys = form.readers.map(readerKey);
  const place = Math.max(keys.indexOf(readerKey(reader)), 0);
  const who = { reader, place, readers: Math.max(keys.length, 1), session: sessionOf(form, reader).number };
  const { order, media } = form;
  if (!media) return slots(order, cases, await repeated(order, toRead(order, cases)), who, 1);
  const groups = media.cases.map((numbers) => numbers.map(caseName));
  const planned = groups.map((group) => toRead(order, group));
  const again = await repeated(order, planned.filter((group) => group.length > 1).flat());
  const found: Slot[] = [];
  let first = 1;
  for (const meant of groups) {
    const here = meant.filter((case_) => cases.includes(case_));
    found.push(...(await slots(order, here.length ? here : meant, again, who, first)));
    // Count the planned cases, so that every medium knows the numbers of the others.
    first += (await slots(order, meant, again, who, first)).length;
  }
  return found.filter((slot) => cases.includes(slot.case));
}

function caseName(number: number): string {
  return `CASE-${String(number).padStart(3, "0")}`;
}

function toRead(order: Order, cases: readonly string[]): string[] {
  const wanted = order.cases.length ? order.cases : cases;
  return wanted.filter((case_) => cases.includes(case_) && !order.training.includes(case_));
}

async function slots(
  order: Order, cases: readonly string[], again: readonly string[], who: Who, first: number,
): Promise<Slot[]> {
  const training = order.training.filter((case_) => cases.includes(case_));
  const all = toRead(order, cases);
  const twice = all.length > 1 ? again.filter((case_) => all.includes(case_)) : [];
  const [read, drawn] = await inSession(order, all, who);
  for (const case_ of await sortedBy(twice, (found) => draw(drawn, "repeat", found))) {
    read.splice(await placeAgain(read, case_, drawn), 0, case_);
  }
  const seen = new Map<string, number>();
  return [...training, ...read].map((case_, k) => {
    const occurrence = (seen.get(case_) ?? 0) + 1;
    seen.set(case_, occurrence);
    return { number: first + k, case: case_, occurrence, training: training.includes(case_) };
  });
}

/** The order of the reader's session, which is that of no earlier session, and what its draws began with. */
async function inSession(order: Order, read: readonly string[], who: Who): Promise<[string[], string]> {
  const earlier: string[] = [];
  let found: string[] = [];
  let drawn = "";
  for (let session = 1; session <= who.session; session++) {
    for (let number = 0; number < DRAWS; number++) {
      const said = (session > 1 ? `session ${session}/` : "") + (number > 0 ? `draw ${number}/` : "");
      drawn = `${order.seed}/${said}${readerKey(who.reader)}`;
      found = await arranged(order, read, who, `${order.seed}/${said}`, drawn);
      if (!earlier.includes(found.join(" "))) break;
    }
    earlier.push(found.join(" "));
  }
  return [found, drawn];
}

async function arranged(
  order: Order, read: readonly string[], who: Who, common: string, drawn: string,
): Promise<string[]> {
  if (order.design === "williams") return row(await sortedBy(read, (case_) => draw(common, "square", case_)), who);
  if (order.design === "blocks") {
    const dealt = await sortedBy(read, (case_) => draw(String(order.seed), "blocks", case_));
    const count = Math.min(order.blocks, dealt.length);
    const blocks = Array.from({ length: count }, (_, start) => dealt.filter((_case, k) => k % order.blocks === start));
    const mixed = await sortedBy(blocks.map((_, k) => k), (block) => draw(common, "square", String(block)));
    const found: string[] = [];
    for (const block of row(mixed, who)) {
      found.push(...(await sortedBy(blocks[block] as string[], (case_) => draw(drawn, "order", case_))));
    }
    return found;
  }
  return order.shuffle ? sortedBy(read, (case_) => draw(drawn, "order", case_)) : [...read];
}

/** The reader's row of a Williams square. */
function row<T>(things: readonly T[], who: Who): T[] {
  const count = things.length;
  if (count < 2) return [...things];
  const zigzag = Array.from({ length: count }, (_, step) => {
    return step % 2 ? (step + 1) / 2 : (count - step / 2) % count;
  });
  const fewer = who.readers <= count;
  const moved = fewer ? evenly((who.place * count) / who.readers) : who.place % count;
  const found = zigzag.map((place) => things[(place + moved) % count] as T);
  return fewer || Math.floor(who.place / count) % 2 === 0 ? found : found.reverse();
}

/** Rounds halves to even numbers, as Python does. */
export function evenly(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}

async function repeated(order: Order, read: readonly string[]): Promise<string[]> {
  const { repeat } = order;
  if (typeof repeat !== "number") return repeat.filter((case_) => read.includes(case_));
  return (await sortedBy(read, (case_) => draw(String(order.seed), "chosen", case_))).slice(0, repeat);
}

/** Where to insert the case again: as far from its first place as possible, and never next to it. */
async function placeAgain(read: readonly string[], case_: string, drawn: string): Promise<number> {
  const first = read.indexOf(case_);
  const gaps = Array.from({ length: read.length + 1 }, (_, place) => (place <= first ? first + 1 - place : place - first));
  let apart = Math.max(Math.floor(read.length / APART_SHARE), 2);
  while (apart > 2 && !gaps.some((gap) => gap >= apart)) apart -= 1;
  const places = gaps.flatMap((gap, place) => (gap >= apart ? [place] : []));
  const number = BigInt(`0x${await draw(drawn, "again", case_)}`);
  return places[Number(number % BigInt(places.length))] as number;
}

function draw(...words: string[]): Promise<string> {
  return sha256(words.join("/"));
}

async function sortedBy<T>(things: readonly T[], key: (thing: T) => Promise<string>): Promise<T[]> {
  const keyed = await Promise.all(things.map(async (thing) => [await key(thing), thing] as const));
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, thing]) => thing);
}
