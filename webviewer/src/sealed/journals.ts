// Sealed journals, as bundle/sealed/readings.py writes them: blocks of equal length, each sealed by itself.

import { MAX_JOURNAL } from "../form/journal";
import type { Coding, Coded, JournalText } from "../form/coding";
import { hex } from "../form/spelling";
import { base64, infoOf, joined, NONCE, number, TAG, utf8 } from "./bytes";
import { journalSecret, type Keys, type LockHeader } from "./header";
import { cipherOf, hkdf, seal, unseal, type Secret } from "./keys";

const MAGIC = utf8("MKBUNDLE JOURNAL");
const SALT = 32;
const SLOT = 16;
const HEAD = MAGIC.length + SALT + SLOT + TAG;
const BLOCK = 512;
const PLAIN = BLOCK - NONCE - TAG;
// Whether the line goes on in the next block, and how many bytes of it are in this one.
const USED = 3;
const ROOM = PLAIN - USED;
const NAME = /^S-[0-9A-F]{16}\.BIN$/i;
const LONGEST_NAME = 200;
// Stands for a block that does not open: no line of a journal holds it.
const LOST = Uint8Array.of(0);

/** The journals of one password: all of its lines leave this page sealed. */
export class SealedCoding implements Coding {
  readonly isSealed = true;
  readonly longest = 2 * MAX_JOURNAL + BLOCK;

  constructor(private readonly header: LockHeader, private readonly keys: Keys) {}

  isName(name: string): boolean {
    return NAME.test(name);
  }

  async open(_file: string, bytes: Uint8Array): Promise<JournalText | null> {
    const salt = bytes.slice(MAGIC.length, MAGIC.length + SALT);
    if (bytes.length < HEAD || MAGIC.some((byte, k) => byte !== bytes[k])) return null;
    const slot = await unseal(await this.headKey(salt), new Uint8Array(NONCE), bytes.slice(MAGIC.length + SALT, HEAD));
    const secret = slot && (await journalSecret(this.keys, slot));
    if (!secret) return null;
    const [name, ...lines] = await linesOf(bytes.subarray(HEAD), await blockKey(secret, salt));
    if (!name || name.length > LONGEST_NAME) return null;
    return { name, text: lines.map((line) => `${line}\n`).join("") };
  }

  async begin(name: string): Promise<Coded> {
    if (!this.keys.journal) throw new DOMException("this password keeps no answers", "NotAllowedError");
    const salt = crypto.getRandomValues(new Uint8Array(SALT));
    const key = await blockKey(this.keys.journal, salt);
    const head = await seal(await this.headKey(salt), new Uint8Array(NONCE), this.keys.slot);
    const first = await sealedLine(key, 0, name);
    const file = `S-${hex(crypto.getRandomValues(new Uint8Array(8))).toUpperCase()}.BIN`;
    let blocks = first.length / BLOCK;
    return {
      file,
      first: joined(MAGIC, salt, head, first),
      lines: async (text) => {
        const parts: Uint8Array[] = [];
        let count = blocks;
        for (const line of text.split("\n").slice(0, -1)) {
          const part = await sealedLine(key, count, line);
          count += part.length / BLOCK;
          parts.push(part);
        }
        return joined(...parts);
      },
      kept: (bytes) => void (blocks += bytes.length / BLOCK),
    };
  }

  /** Each journal sealed anew, with the header that says which passwords open them. */
  async pack(contents: Readonly<Record<string, string>>): Promise<string> {
    const files: Record<string, string> = {};
    for (const [name, text] of Object.entries(contents)) {
      const coded = await this.begin(name);
      files[coded.file] = base64(joined(coded.first, await coded.lines(text)));
    }
    return JSON.stringify({ "mkbundle-readings-sealed": 1, lock: base64(this.header.bytes), files }, null, 1);
  }

  /** Whose journal it is, every password of the stick may know, and nobody else. */
  private async headKey(salt: Uint8Array): Promise<CryptoKey> {
    return cipherOf(await hkdf(this.keys.master, salt, infoOf("journal head", this.keys.stick)));
  }
}

async function blockKey(secret: Secret, salt: Uint8Array): Promise<CryptoKey> {
  return cipherOf(await hkdf(secret, salt, infoOf("journal blocks")));
}

/** A random nonce, since a block may be written again after a failure, with another line in it. */
async function sealedLine(key: CryptoKey, count: number, line: string): Promise<Uint8Array> {
  const bytes = utf8(line);
  const pieces = Math.max(Math.ceil(bytes.length / ROOM), 1);
  const blocks = Array.from({ length: pieces }, async (_, k) => {
    const piece = bytes.subarray(k * ROOM, (k + 1) * ROOM);
    const plain = new Uint8Array(PLAIN);
    plain.set([k + 1 < pieces ? 1 : 0, piece.length >> 8, piece.length & 255]);
    plain.set(piece, USED);
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    return joined(nonce, await seal(key, nonce, plain, number(count + k)));
  });
  return joined(...(await Promise.all(blocks)));
}

/** Line by line; what a block that does not open, or a missing end, has left of a line ends in LOST. */
async function linesOf(blocks: Uint8Array, key: CryptoKey): Promise<string[]> {
  const count = Math.ceil(blocks.length / BLOCK);
  const plain = await Promise.all(Array.from({ length: count }, (_, k) => {
    const block = blocks.slice(k * BLOCK, (k + 1) * BLOCK);
    return block.length < NONCE + TAG ? null : unseal(key, block.slice(0, NONCE), block.slice(NONCE), number(k));
  }));
  const lines: string[] = [];
  let parts: Uint8Array[] = [];
  const end = (): void => {
    lines.push(new TextDecoder("utf-8", { ignoreBOM: true }).decode(joined(...parts)));
    parts = [];
  };
  for (const block of plain) {
    const used = block ? ((block[1] as number) << 8) | (block[2] as number) : 0;
    parts.push(block ? block.subarray(USED, USED + used) : LOST);
    if (!block?.[0]) end();
  }
  if (parts.length) {
    parts.push(LOST);
    end();
  }
  return lines;
}
