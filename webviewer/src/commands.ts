// The keys, as in the viewer for Windows (IHE BIR, RAD TF-2 4.16.4.2.2.5.13), and their help.

import type { BodyPage } from "./body/page";
import { button, linkToTest, make } from "./dom";
import type { PlanesPage } from "./planes/page";
import type { Reader } from "./reader";
import type { Tool } from "./state";
import { typeWindow } from "./typed";
import { tr } from "./words";

interface Command {
  keys: string[];
  shown: string;
  text: string;
  action: () => void;
}

const ZOOM_STEP = 1.25;

export const TOOLS: readonly (readonly [Tool, string, string, string])[] = [
  ["scroll", "S", "Scroll", "Scroll"],
  ["window", "W", "Window", "Window"],
  ["zoom", "Z", "Zoom", "Zoom"],
  ["pan", "T", "Move", "Move the image"],
  ["select", "V", "Select", "Select measurements"],
  ["distance", "D", "Distance", "Distance"],
  ["angle", "G", "Angle", "Angle: three points"],
  ["cobb", "A", "Cobb", "Cobb angle: two lines"],
  ["ellipse", "E", "Ellipse", "Ellipse: mean and area"],
  ["rectangle", "B", "Rectangle", "Rectangle: mean and area"],
  ["cross", "J", "Cross-hair", "Find one point in all panes"],
];

/** What keys do with other parts of the page. */
export interface Pages {
  cine: () => void;
  planes: PlanesPage;
  body: BodyPage;
  fullScreen: () => void;
  /** Show the open case by its hanging rule. */
  hang: () => void;
  /** Show planes or body, or go back from them to the slices. */
  toggle: (page: PlanesPage | BodyPage) => void;
}

export function commandsOf(reader: Reader, pages: Pages): Command[] {
  const command = (shown: string, text: string, keys: string[], action: () => void): Command => (
    { keys, shown, text, action }
  );
  const { planes, body } = pages;
  const onSlices = (action: () => void) => (): void => {
    if (!planes.shown && !body.shown) action();
  };
  const notIn3D = (action: () => void) => (): void => {
    if (!body.shown) action();
  };
  const scroll = (steps: number): void => {
    if (planes.shown) planes.scroll(steps);
    else if (!body.shown) reader.scroll(steps);
  };
  const toCase = (steps: number): void => {
    const before = reader.entry?.case;
    reader.neighbourCase(steps);
    if (reader.entry?.case !== before) pages.hang();
  };
  const escape = (): void => {
    if (reader.toggleHelp(false)) return;
    if (planes.shown) planes.escape();
    else if (body.shown) body.escape();
    else reader.escape();
  };
  const presets = Array.from({ length: 10 }, (_, n) => command("", "", [String(n)], () => reader.usePreset(n)));
  return [
    ...TOOLS.map(([tool, key, , text]) => command(key, tr(text), [key], () => reader.setTool(tool))),
    command(tr("Arrow keys"), tr("Previous or next slice"), ["ArrowUp", "ArrowLeft"], () => scroll(-1)),
    command("", "", ["ArrowDown", "ArrowRight"], () => scroll(1)),
    command(tr("Home, End"), tr("First or last slice"), ["Home"], onSlices(() => reader.end(false))),
    command("", "", ["End"], onSlices(() => reader.end(true))),
    command(tr("Page up, down"), tr("Previous or next series"), ["PageUp"], () => reader.neighbour(-1)),
    command("", "", ["PageDown"], () => reader.neighbour(1)),
    command(tr("Shift+Page"), tr("Previous or next case"), ["Shift+PageUp"], () => toCase(-1)),
    command("", "", ["Shift+PageDown"], () => toCase(1)),
    ...presets,
    command(tr("1 to 9, 0"), tr("Window presets; 0 for the original"), [], () => undefined),
    command("F2", tr("Type a window"), ["F2"], notIn3D(() => typeWindow(reader))),
    command("+  \u2212", tr("Zoom in or out"), ["+", "="], onSlices(() => reader.zoom(ZOOM_STEP))),
    command("", "", ["-"], onSlices(() => reader.zoom(1 / ZOOM_STEP))),
    command("X", tr("Invert black and white"), ["X"], () => reader.invert()),
    command("I", tr("Text on the image: all, some, none"), ["I"], () => reader.nextLevel()),
    command("Esc", tr("Reset the display, keep the slice"), ["Escape"], escape),
    command("Q", tr("One, two or four panes"), ["Q"], onSlices(() => reader.cycleLayout())),
    command("L, U", tr("Link or unlink scrolling"), ["L"], () => reader.link(true)),
    command("", "", ["U"], () => reader.link(false)),
    command("O", tr("Show the slice as a line in other panes"), ["O"], onSlices(() => reader.turnLocalizers())),
    command("C", tr("Cine"), ["C"], onSlices(pages.cine)),
    command(tr("M or F10"), tr("Planes in any direction"), ["M", "F10"], pages.toggle.bind(null, planes)),
    command("N", tr("3D"), ["N"], pages.toggle.bind(null, body)),
    command(tr("In 3D: A, P, L, R, S, I"), tr("The body from one of its six sides"), [], () => undefined),
    command(tr("3D: arrows, + \u2212"), tr("Turn and zoom"), [], () => undefined),
    command(tr("3D: 1 to 6, 0"), tr("What is shown; 0 at its own values"), [], () => undefined),
    command(tr("3D: Shift+drag"), tr("Up shows more, down shows less"), [], () => undefined),
    command("F11", tr("Full screen, and back"), ["F11"], pages.fullScreen),
    command("K", tr("Mark or unmark a key image"), ["K"], onSlices(() => reader.turnKeyImage())),
    command(tr("Ctrl+Z, Ctrl+Y"), tr("Undo, redo"), ["Ctrl+Z"], notIn3D(() => reader.undo())),
    command("", "", ["Ctrl+Y"], notIn3D(() => reader.redo())),
    command(tr("Delete"), tr("Delete last measurement"), ["Delete", "Backspace"], notIn3D(() => reader.removeLast(planes.shown))),
    command(
      tr("Shift+Delete"), tr("Delete all measurements of the series"), ["Shift+Delete", "Shift+Backspace"],
      notIn3D(() => reader.removeAll()),
    ),
    command(tr("H or F1"), tr("Show or hide this help"), ["H", "F1"], () => reader.toggleHelp()),
  ];
}

