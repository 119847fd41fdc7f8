// What the page needs of a browser, one part after the other: each is tried, and compared with a known result.

import { ChunkReader, fromBase64, inflated, valuesOf } from "../chunks";
import { context, isSealedPage, make } from "../dom";
import { entriesOf, framesOf, type BundleIndex } from "../format";
import { paint, patternsOf } from "../pixels";
import { isMedium, PlainMedium } from "../medium";
import { FrameReader, type Folder } from "../source";
import { GOLDEN, GREYS, KIND, PACKED, PLANES, VALUES, WINDOW } from "./golden";

/** It does the right thing; this browser has no such thing; it does a wrong one. */
export type Outcome = "works" | "not here" | "FAILED";

export interface Found {
  readonly name: string;
  readonly outcome: Outcome;
  /** Figures, and names of the browser's own errors, whose texts may tell where the page lies. */
  readonly detail: string;
}

/** What a part finds; it rejects if that is wrong. */
type Part = (index: BundleIndex | undefined) => Promise<[Outcome, string]>;

class Wrong extends Error {
  readonly name = "WrongResult";
}

function right(is: boolean): void {
  if (!is) throw new Wrong();
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, k) => value === b[k]);
}

const works = (detail = ""): [Outcome, string] => ["works", detail];
const missing = (): [Outcome, string] => ["not here", ""];

export const PARTS: readonly (readonly [name: string, part: Part])[] = [
  ["Scripts beside the page", beside],
  ["Digests (WebCrypto)", digests],
  ["Unpacking (DecompressionStream)", unpacking],
  ["Pixels of a chunk", pixels],
  ["Grey levels of a small picture", greys],
  ["The picture on a canvas", canvas],
  ["Storage (IndexedDB)", storage],
  ["Choosing a folder", choosing],
  ["WebGL 2", webgl],
];

export async function tried(name: string, part: () => Promise<[Outcome, string]>): Promise<Found> {
  try {
    const [outcome, detail] = await part();
    return { name, outcome, detail };
  } catch (error) {
    return { name, outcome: "FAILED", detail: error instanceof Error || error instanceof DOMException ? error.name : typeof error };
  }
}

/** The list of the scans is there, unless it is encrypted; and a chunk, if the medium has them. */
async function beside(index: BundleIndex | undefined): Promise<[Outcome, string]> {
  if (isSealedPage()) return works("READER.JS");
  right(index !== undefined);
  if (!index?.chunk_frames) return works("INDEX.JS");
  const [entry] = entriesOf(index);
  const frame = entry && framesOf(entry.stack)[0];
  right(frame !== undefined);
  if (entry && frame) right((await new ChunkReader(index, true).packed(entry.stack, frame))[1].length > 0);
  return works("INDEX.JS, chunk");
}

// FIPS 180-2, appendix B.1.
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

