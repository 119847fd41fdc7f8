// Ties a reader's session to the page: who reads, which case opens, the clock, and files to send.

import { firstOf } from "../choice";
import { entriesOf, frameAt, type BundleIndex, type Case, type Entry, type Vector } from "../format";
import type { Reader } from "../reader";
import { journalsHere, type Medium } from "../medium";
import { make } from "../dom";
import { tr } from "../words";
import { askChoice, askText } from "./dialog";
import { AnswersOnImages } from "./images";
import { Located } from "./located";
import { aboutReader, whoReads } from "./start";
import { Panel, caseName } from "./panel";
import { slotKey, type Slot } from "./order";
import type { FormCase, Study } from "./questions";
import { journalsIn, readersIn } from "./found";
import { begin, copyName, type Session } from "./session";
import { rounded } from "./marks";
import type { Data } from "./spelling";

const TICK = 1000;

/** Planes and body, which take the place of the slices. */
export interface Pages {
  /** What is shown, as the viewer calls it in journals: 'mpr', '3d', or nothing for the slices. */
  name(): string;
  /** To the slices. */
  leave(): void;
  /** Whether planes are on the screen. */
  hasPlanes(): boolean;
  /** Show the plane with this normal through a place, as soon as its slices are there. */
  goToPlane(point: Vector, normal: Vector): void;
}

/** The images of one case on the screen. */
export interface Shown {
  readonly reader: Reader;
  /** Open a case at this series, by its hanging rule. */
  open(entry: Entry): void;
  readonly pages: Pages;
  close(): void;
}

/** What the page gives: its parts, and how it shows the images of a case. */
export interface Page {
  readonly stage: HTMLElement;
  readonly aside: HTMLElement;
  show(index: BundleIndex, entries: readonly Entry[], medium: Medium | null): Shown;
}

/**
 * Begin a reading: ask who reads, and go on where this reader stopped. Without the medium, `choose` lets the reader
 * choose its folder after all.
 */
export function read(
  study: Study, index: BundleIndex, medium: Medium | null, page: Page, choose: (() => void) | null = null,
): void {
  const places = medium ? medium.journals(study.bundle) : journalsHere(study.bundle);
  const known = async (): Promise<string[]> => readersIn(await journalsIn(places.folders, study));
  const [onMedium, onPc] = places.coding.isSealed ? [SEALED_ON_MEDIUM, SEALED_ON_PC] : [ON_MEDIUM, ON_PC];
  const where = medium ? tr(places.mayWrite ? onMedium : onPc) : tr(NO_FOLDER);
  const canWrite = "showDirectoryPicker" in window;
  const offer = choose && { text: tr(canWrite ? SAVE_THERE : SEE_THERE), choose };
  whoReads(page.stage, study.form, where, offer, known, async (name) => {
    await places.allow();
    const session = await begin(study, places, name);
    const unasked = session.unasked();
    for (const [question, value] of unasked.length ? await aboutReader(page.stage, unasked) : []) {
      session.answerAbout(question, value);
    }
    new Control(study, index, medium, page, session);
  });
}

const ON_MEDIUM =
  "Your answers are saved on the medium, in the folder READINGS. The browser now asks whether this page may save changes there: please allow it. If you do not, they are kept in this browser, and you send them as a file at the end.";
const ON_PC =
  "This browser cannot write on the medium. Your answers are kept in this browser, on this PC; at the end you save them as a file and send it.";
const SEALED_ON_MEDIUM =
  "Your answers are saved on the medium, in the folder READINGS, encrypted. The browser now asks whether this page may save changes there: please allow it. If you do not, they are kept in this browser, encrypted too, and you send them as a file at the end.";
const SEALED_ON_PC =
  "This browser cannot write on the medium. Your answers are kept in this browser, encrypted for this stick; at the end you save them as a file, which is encrypted too, and send it.";

const NO_FOLDER =
  "Your answers are kept in this browser, on this PC; at the end you save them as a file and send it.";
const SAVE_THERE =
  "If your answers are to be saved on the medium, or if you have begun this reading there, choose its folder.";
const SEE_THERE =
  "If you have begun this reading on the medium, choose its folder: this page does not see those answers otherwise.";

class Control {
  private shown: Shown | null = null;
  private entries: readonly Entry[] = [];
  private readonly markings = new Map<string, Reader["markings"]>();
  private readonly located: Located;
  private readonly images: AnswersOnImages;
  private readonly panel: Panel;
  private touched = performance.now();

  constructor(
    private readonly study: Study, private readonly index: BundleIndex, private readonly medium: Medium | null,
    private readonly page: Page, private readonly session: Session,
  ) {
    this.located = new Located(medium);
    this.images = new AnswersOnImages(session, this.located);
    this.panel = new Panel(session, this.images, {
      turned: () => this.show(),
      view: () => this.view().catch(() => null),
      askReason: () => askText(tr("Change a submitted case"), tr("Why are you changing it?")),
      send: () => this.send(),
      erase: () => this.erase(),
      told: () => this.images.follow(),
    });
    this.images.column = this.panel.column;
    document.body.classList.add("reading");
    document.body.append(this.panel.element);
    this.listen();
    setInterval(() => void this.tick(), TICK);
    this.panel.turn(session.slot);
  }

