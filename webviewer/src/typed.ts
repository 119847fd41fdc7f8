// A small window with two numbers: the width and the centre that the reader types; as viewer/ui/shell/typed_window.py.

import { button, make } from "./dom";
import { leastWidth } from "./pixels";
import type { Reader } from "./reader";
import { tr } from "./words";

const MOST = 1e6;
// With a window this narrow, a hundredth matters.
const NARROW = 10;

/** Each number takes effect at once; Esc brings the window back that was there before. */
export function typeWindow(reader: Reader): void {
  const { entry, pane } = reader;
  const before = pane.state?.window;
  if (!entry || !before || document.querySelector("dialog")) return;
  const { stack } = entry;
  const decimals = stack.window[1] < NARROW ? 4 : 1;
  const field = (value: number, least: number): HTMLInputElement => {
    const made = make("input");
    [made.type, made.min, made.max, made.step] = ["number", String(least), String(MOST), "any"];
    made.value = String(Number(value.toFixed(decimals)));
    made.addEventListener("input", use);
    return made;
  };
  const [center, width] = [field(before[0], -MOST), field(before[1], leastWidth(stack.voi_lut_function))];
  const dialog = make("dialog", { className: "typed" }, make("h2", { text: tr("Type a window") }));
  for (const [name, input] of [[tr("Width"), width], [tr("Centre"), center]] as const) {
    const label = make("label", { text: stack.units ? `${name} (${stack.units})` : name });
    label.append(input);
    dialog.append(label);
  }
  const end = (): void => dialog.remove();
  const cancel = (): void => {
    if (reader.entry === entry) reader.useWindow(before);
    end();
  };
  function use(): void {
    const both = [center, width].every((input) => input.value.trim() && input.validity.valid);
    if (both && reader.entry === entry) reader.useWindow([center.valueAsNumber, width.valueAsNumber]);
  }
  // No key reaches the image below.
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") {
      event.preventDefault();
      end();
    }
  });
  dialog.addEventListener("cancel", cancel);
  dialog.append(make("div", { className: "buttons" }, button(tr("OK"), end), button(tr("Cancel"), cancel)));
  document.body.append(dialog);
  dialog.showModal();
  width.select();
}
