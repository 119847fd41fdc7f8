// Casts on the processor, in workers made from a Blob: no event waits for them.

import { context } from "../dom";
import type { Numbers } from "../planes/solid";
import type { Shot } from "./ray";
import type { Grid } from "./thinning";
import { Lost, gradientRows, type Detail, type Picture, type Way } from "./way";
import type { Answer, Order } from "./worker";

// Each worker has voxels and normals of its own.
const BYTES_OF_VOXEL = 4;
const MOST_BYTES = 256 << 20;
const MOST_WORKERS = 4;
// Few enough rows that another picture begins at once.
const BANDS = 48;

interface Job {
  number: number;
  shot: Shot;
  picture: HTMLCanvasElement;
  next: number;
  missing: number;
  done: (picture: Picture | null) => void;
  lost: (reason: Lost) => void;
}

export class Processor implements Way {
  readonly longest = Infinity;
  private readonly workers: Worker[] = [];
  private readonly address: string;
  private job: Job | null = null;
  private last = 0;

  /** For a body of so many voxels at rest; throws Lost. */
  constructor(voxels: number) {
    const number = Math.min((navigator.hardwareConcurrency || 2) - 1, MOST_WORKERS, Math.floor(MOST_BYTES / (voxels * BYTES_OF_VOXEL)));
    this.address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
    for (let n = 0; n < Math.max(number, 1); n++) {
      const worker = new Worker(this.address);
      worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.take(worker, data));
      worker.addEventListener("error", () => this.lose());
      this.workers.push(worker);
    }
  }

  private order(order: Order): void {
    for (const worker of this.workers) worker.postMessage(order);
  }

  begin(detail: Detail, grid: Grid, like: Numbers): void {
    const kind = new (like.constructor as new (length: number) => Numbers)(0);
    this.order({ kind: "begin", detail, size: grid.size, like: kind, toWorld: gradientRows(grid) });
  }

  put(detail: Detail, k: number, slice: Numbers): void {
    this.order({ kind: "put", detail, k, slice });
  }

  cast(detail: Detail, shot: Shot): Promise<Picture | null> {
    this.job?.done(null);
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [shot.columns, shot.rows];
    return new Promise((done, lost) => {
      this.job = { number: ++this.last, shot, picture, next: 0, missing: shot.rows, done, lost };
      this.order({ kind: "shot", detail, shot });
      for (const worker of this.workers) this.feed(worker);
    });
  }

  private feed(worker: Worker): void {
    const { job } = this;
    if (!job || job.next >= job.shot.rows) return;
    const from = job.next;
    job.next = Math.min(from + Math.max(Math.ceil(job.shot.rows / BANDS), 4), job.shot.rows);
    const order: Order = { kind: "rows", shot: job.number, from, to: job.next };
    worker.postMessage(order);
  }

  private take(worker: Worker, { shot, from, pixels }: Answer): void {
    if (!pixels) return this.lose();
    const { job } = this;
    if (!job || job.number !== shot) return;
    const band = new ImageData(pixels, job.shot.columns);
    context(job.picture).putImageData(band, 0, from);
    job.missing -= band.height;
    if (job.missing) return this.feed(worker);
    this.job = null;
    job.done({ image: job.picture, columns: job.shot.columns, rows: job.shot.rows });
  }

  private lose(): void {
    const { job } = this;
    this.close();
    job?.lost(new Lost());
  }

  close(): void {
    for (const worker of this.workers) worker.terminate();
    this.workers.length = 0;
    URL.revokeObjectURL(this.address);
    this.job?.done(null);
    this.job = null;
  }
}

declare const WORKER: string;
