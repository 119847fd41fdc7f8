// Where journals are kept: READINGS of the chosen folder, or this browser; each behind the same small interface.

import { isJournalName, MAX_JOURNAL } from "./journal";

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
  create(name: string, reader: string): Promise<JournalFile>;
}

// What the library of TypeScript does not have yet.
interface Directory extends FileSystemDirectoryHandle {
  values(): AsyncIterable<FileSystemFileHandle | FileSystemDirectoryHandle>;
}
interface Writable {
  write(part: { type: "write"; position: number; data: string }): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}
interface WritableFile extends FileSystemFileHandle {
  createWritable(options: { keepExistingData: boolean }): Promise<Writable>;
}

export const READINGS = "READINGS";

/** Read a journal; one that cannot be read leaves all others as they are, as in the viewer. */
async function take(file: File | null, into: Map<string, string>): Promise<void> {
  const text = file && file.size <= MAX_JOURNAL ? await file.text().catch(() => null) : null;
  if (file && text !== null) into.set(file.name, text);
}

/** READINGS of a folder that the reader chose, and that this page may write in. */
export class MediumFolder implements JournalFolder {
  readonly onMedium = true;

  /** `isHere` says whether the medium is still the one that was opened: nothing is written on another. */
  constructor(private readonly root: FileSystemDirectoryHandle, private readonly isHere: () => Promise<boolean>) {}

  async contents(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const folder = (await this.root.getDirectoryHandle(READINGS)) as Directory;
    for await (const handle of folder.values()) {
      if (handle.kind === "file" && isJournalName(handle.name)) {
        const file = await (handle as FileSystemFileHandle).getFile().catch(() => null);
        await take(file, found);
      }
    }
    return found;
  }

  /** `begun` is what the file holds already: a copy of it was cut off. */
  async create(name: string, _reader: string, begun = ""): Promise<JournalFile> {
    if (!(await this.isHere())) throw new DOMException("another medium", "NotFoundError");
    const folder = await this.root.getDirectoryHandle(READINGS, { create: true });
    return new MediumFile((await folder.getFileHandle(name, { create: true })) as WritableFile, lengthOf(begun));
  }
}

class MediumFile implements JournalFile {
  constructor(private readonly handle: WritableFile, private length: number) {}

  get name(): string {
    return this.handle.name;
  }

  /** The browser writes a copy beside the file, and puts it in its place when it is whole. */
  async append(text: string): Promise<void> {
    if ((await this.handle.getFile()).size !== this.length) throw new DOMException("it was changed", "InvalidStateError");
    const stream = await this.handle.createWritable({ keepExistingData: true });
    try {
      await stream.write({ type: "write", position: this.length, data: text });
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => undefined);
      throw error;
    }
    this.length += lengthOf(text);
  }
}

function lengthOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Journals that can be read and not written: those among the files that a field for files gave. */
export class ListedJournals implements JournalFolder {
  readonly onMedium = true;

  constructor(private readonly files: readonly File[]) {}

  async contents(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const file of this.files) {
      if (isJournalName(file.name)) await take(file, found);
    }
    return found;
  }

  create(): Promise<JournalFile> {
    return Promise.reject(new DOMException("it can only be read", "NotAllowedError"));
  }
}

const DATABASE = "mkbundle-readings";
const STORE = "journals";

interface Kept {
  bundle: string;
  name: string;
  reader: string;
  text: string;
}

/** Journals of one study in the storage of this browser. */
export class BrowserFolder implements JournalFolder {
  readonly onMedium = false;

  constructor(private readonly bundle: string) {}

  async contents(): Promise<Map<string, string>> {
    const all = (await this.ask("readonly", (store) => store.getAll())) as Kept[];
    return new Map(all.filter((kept) => kept.bundle === this.bundle).map(({ name, text }) => [name, text]));
  }

  async create(name: string, reader: string): Promise<JournalFile> {
    let text = "";
    const append = async (more: string): Promise<void> => {
      await this.ask("readwrite", (store) => store.put({ bundle: this.bundle, name, reader, text: text + more }));
      text += more;
    };
    await append("");
    return { name, append };
  }

  /** Forget these journals, if they are no longer than when they were kept elsewhere. */
  async erase(journals: ReadonlyMap<string, string>): Promise<void> {
    for (const [name, text] of journals) {
      await this.ask("readwrite", (store) => {
        const asked = store.get([this.bundle, name]);
        asked.onsuccess = () => {
          if ((asked.result as Kept | undefined)?.text === text) store.delete([this.bundle, name]);
        };
        return asked;
      });
    }
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

/** Bring journals of this browser onto the medium, and forget those that are there. */
export async function bring(browser: BrowserFolder, medium: MediumFolder): Promise<void> {
  const kept = await browser.contents();
  if (!kept.size) return;
  const there = await medium.contents().catch(() => new Map<string, string>());
  for (const [name, text] of kept) {
    try {
      // A full medium, or a browser that ended, may have left the beginning; or another window wrote on here.
      const begun = there.get(name) ?? "";
      if (text.length > begun.length && text.startsWith(begun)) {
        await (await medium.create(name, "", begun)).append(text.slice(begun.length));
      }
      const written = (await medium.contents()).get(name);
      // A longer one there was written by nobody else: it is this one and more.
      if (text && written?.startsWith(text)) await browser.erase(new Map([[name, text]]));
    } catch {
      continue; // it stays here, and can be sent
    }
  }
}
