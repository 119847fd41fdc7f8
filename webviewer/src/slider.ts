// The slider beside the slices: the first slice of the reading order on top, orange marks where slices are missing.

import { make } from "./dom";
import type { Stack } from "./format";
import { sliceNumber } from "./state";
import { tr } from "./words";

export class Slider {
  readonly element = make("div", { className: "slider" });
  private readonly groove = make("div", { className: "groove" });
  private readonly handle = make("div", { className: "handle" });
  private total = 1;

  /** `moved` takes the number of a slice, from 1. */
  constructor(private readonly moved: (number: number) => void) {
    this.element.setAttribute("role", "slider");
    this.element.setAttribute("aria-orientation", "vertical");
    this.element.setAttribute("aria-label", tr("Slice"));
    this.element.append(this.groove);
    this.groove.append(this.handle);
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.follow(event);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) this.follow(event);
    });
  }

  open(stack: Stack, gaps: readonly number[]): void {
    this.total = stack.number_of_frames;
    this.element.setAttribute("aria-valuemin", "1");
    this.element.setAttribute("aria-valuemax", String(this.total));
    this.groove.replaceChildren(this.handle);
    for (const index of gaps) {
      const mark = make("div", { className: "gap", title: tr("slices missing here") });
      const [here, there] = [sliceNumber(stack, index), sliceNumber(stack, index + 1)];
      mark.style.top = `${this.share((here + there) / 2) * 100}%`;
      this.groove.append(mark);
    }
  }

  /** Ticks for the slices that are key images. */
  tick(stack: Stack, indices: readonly number[]): void {
    for (const old of this.groove.querySelectorAll(".tick")) old.remove();
    for (const index of indices) {
      const mark = make("div", { className: "tick", title: tr("★ Key image") });
      mark.style.top = `${this.share(sliceNumber(stack, index)) * 100}%`;
      this.groove.append(mark);
    }
  }

  show(number: number): void {
    this.handle.style.top = `${this.share(number) * 100}%`;
    this.element.setAttribute("aria-valuenow", String(number));
  }

  private share(number: number): number {
    return this.total > 1 ? (number - 1) / (this.total - 1) : 0;
  }

  private follow(event: PointerEvent): void {
    const area = this.groove.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientY - area.top) / Math.max(area.height, 1), 0), 1);
    this.moved(Math.round(share * (this.total - 1)) + 1);
  }
}
