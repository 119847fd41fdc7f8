// The state of the pane, and the pure functions by which wheel, drag and keys change it, as in viewer/state.py.

import { readingDirection } from "./directions";
import type { Stack, Window } from "./format";

export type Tool =
  "scroll" | "window" | "zoom" | "pan" | "select" | "cross" | "distance" | "cobb" | "angle" | "ellipse" | "rectangle";

/** `index` counts in the order of the stack; zoom 1 fits the image, `pan` is its shift in mm, right and down. */
export interface ViewState {
  index: number;
  window: Window;
  zoom: number;
  pan: readonly [number, number];
  inverted: boolean;
}

const MIN_ZOOM = 0.2;
const MAX_ZOOM = 40;
const WINDOW_DRAG = 300;
// In screen pixels: a drag that zooms by two, the reach of a point, a drag shorter than which was a click, and one notch
// and one line of a wheel.
export const [ZOOM_DRAG, REACH, CLICK, NOTCH, LINE] = [200, 9, 5, 100, 33] as const;
const FINE_BELOW = 5;
const SCROLL_DRAG = 500;
const MIN_SLICE_DRAG = 3;
const MAX_SLICE_DRAG = 24;
export const WHEEL_ZOOM = 1.15;

/** The number of a slice for the reader, from 1 at the top of the reading order. */
export function sliceNumber(stack: Stack, index: number): number {
  return readingDirection(stack) > 0 ? index + 1 : stack.number_of_frames - index;
}

export function indexOfNumber(stack: Stack, number: number): number {
  const kept = Math.min(Math.max(number, 1), stack.number_of_frames);
  return readingDirection(stack) > 0 ? kept - 1 : stack.number_of_frames - kept;
}

export function scroll(state: ViewState, stack: Stack, steps: number): ViewState {
  return { ...state, index: indexOfNumber(stack, sliceNumber(stack, state.index) + steps) };
}

export function goToEnd(state: ViewState, stack: Stack, last: boolean): ViewState {
  return { ...state, index: indexOfNumber(stack, last ? stack.number_of_frames : 1) };
}

export function dragScroll(start: ViewState, stack: Stack, dy: number): ViewState {
  const forOne = Math.min(Math.max(SCROLL_DRAG / stack.number_of_frames, MIN_SLICE_DRAG), MAX_SLICE_DRAG);
  return scroll(start, stack, Math.trunc(dy / forOne));
}

/** Right widens the window, up brightens (IHE BIR); in PET black stays at zero. */
export function dragWindow(
  start: ViewState, dx: number, dy: number, modality: string, opened: Window, least: number,
): ViewState {
  const [center, width] = start.window;
  const fine = opened[1] < FINE_BELOW;
  const grip = fine ? Math.max(width - least, (opened[1] - least) / 10, 1e-4) : Math.max(width, 10);
  const gain = grip / WINDOW_DRAG;
  const round = (value: number): number => Math.round(value * (fine ? 1e4 : 10)) / (fine ? 1e4 : 10);
  if (modality === "PT") {
    const white = Math.max(round(center + width / 2 + (dx + dy) * gain), least);
    return { ...start, window: [white / 2, white] };
  }
  return { ...start, window: [round(center + dy * gain), Math.max(round(width + dx * gain), least)] };
}

export function dragZoom(start: ViewState, dy: number): ViewState {
  return zoomBy(start, 2 ** (-dy / ZOOM_DRAG));
}

export function dragPan(start: ViewState, dxMm: number, dyMm: number): ViewState {
  return { ...start, pan: [start.pan[0] + dxMm, start.pan[1] + dyMm] };
}

/** The point `about`, in mm from the middle of the pane, stays in place. */
export function zoomBy(state: ViewState, factor: number, about: readonly [number, number] = [0, 0]): ViewState {
  const zoom = Math.min(Math.max(state.zoom * factor, MIN_ZOOM), MAX_ZOOM);
  const kept = 1 - state.zoom / zoom;
  return { ...state, zoom, pan: [state.pan[0] - about[0] * kept, state.pan[1] - about[1] * kept] };
}

/** The display as it opens; PET opens with black for high values. */
export function opened(index: number, window: Window, modality: string): ViewState {
  return { index, window, zoom: 1, pan: [0, 0], inverted: modality === "PT" };
}

/** Screen = origin + scale * image, in CSS pixels; image places count from the outer corner of the first pixel. */
export interface Mapping {
  originX: number;
  originY: number;
  scaleX: number;
  scaleY: number;
  pixelsPerMm: number | null;
}

/** (width, height) of a pixel in mm: PS3.3 10.7.1.3 gives the distance between rows first. */
export function pixelSize(stack: Stack): readonly [number, number] {
  return stack.pixel_spacing ? [stack.pixel_spacing[1], stack.pixel_spacing[0]] : [1, 1];
}

/** CSS pixels per mm of an image that just fits. */
export function fitScale(stack: Stack, width: number, height: number): number {
  const [across, down] = pixelSize(stack);
  return Math.max(Math.min(width / (stack.columns * across), height / (stack.rows * down)), 1e-6);
}

export function mapImage(stack: Stack, state: ViewState, width: number, height: number, ratio: number): Mapping {
  const [across, down] = pixelSize(stack);
  const scale = fitScale(stack, width, height) * state.zoom;
  // On whole pixels of the screen, so that an image in its own size is shown as it is.
  const whole = (place: number): number => Math.round(place * ratio) / ratio;
  return {
    originX: whole(width / 2 + scale * (state.pan[0] - (stack.columns * across) / 2)),
    originY: whole(height / 2 + scale * (state.pan[1] - (stack.rows * down) / 2)),
    scaleX: scale * across,
    scaleY: scale * down,
    pixelsPerMm: stack.pixel_spacing ? scale : null,
  };
}

export function toImage(mapping: Mapping, x: number, y: number): [number, number] {
  return [(x - mapping.originX) / mapping.scaleX, (y - mapping.originY) / mapping.scaleY];
}

export function toScreen(mapping: Mapping, place: readonly [number, number]): [number, number] {
  return [mapping.originX + place[0] * mapping.scaleX, mapping.originY + place[1] * mapping.scaleY];
}
