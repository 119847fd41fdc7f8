// WEB/INDEX.JS, as bundle/web.py defines it, and its packed rows as objects.

export type Vector = [number, number, number];
export type Orientation = [number, number, number, number, number, number];
export type Window = readonly [center: number, width: number];
export type Voi = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

/** A column of frames: one value that all have, or a value for each. */
type Column<T> = T | T[];

interface FrameColumns {
  folder: Column<string>;
  number: Column<number>;
  frame_index: Column<number>;
  pixel_offset: Column<number>;
  pixel_length: Column<number>;
  file_size: Column<number>;
  header_digest: Column<string>;
  x: Column<number | null>;
  y: Column<number | null>;
  z: Column<number | null>;
  rescale_slope: Column<number>;
  rescale_intercept: Column<number>;
  voi_lut_function: Column<Voi | "">;
  pixel_padding_value: Column<number | null>;
  pixel_padding_range_limit: Column<number | null>;
  altered: Column<string>;
  orientation: Column<string>;
}

/** Lengths in mm, directions in patient LPS, as in the index. */
export interface Stack {
  name: string;
  number_of_frames: number;
  rows: number;
  columns: number;
  bits_allocated: number;
  bits_stored: number;
  pixel_representation: number;
  photometric_interpretation: string;
  pixel_padding_value: number | null;
  pixel_spacing: [number, number] | null;
  orientation: Orientation | null;
  spacing_between_slices: number | null;
  is_volume: boolean;
  not_volume_reason: string;
  notes: string;
  window: [number, number];
  preview_frame: number;
  units: string;
  voi_lut_function: Voi;
  slice_thickness: number | null;
  /** When its first slice was acquired: YYYYMMDDHHMMSS or HHMMSS, shifted; empty where the form does not show it. */
  acquired: string;
  /** In percent. */
  cardiac_phase: number | null;
  respiratory_phase: number | null;
  /** The first hanging rule that it fits, from 1; 0 for none. */
  rule: number;
  preview_columns: number;
  preview: string;
  frames: FrameColumns;
}

export interface Series {
  modality: string;
  /** 0 where the form does not show it. */
  number: number;
  images: number;
  images_left_out: number;
  /** Equal in series of a case that share one; 0 for none. */
  frame_of_reference: number;
  stacks: Stack[];
}

export type Layout = "single" | "two" | "four" | "six" | "mpr" | "3d";

/** A hanging rule, as far as its conditions are settled; a window of null is that of the series. */
export interface Rule {
  layout: Layout;
  window: Window | null;
  prior: boolean;
}

export interface Case {
  case: string;
  /** Empty where the form does not show them; the date is YYYYMMDD, shifted. */
  pseudonym: string;
  date: string;
  /** The person's previous case, where a rule shows it. */
  before: string;
  images_not_chosen: number;
  images_unreadable: number;
  series: Series[];
}

export interface BundleIndex {
  version: number;
  /** Frames in a chunk; 0 where the medium has none. */
  chunk_frames: number;
  rules: Rule[];
  cases: Case[];
}

export const VERSION = 1;
// The greys of a preview, from black to white: one sign for each pixel.
export const PREVIEW_GREYS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

declare global {
  // WEB/INDEX.JS assigns it, before this script begins.
  // eslint-disable-next-line no-var
  var bundleIndex: BundleIndex | undefined;
}

export interface Frame {
  path: string;
  frameIndex: number;
  pixelOffset: number;
  pixelLength: number;
  fileSize: number;
  headerDigest: string;
  position: Vector | null;
  orientation: Orientation | null;
  slope: number;
  intercept: number;
  voi: Voi | "";
  padding: number | null;
  paddingLimit: number | null;
  altered: string;
}

/** The slices of a stack in order. */
export function framesOf(stack: Stack): Frame[] {
  return Array.from({ length: stack.number_of_frames }, (_, k) => frameAt(stack.frames, k));
}

export function frameAt(columns: FrameColumns, k: number): Frame {
  const position = [at(columns.x, k), at(columns.y, k), at(columns.z, k)];
  const cosines = at(columns.orientation, k);
  return {
    path: `${at(columns.folder, k)}/IM${String(at(columns.number, k)).padStart(6, "0")}`,
    frameIndex: at(columns.frame_index, k),
    pixelOffset: at(columns.pixel_offset, k),
    pixelLength: at(columns.pixel_length, k),
    fileSize: at(columns.file_size, k),
    headerDigest: at(columns.header_digest, k),
    position: position.every((part) => part !== null) ? (position as Vector) : null,
    orientation: cosines ? (cosines.split(" ").map(Number) as Orientation) : null,
    slope: at(columns.rescale_slope, k),
    intercept: at(columns.rescale_intercept, k),
    voi: at(columns.voi_lut_function, k),
    padding: at(columns.pixel_padding_value, k),
    paddingLimit: at(columns.pixel_padding_range_limit, k),
    altered: at(columns.altered, k),
  };
}

function at<T>(column: Column<T>, k: number): T {
  return Array.isArray(column) ? (column[k] as T) : column;
}

/** One row of the case list: a stack with its series and case; `part` counts from 1. */
export interface Entry {
  case: Case;
  series: Series;
  stack: Stack;
  part: number;
  number: number;
}

export function entriesOf(index: BundleIndex): Entry[] {
  const entries: Entry[] = [];
  for (const case_ of index.cases) {
    for (const series of case_.series) {
      series.stacks.forEach((stack, k) => {
        entries.push({ case: case_, series, stack, part: k + 1, number: entries.length });
      });
    }
  }
  return entries;
}