  private listen(): void {
    for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) {
      addEventListener(kind, () => (this.touched = performance.now()), { capture: true, passive: true });
    }
    addEventListener("keydown", (event) => this.key(event), { capture: true });
    const leave = (): void => {
      this.panel.column.keep();
      void this.session.close();
    };
    addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) leave();
    });
    addEventListener("beforeunload", (event) => {
      this.panel.column.keep();
      if (this.session.unsaved) event.preventDefault();
    });
  }

  private key(event: KeyboardEvent): void {
    if (document.querySelector("dialog")) return;
    const key = (event.ctrlKey ? "Ctrl+" : "") + (event.shiftKey ? "Shift+" : "") + event.key;
    const inForm = this.panel.element.contains(document.activeElement);
    if (key === "F6" && !inForm) this.panel.column.focus();
    else if (key === "F6" || (key === "Escape" && inForm)) (document.activeElement as HTMLElement).blur();
    else if (key === "F8") this.panel.nextOpen();
    else if (key === "Ctrl+Enter") void this.panel.submit();
    else if (key === "Shift+PageUp" || key === "Shift+PageDown") this.panel.step(key === "Shift+PageUp" ? -1 : 1);
    else if (key !== "Escape" || !this.images.end()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** The images of the session's case, under its number in the order. */
  private show(): void {
    const { slot } = this.session;
    if (this.shown) this.shown.close();
    const blind = this.blinded(slot);
    const index = { ...this.index, cases: [blind] };
    const entries = (this.entries = entriesOf(index));
    this.shown = this.page.show(index, entries, this.medium);
    const { reader } = this.shown;
    // By slot, not by case: a reader who sees a case again sees no marks from the first time.
    const kept = this.markings.get(slotKey(slot));
    if (kept) reader.markings.take(kept, entries);
    this.markings.set(slotKey(slot), reader.markings);
    const first = firstOf(entries);
    if (first) this.shown.open(first);
    void this.images.use(reader, entries, this.shown.pages);
  }

  /** The case under its number in the order, with the details that the form allows. */
  private blinded(slot: Slot): Case {
    const place = this.study.cases.findIndex((found) => found.case === slot.case);
    const known = this.study.cases[place] as FormCase;
    const case_ = this.index.cases.find((found) => found.case === slot.case) as Case;
    const shown = this.study.form.show;
    const said = [caseName(slot), shown.includes("case") ? slot.case : ""];
    this.located.know(case_.series, known.series);
    return { ...case_, case: said.filter((text) => text).join(", ") };
  }

  private async view(): Promise<Data | null> {
    const reader = this.shown?.reader;
    const [entry, state] = [reader?.entry, reader?.pane.state];
    if (!reader || !entry || !state) return null;
    const named = async (of: Entry, index: number): Promise<Data> => {
      const frame = frameAt(of.stack.frames, index);
      return { series: this.located.series(of), instance: await this.located.uid(frame), frame: frame.frameIndex };
    };
    const key_images: Data[] = [];
    for (const of of this.entries) {
      for (const index of reader.markings.keyImagesOf(of)) key_images.push(await named(of, index));
    }
    return {
      ...(await named(entry, state.index)),
      window: [...state.window],
      zoom: rounded(state.zoom, 3),
      inverted: state.inverted,
      layout: this.shown?.pages.name() || (reader.ports.length > 1 ? `${reader.ports.length} panes` : "single"),
      key_images,
    };
  }

  private async tick(): Promise<void> {
    if (document.hasFocus()) {
      const idle = performance.now() - this.touched > this.study.form.idle_after * 1000;
      this.session.looked(TICK / 1000, idle);
    }
    await this.session.flush();
    this.panel.sayWhere();
  }

  // Files

  /** One file to send, saved where the browser saves what it loads. */
  private async send(): Promise<void> {
    this.panel.column.keep();
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([await this.session.copy()], { type: "application/json" }));
    link.download = copyName(this.study.bundle);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.panel.sent = true;
    this.panel.follow();
  }

  private async erase(): Promise<void> {
    const chosen = await askChoice(tr("Erase the answers from this browser"), tr(ERASE), [tr("Cancel"), tr("Erase")]);
    if (chosen !== 1) return;
    await this.session.erase();
    document.body.classList.remove("reading");
    document.body.replaceChildren(make("p", { className: "opening", text: tr(ERASED) }));
  }
}

const ERASE = "Only if the file has been sent: nothing of your answers stays on this PC then.";
const ERASED = "The answers were erased from this browser. You can close this page.";
