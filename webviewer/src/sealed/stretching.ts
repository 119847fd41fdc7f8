// A password becomes 32 bytes by Argon2id, in a worker of its own that ends with its memory.

import { utf8 } from "./bytes";

/** What the worker is told; `memory` in KiB. */
export interface Stretched {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

// esbuild puts the script of stretch.ts here.
declare const STRETCHER: string;

/** Python takes these for blanks, too, and separates words by them. */
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** The same bytes however a keyboard composes letters, and whatever blanks stand around and between words. */
export function passwordBytes(password: string): Uint8Array {
  return utf8(password.normalize("NFKC").split(BLANKS).filter((word) => word).join(" "));
}

export function stretched(wish: Stretched): Promise<Uint8Array> {
  const place = URL.createObjectURL(new Blob([STRETCHER], { type: "text/javascript" }));
  const worker = new Worker(place);
  return new Promise<Uint8Array>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Uint8Array>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(wish);
  }).finally(() => {
    worker.terminate();
    URL.revokeObjectURL(place);
  });
}
