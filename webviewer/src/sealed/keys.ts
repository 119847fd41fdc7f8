// The algorithms of sealed media, all of the browser's WebCrypto but Argon2id; none of our own.

import { joined, KEY } from "./bytes";

const SHA512 = "SHA-512";
const HASH = 64;

/** A secret from which keys are made: for HKDF with a salt, and for its second half alone. No script can read it. */
export interface Secret {
  readonly whole: CryptoKey;
  readonly expanding: CryptoKey;
}

export async function secretOf(bytes: Uint8Array): Promise<Secret> {
  const { subtle } = crypto;
  const whole = subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
  const expanding = subtle.importKey("raw", bytes, { name: "HMAC", hash: SHA512 }, false, ["sign"]);
  return { whole: await whole, expanding: await expanding };
}

/** HKDF with SHA-512 (RFC 5869). */
export async function hkdf({ whole }: Secret, salt: Uint8Array, info: Uint8Array, length = KEY): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: SHA512, salt, info }, whole, length * 8));
}

/** The second half of HKDF with SHA-512, for a secret that is uniformly random already. */
export async function expanded({ expanding }: Secret, info: Uint8Array, length = KEY): Promise<Uint8Array> {
  let block = new Uint8Array(0);
  let all = block;
  for (let count = 1; all.length < length; count++) {
    block = new Uint8Array(await crypto.subtle.sign("HMAC", expanding, joined(block, info, Uint8Array.of(count))));
    all = joined(all, block);
  }
  return all.slice(0, Math.min(length, 255 * HASH));
}

/** AES-256-GCM under a key, which is overwritten here. */
export async function cipherOf(key: Uint8Array): Promise<CryptoKey> {
  const made = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
  key.fill(0);
  return made;
}

/** Ciphertext and tag. */
export async function seal(
  key: CryptoKey, iv: Uint8Array, plain: Uint8Array, additionalData = new Uint8Array(0),
): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain));
}

/** The plain bytes; null if they are not what was sealed under this key, nonce and additional data. */
export async function unseal(
  key: CryptoKey, iv: Uint8Array, sealed: Uint8Array, additionalData = new Uint8Array(0),
): Promise<Uint8Array | null> {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed).then(
    (plain) => new Uint8Array(plain),
    () => null,
  );
}
