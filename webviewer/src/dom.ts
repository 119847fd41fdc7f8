// Makes elements; texts go in as texts, never as markup.

type Options = { text?: string; className?: string; title?: string };

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, options: Options = {}, ...children: Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (options.text !== undefined) element.textContent = options.text;
  if (options.className) element.className = options.className;
  if (options.title) element.title = options.title;
  element.append(...children);
  return element;
}

/** A part of the page with fields; else a browser saves on the PC what is typed there, to bring it back once. */
export function unkept(className: string, ...children: Node[]): HTMLFormElement {
  const form = make("form", { className }, ...children);
  form.autocomplete = "off";
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

export function button(text: string, action: () => void, className = ""): HTMLButtonElement {
  const made = make("button", { text, className });
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

/** A link to the same page in another tab, testing its browser: a reading stays open. */
export function linkToTest(text: string): HTMLAnchorElement {
  const link = make("a", { text });
  [link.href, link.target, link.rel] = ["?self-test", "_blank", "noopener"];
  return link;
}

export function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const found = canvas.getContext("2d", { alpha: true });
  if (!found) throw new Error("this browser has no canvas");
  return found;
}

/** Whether this is the page of an encrypted medium. */
export function isSealedPage(): boolean {
  return document.documentElement.dataset["medium"] === "sealed";
}
