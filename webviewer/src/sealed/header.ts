// BUNDLE/LOCK.BIN: the newest whole copy of the header, and what a password opens in it.

import { infoOf, KEY, NONCE, numberAt, overwrite, same, TAG, utf8 } from "./bytes";
import { DamagedSeal, LOCK, UnknownSeal, WrongPassword } from "./errors";
import { cipherOf, expanded, hkdf, secretOf, unseal, type Secret } from "./keys";
import { CHUNKINGS, type Chunking } from "./messages";
import { passwordBytes, stretched } from "./stretching";

export const COPY = 8192;
const DIGEST = 32;
const FIXED = 64;
// The byte behind it is the version of the seal.
const MAGIC = utf8("MKBUNDLE SEALED");
const GENERATION = 64;
const [VOLUME, RECORD] = [96, NONCE + 64 + TAG];
const [LIST, LIST_LENGTH] = [192, NONCE + 16 * 64 + TAG];
const [SLOTS, SLOT, SLOT_COUNT] = [1280, 240, 16];
const [SALT, COMMITMENT, PAYLOAD] = [32, 32, 160];
// What a header may ask for at most, as in the viewer: memory in KiB.
const MOST = { memory: 1 << 20, passes: 64, lanes: 64 };

export interface LockHeader {
  /** The copy that counts. */
  readonly bytes: Uint8Array;
  readonly stick: Uint8Array;
  /** To what everything sealed in the header is bound. */
  readonly fixed: Uint8Array;
  readonly generation: number;
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
  readonly partBits: number;
  readonly chunking: Chunking;
}

/** What one password opens: a checker has no journal key, and only the researcher the secret of all of them. */
export interface Keys {
  readonly stick: Uint8Array;
  readonly slot: Uint8Array;
  readonly master: Secret;
  readonly journal: Secret | null;
  readonly secret: Secret | null;
}

/** The record of the container: where catalogue and padding lie, and the length of everything. */
export interface Volume {
  readonly catalogue: readonly [at: number, length: number];
  readonly padding: readonly [at: number, length: number];
  readonly total: number;
}

/** The newest whole copy; rejects with DamagedSeal, UnknownSeal. */
export async function headerOf(content: Uint8Array): Promise<LockHeader> {
  const copies = [await copyIn(content.slice(0, COPY)), await copyIn(content.slice(COPY, 2 * COPY))];
  const whole = copies.filter((copy): copy is LockHeader => copy !== null);
  if (content.length !== 2 * COPY || !whole.length) throw new DamagedSeal(LOCK, "neither copy of the header is whole");
  return whole.reduce((a, b) => (b.generation > a.generation ? b : a));
}

async function copyIn(bytes: Uint8Array): Promise<LockHeader | null> {
  if (bytes.length !== COPY) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.subarray(0, COPY - DIGEST)));
  if (!same(digest, bytes.subarray(COPY - DIGEST))) return null;
  const chunking = CHUNKINGS[bytes[MAGIC.length] as number];
  if (!chunking || !same(bytes.subarray(0, MAGIC.length), MAGIC)) throw new UnknownSeal("another version of the seal");
  const view = new DataView(bytes.buffer);
  const [memory, passes, lanes, partBits] = [48, 52, 56, 60].map((at) => view.getUint32(at)) as [number, number, number, number];
  const sound = 8 * lanes <= memory && memory <= MOST.memory && passes > 0 && passes <= MOST.passes;
  if (!sound || lanes === 0 || lanes > MOST.lanes) throw new UnknownSeal(`${memory} KiB, ${passes} passes, ${lanes} lanes`);
  if (partBits < 20 || partBits > 40) throw new UnknownSeal(`parts of 2^${partBits} bytes`);
  if (!isEmptyBetween(bytes)) return null;
  return {
    bytes, stick: bytes.slice(16, 32), fixed: bytes.slice(0, FIXED), generation: numberAt(view, GENERATION),
    memory, passes, lanes, partBits, chunking,
  };
}

function isEmptyBetween(bytes: Uint8Array): boolean {
  const fields = [[0, GENERATION + 8], [VOLUME, RECORD], [LIST, LIST_LENGTH], [SLOTS, SLOT * SLOT_COUNT]] as const;
  let end = 0;
  for (const [at, length] of [...fields, [COPY - DIGEST, 0] as const]) {
    if (bytes.subarray(end, at).some((byte) => byte)) return false;
    end = at + length;
  }
  return true;
}

/** The keys that a password opens; rejects with WrongPassword, DamagedSeal. */
export async function opened(header: LockHeader, password: string): Promise<Keys> {
  const { memory, passes, lanes } = header;
  const salt = header.bytes.slice(32, 48);
  const bytes = await stretched({ password: passwordBytes(password), salt, memory, passes, lanes });
  const secret = await secretOf(bytes);
  overwrite(bytes);
  // All of them, so that the time does not tell which slot it was.
  const places = Array.from({ length: SLOT_COUNT }, (_, place) => slotOf(header, place, secret));
  const found = (await Promise.all(places)).find((keys) => keys !== null);
  if (!found) throw new WrongPassword();
  return found;
}

async function slotOf(header: LockHeader, place: number, stretched: Secret): Promise<Keys | null> {
  const at = SLOTS + place * SLOT;
  const slot = header.bytes.slice(at, at + SLOT);
  const both = await hkdf(stretched, slot.slice(0, SALT), infoOf("slot", header.stick), KEY + COMMITMENT);
  if (!same(both.subarray(KEY), slot.subarray(SALT, SALT + COMMITMENT))) return null;
  const bound = new Uint8Array([...header.fixed, place]);
  const key = await cipherOf(both.slice(0, KEY));
  const plain = await unseal(key, new Uint8Array(NONCE), slot.slice(SALT + COMMITMENT), bound);
  overwrite(both);
  if (plain?.length !== PAYLOAD) throw new DamagedSeal(LOCK, "the slot of this password");
  const field = (from: number): Uint8Array => plain.subarray(from, from + KEY);
  const given = async (bytes: Uint8Array): Promise<Secret | null> => (bytes.some((byte) => byte) ? secretOf(bytes) : null);
  const keys = {
    stick: header.stick, slot: plain.slice(1, 17), master: await secretOf(field(17)),
    journal: await given(field(17 + KEY)), secret: await given(field(17 + 2 * KEY)),
  };
  overwrite(plain);
  return keys;
}

/** The record; rejects with DamagedSeal. */
export async function volumeOf(header: LockHeader, keys: Keys): Promise<Volume> {
  const key = await cipherOf(await expanded(keys.master, infoOf("volume", keys.stick)));
  const sealed = header.bytes.slice(VOLUME, VOLUME + RECORD);
  const plain = await unseal(key, sealed.slice(0, NONCE), sealed.slice(NONCE), header.fixed);
  if (!plain) throw new DamagedSeal(LOCK, "the record of the container");
  const view = new DataView(plain.buffer);
  const [at, length, paddingAt, paddingLength, total] = [0, 8, 16, 24, 32].map((place) => numberAt(view, place)) as [
    number, number, number, number, number,
  ];
  return { catalogue: [at, length], padding: [paddingAt, paddingLength], total };
}

/** The key of the journals of a slot; null if this password does not open them. */
export async function journalSecret(keys: Keys, slot: Uint8Array): Promise<Secret | null> {
  if (keys.secret) {
    const bytes = await expanded(keys.secret, infoOf("journal", keys.stick, slot));
    const found = await secretOf(bytes);
    overwrite(bytes);
    return found;
  }
  return same(slot, keys.slot) ? keys.journal : null;
}
