// Which slice a place of an answer lies on: files name their SOP Instance UID, the list for browsers does not.

import { alongNormal, dot, unitNormal } from "../directions";
import { framesOf, type Entry, type Frame, type Series } from "../format";
import type { Medium } from "../medium";
import { isObject, type FormSeries } from "./questions";
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

  private readonly named = new Map<Series, FormSeries>();

  /** Without the medium, the form names the files. */
  constructor(private readonly medium: Medium | null) {}

  /** These are the series from now on, each with its names. */
  know(all: readonly Series[], named: readonly FormSeries[]): void {
    this.named.clear();
    all.forEach((series, k) => {
      const names = named[k] as FormSeries;
      this.named.set(series, names);
      if (this.medium) return;
      const paths = new Set(series.stacks.flatMap((stack) => framesOf(stack).map(({ path }) => path)));
      [...paths].sort().forEach((path, n) => this.uids.set(path, Promise.resolve(names.instances[n] ?? "")));
    });
  }

  /** The Series Instance UID of an entry. */
  series(entry: Entry): string {
    return this.named.get(entry.series)?.uid ?? "";
  }

  frameOfReference(entry: Entry): string {
    return this.named.get(entry.series)?.frame_of_reference ?? "";
  }

  /** The SOP Instance UID of a frame's file; rejects if it has none. */
  uid(frame: Frame): Promise<string> {
    let found = this.uids.get(frame.path);
    if (!found) {
      if (!this.medium) return Promise.reject(new Error("the form names no such file"));
      found = this.medium.file(frame.path).then((file) => file.slice(0, ENOUGH).arrayBuffer()).then(uidIn);
      found.catch(() => this.uids.delete(frame.path));
      this.uids.set(frame.path, found);
    }
    return found;
  }

  /** The slice that a place was set on, or one of those that its plane cuts; null where there is none. */
  async find(mark: Data, entries: readonly Entry[]): Promise<Slice | null> {
    const { instance, frame: number } = (isObject(mark["volume"]) ? mark["volume"] : mark) as Data;
    for (const entry of entries.filter((found) => this.series(found) === mark["series"])) {
      const frames = framesOf(entry.stack);
      for (const index of "instance" in mark ? byDistance(entry, frames, mark) : frames.keys()) {
        const frame = frames[index] as Frame;
        const same = frame.frameIndex === number && (await this.uid(frame).catch(() => "")) === instance;
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
