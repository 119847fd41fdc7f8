// The images as scripts beside the page: shown at once, without the folder of the medium being given.

import { framesOf, type BundleIndex, type Frame, type Stack } from "./format";
import { NotShown, named, type PixelSource } from "./source";
import { tr } from "./words";

// As bundle/web.py writes it: the name of the chunk, the bytes of each frame, all of them in base64.
type Said = [name: string, lengths: number[], text: string];

declare global {
  // eslint-disable-next-line no-var
  var bundleChunk: ((said: Said) => void) | undefined;
}

// The TypeScript of Debian 12 does not know it; zlib's format with its checksum is "deflate" there.
declare const DecompressionStream: new (format: "deflate") => ReadableWritablePair<Uint8Array, Uint8Array>;

interface Place {
  /** The name of a chunk, without its number. */
  stem: string;
  /** The number of each frame, by its file and its number in this. */
  numbers: Map<string, number>;
}

// So many bytes of packed chunks are kept, as neighbours are shown next.
const MOST_BYTES = 48 << 20;

/** Reads frames from the chunks of a medium. */
export class ChunkReader implements PixelSource {
  private readonly places = new Map<Stack, Place>();
  private readonly chunks = new Map<string, Promise<Uint8Array[]>>();
  private readonly sizes = new Map<string, number>();
  // Those that were ever asked for: what is forgotten is read again only where it is needed.
  private readonly asked = new Set<string>();
  private readonly arrived = new Map<string, Said>();

  /** Messages name no file to a `blinded` reader. */
  constructor(index: BundleIndex, private readonly blinded: boolean) {
    this.frames = index.chunk_frames;
    for (const case_ of index.cases) {
      for (const series of case_.series) {
        series.stacks.forEach((stack, k) => this.places.set(stack, placeOf(stack, k + 1)));
      }
    }
    globalThis.bundleChunk = (said) => void this.arrived.set(said[0], said);
  }

  private readonly frames: number;

  /** The bytes of a frame's pixels; rejects with NotShown. */
  async read(stack: Stack, frame: Frame): Promise<ArrayBuffer> {
    const [name, packed] = await this.packed(stack, frame);
    const pixels = await inflated(packed).then((planes) => valuesOf(planes, stack)).catch(() => null);
    if (!pixels) throw new NotShown(this.said(DIFFERS, `WEB/${name}.JS`));
    return pixels;
  }

  /** The name of a frame's chunk, and the bytes of the frame in it; rejects with NotShown. */
  async packed(stack: Stack, frame: Frame): Promise<[string, Uint8Array]> {
    const place = this.places.get(stack);
    const number = place?.numbers.get(keyOf(frame));
    if (!place || number === undefined) throw new NotShown(this.said(DIFFERS, frame.path));
    const chunk = Math.floor(number / this.frames);
    const name = nameOf(place, chunk);
    const packed = (await this.chunk(name))[number % this.frames];
    for (const next of [chunk + 1, chunk - 1]) this.prepare(place, next);
    if (!packed) throw new NotShown(this.said(DIFFERS, `WEB/${name}.JS`));
    return [name, packed];
  }

  /** Read a neighbour while the frames of a chunk are unpacked: a stick that waits for each takes twice as long. */
  private prepare(place: Place, chunk: number): void {
    const name = nameOf(place, chunk);
    if (chunk < 0 || chunk * this.frames >= place.numbers.size || this.asked.has(name)) return;
    this.chunk(name).catch(() => undefined); // whoever needs it asks again, and says so
  }

  private said(text: string, path: string): string {
    return tr(text, { path: named(path, this.blinded) });
  }

  private chunk(name: string): Promise<Uint8Array[]> {
    const known = this.chunks.get(name);
    const found = known ?? this.load(name);
    this.asked.add(name);
    // The one that was used last stays longest.
    this.chunks.delete(name);
    this.chunks.set(name, found);
    if (!known) found.then((frames) => this.keep(name, frames)).catch(() => this.chunks.delete(name));
    return found;
  }

