// Spellings of readers' names: which known reader somebody may be who types a new name; as in viewer/reading/names.py.

import { folded, readerKey } from "./spelling";

const ALIKE = 0.84;
const SHORTEST = 4;
const TITLES = new Set([
  "dr", "prof", "professor", "doctor", "doktor", "med", "priv", "doz", "pd", "mr", "mrs", "ms", "herr", "frau",
]);

/** The known reader whose name is most like `name`; empty if none is, or if it is one of theirs. */
export function mayBe(name: string, known: readonly string[]): string {
  const others = new Map(known.map((other) => [readerKey(other), other]));
  if (others.has(readerKey(name))) return "";
  let best: readonly [number, string] = [0, ""];
  for (const other of others.values()) {
    const found = likeness(name, other);
    if (found >= ALIKE && (found > best[0] || (found === best[0] && other > best[1]))) best = [found, other];
  }
  return best[1];
}

function likeness(one: string, other: string): number {
  const [words, others] = [namesOf(one), namesOf(other)];
  if (!words.length || !others.length || figures(words) !== figures(others)) return 0;
  const same = [...words].sort().join(" ") === [...others].sort().join(" ");
  if (same || words.join("") === others.join("") || plain(one).join("") === plain(other).join("")) return 1;
  const [fewer, more] = [new Set(words), new Set(others)].sort((a, b) => a.size - b.size) as [Set<string>, Set<string>];
  if ([...fewer].every((word) => more.has(word)) && Math.max(...[...fewer].map(lengthOf)) >= SHORTEST) return 0.95;
  const [first, last] = [words.join(""), others.join("")];
  return Math.min(lengthOf(first), lengthOf(last)) >= SHORTEST ? ratio(first, last) : 0;
}

function lengthOf(text: string): number {
  return [...text].length;
}

function namesOf(name: string): string[] {
  const words = plain(name);
  const named = words.filter((word) => !TITLES.has(word));
  return named.length ? named : words;
}

/** The words of a name in small letters, without accents and signs. */
function plain(name: string): string[] {
  const bare = folded(name).normalize("NFKD").replace(/\p{Mn}/gu, "").replace(/['\u2019]/g, "");
  return bare.match(/[\p{L}\p{N}_]+/gu) ?? [];
}

function figures(words: readonly string[]): string {
  return words.flatMap((word) => word.match(/\p{Nd}+/gu) ?? []).sort().join(" ");
}

/** Ratcliff and Obershelp, as difflib has it: twice the letters in common blocks, by all letters. */
function ratio(first: string, last: string): number {
  const [a, b] = [[...first], [...last]];
  return (2 * common(a, b)) / (a.length + b.length);
}

function common(a: readonly string[], b: readonly string[]): number {
  let [at, to, size] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) {
      let run = 0;
      while (i + run < a.length && j + run < b.length && a[i + run] === b[j + run]) run += 1;
      if (run > size) [at, to, size] = [i, j, run];
    }
  }
  if (!size) return 0;
  return size + common(a.slice(0, at), b.slice(0, to)) + common(a.slice(at + size), b.slice(to + size));
}
