// Casts on the graphics card by WebGL 2, some rows at a time: neither the page nor the card's driver waits long.

import type { Vector } from "../format";
import type { Numbers } from "../planes/solid";
import { Bricks } from "./bricks";
import { ENTRIES } from "./looks";
import { stepsOf, type Shot } from "./ray";
import { CORNERS, RAYS } from "./shader";
import type { Grid } from "./thinning";
import { Lost, gradientRows, type Detail, type Picture, type Way } from "./way";

// A band of rows is made so high that it takes this long.
const BAND = 30;
const FIRST_ROWS = 16;
const NAMES = [
  "voxels", "blocks", "colours", "size", "origin", "right", "down", "along", "toWorld", "lights", "halves", "toEye",
  "intensities", "range", "gloss", "rows", "sampled", "maximum", "jitter", "exact",
] as const;
const PRETENDED = /swiftshader|llvmpipe|softpipe|software|basic render/i;
const LARGEST_HALF = 65504;
// So many steps on both sides of 0 are exact.
const EXACT = 2048;

interface Texture {
  voxels: WebGLTexture;
  blocks: WebGLTexture;
  bricks: Bricks;
  grid: Grid;
  halves: Halves;
}

export class Card implements Way {
  readonly longest: number;
  private readonly canvas = document.createElement("canvas");
  private readonly gl: WebGL2RenderingContext;
  private readonly places: Record<(typeof NAMES)[number], WebGLUniformLocation | null>;
  private readonly colours: WebGLTexture;
  private readonly textures: Partial<Record<Detail, Texture>> = {};
  private last = 0;
  private rowsInTime = FIRST_ROWS;

  /** `any`: even one that the processor only pretends; voxels from and to these values are exact. Throws Lost. */
  constructor(any: boolean, private readonly exact: readonly [number, number]) {
    const wish = { alpha: false, depth: false, antialias: false, preserveDrawingBuffer: true, failIfMajorPerformanceCaveat: !any };
    const gl = this.canvas.getContext("webgl2", wish) as WebGL2RenderingContext | null;
    if (!gl || (!any && isPretended(gl))) throw new Lost();
    this.gl = gl;
    // The caller hears of it at the next picture.
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.longest = gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number;
    const program = this.program();
    gl.useProgram(program);
    this.places = Object.fromEntries(NAMES.map((name) => [name, gl.getUniformLocation(program, name)])) as Card["places"];
    this.colours = this.texture(gl.TEXTURE_2D, gl.NEAREST);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, ENTRIES, 1);
    for (const [unit, name] of (["voxels", "blocks", "colours"] as const).entries()) gl.uniform1i(this.places[name], unit);
    this.check();
  }

  private program(): WebGLProgram {
    const { gl } = this;
    const program = gl.createProgram();
    if (!program) throw new Lost();
    for (const [kind, text] of [[gl.VERTEX_SHADER, CORNERS], [gl.FRAGMENT_SHADER, RAYS]] as const) {
      const shader = gl.createShader(kind);
      if (!shader) throw new Lost();
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Lost();
    return program;
  }

  private texture(target: number, filter: number): WebGLTexture {
    const { gl } = this;
    const made = gl.createTexture();
    if (!made) throw new Lost();
    gl.bindTexture(target, made);
    for (const [name, value] of [
      [gl.TEXTURE_MIN_FILTER, filter], [gl.TEXTURE_MAG_FILTER, filter], [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
      [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_R, gl.CLAMP_TO_EDGE],
    ] as const) gl.texParameteri(target, name, value);
    return made;
  }

  private check(): void {
    if (this.gl.isContextLost() || this.gl.getError() !== this.gl.NO_ERROR) throw new Lost();
  }

  begin(detail: Detail, grid: Grid, like: Numbers): void {
    const { gl } = this;
    const voxels = this.texture(gl.TEXTURE_3D, gl.LINEAR);
    gl.texStorage3D(gl.TEXTURE_3D, 1, gl.R16F, ...grid.size);
    const bricks = new Bricks(grid.size);
    const blocks = this.texture(gl.TEXTURE_3D, gl.NEAREST);
    gl.texStorage3D(gl.TEXTURE_3D, 1, gl.R8, ...bricks.size);
    this.check();
    this.textures[detail] = { voxels, blocks, bricks, grid, halves: new Halves(like, ...this.exact) };
  }

  put(detail: Detail, k: number, slice: Numbers): void {
    const { gl } = this;
    const { voxels, bricks, grid, halves } = this.textures[detail] as Texture;
    const [columns, rows] = grid.size;
    bricks.put(k, slice);
    gl.bindTexture(gl.TEXTURE_3D, voxels);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, k, columns, rows, 1, gl.RED, gl.HALF_FLOAT, halves.of(slice));
  }

  async cast(detail: Detail, shot: Shot): Promise<Picture | null> {
    const number = ++this.last;
    const { gl, canvas } = this;
    this.check();
    if (canvas.width < shot.columns || canvas.height < shot.rows) [canvas.width, canvas.height] = [shot.columns, shot.rows];
    this.set(this.textures[detail] as Texture, shot, detail === "fine");
    gl.enable(gl.SCISSOR_TEST);
    gl.viewport(0, canvas.height - shot.rows, shot.columns, shot.rows);
    for (let row = 0; row < shot.rows;) {
      const rows = Math.min(this.rowsInTime, shot.rows - row);
      gl.scissor(0, canvas.height - row - rows, shot.columns, rows);
      const start = performance.now();
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      await this.drawn();
      this.check();
      if (number !== this.last) return null;
      row += rows;
      const took = Math.max(performance.now() - start, 1);
      this.rowsInTime = Math.max(Math.round(rows * Math.min(Math.max(BAND / took, 0.3), 2)), 1);
    }
    return { image: canvas, columns: shot.columns, rows: shot.rows };
  }

  private drawn(): Promise<void> {
    const { gl } = this;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    return new Promise((done) => {
      const look = (): void => {
        if (fence && !gl.isContextLost() && gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) return void setTimeout(look, 1);
        if (fence) gl.deleteSync(fence);
        done();
      };
      look();
    });
  }

  private set({ voxels, blocks, bricks, grid, halves }: Texture, shot: Shot, exact: boolean): void {
    const { gl, places, canvas } = this;
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, this.colours);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, ENTRIES, 1, gl.RGBA, gl.FLOAT, shot.table.entries);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_3D, blocks);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, 0, ...bricks.size, gl.RED, gl.UNSIGNED_BYTE, bricks.seenBy(shot.table).map((seen) => seen * 255));
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_3D, voxels);
    const vectors: [WebGLUniformLocation | null, Vector][] = [
      [places.size, grid.size], [places.origin, shot.origin], [places.right, shot.right], [places.down, shot.down],
      [places.along, stepsOf(shot)], [places.toEye, shot.toEye],
    ];
    for (const [place, vector] of vectors) gl.uniform3fv(place, vector);
    gl.uniformMatrix3fv(places.toWorld, false, gradientRows(grid).flat());
    gl.uniform3fv(places.lights, shot.lights.flatMap((light) => light.to));
    gl.uniform3fv(places.halves, shot.lights.flatMap((light) => light.half));
    gl.uniform1fv(places.intensities, shot.lights.map((light) => light.intensity));
    gl.uniform2f(places.range, halves.moved(shot.table.low), halves.moved(shot.table.high));
    gl.uniform1f(places.gloss, shot.gloss);
    gl.uniform1f(places.sampled, shot.late);
    gl.uniform1f(places.rows, canvas.height);
    for (const name of ["maximum", "jitter"] as const) gl.uniform1i(places[name], Number(shot[name]));
    gl.uniform1i(places.exact, Number(exact));
  }

  close(): void {
    this.last++;
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/** Whether the processor plays the graphics card: then casting on the processor itself is faster. */
function isPretended(gl: WebGL2RenderingContext): boolean {
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  return PRETENDED.test(String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER)));
}

