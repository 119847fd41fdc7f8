// Where journals are kept: READINGS of the chosen folder, or this browser; each behind the same small interface.

import type { Coding } from "./coding";

/** A file that is being written. */
export interface JournalFile {
  readonly name: string;
  /** Once it resolves, the text is kept, as far as the system can guarantee it. */
  append(text: string): Promise<void>;
}

export interface JournalFolder {
  /** Whether it is on the medium. */
  readonly onMedium: boolean;
  /** Every journal by its name. */
  contents(): Promise<Map<string, string>>;
  create(name: string): Promise<JournalFile>;
}

/** Bytes as they lie somewhere; what they mean, a coding knows. */
export interface ByteFolder {
  readonly onMedium: boolean;
  /** Those of a name that `isName` takes, and not longer than `longest`. */
  files(isName: (name: string) => boolean, longest: number): Promise<Map<string, Uint8Array>>;
  /** `begun` is what the file holds already: a copy of it was cut off. */
  create(name: string, begun?: Uint8Array): Promise<(more: Uint8Array) => Promise<void>>;
}

/** The journals in a folder, as lines. */
export class Journals implements JournalFolder {
  constructor(readonly bytes: ByteFolder, readonly coding: Coding) {}

  get onMedium(): boolean {
    return this.bytes.onMedium;
  }

  files(): Promise<Map<string, Uint8Array>> {
    return this.bytes.files((name) => this.coding.isName(name), this.coding.longest);
  }

  async contents(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const [file, bytes] of await this.files()) {
      const opened = await this.coding.open(file, bytes);
      if (opened && opened.text.length >= (found.get(opened.name)?.length ?? 0)) found.set(opened.name, opened.text);
    }
    return found;
  }

  async create(name: string): Promise<JournalFile> {
    const coded = await this.coding.begin(name);
    const append = await this.bytes.create(coded.file);
    let first = coded.first;
    return {
      name,
      append: async (text) => {
        const lines = await coded.lines(text);
        const both = new Uint8Array(first.length + lines.length);
        both.set(first);
        both.set(lines, first.length);
        await append(both);
        first = new Uint8Array(0);
        coded.kept(lines);
      },
    };
  }
}

// What the library of TypeScript does not have yet.
interface Directory extends FileSystemDirectoryHandle {
  values(): AsyncIterable<FileSystemFileHandle | FileSystemDirectoryHandle>;
}
interface Writable {
  write(part: { type: "write"; position: number; data: Uint8Array }): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}
interface WritableFile extends FileSystemFileHandle {
  createWritable(options: { keepExistingData: boolean }): Promise<Writable>;
}

export const READINGS = "READINGS";

/** Read a journal; one that cannot be read leaves all others as they are, as in the viewer. */
async function take(file: File | null, longest: number, into: Map<string, Uint8Array>): Promise<void> {
  const bytes = file && file.size <= longest ? await file.arrayBuffer().catch(() => null) : null;
  if (file && bytes) into.set(file.name, new Uint8Array(bytes));
}

/** READINGS of a folder that the reader chose, and that this page may write in. */
export class MediumFolder implements ByteFolder {
  readonly onMedium = true;

  /** `isHere` says whether the medium is still the one that was opened: nothing is written on another. */
  constructor(private readonly root: FileSystemDirectoryHandle, private readonly isHere: () => Promise<boolean>) {}

  async files(isName: (name: string) => boolean, longest: number): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    const folder = (await this.root.getDirectoryHandle(READINGS)) as Directory;
    for await (const handle of folder.values()) {
      if (handle.kind === "file" && isName(handle.name)) {
        await take(await (handle as FileSystemFileHandle).getFile().catch(() => null), longest, found);
      }
    }
    return found;
  }

  async create(name: string, begun = new Uint8Array(0)): Promise<(more: Uint8Array) => Promise<void>> {
    if (!(await this.isHere())) throw new DOMException("another medium", "NotFoundError");
    const folder = await this.root.getDirectoryHandle(READINGS, { create: true });
    const handle = (await folder.getFileHandle(name, { create: true })) as WritableFile;
    let length = begun.length;
    // The browser writes a copy beside the file, and puts it in its place when it is whole.
    return async (more) => {
      if ((await handle.getFile()).size !== length) throw new DOMException("it was changed", "InvalidStateError");
      const stream = await handle.createWritable({ keepExistingData: true });
      try {
        await stream.write({ type: "write", position: length, data: more });
        await stream.close();
      } catch (error) {
        await stream.abort().catch(() => undefined);
        throw error;
      }
      length += more.length;
    };
  }
}

