// The texts on the image, as in viewer/annotation.py: corners, orientation letters, scale bar.

import { alongNormal, gapAfter, localSteps, orientationLetters } from "./directions";
import type { Entry, Frame, Series } from "./format";
import { presetName } from "./presets";
import type { Slices } from "./slices";
import { sliceNumber, type Mapping, type ViewState } from "./state";
import { hundredths, sentence, signed, tr, trn } from "./words";

export type Level = "full" | "minimal" | "off";
export const LEVELS: readonly Level[] = ["full", "minimal", "off"];

export interface Line {
  text: string;
  weight: "strong" | "plain" | "muted" | "note" | "damage";
}

export interface Corners {
  topLeft: Line[];
  topRight: Line[];
  bottomLeft: Line[];
  bottomRight: Line[];
}

const LOSS = "compressed with loss";
const MASKED = /^text masked, (\d+) of (\d+) pixels$/;
const BAR_LENGTHS = [500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1];
// Between parts of a line.
export const MIDDLE = "  \u00b7  ";
export const BAR_SHARE = 0.25;

const note = (text: string): Line => ({ text, weight: "note" });

/** What was done to the pixels of an image. */
export function alterationsOf(altered: string): string[] {
  return altered
    .split("; ")
    .filter((alteration) => alteration)
    .map((alteration) => {
      const masked = MASKED.exec(alteration);
      if (!masked) return sentence(alteration);
      const share = Number(masked[1]) / Number(masked[2]);
      const said = share >= 0.001 ? `${(share * 100).toFixed(1)} %` : tr("less than 0.1 %");
      return tr("Text masked, {share} of the image", { share: said });
    });
}

export function leftOut(series: Series): string[] {
  const number = series.images_left_out;
  if (!number) return [];
  return [tr("{number} of {total} images left out: text in the image", { number, total: number + series.images })];
}

/** What a reader should know before opening a stack. */
export function remarksOf(entry: Entry): string[] {
  const { stack, series } = entry;
  const reason = stack.number_of_frames > 1 ? stack.not_volume_reason : "";
  return [...leftOut(series), ...[reason, stack.notes].filter((text) => text).map(sentence)];
}

export function titleOf(entry: Entry): string {
  const { name } = entry.stack;
  const parts = entry.series.stacks.length;
  const part = parts > 1 ? `, ${tr("part {part} of {parts}", { part: entry.part, parts })}` : "";
  return name.charAt(0).toUpperCase() + name.slice(1) + part;
}

/** (Shifted) 20190304 as 2019-03-04. */
export function dateText(date: string): string {
  return date.length === 8 ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : "";
}

