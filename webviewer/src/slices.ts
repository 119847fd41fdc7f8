// The slices of one stack: loaded from the one that is shown outwards, within a limit of memory.

import { gapsAfter } from "./directions";
import { framesOf, type Entry, type Frame } from "./format";
import { isPadding, kindOf, patternsOf, storedValue, type Patterns, type PixelKind } from "./pixels";
import { NotShown, type PixelSource } from "./source";
import { sentence } from "./words";

// A PC of 4 GB must keep running; one that says that it has less gets less, in bytes for each GB.
const MOST_BYTES = 640 << 20;
const OF_EACH_GB = 160 << 20;
const AT_ONCE = 3;

export class Slices {
  readonly frames: Frame[];
  readonly gaps: number[];
  private readonly byFrame: boolean;
  private readonly found: (Patterns | NotShown | undefined)[];
  private readonly loading = new Set<number>();
  private center: number;
  private stopped = false;

  /** `arrived` is called after each slice; `parts` says into how many the memory is divided. */
  constructor(
    readonly entry: Entry, private readonly reader: PixelSource, first: number, private readonly parts: () => number,
    private readonly arrived: (index: number) => void,
  ) {
    this.frames = framesOf(entry.stack);
    this.gaps = gapsAfter(entry.stack, this.frames);
    this.byFrame = this.frames.some((frame) => frame.padding !== null);
    this.found = new Array(this.frames.length);
    this.center = first;
    this.fill();
  }

  /** Load around this slice from now on. */
  want(index: number): void {
    this.center = index;
    // There may be more parts than before.
    this.forget();
    this.fill();
  }

  /** Read again what could not be read: the medium may be back. */
  askAgain(): void {
    this.found.forEach((slice, index) => {
      if (slice instanceof NotShown) this.found[index] = undefined;
    });
    this.fill();
  }

  /** Another stack is shown: load no more. */
  stop(): void {
    this.stopped = true;
  }

  frame(index: number): Frame {
    return this.frames[index] as Frame;
  }

  kind(index: number): PixelKind {
    return kindOf(this.entry.stack, this.frame(index), this.byFrame);
  }

  patterns(index: number): Patterns | null {
    const found = this.found[index];
    return found && !(found instanceof NotShown) ? found : null;
  }

  failure(index: number): string {
    const found = this.found[index];
    return found instanceof NotShown ? found.message : "";
  }

  get done(): number {
    return this.found.reduce((sum: number, slice) => sum + (slice ? 1 : 0), 0);
  }

  get damaged(): number {
    return this.found.filter((slice) => slice instanceof NotShown).length;
  }

  /** How many slices are kept at the same time. */
  get room(): number {
    const { rows, columns, bits_allocated } = this.entry.stack;
    return Math.max(Math.floor(mostBytes() / this.parts() / ((rows * columns * bits_allocated) / 8)), 3);
  }

  /** So far from the shown slice others are kept: all of them where there is room for all. */
  private get reach(): number {
    return this.room >= this.frames.length ? this.frames.length : this.room >> 1;
  }

  /** The value at a place, or why there is none; null while it loads. */
  value(index: number, column: number, row: number): number | "outside the image" | "padding, not part of the image" | null {
    const { rows, columns } = this.entry.stack;
    if (!(column >= 0 && column < columns && row >= 0 && row < rows)) return "outside the image";
    const patterns = this.patterns(index);
    if (!patterns) return null;
    const kind = this.kind(index);
    const stored = storedValue(patterns[row * columns + column] as number, kind);
    return isPadding(stored, kind) ? "padding, not part of the image" : stored * kind.slope + kind.intercept;
  }

  private fill(): void {
    while (!this.stopped && this.loading.size < AT_ONCE) {
      const next = this.nearest();
      if (next < 0) return;
      this.loading.add(next);
      void this.load(next);
    }
  }

  private nearest(): number {
    for (let off = 0; off <= this.reach; off++) {
      for (const index of off ? [this.center + off, this.center - off] : [this.center]) {
        if (index >= 0 && index < this.frames.length && !this.found[index] && !this.loading.has(index)) return index;
      }
    }
    return -1;
  }

  private async load(index: number): Promise<void> {
    try {
      const bytes = await this.reader.read(this.entry.stack, this.frame(index));
      this.found[index] = patternsOf(bytes, this.entry.stack.bits_allocated);
    } catch (error) {
      this.found[index] = error instanceof NotShown ? error : new NotShown(sentence("it cannot be read"));
    }
    this.loading.delete(index);
    this.forget();
    this.arrived(index);
    this.fill();
  }

  /** Drop the farthest slices beyond the limit. */
  private forget(): void {
    for (let index = 0; index < this.found.length; index++) {
      if (Math.abs(index - this.center) > this.reach && this.patterns(index)) this.found[index] = undefined;
    }
  }
}

/** Browsers that say how much memory the PC has say it in GB, 8 at most. */
function mostBytes(): number {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return deviceMemory ? Math.min(deviceMemory * OF_EACH_GB, MOST_BYTES) : MOST_BYTES;
}
