// Texts as Python spells them: JSON with its numbers, names of readers, digests. Journals must agree to the byte.

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Data = { readonly [key: string]: Json };

// Values that are measured, and that Python therefore writes with a point: 40.0.
const MEASURED = new Set(["column", "row", "position", "normal", "thickness", "seconds", "idle", "zoom", "window"]);

/** A number as Python's repr has it; `measured` ones are floats, whole or not. */
function spelledNumber(value: number, measured: boolean): string {
  if (Number.isInteger(value) && !measured) return String(value);
  if (Object.is(value, -0)) return "-0.0";
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const text = Math.abs(value) < 1 && value !== 0 ? value.toFixed(Math.max(places(mantissa) - power, 0)) : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

function places(mantissa: string): number {
  return mantissa.includes(".") ? mantissa.length - mantissa.indexOf(".") - 1 : 0;
}

/** JSON without blanks, as Python's json writes it with ensure_ascii=False. */
export function spelled(value: Json, measured = false): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return spelledNumber(value, measured);
  if (typeof value === "string") return JSON.stringify(value);
  if (isList(value)) return `[${value.map((part) => spelled(part, measured)).join(",")}]`;
  const isLength = "unit" in value && "points" in value;
  const parts = Object.entries(value).map(([key, part]) => {
    return `${JSON.stringify(key)}:${spelled(part, MEASURED.has(key) || (isLength && key === "value"))}`;
  });
  return `{${parts.join(",")}}`;
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The same in ASCII, with every other sign escaped. */
export function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Half of a pair of UTF-16 is no sign; UTF-8 has none for it. */
export function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}

export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await digestOf(text)));
}

export async function digestOf(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A text in base64, as bundle/veiled.py veils it. */
export function veil(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

/** The text again; throws if it is none. */
export function unveil(veiled: string): string {
  const bytes = Uint8Array.from(atob(veiled), (sign) => sign.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

const BLANKS = /[\t-\r\x1c-\x20\x85\u1680\u2028\u2029]+/;

/** A text without its case, as Python's casefold gives it. */
export function folded(text: string): string {
  let found = "";
  for (const sign of text) found += foldedSign(sign);
  return found;
}

function foldedSign(sign: string): string {
  const code = sign.codePointAt(0) as number;
  // What Unicode's CaseFolding.txt folds otherwise than by its capital letter: Cherokee becomes capitals, dotless i stays.
  if (code >= 0x13a0 && code <= 0x13f5) return sign;
  if ((code >= 0xab70 && code <= 0xabbf) || (code >= 0x13f8 && code <= 0x13fd)) return sign.toUpperCase();
  if (sign === "\u0131") return sign;
  if (sign === "\u1e9e") return "ss";
  let lower = "";
  for (const capital of sign.toUpperCase()) lower += capital === "\u0130" ? "i\u0307" : capital.toLowerCase();
  return lower;
}

export function words(text: string): string[] {
  return text.split(BLANKS).filter((word) => word);
}

/** The same for every spelling of a reader's name: case and blanks do not matter. */
export function readerKey(name: string): string {
  return words(folded(name.normalize("NFKC"))).join(" ");
}

/** How the names of a reader's files begin. */
export async function filePrefix(name: string): Promise<string> {
  return `R-${(await sha256(readerKey(name))).slice(0, 8)}-`;
}
