// How a journal lies in its file: as its lines, or sealed on a sealed medium; who reads and writes it does not know.

import { isJournalName, MAX_JOURNAL, packed } from "./journal";

export interface JournalText {
  readonly name: string;
  readonly text: string;
}

/** A journal that is being written. */
export interface Coded {
  /** The name of its file. */
  readonly file: string;
  /** What stands before its lines. */
  readonly first: Uint8Array;
  /** The bytes of whole lines, to be appended to what was `kept` before. */
  lines(text: string): Promise<Uint8Array>;
  kept(bytes: Uint8Array): void;
}

export interface Coding {
  readonly isSealed: boolean;
  /** No file of a journal is longer. */
  readonly longest: number;
  /** Whether the file of a journal may have this name. */
  isName(file: string): boolean;
  /** The journal in a file; null if it holds none, or none that may be read here. */
  open(file: string, bytes: Uint8Array): Promise<JournalText | null>;
  begin(name: string): Promise<Coded>;
  /** A file to send with these journals. */
  pack(contents: Readonly<Record<string, string>>): Promise<string>;
}

/** Journals as they are. */
export class PlainCoding implements Coding {
  readonly isSealed = false;
  readonly longest = MAX_JOURNAL;

  constructor(private readonly bundle: string) {}

  isName(file: string): boolean {
    return isJournalName(file);
  }

  open(file: string, bytes: Uint8Array): Promise<JournalText> {
    return Promise.resolve({ name: file, text: new TextDecoder("utf-8", { ignoreBOM: false }).decode(bytes) });
  }

  begin(name: string): Promise<Coded> {
    const lines = (text: string): Promise<Uint8Array> => Promise.resolve(new TextEncoder().encode(text));
    return Promise.resolve({ file: name, first: new Uint8Array(0), lines, kept: () => undefined });
  }

  pack(contents: Readonly<Record<string, string>>): Promise<string> {
    return Promise.resolve(packed(contents, this.bundle));
  }
}
