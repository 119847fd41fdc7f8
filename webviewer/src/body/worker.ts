// Runs in a worker of its own, made from a Blob: keeps voxels, and casts some rows of a picture at a time.

import type { Vector } from "../format";
import type { Numbers } from "../planes/solid";
import { Caster, type Shot } from "./ray";
import { Volume } from "./volume";
import type { Detail } from "./way";

export type Order =
  | { kind: "begin"; detail: Detail; size: Vector; like: Numbers; toWorld: [Vector, Vector, Vector] }
  | { kind: "put"; detail: Detail; k: number; slice: Numbers }
  | { kind: "shot"; detail: Detail; shot: Shot }
  | { kind: "rows"; shot: number; from: number; to: number };

/** Rows that were asked for; no pixels: there was too little memory. */
export interface Answer {
  shot: number;
  from: number;
  pixels: Uint8ClampedArray | null;
}

const volumes: Partial<Record<Detail, Volume>> = {};
let caster: Caster | null = null;

function obey(order: Order): void {
  if (order.kind === "begin") volumes[order.detail] = new Volume(order.size, order.like, order.toWorld);
  else if (order.kind === "put") volumes[order.detail]?.put(order.k, order.slice);
  else if (order.kind === "shot") caster = new Caster(volumes[order.detail] as Volume, order.shot);
  else answer({ shot: order.shot, from: order.from, pixels: (caster as Caster).rows(order.from, order.to) });
}

function answer(found: Answer): void {
  postMessage(found, { transfer: found.pixels ? [found.pixels.buffer] : [] });
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  try {
    obey(data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    answer({ shot: -1, from: 0, pixels: null });
  }
});
