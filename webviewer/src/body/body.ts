// A solid in 3D: few voxels and rays while it moves, all of them when it rests; on the graphics card where there is one.

import type { Window } from "../format";
import type { Solid } from "../planes/solid";
import { Card } from "./card";
import { FRONT, cameraFrom, cornersOf, type Camera } from "./camera";
import { inVoxels, looksFor, shifted, type Look, type Point } from "./looks";
import { Faces } from "./faces";
import { Processor } from "./processor";
import { Thinning } from "./thinning";
import { Lost, shotOf, type Detail, type Picture, type Ready, type Size, type Way } from "./way";

export type Kind = "card" | "processor";

// As in viewer/scene/body.py; a browser gets a share of the PC's memory, in voxels for each GB.
const MOST_VOXELS = 80_000_000;
const VOXELS_OF_GB = 10_000_000;
const MOVING_VOXELS = 1_500_000;
const SAMPLES = 2;
const REST = 200;
const IN_TIME = 50;
const FEWEST_RAYS = 10_000;
const FIRST_RAYS = 60_000;
// Nothing waits longer for the voxels that are made ready.
const AT_ONCE = 12;

export class Body {
  readonly looks: readonly Look[];
  kind: Kind;
  look: Look;
  /** By how much the values of the preset are moved. */
  shift = 0;
  camera: Camera;
  /** The picture at rest is shown. */
  sharp = false;
  failed = false;
  private way: Way;
  private ready: Partial<Record<Detail, Ready>> = {};
  /** The preset by values of the voxels. */
  private inVoxels: Look;
  private rays = FIRST_RAYS;
  private version = 0;
  private moving = false;
  private resting = false;
  private timer = 0;
  private closed = false;

  /** `card` says whether a graphics card may be used: at best one, any, or none; `painted` takes each picture. */
  constructor(
    private readonly solid: Solid, window: Window, private readonly size: () => Size, card: "real" | "any" | "none",
    private readonly painted: (picture: Picture | null) => void,
  ) {
    this.looks = looksFor(solid, window);
    this.look = this.looks[0] as Look;
    this.inVoxels = inVoxels(this.look, solid);
    this.camera = this.from(FRONT);
    [this.kind, this.way] = this.firstWay(card);
    void this.fill(this.way);
  }

  get averaged(): readonly number[] {
    return this.ready.fine?.grid.steps ?? [1, 1, 1];
  }

  from(letter: string): Camera {
    const { width, height } = this.size();
    return cameraFrom(letter, this.solid, [width, height]);
  }

  private firstWay(card: "real" | "any" | "none"): [Kind, Way] {
    if (card !== "none") {
      try {
        const points = this.looks.flatMap((look) => inVoxels(look, this.solid).points.map((point) => point[0]));
        return ["card", new Card(card === "any", [Math.min(...points), Math.max(...points)])];
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
      }
    }
    return ["processor", new Processor(mostVoxels(this.solid))];
  }

  /** Give a way the voxels: few at first, so that a picture is there soon. */
  private async fill(way: Way): Promise<void> {
    const most = mostVoxels(this.solid);
    const fine = new Thinning(this.solid, most, way.longest);
    const few = fine.grid.size[0] * fine.grid.size[1] * fine.grid.size[2] <= MOVING_VOXELS;
    try {
      if (!few) await this.hand(way, "coarse", new Thinning(this.solid, MOVING_VOXELS, way.longest, SAMPLES));
      await this.hand(way, "fine", fine);
    } catch (error) {
      this.lose(error, way);
    }
  }

  private async hand(way: Way, detail: Detail, thinning: Thinning): Promise<void> {
    const { grid } = thinning;
    const [first, faces] = [thinning.slice(0), new Faces(grid.size)];
    way.begin(detail, grid, first);
    let start = performance.now();
    for (let k = 0; k < grid.size[2]; k++) {
      if (this.closed || way !== this.way) return;
      const slice = k ? thinning.slice(k) : first;
      faces.put(k, slice);
      way.put(detail, k, slice);
      if (performance.now() - start < AT_ONCE) continue;
      await new Promise((done) => setTimeout(done));
      start = performance.now();
    }
    if (this.closed || way !== this.way) return;
    this.ready[detail] = { grid, faces };
    this.changed(true);
  }

  /** Another way is used from now on. */
  private lose(error: unknown, way: Way): void {
    if (!(error instanceof Lost)) throw error;
    if (this.closed || way !== this.way) return;
    if (this.kind === "card") this.use("none");
    else {
      this.failed = true;
      this.painted(null);
    }
  }

  use(card: "any" | "none"): void {
    clearTimeout(this.timer);
    this.way.close();
    this.ready = {};
    this.sharp = this.moving = this.resting = this.failed = false;
    this.rays = FIRST_RAYS;
    [this.kind, this.way] = this.firstWay(card);
    void this.fill(this.way);
    this.painted(null);
  }

  show(look: Look, shift = 0): void {
    [this.look, this.shift, this.inVoxels] = [look, shift, inVoxels(shifted(look, shift), this.solid)];
    this.changed();
  }

  /** Move the preset by a share of its values: above 0, less is seen. */
  shiftBy(share: number): void {
    const { points } = this.look;
    this.show(this.look, this.shift + share * ((points[points.length - 1] as Point)[0] - (points[0] as Point)[0]));
  }

  /** Draw coarsely now, and finely after a rest. */
  changed(atRest = false): void {
    this.version++;
    this.sharp = this.resting = false;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.rest(), atRest ? 0 : REST);
    if (!this.moving) void this.move();
  }

  private shot(detail: Detail, coarse: number): ReturnType<typeof shotOf> {
    return shotOf(this.camera, this.inVoxels, this.ready[detail] as Ready, cornersOf(this.solid), this.size(), coarse);
  }

  private async move(): Promise<void> {
    const detail: Detail = this.ready.coarse ? "coarse" : "fine";
    if (this.closed || !this.ready[detail]) return;
    this.moving = true;
    const [version, way, start] = [this.version, this.way, performance.now()];
    const { width, height } = this.size();
    const coarse = Math.max(Math.sqrt((width * height) / this.rays), 1);
    const picture = await this.cast(detail, coarse);
    this.moving = false;
    if (this.closed || way !== this.way || !picture) return;
    const by = Math.min(Math.max(IN_TIME / Math.max(performance.now() - start, 1), 0.5), 1.3);
    this.rays = Math.min(Math.max(this.rays * by, FEWEST_RAYS), width * height);
    this.painted(picture);
    if (version !== this.version) void this.move();
    else if (this.resting) void this.rest();
  }

  private async rest(): Promise<void> {
    if (this.closed || !this.ready.fine) return;
    // The coarse picture comes first, whatever the fine one takes.
    this.resting = this.moving;
    if (this.moving) return;
    const { version } = this;
    const picture = await this.cast("fine", 1);
    if (!picture || version !== this.version) return;
    this.sharp = true;
    this.painted(picture);
  }

  private async cast(detail: Detail, coarse: number): Promise<Picture | null> {
    const { way } = this;
    try {
      return await way.cast(detail, this.shot(detail, coarse));
    } catch (error) {
      this.lose(error, way);
      return null;
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.way.close();
  }
}

/** Browsers that say how much memory the PC has say it in GB, 8 at most. */
function mostVoxels(solid: Solid): number {
  const { deviceMemory = 4 } = navigator as { deviceMemory?: number };
  const all = (solid.numbers[0] as ArrayLike<number>).length * solid.numbers.length;
  return Math.min(deviceMemory * VOXELS_OF_GB, MOST_VOXELS, Math.max(all, 1) * 4);
}
