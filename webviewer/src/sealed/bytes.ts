// Bytes as the format of sealed media writes them: joined, numbered, and compared.

export const KEY = 32;
export const NONCE = 12;
export const TAG = 16;

// Every purpose has a text of its own, so that no key serves two.
const PURPOSE = "mkbundle sealed 1 ";

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A whole number as eight bytes, the most significant first. */
export function number(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(value / 2 ** 32));
  view.setUint32(4, value % 2 ** 32);
  return bytes;
}

/** The number in eight bytes; one that no file has becomes infinite. */
export function numberAt(view: DataView, at: number): number {
  const value = view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
  return Number.isSafeInteger(value) ? value : Infinity;
}

/** The text that binds a key to its purpose; each of `bound` has a fixed length. */
export function infoOf(purpose: string, ...bound: readonly Uint8Array[]): Uint8Array {
  return joined(utf8(`${PURPOSE}${purpose}\0`), ...bound);
}

/** Whether two secrets are equal, in a time that does not depend on where they differ. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  let different = a.length ^ b.length;
  for (let k = 0; k < a.length; k++) different |= (a[k] as number) ^ (b[k] ?? 0);
  return different === 0;
}

/** Letters of base64, which any text may hold. */
export function base64(bytes: Uint8Array): string {
  let signs = "";
  for (const byte of bytes) signs += String.fromCharCode(byte);
  return btoa(signs);
}

export function overwrite(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