async function digests(): Promise<[Outcome, string]> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc"));
  right([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") === ABC);
  return works("SHA-256");
}

async function unpacking(): Promise<[Outcome, string]> {
  right(same(await inflated(fromBase64(PACKED)), fromBase64(PLANES)));
  return works("deflate");
}

async function pixels(): Promise<[Outcome, string]> {
  right(same(new Uint8Array(valuesOf(fromBase64(PLANES), GOLDEN)), fromBase64(VALUES)));
  return works("16 bit");
}

function painted(): ImageData {
  const picture = new ImageData(GOLDEN.columns, GOLDEN.rows);
  const patterns = patternsOf(fromBase64(VALUES).buffer as ArrayBuffer, GOLDEN.bits_allocated);
  paint(picture, patterns, KIND, WINDOW, false);
  return picture;
}

async function greys(): Promise<[Outcome, string]> {
  const { data } = painted();
  const expected = fromBase64(GREYS);
  right(expected.every((grey, k) => [0, 1, 2].every((c) => data[4 * k + c] === grey) && data[4 * k + 3] === 255));
  return works(`${GOLDEN.columns} x ${GOLDEN.rows}, ${paintingTime().toFixed(1)} ms (512 x 512)`);
}

/** The median of nine. */
function paintingTime(): number {
  const picture = new ImageData(512, 512);
  const patterns = new Uint16Array(512 * 512).map((_, k) => k);
  const times = Array.from({ length: 9 }, () => {
    const begin = performance.now();
    paint(picture, patterns, KIND, WINDOW, false);
    return performance.now() - begin;
  });
  return times.sort((a, b) => a - b)[4] as number;
}

const ENLARGED = 5;

/** Each pixel of the picture as it was put there, and in the middle of each when it is enlarged. */
async function canvas(): Promise<[Outcome, string]> {
  const { columns, rows } = GOLDEN;
  const put = painted();
  const [small, large] = [make("canvas"), make("canvas")];
  [small.width, small.height, large.width, large.height] = [columns, rows, columns * ENLARGED, rows * ENLARGED];
  context(small).putImageData(put, 0, 0);
  const got = context(small).getImageData(0, 0, columns, rows).data;
  right(put.data.every((value, k) => got[k] === value));
  const surface = context(large);
  surface.imageSmoothingQuality = "medium";
  surface.drawImage(small, 0, 0, large.width, large.height);
  const seen = surface.getImageData(0, 0, large.width, large.height).data;
  let off = 0;
  for (let k = 0; k < columns * rows; k++) {
    const [x, y] = [(k % columns) * ENLARGED + 2, Math.floor(k / columns) * ENLARGED + 2];
    off = Math.max(off, Math.abs((seen[4 * (y * large.width + x)] as number) - (put.data[4 * k] as number)));
  }
  right(off <= 1);
  return works(`2d, ${devicePixelRatio}`);
}

const TRIAL = "mkbundle-self-test";

/** What one connection wrote, the next one reads; then it is gone. */
async function storage(): Promise<[Outcome, string]> {
  const opened = (): Promise<IDBDatabase> => new Promise((resolve, reject) => {
    const asked = indexedDB.open(TRIAL, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TRIAL);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error);
  });
  const ask = async (mode: IDBTransactionMode, request: (store: IDBObjectStore) => IDBRequest): Promise<unknown> => {
    const database = await opened();
    const transaction = database.transaction(TRIAL, mode);
    const asked = request(transaction.objectStore(TRIAL));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    database.close();
    return asked.result;
  };
  await ask("readwrite", (store) => store.put("kept", 1));
  right((await ask("readonly", (store) => store.get(1))) === "kept");
  await new Promise((resolve, reject) => {
    const gone = indexedDB.deleteDatabase(TRIAL);
    gone.onsuccess = resolve;
    gone.onerror = gone.onblocked = () => reject(gone.error);
  });
  return works();
}

async function choosing(): Promise<[Outcome, string]> {
  if ("showDirectoryPicker" in window) return works("showDirectoryPicker");
  return "webkitdirectory" in make("input") ? works("webkitdirectory") : missing();
}

/** A colour that is drawn is read back. */
async function webgl(): Promise<[Outcome, string]> {
  const surface = make("canvas").getContext("webgl2");
  if (!surface) return missing();
  surface.clearColor(0.2, 0.4, 0.6, 1);
  surface.clear(surface.COLOR_BUFFER_BIT);
  const pixel = new Uint8Array(4);
  surface.readPixels(0, 0, 1, 1, surface.RGBA, surface.UNSIGNED_BYTE, pixel);
  right(same(pixel, new Uint8Array([51, 102, 153, 255])));
  return works(`3D ${surface.getParameter(surface.MAX_3D_TEXTURE_SIZE)}`);
}

/** Read the first image from the chosen folder; its header is held to the index. */
export async function reading(folder: Folder, index: BundleIndex | undefined): Promise<[Outcome, string]> {
  right(await isMedium(folder));
  const [entry] = index ? entriesOf(index) : [];
  const frame = entry && framesOf(entry.stack)[0];
  right(entry !== undefined && frame !== undefined);
  if (entry && frame) await new FrameReader(new PlainMedium(folder), true).read(entry.stack, frame);
  return works("1");
}
