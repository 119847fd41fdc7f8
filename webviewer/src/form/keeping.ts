// Where a session's lines are kept: on the medium, else in this browser; what neither accepts waits in memory.

import { firstData, formatLine, newName, now, OPENING, type Head, type Heads } from "./journal";
import type { JournalFile, JournalFolder } from "./places";
import type { Data } from "./spelling";

type Waiting = readonly [kind: string, data: Data, time: string];

interface Writer {
  readonly file: JournalFile;
  readonly folder: JournalFolder;
  head: Head;
}

export class Keeping {
  /** Whether lines wait because nothing accepts them. */
  stuck = false;
  private ended = false;
  private writer: Writer | null = null;
  private waiting: Waiting[] = [];
  // Nobody knows whether the browser did save a copy: the next one has these lines, too.
  private readonly copies: Record<string, string> = {};
  private last: Promise<void> = Promise.resolve();

  /** `seen` are the heads of the journals that were read. */
  constructor(
    private readonly folders: readonly JournalFolder[], private readonly reader: string,
    private readonly opening: () => Data, private readonly seen: Heads,
  ) {}

  get folder(): JournalFolder | null {
    return this.writer?.folder ?? null;
  }

  /** The heads of all journals; nothing while there is none of our own, or a line waits. */
  get heads(): Heads {
    return !this.writer || this.waiting.length ? {} : { ...this.seen, [this.writer.file.name]: this.writer.head };
  }

  /** Take a line, which `flush` writes; returns its time. */
  note(kind: string, data: Data): string {
    const time = now();
    if (!this.ended) this.waiting.push([kind, data, time]);
    return time;
  }

  /** Write nothing any more: the answers were erased here, and must not come back. */
  end(): void {
    this.ended = true;
    this.waiting = [];
    this.stuck = false;
  }

  /** Write everything that waits; one call after the other. */
  flush(): Promise<void> {
    this.last = this.last.then(() => this.write());
    return this.last;
  }

  /** The journals of lines that waited when a copy was made, with those that wait now: they wait no longer. */
  async copied(): Promise<Readonly<Record<string, string>>> {
    // After what is being written: no line goes both ways, and none that comes meanwhile is forgotten.
    const done = this.last.then(() => this.copy());
    this.last = done.catch(() => undefined);
    await done;
    return this.copies;
  }

  private async copy(): Promise<void> {
    const waiting = [...this.waiting];
    if (!waiting.length) return;
    const name = await newName(this.reader);
    const [text, head] = await linesOf([[OPENING, this.first(name), now()], ...waiting], [0, ""]);
    this.copies[name] = text;
    this.seen[name] = head;
    this.waiting = this.waiting.slice(waiting.length);
    this.stuck = this.waiting.length > 0;
  }

  private async write(): Promise<void> {
    while (this.waiting.length && !this.ended) {
      const now = [...this.waiting];
      if (!(await this.keep(now))) break;
      this.waiting = this.waiting.slice(now.length);
    }
    this.stuck = this.waiting.length > 0;
  }

  private async keep(waiting: readonly Waiting[]): Promise<boolean> {
    if (this.writer) {
      try {
        await append(this.writer, waiting);
        return true;
      } catch {
        // Full, removed, or read-only: try the next place, in a new file.
        if (this.writer.head[0]) this.seen[this.writer.file.name] = this.writer.head;
        this.writer = null;
      }
    }
    for (const folder of this.folders) {
      try {
        const name = await newName(this.reader);
        const writer: Writer = { file: await folder.create(name), folder, head: [0, ""] };
        await append(writer, [[OPENING, this.first(name), now()], ...waiting]);
        this.writer = writer;
        return true;
      } catch {
        continue;
      }
    }
    return false;
  }

  private first(name: string): Data {
    return firstData(name, this.reader, { ...this.opening(), seen: { ...this.seen } });
  }
}

async function append(writer: Writer, waiting: readonly Waiting[]): Promise<void> {
  const [text, head] = await linesOf(waiting, writer.head);
  await writer.file.append(text);
  writer.head = head;
}

async function linesOf(waiting: readonly Waiting[], after: Head): Promise<[string, Head]> {
  let [number, digest] = after;
  let text = "";
  for (const [kind, data, time] of waiting) {
    let line: string;
    number += 1;
    [line, digest] = await formatLine(number, time, kind, data, digest);
    text += `${line}\n`;
  }
  return [text, [number, digest]];
}