/** The time of day of a stack, if its case has several times for this modality; scouts do not count. */
export function whenAcquired({ case: case_, series, stack }: Entry): string {
  const alike = case_.series.filter(({ modality }) => modality === series.modality).flatMap(({ stacks }) => stacks);
  const counted = alike.filter((other) => other.acquired && (other === stack || other.number_of_frames > 1));
  if (!case_.date || !stack.acquired || new Set(counted.map(({ acquired }) => acquired)).size < 2) return "";
  const time = (stack.acquired.split(".")[0] as string).slice(-6);
  return `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
}

/** The phase of the heart or of breathing, unless the name of the stack says it. */
export function phaseOf({ stack }: Entry): string {
  const { cardiac_phase, respiratory_phase, name } = stack;
  const said = [
    cardiac_phase === null ? "" : tr("cardiac phase {percent} %", { percent: cardiac_phase }),
    respiratory_phase === null ? "" : tr("respiratory phase {percent} %", { percent: respiratory_phase }),
  ];
  return said.filter((text) => text && !name.toLowerCase().includes(text.toLowerCase())).join(", ");
}

export interface Signs {
  linked: boolean;
  keyImage: boolean;
}

export function corners(
  slices: Slices, state: ViewState, level: Level, probe: string, zoom: string, signs: Signs,
): Corners {
  const { entry } = slices;
  const frame = slices.frame(state.index);
  if (level === "off") {
    const always = [...lossOf(entry), ...alterationsOf(frame.altered)].map(note);
    return { topLeft: [], topRight: [], bottomLeft: always, bottomRight: [] };
  }
  const full = level === "full";
  return {
    topLeft: identity(entry),
    topRight: [
      ...plain(dateText(entry.case.date)),
      ...(signs.keyImage ? [note(tr("★ Key image"))] : []),
      ...(signs.linked ? [{ text: tr("⇄ Linked"), weight: "strong" } as const] : []),
      ...loading(slices),
    ],
    bottomLeft: [
      ...damage(slices.damaged),
      ...notesOf(slices, state.index, frame),
      ...leftOut(entry.series).map(note),
      ...sliceLines(slices, state.index, full),
    ],
    bottomRight: full ? display(entry, state, probe, zoom) : [],
  };
}

/** One line, or none without a text. */
function plain(text: string): Line[] {
  return text ? [{ text, weight: "plain" }] : [];
}

export function identity({ case: { case: name, pseudonym } }: Entry): Line[] {
  return [{ text: name, weight: "strong" }, ...plain(pseudonym)];
}

/** The kind of the series, its name, and when it was acquired and in which phase, where that distinguishes it. */
function seriesLines(entry: Entry): Line[] {
  const { modality, number } = entry.series;
  const kind = [modality, number ? tr("Series {number}", { number }) : ""].filter((text) => text).join(MIDDLE);
  const time = whenAcquired(entry);
  const acquired = [time && tr("Acquired {time}", { time }), phaseOf(entry).replace(/^./, (sign) => sign.toUpperCase())];
  return [
    { text: kind, weight: "strong" }, { text: titleOf(entry), weight: "plain" },
    ...plain(acquired.filter((text) => text).join(MIDDLE)),
  ];
}

function loading(slices: Slices): Line[] {
  const [arrived, total] = [slices.done, slices.frames.length];
  if (arrived >= total || slices.room < total) return [];
  return [{ text: tr("Loading {arrived} of {total}", { arrived, total }), weight: "muted" }];
}

function damage(number: number): Line[] {
  return number ? [{ text: trn("%n images of this series are damaged", number), weight: "damage" }] : [];
}

function lossOf(entry: Entry): string[] {
  return entry.stack.notes.split("; ").filter((text) => text.startsWith(LOSS)).map(sentence);
}

function notesOf(slices: Slices, index: number, frame: Frame): Line[] {
  const { stack } = slices.entry;
  const texts = [...alterationsOf(frame.altered), sentence(stack.notes)];
  if (stack.number_of_frames > 1) texts.push(sentence(stack.not_volume_reason));
  if (!stack.pixel_spacing) texts.push(sentence(tr("pixel size unknown: the image may be distorted")));
  const gap = gapAfter(stack, slices.frames, index);
  if (gap) texts.push(sentence(tr("the next slice is {gap} mm away", { gap: gap.toFixed(1) })));
  return texts.filter((text) => text).map(note);
}

function sliceLines(slices: Slices, index: number, full: boolean): Line[] {
  const { stack } = slices.entry;
  const number = sliceNumber(stack, index);
  const lines: Line[] = [
    { text: tr("Slice {number} / {total}", { number, total: slices.frames.length }), weight: "strong" },
  ];
  const place = alongNormal(stack, slices.frame(index));
  if (full && place !== null) lines.push({ text: tr("Position {place} mm", { place: signed(place) }), weight: "plain" });
  if (full && stack.spacing_between_slices) lines.push({ text: spacingText(slices, index), weight: "muted" });
  return lines;
}

function spacingText(slices: Slices, index: number): string {
  const { stack } = slices.entry;
  const spacing = hundredths(stack.spacing_between_slices ?? 0);
  const usual = stack.slice_thickness
    ? tr("Thickness {thickness} mm, spacing {spacing} mm", { thickness: hundredths(stack.slice_thickness), spacing })
    : tr("Slice spacing {spacing} mm", { spacing });
  const steps = [...new Set(localSteps(stack, slices.frames, index).map(hundredths))];
  return steps.length ? usual + tr(", here {steps} mm", { steps: steps.join(" / ") }) : usual;
}

function display(entry: Entry, state: ViewState, probe: string, zoom: string): Line[] {
  const [center, width] = state.window;
  const preset = presetName(entry.stack.units, state.window);
  const lines: Line[] = [];
  if (probe) lines.push({ text: probe, weight: "plain" });
  lines.push(...seriesLines(entry));
  lines.push({ text: zoom, weight: "muted" });
  if (state.inverted) lines.push(note(tr("Inverted")));
  if (preset) lines.push({ text: tr(preset), weight: "plain" });
  const window = tr("W {width}   C {center}", { width: signed(width), center: signed(center) });
  return [...lines, { text: window, weight: "strong" }];
}

/** The zoom in screen pixels per image pixel; a zoom that just fits says so. */
export function zoomText(mapping: Mapping, ratio: number, fits: boolean): string {
  const [across, down] = [mapping.scaleX, mapping.scaleY].map((part) => (part * ratio * 100).toFixed(0));
  const zoom = across === down ? `${across}` : `${across} × ${down}`;
  return fits ? tr("Zoom {zoom} % (fit)", { zoom }) : tr("Zoom {zoom} %", { zoom });
}

export function probeText(value: number | string | null, units: string): string {
  if (value === null) return "";
  return typeof value === "string" ? tr(value) : `${signed(value)} ${units}`.trimEnd();
}

export interface Letters {
  left: string;
  right: string;
  top: string;
  bottom: string;
}

/** The directions of the four sides; the image is never flipped. */
export function lettersOf(slices: Slices, index: number): Letters {
  const orientation = slices.entry.stack.orientation ?? slices.frame(index).orientation;
  if (!orientation) return { left: "", right: "", top: "", bottom: "" };
  const [row, column] = [orientation.slice(0, 3), orientation.slice(3)];
  const away = (direction: number[]): number[] => direction.map((value) => -value);
  return {
    left: orientationLetters(away(row)),
    right: orientationLetters(row),
    top: orientationLetters(away(column)),
    bottom: orientationLetters(column),
  };
}

/** (mm, CSS pixels) of the longest round bar that fits; null if the scale is unknown. */
export function scaleBar(pixelsPerMm: number | null, width: number): [number, number] | null {
  if (!pixelsPerMm) return null;
  const length = BAR_LENGTHS.find((mm) => mm * pixelsPerMm <= width * BAR_SHARE);
  return length === undefined ? null : [length, length * pixelsPerMm];
}
