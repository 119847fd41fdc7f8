// The whole page: the bar with tools and windows, the list, and the pane; built once the index is known.

import { firstOf } from "./choice";
import { hang } from "./hanging";
import { TOOLS, commandsOf, helpOf, listen } from "./commands";
import { ChunkReader } from "./chunks";
import { button, isSealedPage, make } from "./dom";
import { read, type Shown } from "./form/control";
import { studyOf } from "./form/questions";
import { VERSION, entriesOf, type BundleIndex, type Entry, type Vector } from "./format";
import { fullScreen } from "./fullscreen";
import { CaseList } from "./list";
import { isMedium, isOfStudy, PlainMedium, type Medium } from "./medium";
import { Opening } from "./opening";
import { BodyPage } from "./body/page";
import { Cine } from "./panes/cine";
import { PlanesPage } from "./planes/page";
import { CT_PRESETS, HU } from "./presets";
import { Reader } from "./reader";
import { isSealed } from "./sealed/medium";
import { Unlock } from "./sealed/unlock";
import { selfTest } from "./selftest/page";
import { FrameReader, type Folder, type PixelSource } from "./source";
import { languageOf, signed, speak, tr } from "./words";

function start(): void {
  const language = languageOf(navigator.language);
  speak(language);
  document.documentElement.lang = language;
  // Before anything that a browser may lack.
  if (location.search === "?self-test") void selfTest(globalThis.bundleIndex);
  else if (isSealedPage()) unlock();
  else open(globalThis.bundleIndex, globalThis.bundleForm, null);
}

/** The page of a sealed medium: it holds nothing, so the folder comes first, then the password. */
function unlock(): void {
  const [stage, aside] = [make("main"), make("aside")];
  aside.hidden = true;
  const opening = new Opening(tr(ENCRYPTED), isSealed, (folder) => {
    const asked = new Unlock(folder, async (medium) => {
      const { index, form } = await medium.rows();
      open(index, medium.keepsAnswers ? form : "", medium);
    });
    stage.replaceChildren(asked.element);
  }, null, NO_SEAL);
  stage.append(opening.element);
  document.body.replaceChildren(make("header"), aside, stage);
}

const ENCRYPTED = "The scans are encrypted: you need the password that you were given for this stick.";
const NO_SEAL = "This is not the folder of the medium. Choose the one that holds INDEX.HTM and the folders BUNDLE and WEB.";

/** The scans of a list; without the medium itself, its folder is asked for. */
function open(index: BundleIndex | undefined, form: string | undefined, medium: Medium | null): void {
  if (!index || index.version !== VERSION || !index.cases.length) {
    document.body.replaceChildren(make("p", { className: "opening damage", text: tr(NO_INDEX) }));
    return;
  }
  show(index, form, medium);
}

const NO_INDEX =
  "The list of the scans (WEB/INDEX.JS) is missing or does not fit this page. Open the medium with viewer.exe, or ask for a new copy.";

function show(index: BundleIndex, veiled: string | undefined, medium: Medium | null): void {
  const study = veiled ? studyOf(veiled) : null;
  if (veiled && !study) {
    document.body.replaceChildren(make("p", { className: "opening damage", text: tr(NO_FORM) }));
    return;
  }
  const [bar, aside, stage] = [make("header"), make("aside"), make("main")];
  document.body.replaceChildren(bar, aside, stage);
  const chunks = index.chunk_frames ? new ChunkReader(index, study !== null) : null;
  const page = {
    stage, aside,
    show: (few: BundleIndex, some: readonly Entry[], from: Medium | null) => {
      return begin(few, some, from || !chunks ? new FrameReader(from as Medium, true) : chunks);
    },
  };
  if (study) {
    aside.hidden = true;
    const choose = (): void => {
      const back = chunks && without;
      const isRight = async (folder: Folder): Promise<boolean> => (await isMedium(folder)) && isOfStudy(folder);
      const chosen = (folder: Folder): void => read(study, index, new PlainMedium(folder), page);
      stage.replaceChildren(new Opening(tr(HAS_FORM), isRight, chosen, back).element);
    };
    const without = (): void => read(study, index, null, page, choose);
    if (medium) read(study, index, medium, page);
    else if (chunks) without();
    else choose();
    return;
  }
  const entries = entriesOf(index);
  const showAll = (source: PixelSource): void => {
    const first = firstOf(entries.filter((entry) => entry.case === entries[0]?.case));
    if (first) begin(index, entries, source).open(first);
  };
  if (medium) return showAll(new FrameReader(medium, false));
  if (chunks) return showAll(chunks);
  const opening = new Opening("", isMedium, (folder) => showAll(new FrameReader(new PlainMedium(folder), false)));
  aside.append(new CaseList(index, entries, () => undefined).element);
  stage.append(opening.element);

  /** Show these cases. */
  function begin(few: BundleIndex, of: readonly Entry[], source: PixelSource): Shown {
    const help = make("div", { className: "shade" });
    help.hidden = true;
    const toggle = (shown = help.hidden): boolean => {
      const was = !help.hidden;
      help.hidden = !shown;
      return was;
    };
    const list = new CaseList(few, of, (entry) => reader.open(entry));
    const follow = (): void => {
      planes.follow();
      body.follow();
    };
    const reader: Reader = new Reader(of, few.rules, list, source, () => tools.follow(), follow, toggle);
    const cine = new Cine(reader);
    const grid = make("div", { className: "panes" });
    const turned = (): void => {
      grid.hidden = planes.shown || body.shown;
      tools.follow();
    };
    const planes: PlanesPage = new PlanesPage(reader, turned);
    const body: BodyPage = new BodyPage(reader, turned);
    const show = (page: PlanesPage | BodyPage): void => {
      for (const other of [planes, body]) if (other !== page && other.shown) other.toggle();
      page.toggle();
    };
    const leave = (): void => {
      for (const page of [planes, body]) if (page.shown) page.toggle();
    };
    const arrange = (): void => {
      tools.say(hang(reader, of, { leave, planes: () => show(planes), body: () => show(body) }));
    };
    const commands = commandsOf(reader, { cine: () => cine.toggle(), fullScreen, hang: arrange, planes, body, toggle: show });
    const tools = new Bar(bar, reader, grid, planes, body, show);
    help.append(helpOf(commands, () => toggle(false)));
    aside.hidden = false;
    aside.replaceChildren(list.element);
    stage.replaceChildren(grid, planes.element, body.element, cine.element, help);
    const gone = new AbortController();
    listen(commands, body, gone.signal);
    list.open(source);
    const open = (entry: Entry): void => {
      reader.open(entry);
      arrange();
    };
    const close = (): void => {
      gone.abort();
      leave();
      for (const port of reader.ports) port.close();
    };
    const name = (): string => (planes.shown ? "mpr" : body.shown ? "3d" : "");
    const goToPlane = (point: Vector, normal: Vector): void => {
      if (!planes.shown) show(planes);
      planes.goTo(point, normal);
    };
    return { reader, open, pages: { name, leave, goToPlane, hasPlanes: () => planes.isThere }, close };
  }
}

