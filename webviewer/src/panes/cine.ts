// Cine: a bar over the panes that plays the slices of the selected pane, with rate and loop.

import { button, make } from "../dom";
import type { Reader } from "../reader";
import { tr } from "../words";

const [SLOWEST, FASTEST, USUAL] = [1, 60, 15];

export class Cine {
  readonly element = make("div", { className: "cine" });
  private readonly play: HTMLButtonElement;
  private readonly loop: HTMLButtonElement;
  private readonly rate = make("input", { title: tr("Slices per second") });
  private readonly told = make("output");
  private timer = 0;

  constructor(private readonly reader: Reader) {
    const sign = (text: string, title: string, action: () => void): HTMLButtonElement => {
      const made = button(text, action);
      made.title = title;
      made.setAttribute("aria-label", title);
      return made;
    };
    this.play = sign("", tr("Play or pause (C closes the cine bar)"), () => (this.timer ? this.pause() : this.begin()));
    this.loop = sign("\u21bb", tr("Start again after the last slice"), () => this.turnLoop());
    this.loop.setAttribute("aria-pressed", "true");
    [this.rate.type, this.rate.min, this.rate.max, this.rate.value] = ["range", `${SLOWEST}`, `${FASTEST}`, `${USUAL}`];
    this.rate.setAttribute("aria-label", tr("Slices per second"));
    this.rate.addEventListener("input", () => this.begin());
    this.element.append(
      sign("|\u25c2", tr("First slice"), () => this.go(false)), sign("\u25c2", tr("Previous slice"), () => this.step(-1)),
      this.play, sign("\u25b8", tr("Next slice"), () => this.step(1)), sign("\u25b8|", tr("Last slice"), () => this.go(true)),
      this.loop, this.rate, this.told,
    );
    this.element.hidden = true;
  }

  /** Show the bar and play at once (IHE BIR), or stop and hide it. */
  toggle(): void {
    if (this.element.hidden) this.begin();
    else this.pause();
    this.element.hidden = !this.element.hidden;
  }

  private begin(): void {
    this.pause();
    this.timer = window.setInterval(() => this.advance(), 1000 / Number(this.rate.value));
    this.play.textContent = "II";
    this.told.textContent = tr("{rate} / s", { rate: this.rate.value });
  }

  private pause(): void {
    clearInterval(this.timer);
    this.timer = 0;
    this.play.textContent = "\u25b6\ufe0e";
  }

  private advance(): void {
    const before = this.reader.pane.state?.index;
    this.reader.scroll(1);
    if (this.reader.pane.state?.index !== before) return;
    if (this.loop.getAttribute("aria-pressed") === "true") this.reader.end(false);
    else this.pause();
  }

  private turnLoop(): void {
    this.loop.setAttribute("aria-pressed", String(this.loop.getAttribute("aria-pressed") !== "true"));
  }

  private step(steps: number): void {
    this.pause();
    this.reader.scroll(steps);
  }

  private go(last: boolean): void {
    this.pause();
    this.reader.end(last);
  }
}
