// Stored values to grey levels: pixel format, rescale and window, as in viewer/images/grey.py.

import type { Frame, Stack, Voi, Window } from "./format";

const GREY_LEVELS = 255;
// PS3.3 C.11.2.1.2.1 and C.11.2.1.3.
const MIN_WIDTH = 1;
const MIN_EXACT_WIDTH = 1e-4;
const STEEPEST = 700;
const MOST_TABLES = 16;

/** How to read the bits of one stored value (PS3.5 8.1.1), and what it means. */
export interface PixelKind {
  bitsAllocated: number;
  bitsStored: number;
  signed: boolean;
  monochrome1: boolean;
  empty: readonly [number, number] | null;
  voi: Voi;
  slope: number;
  intercept: number;
}

/** The kind of a slice; a stack without any padding in its frames has that of the whole stack. */
export function kindOf(stack: Stack, frame: Frame, byFrame: boolean): PixelKind {
  const padding = byFrame ? frame.padding : stack.pixel_padding_value;
  const limit = (byFrame ? frame.paddingLimit : null) ?? padding;
  return {
    bitsAllocated: stack.bits_allocated,
    bitsStored: stack.bits_stored,
    signed: stack.pixel_representation === 1,
    monochrome1: stack.photometric_interpretation === "MONOCHROME1",
    empty: padding === null || limit === null ? null : [Math.min(padding, limit), Math.max(padding, limit)],
    voi: frame.voi || stack.voi_lut_function || "LINEAR",
    slope: frame.slope,
    intercept: frame.intercept,
  };
}

/** The number of a bit pattern: bits above Bits Stored are no part of the sample. */
export function storedValue(pattern: number, kind: PixelKind): number {
  const unused = 32 - kind.bitsStored;
  return kind.signed ? (pattern << unused) >> unused : (pattern << unused) >>> unused;
}

export function isPadding(stored: number, kind: PixelKind): boolean {
  return kind.empty !== null && stored >= kind.empty[0] && stored <= kind.empty[1];
}

export function leastWidth(voi: Voi): number {
  return voi === "LINEAR" ? MIN_WIDTH : MIN_EXACT_WIDTH;
}

/** The grey level of a value, 0 to 255, by the VOI LUT function of PS3.3 C.11.2.1.2.1 and C.11.2.1.3. */
export function windowed(value: number, window: Window, voi: Voi): number {
  const center = window[0];
  const width = Math.max(window[1], leastWidth(voi));
  if (voi === "SIGMOID") {
    const power = Math.min(Math.max((-4 * (value - center)) / width, -STEEPEST), STEEPEST);
    return Math.floor(GREY_LEVELS / (1 + Math.exp(power)) + 0.5);
  }
  if (voi === "LINEAR_EXACT") {
    const grey = ((value - center) / width + 0.5) * GREY_LEVELS;
    return Math.floor(Math.min(Math.max(grey, 0), GREY_LEVELS) + 0.5);
  }
  if (value <= center - 0.5 - (width - 1) / 2) return 0;
  if (value > center - 0.5 + (width - 1) / 2) return GREY_LEVELS;
  return Math.floor(((value - (center - 0.5)) / Math.max(width - 1, 1e-12) + 0.5) * GREY_LEVELS + 0.5);
}

/** One grey level; padding is background, whatever the window (PS3.3 C.7.5.1.1.2). */
function greyOf(pattern: number, kind: PixelKind, window: Window, inverted: boolean): number {
  const stored = storedValue(pattern, kind);
  let grey = windowed(stored * kind.slope + kind.intercept, window, kind.voi);
  if (kind.monochrome1) grey = GREY_LEVELS - grey; // PS3.3 C.7.6.3.1.2
  if (isPadding(stored, kind)) grey = 0;
  return inverted ? GREY_LEVELS - grey : grey;
}

export type Patterns = Uint8Array | Uint16Array | Uint32Array;

/** The bit patterns of a slice from its bytes, little endian. */
export function patternsOf(bytes: ArrayBuffer, bitsAllocated: number): Patterns {
  if (bitsAllocated === 8) return new Uint8Array(bytes);
  return bitsAllocated === 16 ? new Uint16Array(bytes) : new Uint32Array(bytes);
}

const tables = new Map<string, Uint32Array>();

function opaque(grey: number): number {
  return (0xff000000 | (grey << 16) | (grey << 8) | grey) >>> 0;
}

function tableOf(kind: PixelKind, window: Window, inverted: boolean): Uint32Array {
  const key = JSON.stringify([kind, window, inverted]);
  let table = tables.get(key);
  if (!table) {
    table = new Uint32Array(2 ** kind.bitsAllocated);
    for (let pattern = 0; pattern < table.length; pattern++) {
      table[pattern] = opaque(greyOf(pattern, kind, window, inverted));
    }
    if (tables.size >= MOST_TABLES) tables.delete(tables.keys().next().value as string);
    tables.set(key, table);
  }
  return table;
}

/** Fill a picture with the grey levels of a slice. */
export function paint(into: ImageData, patterns: Patterns, kind: PixelKind, window: Window, inverted: boolean): void {
  const pixels = new Uint32Array(into.data.buffer);
  if (kind.bitsAllocated > 16) {
    for (let k = 0; k < pixels.length; k++) {
      pixels[k] = opaque(greyOf(patterns[k] as number, kind, window, inverted));
    }
    return;
  }
  const table = tableOf(kind, window, inverted);
  for (let k = 0; k < pixels.length; k++) pixels[k] = table[patterns[k] as number] as number;
}

/** A window over nearly all values of a slice: it ignores the outermost half percent on each side. */
export function windowFrom(patterns: Patterns, kind: PixelKind): Window | null {
  const values = Float64Array.from(patterns, (pattern) => storedValue(pattern, kind) * kind.slope + kind.intercept);
  if (!values.length) return null;
  values.sort();
  const [low, high] = [percentile(values, 0.005), percentile(values, 0.995)];
  return high - low >= 10 ? [(low + high) / 2, high - low] : [(low + high + 1) / 2, high - low + 1];
}

/** Linear between the two nearest values. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (place - below);
}