const NO_FORM =
  "The form of this study (WEB/FORM.JS) is damaged or does not fit this page. Open the medium with viewer.exe, or ask for a new copy.";
const HAS_FORM =
  "This is a reading: you see the cases one after the other, and answer questions beside the images.";

/** The tools and the windows. */
class Bar {
  private readonly buttons = TOOLS.map(([tool, key, name, text]) => {
    const made = button(tr(name), () => this.reader.setTool(tool));
    made.title = `${tr(text)} (${key})`;
    return [tool, made] as const;
  });
  private readonly planes = button(tr("MPR"), () => this.show(this.page));
  private readonly whole = button(tr("3D"), () => this.show(this.body));
  private readonly linked = button(tr("Link"), () => this.reader.link(!this.reader.ties.linked));
  private readonly said = make("span", { className: "note" });
  private readonly windows = make("select", { title: tr("Window presets; 0 for the original") });

  constructor(bar: HTMLElement,
    private readonly reader: Reader, private readonly grid: HTMLElement, private readonly page: PlanesPage,
    private readonly body: BodyPage, private readonly show: (page: PlanesPage | BodyPage) => void,
  ) {
    this.windows.addEventListener("change", () => this.use());
    this.whole.title = `${tr("The whole body, turned by dragging")} (N)`;
    this.planes.title = `${tr("Planes in any direction")} (M)`;
    this.linked.title = `${tr("Link or unlink scrolling")} (L, U)`;
    const panes = button(tr("Panes"), () => reader.cycleLayout());
    panes.title = `${tr("One, two or four panes")} (Q)`;
    const others = [
      panes,
      this.linked,
      this.planes,
      this.whole,
      button(tr("Invert"), () => reader.invert()),
      button(tr("Reset"), () => (page.shown ? page : body.shown ? body : reader).escape()),
      button(tr("Help (H)"), () => reader.toggleHelp()),
    ];
    bar.replaceChildren(...this.buttons.map(([, made]) => made), this.windows, ...others, this.said);
    this.said.setAttribute("role", "status");
  }

  /** What the reader should know of how the case opened. */
  say(text: string): void {
    this.said.textContent = text;
  }

  /** Another stack, tool or arrangement. */
  follow(): void {
    const { ports, settings, ties } = this.reader;
    for (const [tool, made] of this.buttons) made.setAttribute("aria-pressed", String(settings.tool === tool));
    this.linked.setAttribute("aria-pressed", String(ties.linked));
    this.linked.disabled = ports.length < 2;
    this.planes.setAttribute("aria-pressed", String(this.page.shown));
    this.whole.setAttribute("aria-pressed", String(this.body.shown));
    const shown = ports.filter((port) => !port.element.hidden);
    this.grid.className = `panes by${shown.length}`;
    const elements = ports.map((port) => port.element);
    if (elements.some((element, k) => element !== this.grid.children[k]) || elements.length !== this.grid.children.length) {
      this.grid.replaceChildren(...elements);
    }
    const { entry } = this.reader;
    if (!entry) return;
    const head = make("option", { text: tr("Window") });
    const original = make("option", { text: `0  ${tr("Original window")}` });
    const own = make("option", { text: `1  ${tr("From this slice")}` });
    const presets = CT_PRESETS.map(({ key, name, window }) =>
      make("option", { text: `${key || "\u2007"}  ${tr(name)}  (W ${signed(window[1])}, C ${signed(window[0])})` }),
    );
    this.windows.replaceChildren(head, original, ...(entry.stack.units === HU ? presets : [own]));
  }

  private use(): void {
    const place = this.windows.selectedIndex;
    this.windows.selectedIndex = 0;
    this.windows.blur();
    const preset = CT_PRESETS[place - 2];
    if (place === 1) this.reader.usePreset(0);
    else if (this.reader.entry?.stack.units !== HU) this.reader.usePreset(1);
    else if (preset) this.reader.useWindow(preset.window);
  }
}

start();