  private keep(name: string, frames: Uint8Array[]): void {
    this.sizes.set(name, frames.reduce((sum, frame) => sum + frame.length, 0));
    const all = (): number => [...this.sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const oldest of [...this.chunks.keys()]) {
      if (all() <= MOST_BYTES) return;
      if (oldest === name || !this.sizes.has(oldest)) continue; // what is still being read takes no room yet
      this.chunks.delete(oldest);
      this.sizes.delete(oldest);
    }
  }

  /** A page from a medium can load scripts beside it, and nothing else. */
  private async load(name: string): Promise<Uint8Array[]> {
    const script = document.createElement("script");
    script.src = `${name}.JS`;
    const loaded = new Promise<boolean>((done) => {
      script.onload = () => done(true);
      script.onerror = () => done(false);
    });
    document.head.append(script);
    const there = await loaded;
    script.remove();
    const said = this.arrived.get(name);
    this.arrived.delete(name);
    if (!there) throw new NotShown(this.said(MISSING, `WEB/${name}.JS`));
    if (!said) throw new NotShown(this.said(DIFFERS, `WEB/${name}.JS`));
    return framesIn(said);
  }
}

const MISSING =
  "{path} cannot be read. The stick or disc is no longer there, or it is damaged. You can still view what was read.";
const DIFFERS = "{path} does not match the index, so its image is not shown. The medium may be damaged: ask for a new copy.";

function placeOf(stack: Stack, number: number): Place {
  const frames = framesOf(stack);
  const [, ...folders] = (frames[0]?.path ?? "").split("/").slice(0, -1);
  return {
    stem: `${folders.join("/")}/${String(number).padStart(4, "0")}`,
    numbers: new Map(frames.map((frame, k) => [keyOf(frame), k])),
  };
}

function nameOf(place: Place, chunk: number): string {
  return place.stem + String(chunk + 1).padStart(4, "0");
}

function keyOf(frame: Frame): string {
  return `${frame.path} ${frame.frameIndex}`;
}

export function fromBase64(text: string): Uint8Array {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = signs.charCodeAt(k);
  return bytes;
}

function framesIn([, lengths, text]: Said): Uint8Array[] {
  const bytes = fromBase64(text);
  let begin = 0;
  return lengths.map((length) => bytes.subarray(begin, (begin += length)));
}

/** What zlib's format holds; rejects if it is damaged. */
export async function inflated(packed: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The stored bits of a frame; fails if there are too few or too many. */
export function valuesOf(planes: Uint8Array, stack: Pick<Stack, "rows" | "columns" | "bits_allocated">): ArrayBuffer {
  const { rows, columns, bits_allocated } = stack;
  const width = bits_allocated / 8;
  const count = rows * columns;
  if (planes.length !== count * width) throw new Error("length");
  if (width === 1) return summed(planes.slice(), columns);
  if (width === 2) return summedPairs(planes, columns);
  const folded = new Uint32Array(count);
  for (let byte = 0; byte < width; byte++) {
    const plane = planes.subarray(byte * count, (byte + 1) * count);
    for (let k = 0; k < count; k++) folded[k] = (folded[k] as number) | ((plane[k] as number) << (8 * byte));
  }
  return summed(folded, columns);
}

/** As `summed`, from two planes of bytes at once: most images are of this kind, and one way through them is enough. */
function summedPairs(planes: Uint8Array, columns: number): ArrayBuffer {
  const values = new Uint16Array(planes.length / 2);
  const high = values.length;
  let above = 0;
  for (let row = 0; row < high; row += columns) {
    let left = above;
    for (let k = row; k < row + columns; k++) {
      const folded = (planes[k] as number) | ((planes[high + k] as number) << 8);
      left = (left + ((folded >>> 1) ^ -(folded & 1))) & 0xffff;
      values[k] = left;
      if (k === row) above = left;
    }
  }
  return values.buffer as ArrayBuffer;
}

/** From differences to values, in place: down the first column, then along each row; sums run over as they did. */
function summed(values: Uint8Array | Uint16Array | Uint32Array, columns: number): ArrayBuffer {
  let above = 0;
  for (let row = 0; row < values.length; row += columns) {
    let left = above;
    for (let k = row; k < row + columns; k++) {
      const folded = values[k] as number;
      left += (folded >>> 1) ^ -(folded & 1);
      values[k] = left;
      if (k === row) above = left = values[k] as number;
    }
  }
  return values.buffer as ArrayBuffer;
}