/** Act on the keys of the whole page; others with Ctrl, and those with Alt or Meta, belong to the browser. */
export function listen(commands: readonly Command[], body: BodyPage, until: AbortSignal): void {
  const byKey = new Map(commands.flatMap((command) => command.keys.map((key) => [key, command] as const)));
  addEventListener("keydown", (event) => {
    const typed = event.target instanceof Element && event.target.closest("select, textarea, input:not([type=range])");
    if (event.altKey || event.metaKey || typed) return;
    const key = (event.ctrlKey ? "Ctrl+" : "") + (event.key.length === 1 ? event.key.toUpperCase() : event.key);
    if ((!event.shiftKey || key === "+") && body.takes(key)) return event.preventDefault();
    const found = (event.shiftKey ? byKey.get(`Shift+${key}`) : undefined) ?? byKey.get(key);
    if (!found) return;
    event.preventDefault();
    found.action();
  }, { signal: until });
}

/** The help: mouse and keys, in two columns. */
export function helpOf(commands: readonly Command[], close: () => void): HTMLElement {
  const mouse: [string, string][] = [
    [tr("Wheel"), tr("Scroll through the slices")],
    [tr("Ctrl+wheel"), tr("Zoom at the pointer")],
    [tr("Right button"), tr("Window: right is wider, up is brighter")],
    [tr("Middle button"), tr("Move the image")],
  ];
  const told = commands.filter((command) => command.shown).map((command) => [command.shown, command.text] as const);
  const list = make("dl");
  for (const [shown, text] of [...mouse, ...told]) {
    list.append(make("div", {}, make("dt", { text: shown }), make("dd", { text })));
  }
  const closing = button(tr("Close"), close);
  return make("section", { className: "help" }, make("h2", { text: tr("Mouse and keys") }), list, closing, linkToTest(tr("Test this browser")));
}
