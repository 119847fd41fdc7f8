// Questions of the page itself, before anything else goes on: a text to type, or one of several answers.

import { button, make, unkept } from "../dom";
import { tr } from "../words";

/** The number of the chosen answer; -1 if the reader closed the window. The first one has the focus. */
export function askChoice(title: string, text: string, answers: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const dialog = opened(title, text);
    const buttons = answers.map((answer, number) => button(answer, () => close(number)));
    const close = (number: number): void => {
      dialog.remove();
      resolve(number);
    };
    dialog.addEventListener("close", () => close(-1));
    dialog.append(make("div", { className: "buttons" }, ...buttons));
    dialog.showModal();
    buttons[0]?.focus();
  });
}

/** What the reader typed; empty if the window was closed. */
export function askText(title: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const dialog = opened(title, text);
    const input = make("input");
    input.type = "text";
    input.setAttribute("aria-label", text);
    const close = (said: string): void => {
      dialog.remove();
      resolve(said.trim());
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      // What has the focus next would get the line end.
      event.preventDefault();
      close(input.value);
    });
    dialog.addEventListener("close", () => close(""));
    const buttons = [button(tr("OK"), () => close(input.value)), button(tr("Cancel"), () => close(""))];
    dialog.append(unkept("", input, make("div", { className: "buttons" }, ...buttons)));
    dialog.showModal();
    input.focus();
  });
}

function opened(title: string, text: string): HTMLDialogElement {
  const dialog = make("dialog", {}, make("h2", { text: title }), make("p", { text }));
  // No key reaches the image below.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(dialog);
  return dialog;
}
