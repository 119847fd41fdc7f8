// The voxels at the six faces of a block, and how far apart samples may lie that begin there; as in
// viewer/scene/sampling.py. Where tissue ends with the block, each ray meets it up to a whole step behind the face.

import type { Vector } from "../format";
import type { Numbers } from "../planes/solid";
import type { Look, Point } from "./looks";
import data from "./looks.json";

const { of_light: OF_LIGHT, least: LEAST, seen: SEEN, few: FEW, densest: DENSEST, looked_at: LOOKED_AT } = data.faces;
const NOTHING = 1e-6;
const EDGE_ON = 1e-9;

export class Faces {
  /** Some values of each: of the low end and the high end along columns, rows and slices. */
  private readonly values: number[][] = Array.from({ length: 6 }, () => []);
  private readonly strides: Vector;
  private known: { look: Look; exponents: (number | undefined)[] } | null = null;

  constructor(private readonly size: Vector) {
    this.strides = size.map((number) => Math.max(Math.floor(number / LOOKED_AT), 1)) as Vector;
  }

  /** Take a slice of voxels. */
  put(k: number, slice: Numbers): void {
    const [columns, rows, slices] = this.size;
    const [across, down, along] = this.strides;
    const take = (face: number, at: number): void => void (this.values[face] as number[]).push(slice[at] as number);
    const ends = [0, slices - 1].map((end, high) => (k === end ? [4 + high] : [])).flat();
    for (const face of ends) {
      for (let row = 0; row < rows; row += down) for (let column = 0; column < columns; column += across) take(face, row * columns + column);
    }
    if (k % along) return;
    for (const [high, end] of [0, columns - 1].entries()) for (let row = 0; row < rows; row += down) take(high, row * columns + end);
    for (const [high, end] of [0, rows - 1].entries()) for (let column = 0; column < columns; column += across) take(2 + high, end * columns + column);
  }

  /** In mm, for rays that go this way along columns, rows and slices, and are `usual` apart elsewhere. */
  step(usual: number, look: Look, way: Vector): number {
    if (look.maximum) return usual;
    const most = Math.max(...way.map((part, axis) => (Math.abs(part) < EDGE_ON ? NOTHING : this.exponent(2 * axis + (part > 0 ? 0 : 1), look))));
    return Math.max(Math.min(usual, OF_LIGHT / most), Math.min(LEAST, usual));
  }

  /** Of the light that a millimetre behind a face takes: the median of what is seen there. */
  private exponent(face: number, look: Look): number {
    if (this.known?.look !== look) this.known = { look, exponents: [] };
    return (this.known.exponents[face] ??= exponentOf(this.values[face] as number[], look));
  }
}

function exponentOf(values: readonly number[], { points }: Look): number {
  const seen = Float64Array.from(values, (value) => opacityOf(value, points)).filter((opaque) => opaque > SEEN).sort();
  if (seen.length <= values.length * FEW) return NOTHING;
  const middle = ((seen[(seen.length - 1) >> 1] as number) + (seen[seen.length >> 1] as number)) / 2;
  return -Math.log1p(-Math.min(middle, DENSEST));
}

/** Of a millimetre. */
function opacityOf(value: number, points: readonly Point[]): number {
  const next = points.findIndex((point) => value < point[0]);
  const [from, to] = [points[Math.max((next < 0 ? points.length : next) - 1, 0)] as Point, points[next < 0 ? points.length - 1 : next] as Point];
  return from === to ? from[4] : from[4] + ((value - from[0]) / (to[0] - from[0])) * (to[4] - from[4]);
}
