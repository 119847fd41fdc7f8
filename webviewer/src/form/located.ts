// Which slice a place of an answer lies on: files name their SOP Instance UID, the list for browsers does not.

import { alongNormal, dot, unitNormal } from "../directions";
import { framesOf, type Entry, type Frame } from "../format";
import type { Medium } from "../medium";
import { isList, type Data } from "./spelling";

// PS3.10 7.1: the preamble, "DICM", then the file meta information, explicit little endian.
const META = 132;
const ENOUGH = 1024;
const MEDIA_STORAGE_SOP_INSTANCE_UID = 0x0003;
const LONG = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];

export interface Slice {
  readonly entry: Entry;
  readonly index: number;
}

export class Located {
  private readonly uids = new Map<string, Promise<string>>();

  /** `seriesOf` gives the Series Instance UID of an entry. */
  constructor(private readonly medium: Medium, private readonly seriesOf: (entry: Entry) => string) {}

  /** The SOP Instance UID of a frame's file; rejects if it has none. */
  uid(frame: Frame): Promise<string> {
    let found = this.uids.get(frame.path);
    if (!found) {
      found = this.medium.file(frame.path).then((file) => file.slice(0, ENOUGH).arrayBuffer()).then(uidIn);
      found.catch(() => this.uids.delete(frame.path));
      this.uids.set(frame.path, found);
    }
    return found;
  }

  /** The slice that a place was set on; null for one on a plane, or where no slice is its. */
  async find(mark: Data, entries: readonly Entry[]): Promise<Slice | null> {
    if (!("instance" in mark)) return null;
    for (const entry of entries.filter((found) => this.seriesOf(found) === mark["series"])) {
      const frames = framesOf(entry.stack);
      for (const index of byDistance(entry, frames, mark)) {
        const frame = frames[index] as Frame;
        const same = frame.frameIndex === mark["frame"] && (await this.uid(frame).catch(() => "")) === mark["instance"];
        if (same) return { entry, index };
      }
    }
    return null;
  }
}

/** The slices of a stack, the nearest to the place first. */
function byDistance(entry: Entry, frames: readonly Frame[], mark: Data): number[] {
  const { orientation } = entry.stack;
  const position = mark["position"];
  const all = frames.map((_, index) => index);
  if (!orientation || position === undefined || !isList(position)) return all;
  const at = dot(position as number[], unitNormal(orientation));
  const off = all.map((index) => Math.abs((alongNormal(entry.stack, frames[index] as Frame) ?? Infinity) - at));
  return all.sort((a, b) => (off[a] as number) - (off[b] as number));
}

function uidIn(bytes: ArrayBuffer): string {
  const view = new DataView(bytes);
  const text = (at: number, length: number): string => {
    return String.fromCharCode(...new Uint8Array(bytes, at, length)).replace(/[\0 ]+$/, "");
  };
  for (let at = META; at + 8 <= bytes.byteLength && view.getUint16(at, true) === 2; ) {
    const isLong = LONG.includes(text(at + 4, 2));
    const length = isLong ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
    const value = at + (isLong ? 12 : 8);
    if (view.getUint16(at + 2, true) === MEDIA_STORAGE_SOP_INSTANCE_UID) return text(value, length);
    at = value + length;
  }
  throw new Error("the file names no SOP Instance UID");
}
