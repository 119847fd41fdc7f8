// Messages in chunks, by the rules of C2SP's chunked encryption, read in ranges as bundle/sealed/messages.py does.

import type { MediumFile } from "../medium";
import { joined, KEY, NONCE, same, TAG, utf8 } from "./bytes";
import { DamagedSeal } from "./errors";
import { cipherOf, expanded, unseal, type Secret } from "./keys";

const SALT = 24;
const COMMITMENT = 32;
const HEAD = SALT + COMMITMENT;

/** How messages are cut: the plain bytes of a chunk, and what their keys are made for. */
export interface Chunking {
  readonly size: number;
  readonly label: Uint8Array;
}

/** By the version of the seal. */
export const CHUNKINGS: Readonly<Record<number, Chunking>> = {
  1: { size: 16384, label: utf8("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0") },
  2: { size: 65536, label: utf8("mkbundle sealed 2 chunks\0") },
};

/** The bytes of a container from an offset on; rejects if they are not all there. */
export type Source = (at: number, length: number) => Promise<Uint8Array>;

/** Bytes of the message for so many plain bytes: the last chunk is always shorter than the others, even empty. */
export function sealedLength(length: number, { size }: Chunking): number {
  return HEAD + length + TAG * (Math.floor(length / size) + 1);
}

interface Opened {
  readonly cipher: CryptoKey;
  readonly nonce: Uint8Array;
}

/** A message as a file that is only read; whatever was altered rejects with DamagedSeal. */
export class SealedMessage implements MediumFile {
  private opening: Promise<Opened> | null = null;

  constructor(
    private readonly source: Source, private readonly at: number, readonly size: number, private readonly key: Secret,
    private readonly context: Uint8Array, private readonly name: string, private readonly chunking: Chunking,
  ) {}

  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> } {
    return { arrayBuffer: () => this.read(start, Math.min(end, this.size)) };
  }

  private async read(start: number, end: number): Promise<ArrayBuffer> {
    if (end < start || (end === start && end < this.size)) return new ArrayBuffer(0);
    const { size } = this.chunking;
    const sealedSize = size + TAG;
    const first = Math.floor(start / size);
    // What reaches the end opens the last chunk, too, though it may be empty: it proves the length.
    const last = Math.floor((end === this.size ? end : end - 1) / size);
    const begin = first * sealedSize;
    const length = this.sealedEnd(last) - begin;
    let sealed: Uint8Array;
    if (this.opening || first > 0) sealed = await this.source(this.at + HEAD + begin, length);
    else {
      const all = await this.source(this.at, HEAD + length);
      this.opening = this.open(all.subarray(0, HEAD));
      sealed = all.subarray(HEAD);
    }
    const opened = await this.head();
    const plain = new Uint8Array(end - start);
    const chunks = Array.from({ length: last - first + 1 }, async (_, k) => {
      const from = k * sealedSize;
      const chunk = await this.chunk(opened, first + k, sealed.subarray(from, Math.min(from + sealedSize, length)));
      const place = (first + k) * size - start;
      plain.set(chunk.subarray(Math.max(-place, 0), Math.max(end - start - place, 0)), Math.max(place, 0));
    });
    await Promise.all(chunks);
    return plain.buffer;
  }

  private head(): Promise<Opened> {
    if (!this.opening) {
      this.opening = this.source(this.at, HEAD).then((head) => this.open(head));
      this.opening.catch(() => (this.opening = null)); // the medium may come back
    }
    return this.opening;
  }

  private async open(head: Uint8Array): Promise<Opened> {
    const derived = await expanded(this.key, joined(this.chunking.label, head.subarray(0, SALT), this.context), KEY + NONCE + COMMITMENT);
    if (!same(derived.subarray(KEY + NONCE), head.subarray(SALT))) {
      throw new DamagedSeal(this.name, "another key, or a damaged beginning");
    }
    return { nonce: derived.slice(KEY, KEY + NONCE), cipher: await cipherOf(derived.subarray(0, KEY)) };
  }

  private async chunk({ cipher, nonce }: Opened, number: number, sealed: Uint8Array): Promise<Uint8Array> {
    const own = nonce.slice();
    const view = new DataView(own.buffer);
    // The last eight bytes are a counter, from which the number of the chunk is taken bit by bit.
    view.setUint32(4, view.getUint32(4) ^ Math.floor(number / 2 ** 32));
    view.setUint32(8, view.getUint32(8) ^ number % 2 ** 32);
    const plain = await unseal(cipher, own, sealed);
    if (!plain) throw new DamagedSeal(this.name, `chunk ${number + 1}`);
    return plain;
  }

  /** Where a chunk ends behind the head; the last one is shorter. */
  private sealedEnd(chunk: number): number {
    return Math.min((chunk + 1) * (this.chunking.size + TAG), sealedLength(this.size, this.chunking) - HEAD);
  }
}
