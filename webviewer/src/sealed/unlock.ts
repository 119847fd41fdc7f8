// The password of a sealed medium: asked for in a field, said to be wrong as soon as it is, as often as it takes.

import { button, make, unkept } from "../dom";
import { NotShown, GONE, type Folder } from "../source";
import { tr } from "../words";
import { WrongPassword } from "./errors";
import { openMedium, type SealedMedium } from "./medium";

export class Unlock {
  readonly element: HTMLElement;
  private readonly field = make("input");
  private readonly said = make("p", { className: "damage" });
  private readonly opening = button(tr("Open"), () => void this.open(), "open");
  private busy = false;

  /** `opened` takes the medium. */
  constructor(private readonly folder: Folder, private readonly opened: (medium: SealedMedium) => Promise<void>) {
    this.said.setAttribute("role", "alert");
    const { field } = this;
    [field.type, field.id, field.placeholder] = ["password", "password", tr("Password")];
    // No browser is to keep it.
    field.autocomplete = "off";
    field.spellcheck = false;
    field.setAttribute("aria-label", tr("Password"));
    const shown = make("input");
    shown.type = "checkbox";
    shown.addEventListener("change", () => (field.type = shown.checked ? "text" : "password"));
    field.addEventListener("input", () => this.follow(""));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.opening.click();
    });
    this.element = unkept(
      "opening who unlock",
      make("h1", { text: tr("These scans are encrypted") }),
      make("p", { text: tr("Type the password that you were given for this stick.") }),
      field, make("label", {}, shown, document.createTextNode(tr("Show the password"))), this.said, this.opening,
      make("p", { text: tr(STAYS), className: "muted" }),
    );
    this.follow("");
    setTimeout(() => field.focus());
  }

  private follow(said: string): void {
    this.opening.disabled = this.busy || !this.field.value.trim();
    this.opening.textContent = tr(this.busy ? "Opening…" : "Open");
    this.field.readOnly = this.busy;
    this.said.textContent = said;
  }

  private async open(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.follow("");
    let problem = "";
    try {
      const medium = await openMedium(this.folder, this.field.value);
      this.field.value = "";
      await this.opened(medium);
    } catch (error) {
      problem = error instanceof WrongPassword ? tr(WRONG) : error instanceof NotShown ? error.message : tr(GONE);
      // What is no failure of the medium belongs into the console of the browser.
      if (!(error instanceof WrongPassword || error instanceof NotShown || error instanceof DOMException)) throw error;
    } finally {
      this.busy = false;
      this.follow(problem);
      if (problem) this.field.select();
    }
  }
}

const WRONG = "This password does not open the stick. Check capital letters and the keyboard, and try again.";
const STAYS =
  "The scans are decrypted in the memory of this page. Nothing of them is saved on this PC, and nothing leaves it.";