/** Journals that can be read and not written: those among the files that a field for files gave. */
export class ListedJournals implements ByteFolder {
  readonly onMedium = true;

  constructor(private readonly all: readonly File[]) {}

  async files(isName: (name: string) => boolean, longest: number): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const file of this.all) {
      if (isName(file.name)) await take(file, longest, found);
    }
    return found;
  }

  create(): Promise<never> {
    return Promise.reject(new DOMException("it can only be read", "NotAllowedError"));
  }
}

const DATABASE = "mkbundle-readings";
const STORE = "journals";

interface Kept {
  /** Of which study or stick it is. */
  bundle: string;
  name: string;
  /** Earlier pages kept a text. */
  text: Uint8Array | string;
}

function bytesOf({ text }: Kept): Uint8Array {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}

/** Journals of one study in the storage of this browser. */
export class BrowserFolder implements ByteFolder {
  readonly onMedium = false;

  constructor(private readonly bundle: string) {}

  async files(isName: (name: string) => boolean): Promise<Map<string, Uint8Array>> {
    const all = (await this.ask("readonly", (store) => store.getAll())) as Kept[];
    const mine = all.filter((kept) => kept.bundle === this.bundle && isName(kept.name));
    return new Map(mine.map((kept) => [kept.name, bytesOf(kept)]));
  }

  async create(name: string): Promise<(more: Uint8Array) => Promise<void>> {
    let bytes = new Uint8Array(0);
    const append = async (more: Uint8Array): Promise<void> => {
      const all = new Uint8Array(bytes.length + more.length);
      all.set(bytes);
      all.set(more, bytes.length);
      const kept: Kept = { bundle: this.bundle, name, text: all };
      await this.ask("readwrite", (store) => store.put(kept));
      bytes = all;
    };
    await append(bytes);
    return append;
  }

  /** Forget a file, if it is still the same as when it was kept elsewhere. */
  async erase(name: string, bytes: Uint8Array): Promise<void> {
    await this.ask("readwrite", (store) => {
      const asked = store.get([this.bundle, name]);
      asked.onsuccess = () => {
        const kept = asked.result as Kept | undefined;
        if (kept && isSame(bytesOf(kept), bytes)) store.delete([this.bundle, name]);
      };
      return asked;
    });
  }

  private async ask(mode: IDBTransactionMode, request: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        // Flushed to the disk: a power cut may come.
        const transaction = database.transaction(STORE, mode, { durability: "strict" });
        const asked = request(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error ?? asked.error);
      });
    } finally {
      database.close();
    }
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["bundle", "name"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}

function startsWith(whole: Uint8Array, beginning: Uint8Array): boolean {
  return whole.length >= beginning.length && beginning.every((byte, k) => byte === whole[k]);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && startsWith(a, b);
}

/** Bring journals of this browser onto the medium, and forget those that are there. */
export async function bring(from: Journals, browser: BrowserFolder, medium: Journals): Promise<void> {
  const kept = await from.files();
  if (!kept.size) return;
  const there = await medium.files().catch(() => new Map<string, Uint8Array>());
  for (const [name, bytes] of kept) {
    try {
      // A full medium, or a browser that ended, may have left the beginning; or another window wrote on here.
      const begun = there.get(name) ?? new Uint8Array(0);
      if (bytes.length > begun.length && startsWith(bytes, begun)) {
        await (await medium.bytes.create(name, begun))(bytes.slice(begun.length));
      }
      const written = (await medium.files()).get(name);
      // A longer one there was written by nobody else: it is this one and more.
      if (bytes.length && written && startsWith(written, bytes)) await browser.erase(name, bytes);
    } catch {
      continue; // it stays here, and can be sent
    }
  }
}
