// A slider over whole numbers, without a value until the reader gives one: by mouse, arrows or figures.

import { make } from "../dom";
import { tr } from "../words";

// Figures typed within this time of each other are one number.
const TYPING = 1200;
const UNSET = "\u2013";
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown"];

export class PointSlider {
  readonly element = make("div", { className: "points" });
  /** Null until somebody gives a value: a handle at rest would suggest one. */
  value: number | null = null;
  private readonly input = make("input");
  private readonly said = make("output", { text: UNSET });
  private typed = "";
  private typing = 0;

  /** `moved` is called at every change by the reader. */
  constructor(
    private readonly low: number, private readonly high: number, name: string, private readonly moved: () => void,
  ) {
    const { input } = this;
    [input.type, input.min, input.max, input.step] = ["range", String(low), String(high), "1"];
    input.title = tr("Click, use the arrow keys, or type a number; Delete clears it");
    input.setAttribute("aria-label", name);
    // A click on the place of the hidden handle changes nothing for the browser, but is an answer. A press alone is
    // none: Chromium tells of presses even where the slider is disabled.
    input.addEventListener("click", () => {
      if (this.value === null) this.take(this.middle);
    });
    input.addEventListener("input", () => this.take(Number(input.value)));
    input.addEventListener("keydown", (event) => this.key(event));
    this.element.append(make("span", { text: String(low) }), input, make("span", { text: String(high) }), this.said);
    this.show(null);
  }

  private get middle(): number {
    return Math.floor((this.low + this.high) / 2);
  }

  show(value: number | null): void {
    this.value = value;
    this.input.value = String(value ?? this.middle);
    this.input.classList.toggle("unset", value === null);
    this.input.setAttribute("aria-valuetext", value === null ? UNSET : String(value));
    this.said.textContent = value === null ? UNSET : String(value);
  }

  enable(enabled: boolean): void {
    this.input.disabled = !enabled;
  }

  focus(): void {
    this.input.focus();
  }

  private take(value: number | null): void {
    if (value === this.value) return;
    this.show(value);
    this.moved();
  }

  /** Figures type a number, Delete takes the value back; the first arrow begins in the middle. */
  private key(event: KeyboardEvent): void {
    const { key } = event;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const large = Math.max(Math.floor((this.high - this.low) / 10), 1);
    if (/^[-0-9]$/.test(key)) this.type(key);
    else if (key === "Delete" || key === "Backspace") this.take(null);
    else if (this.value === null && ARROWS.includes(key)) this.take(this.middle);
    else if (this.value === null && (key === "Home" || key === "End")) this.take(key === "Home" ? this.low : this.high);
    else if (this.value !== null && key === "PageUp") this.take(Math.min(this.value + large, this.high));
    else if (this.value !== null && key === "PageDown") this.take(Math.max(this.value - large, this.low));
    else return;
    event.preventDefault();
  }

  /** A figure that would lead out of the range begins a new number. */
  private type(sign: string): void {
    for (const text of [this.typed + sign, sign]) {
      const number = /^-?\d+$/.test(text) ? Number(text) : null;
      if (number !== null && (number < this.low || number > this.high)) continue;
      this.typed = text;
      if (number !== null) this.take(number);
      break;
    }
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => (this.typed = ""), TYPING);
  }
}
