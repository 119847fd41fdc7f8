// What tests/web/test_sealed_vectors.py calls in a real browser: the algorithms and parts of a sealed medium.

import { headerOf, journalSecret, opened } from "../../webviewer/src/sealed/header";
import { infoOf } from "../../webviewer/src/sealed/bytes";
import { SealedCoding } from "../../webviewer/src/sealed/journals";
import { expanded, hkdf, seal, secretOf, unseal, cipherOf } from "../../webviewer/src/sealed/keys";
import { CHUNKINGS, SealedMessage, type Chunking } from "../../webviewer/src/sealed/messages";
import { passwordBytes, stretched } from "../../webviewer/src/sealed/stretching";

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function codingOf(header: string, password: string): Promise<SealedCoding> {
  const found = await headerOf(bytesOf(header + header));
  return new SealedCoding(found, await opened(found, password));
}

Object.assign(self, {
  vectors: {
    stretched: async (password: string, salt: string, memory: number, passes: number, lanes: number) =>
      hexOf(await stretched({ password: passwordBytes(password), salt: bytesOf(salt), memory, passes, lanes })),
    keys: async (header: string, password: string) => {
      const found = await headerOf(bytesOf(header + header));
      const keys = await opened(found, password);
      return [
        hexOf(keys.stick), hexOf(keys.slot), hexOf(await expanded(keys.master, infoOf("data", keys.stick))),
        (await journalSecret(keys, keys.slot)) !== null, keys.secret !== null,
      ];
    },
    hkdf: async (secret: string, salt: string, info: string, length: number) =>
      hexOf(await hkdf(await secretOf(bytesOf(secret)), bytesOf(salt), bytesOf(info), length)),
    expanded: async (secret: string, info: string, length: number) =>
      hexOf(await expanded(await secretOf(bytesOf(secret)), bytesOf(info), length)),
    seal: async (key: string, nonce: string, plain: string, bound: string) =>
      hexOf(await seal(await cipherOf(bytesOf(key)), bytesOf(nonce), bytesOf(plain), bytesOf(bound))),
    unseal: async (key: string, nonce: string, sealed: string, bound: string) => {
      const plain = await unseal(await cipherOf(bytesOf(key)), bytesOf(nonce), bytesOf(sealed), bytesOf(bound));
      return plain && hexOf(plain);
    },
    message: async (sealed: string, length: number, key: string, context: string, version: number, ranges: [number, number][]) => {
      const all = bytesOf(sealed);
      const source = async (at: number, size: number): Promise<Uint8Array> => all.slice(at, at + size);
      const secret = await secretOf(bytesOf(key));
      const found: string[] = [];
      for (const [start, end] of ranges) {
        const message = new SealedMessage(source, 0, length, secret, bytesOf(context), "object", CHUNKINGS[version] as Chunking);
        const read = await message.slice(start, end).arrayBuffer().catch((error: Error) => error.message);
        found.push(typeof read === "string" ? read : hexOf(new Uint8Array(read)));
      }
      return found;
    },
    journal: async (header: string, password: string, sealed: string) =>
      (await codingOf(header, password)).open("", bytesOf(sealed)),
    written: async (header: string, password: string, name: string, lines: string[]) => {
      const coded = await (await codingOf(header, password)).begin(name);
      let all = hexOf(coded.first);
      for (const line of lines) {
        const bytes = await coded.lines(`${line}\n`);
        coded.kept(bytes);
        all += hexOf(bytes);
      }
      return all;
    },
    packed: async (header: string, password: string, contents: Record<string, string>) =>
      (await codingOf(header, password)).pack(contents),
  },
});
