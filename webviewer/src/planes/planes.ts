// The page of planes: four panes that share a solid, the cross-hair, the slab and the zoom, with their bar.

import { button, make } from "../dom";
import type { Vector, Window } from "../format";
import type { Settings } from "../pane";
import type { Markings } from "../panes/markings";
import type { Slices } from "../slices";
import { sentence, signed, tr } from "../words";
import { PLANES, SQUARE, areParallel, facingOf, moveTo, normalOf, scrollPlane, startAt, type Lens, type MprState, type Plane, type Slab } from "./mpr";
import { PlanePane } from "./plane_pane";
import { solidOf, type Solid } from "./solid";
import { add, scaled } from "./vectors";

// Fewer pixels are shown until nothing has moved for so long, in milliseconds.
const REST = 160;
const MOST_MM = "50";
const SLABS: readonly (readonly [Slab, string])[] = [
  ["MIP", "Maximum value through the slab"], ["MinIP", "Minimum value through the slab"],
  ["Mean", "Mean value through the slab"],
];

/** What the planes take from the slices: window and inversion. */
export interface Look {
  window: Window;
  inverted: boolean;
}

export class Planes {
  readonly element = make("section", { className: "mpr" });
  readonly solid: Solid;
  state: MprState;
  lenses: Record<Plane, Lens>;
  alone: Plane | null = null;
  crossShown = true;
  private readonly first: MprState;
  private readonly panes: PlanePane[];
  private readonly grid = make("div", { className: "panes by4" });
  private readonly bar = make("footer", { className: "slab" });
  private readonly watcher: ResizeObserver;
  private resting = 0;
  private waiting = false;
  private held: Look;

  /** Throws NoSolid. `wanted` asks for another window; `place` is where the reader looks. */
  constructor(
    readonly slices: Slices, readonly settings: Settings, readonly markings: Markings, public shown: Look, place: Vector | null,
    private readonly wanted: (start: Look, right: number, down: number) => void,
  ) {
    this.solid = solidOf(slices);
    this.first = this.state = startAt(this.solid, place);
    this.lenses = freshLenses();
    this.held = shown;
    this.panes = PLANES.map((plane) => new PlanePane(this, plane));
    this.grid.append(...this.panes.map((pane) => pane.element));
    this.element.append(this.grid, this.bar);
    this.fillBar();
    this.watcher = new ResizeObserver(() => this.refresh());
    this.watcher.observe(this.grid);
  }

  get moving(): boolean {
    return this.resting !== 0;
  }

  /** Another window: the voxels stay. */
  look(shown: Look): void {
    this.shown = shown;
    this.refresh();
  }

  /** Draw with the next picture of the screen. */
  refresh(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.element.isConnected) for (const pane of this.panes) if (!pane.element.hidden) pane.draw();
    });
  }

  set(state: MprState): void {
    this.state = state;
    this.moved();
  }

  private moved(): void {
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      this.resting = 0;
      this.refresh();
    }, REST);
    this.refresh();
  }

  moveTo(point: Vector): void {
    this.set(moveTo(this.state, this.solid, point));
  }

  scroll(plane: Plane, steps: number): void {
    this.set(scrollPlane(this.state, this.solid, plane, steps));
  }

  /** Show this part of a plane; all others zoom alike, about the cross-hair. */
  setLens(plane: Plane, lens: Lens): void {
    const { point } = this.state;
    if (lens.zoom !== this.lenses[plane].zoom) {
      for (const other of PLANES) {
        const { zoom, middle } = this.lenses[other];
        const away = add(middle ?? this.solid.center, point, -1);
        this.lenses[other] = { zoom: lens.zoom, middle: add(point, scaled(away, zoom / lens.zoom)) };
      }
    }
    this.lenses[plane] = lens;
    this.moved();
  }

  /** A drag begins with this window. */
  hold(): void {
    this.held = this.shown;
  }

  dragWindow(right: number, down: number): void {
    this.wanted(this.held, right, down);
  }

  enlarge(plane: Plane): void {
    this.alone = this.alone ? null : plane;
    for (const pane of this.panes) pane.element.hidden = this.alone !== null && pane.plane !== this.alone;
    this.grid.className = `panes by${this.alone ? 1 : 4}`;
    this.refresh();
  }

  /** Go to a plane: one of the square ones if it is parallel, else the oblique one. */
  goTo(point: Vector, normal: Vector): void {
    if (this.alone) this.enlarge(this.alone);
    if (!SQUARE.some((plane) => areParallel(normalOf(this.state.facings[plane]), normal))) {
      this.state = { ...this.state, facings: { ...this.state.facings, oblique: facingOf(normal) } };
    }
    this.moveTo(point);
  }

  /** Forget what has begun, a measurement or the drag of an answer; false if nothing has. */
  cancel(): boolean {
    const begun = this.panes.map((pane) => pane.cancel()).includes(true);
    if (begun) this.refresh();
    return begun;
  }

  /** The planes as they opened. */
  reset(): void {
    this.lenses = freshLenses();
    this.set(this.first);
    this.fillBar();
  }

  /** Where the cross-hair is; null if it has not moved. */
  get went(): Vector | null {
    return this.state.point === this.first.point ? null : this.state.point;
  }

  close(): void {
    this.watcher.disconnect();
    clearTimeout(this.resting);
    this.element.remove();
  }

  private fillBar(): void {
    const { thickness, slab } = this.state;
    const slider = make("input", { title: tr("Slab thickness in mm") });
    [slider.type, slider.min, slider.max, slider.value] = ["range", "0", MOST_MM, String(thickness)];
    slider.setAttribute("aria-label", tr("Slab thickness"));
    const told = make("output", { text: thicknessText(thickness) });
    const buttons = SLABS.map(([name, title]) => {
      const made = button(tr(name), () => {
        this.set({ ...this.state, slab: name });
        this.fillBar();
      });
      made.title = tr(title);
      made.setAttribute("aria-pressed", String(slab === name));
      made.disabled = !thickness;
      return made;
    });
    slider.addEventListener("input", () => {
      this.set({ ...this.state, thickness: Number(slider.value) });
      told.textContent = thicknessText(this.state.thickness);
      for (const made of buttons) made.disabled = !this.state.thickness;
    });
    const hair = button(tr("Cross-hair"), () => {
      this.crossShown = !this.crossShown;
      hair.setAttribute("aria-pressed", String(this.crossShown));
      this.refresh();
    });
    hair.setAttribute("aria-pressed", String(this.crossShown));
    hair.title = tr("Show or hide the cross-hair and the rotation centre");
    const note = make("span", { className: "note", text: this.solid.note ? sentence(this.solid.note) : "" });
    this.bar.replaceChildren(make("label", { text: tr("Slab") }), slider, told, ...buttons, hair, note);
  }
}

function thicknessText(thickness: number): string {
  return thickness ? `${signed(thickness)} mm` : tr("thin");
}

function freshLenses(): Record<Plane, Lens> {
  const lens: Lens = { zoom: 1, middle: null };
  return { axial: lens, coronal: lens, sagittal: lens, oblique: lens };
}
