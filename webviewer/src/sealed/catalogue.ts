// The container of a sealed medium, in parts on the drive, and the list of what lies where in it.

import type { MediumFile } from "../medium";
import type { Folder } from "../source";
import { infoOf, number } from "./bytes";
import { DamagedSeal } from "./errors";
import type { Keys, LockHeader, Volume } from "./header";
import { sealedLength, SealedMessage, type Chunking, type Source } from "./messages";
import type { Secret } from "./keys";

const CATALOGUE = "the list of files";
// More than a medium full of scans needs.
const MOST_OBJECTS = 1_000_000;
const LONGEST = 256 << 20;
const LINE = /^(\d{1,15}) (\d{1,15}) (.+)$/s;

interface Extent {
  readonly number: number;
  readonly at: number;
  readonly length: number;
}

export function partName(count: number): string {
  return `BUNDLE/SEALED/${String(count + 1).padStart(8, "0")}.BIN`;
}

/** Reads the parts of a container as one run of bytes; rejects with DamagedSeal if one has another length. */
export async function sourceOf(folder: Folder, { partBits }: LockHeader, total: number): Promise<Source> {
  const size = 2 ** partBits;
  const parts: MediumFile[] = [];
  for (let begin = 0; begin < total; begin += size) {
    const name = partName(parts.length);
    const part = await folder.file(name).catch(() => null);
    if (!part) throw new DamagedSeal(name, "it is missing");
    if (part.size !== Math.min(size, total - begin)) throw new DamagedSeal(name, "it is longer or shorter than it was");
    parts.push(part);
  }
  return async (at, length) => {
    const found = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = Math.floor((at + done) / size);
      const start = (at + done) % size;
      const step = Math.min(length - done, size - start);
      const bytes = await parts[count]?.slice(start, start + step).arrayBuffer();
      if (bytes?.byteLength !== step) throw new DamagedSeal(partName(count), "it ends too early");
      if (step === length) return new Uint8Array(bytes);
      found.set(new Uint8Array(bytes), done);
      done += step;
    }
    return found;
  };
}

/** The objects of a container by their paths. */
export class Catalogue {
  private constructor(
    private readonly source: Source, private readonly keys: Keys, private readonly key: Secret,
    private readonly extents: ReadonlyMap<string, Extent>, private readonly chunking: Chunking,
  ) {}

  /** Reads the list, and holds it to the record; rejects with DamagedSeal. */
  static async read(source: Source, keys: Keys, key: Secret, volume: Volume, chunking: Chunking): Promise<Catalogue> {
    const [at, length] = volume.catalogue;
    if (length > LONGEST || at + sealedLength(length, chunking) > volume.total) throw new DamagedSeal(CATALOGUE, "it is no list of ours");
    const context = infoOf("catalogue", keys.stick, number(0));
    const message = new SealedMessage(source, at, length, key, context, CATALOGUE, chunking);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await message.slice(0, length).arrayBuffer());
    const extents = parsed(text);
    checkPlaces([...extents.values()], volume, chunking);
    return new Catalogue(source, keys, key, extents, chunking);
  }

  has(path: string): boolean {
    return this.extents.has(path);
  }

  file(path: string): SealedMessage {
    const extent = this.extents.get(path);
    if (!extent) throw new DOMException(path, "NotFoundError");
    const context = infoOf("object", this.keys.stick, number(extent.number));
    return new SealedMessage(this.source, extent.at, extent.length, this.key, context, path, this.chunking);
  }
}

function parsed(text: string): Map<string, Extent> {
  const found = new Map<string, Extent>();
  for (const line of text.split("\n").slice(0, -1)) {
    const [, at, length, path] = LINE.exec(line) ?? [];
    if (path === undefined || found.has(path) || found.size >= MOST_OBJECTS) throw new DamagedSeal(CATALOGUE, "it is no list of ours");
    found.set(path, { number: found.size, at: Number(at), length: Number(length) });
  }
  return found;
}

/** One after the other from the beginning, then list and padding: nothing lies between or behind them. */
function checkPlaces(extents: readonly Extent[], { catalogue, padding, total }: Volume, chunking: Chunking): void {
  let end = 0;
  for (const [at, length] of [...extents.map((extent) => [extent.at, extent.length] as const), catalogue, padding]) {
    if (at !== end) throw new DamagedSeal(CATALOGUE, "objects do not lie where they should");
    end += sealedLength(length, chunking);
  }
  if (end !== total) throw new DamagedSeal(CATALOGUE, "the container has another length");
}
