// The list of cases: a row for each stack, with its preview, and what a reader should know.

import { MIDDLE, dateText, phaseOf, remarksOf, titleOf, whenAcquired } from "./annotation";
import { context, make } from "./dom";
import { PREVIEW_GREYS, frameAt, type BundleIndex, type Case, type Entry, type Stack } from "./format";
import { kindOf, paint, patternsOf } from "./pixels";
import type { PixelSource } from "./source";
import { tr, trn } from "./words";

const PREVIEW = 56;

export class CaseList {
  readonly element = make("nav", { className: "cases" });
  private readonly rows = new Map<Entry, HTMLButtonElement>();
  private reader: PixelSource | null = null;
  private readonly waiting: Entry[] = [];
  private busy = false;

  constructor(index: BundleIndex, entries: readonly Entry[], chosen: (entry: Entry) => void) {
    this.element.setAttribute("aria-label", tr("Cases and series"));
    for (const case_ of index.cases) {
      this.element.append(heading(case_));
      for (const entry of entries.filter((found) => found.case === case_)) {
        const row = rowOf(entry);
        row.addEventListener("click", () => chosen(entry));
        this.rows.set(entry, row);
        this.element.append(row);
      }
    }
  }

  /** Make finer previews of the rows that are seen, from now on. */
  open(reader: PixelSource): void {
    this.reader = reader;
    const seen = new IntersectionObserver((changes) => {
      for (const change of changes.filter((found) => found.isIntersecting)) {
        seen.unobserve(change.target);
        for (const [entry, row] of this.rows) if (row === change.target) this.waiting.push(entry);
      }
      void this.makePreviews();
    });
    for (const row of this.rows.values()) {
      row.disabled = false;
      seen.observe(row);
    }
  }

  select(entry: Entry): void {
    for (const [other, row] of this.rows) {
      row.classList.toggle("current", other === entry);
      row.toggleAttribute("aria-current", other === entry);
    }
    this.rows.get(entry)?.scrollIntoView({ block: "nearest" });
  }

  private async makePreviews(): Promise<void> {
    if (this.busy || !this.reader) return;
    this.busy = true;
    for (let entry = this.waiting.shift(); entry; entry = this.waiting.shift()) {
      const canvas = this.rows.get(entry)?.querySelector("canvas");
      // One that cannot be shown says so when it is opened.
      if (canvas) await drawPreview(canvas, entry, this.reader).catch(() => undefined);
    }
    this.busy = false;
  }
}

function heading(case_: Case): HTMLElement {
  const missing = [
    case_.images_not_chosen ? trn("%n images not chosen", case_.images_not_chosen) : "",
    case_.images_unreadable ? trn("%n images could not be read", case_.images_unreadable) : "",
  ].filter((text) => text);
  const heading = make("h2", { text: case_.case });
  const person = [case_.pseudonym, dateText(case_.date)].filter((text) => text);
  if (person.length) heading.append(make("small", { className: "person", text: person.join(MIDDLE) }));
  if (missing.length) heading.append(make("small", { text: missing.join(", ") }));
  return heading;
}

function rowOf(entry: Entry): HTMLButtonElement {
  const canvas = make("canvas");
  [canvas.width, canvas.height] = [PREVIEW, PREVIEW];
  const { modality, number } = entry.series;
  const facts = [
    modality, number ? String(number) : "", trn("%n images", entry.stack.number_of_frames), whenAcquired(entry), phaseOf(entry),
  ];
  const count = facts.filter((fact) => fact).join(MIDDLE);
  const texts = [make("strong", { text: titleOf(entry) }), make("span", { text: count })];
  const notes = remarksOf(entry).map((text) => make("em", { text }));
  const row = make("button", { className: "row" }, canvas, make("span", { className: "texts" }, ...texts, ...notes));
  row.type = "button";
  row.disabled = true;
  drawSigns(canvas, entry.stack);
  return row;
}

/** The small preview of the list of scans, which is there before any file may be read. */
function drawSigns(canvas: HTMLCanvasElement, stack: Stack): void {
  const { preview, preview_columns } = stack;
  if (!preview) return;
  const pixels = new ImageData(preview_columns, preview.length / preview_columns);
  const greys = new Uint32Array(pixels.data.buffer);
  for (let k = 0; k < preview.length; k++) {
    const grey = Math.round((PREVIEW_GREYS.indexOf(preview.charAt(k)) * 255) / (PREVIEW_GREYS.length - 1));
    greys[k] = (0xff000000 | (grey << 16) | (grey << 8) | grey) >>> 0;
  }
  drawFitted(canvas, stack, pixels);
}

/** The slice that the index names, in the window of the stack. */
async function drawPreview(canvas: HTMLCanvasElement, entry: Entry, reader: PixelSource): Promise<void> {
  const { stack } = entry;
  const frame = frameAt(stack.frames, stack.preview_frame);
  const byFrame = frame.padding !== null;
  const patterns = patternsOf(await reader.read(stack, frame), stack.bits_allocated);
  const pixels = new ImageData(stack.columns, stack.rows);
  paint(pixels, patterns, kindOf(stack, frame, byFrame), stack.window, false);
  drawFitted(canvas, stack, pixels);
}

/** A picture of the whole slice, of any number of pixels, in its true proportions. */
function drawFitted(canvas: HTMLCanvasElement, stack: Stack, pixels: ImageData): void {
  const picture = document.createElement("canvas");
  [picture.width, picture.height] = [pixels.width, pixels.height];
  context(picture).putImageData(pixels, 0, 0);
  const [down, across] = stack.pixel_spacing ?? [1, 1];
  const scale = PREVIEW / Math.max(stack.columns * across, stack.rows * down);
  const [width, height] = [stack.columns * across * scale, stack.rows * down * scale];
  const surface = context(canvas);
  surface.imageSmoothingQuality = "medium";
  surface.clearRect(0, 0, PREVIEW, PREVIEW);
  surface.drawImage(picture, (PREVIEW - width) / 2, (PREVIEW - height) / 2, width, height);
}