/** Voxels as numbers of 16 bits that the card mixes: exact near the middle, where presets change. */
class Halves {
  private readonly middle: number;
  private readonly scale: number;
  private readonly table: Uint16Array | null;

  constructor(like: Numbers, low: number, high: number) {
    const whole = !(like instanceof Float32Array);
    this.middle = whole ? Math.round((low + high) / 2) : (low + high) / 2;
    this.scale = whole ? 1 : EXACT / Math.max(high - low, 1e-30);
    this.table = whole ? new Uint16Array(65536) : null;
    if (this.table) {
      const signed = like instanceof Int16Array || like instanceof Int8Array;
      for (let n = 0; n < 65536; n++) this.table[n] = halfOf(this.moved(signed && n > 32767 ? n - 65536 : n));
    }
  }

  moved(value: number): number {
    return Math.min(Math.max((value - this.middle) * this.scale, -LARGEST_HALF), LARGEST_HALF);
  }

  of(slice: Numbers): Uint16Array {
    const made = new Uint16Array(slice.length);
    const { table } = this;
    if (table) for (let n = 0; n < made.length; n++) made[n] = table[(slice[n] as number) & 0xffff] as number;
    else for (let n = 0; n < made.length; n++) made[n] = halfOf(this.moved(slice[n] as number));
    return made;
  }
}

const NUMBER = new Float32Array(1);
const BITS = new Uint32Array(NUMBER.buffer);

/** The bits of the nearest number of 16 bits (IEEE 754 binary16). */
function halfOf(value: number): number {
  NUMBER[0] = value;
  const bits = BITS[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  // Below the least normal number: a multiple of 2 to the power of -24.
  if (size < 0x38800000) return sign | Math.round(Math.abs(value) * 2 ** 24);
  return sign | Math.min((size - 0x38000000 + 0x0fff + ((size >> 13) & 1)) >>> 13, 0x7bff);
}
