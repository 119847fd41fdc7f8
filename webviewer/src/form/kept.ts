// All places of one medium's journals, the medium first: what may be written where, and what is brought or erased.

import { PickedFolder, ListedFolder, type Folder } from "../source";
import type { Coding } from "./coding";
import { isOf, parseJournal } from "./journal";
import { BrowserFolder, bring, Journals, ListedJournals, MediumFolder, READINGS } from "./places";

interface WithPermission extends FileSystemDirectoryHandle {
  requestPermission?(options: { mode: "readwrite" }): Promise<PermissionState>;
}

export class KeptJournals {
  readonly folders: readonly Journals[];
  /** Whether the page can ask to write on the medium. */
  readonly mayWrite: boolean;
  private readonly root: WithPermission | null;
  private readonly browser: BrowserFolder;
  private readonly medium: Journals;
  private readonly here: Journals;

  /**
   * Without a folder, this browser is the only place. `study` names the study or stick in its storage; `isHere` says
   * whether the medium is still the same.
   */
  constructor(folder: Folder | null, study: string, readonly coding: Coding, isHere: () => Promise<boolean>) {
    this.root = folder instanceof PickedFolder ? folder.root : null;
    this.mayWrite = this.root !== null;
    const files = folder instanceof ListedFolder ? folder.filesIn(READINGS) : [];
    this.medium = new Journals(this.root ? new MediumFolder(this.root, isHere) : new ListedJournals(files), coding);
    this.browser = new BrowserFolder(study);
    this.here = new Journals(this.browser, coding);
    this.folders = folder ? [this.medium, this.here] : [this.here];
  }

  /** Ask whether the page may save on the medium, and bring there what waits in this browser. */
  async allow(): Promise<void> {
    const allowed = (await this.root?.requestPermission?.({ mode: "readwrite" }).catch(() => "denied")) ?? "denied";
    if (allowed === "granted") await bring(this.here, this.browser, this.medium).catch(() => undefined);
  }

  /** Erase a reader's journals from the storage of the browser. */
  async erase(reader: string): Promise<void> {
    for (const [file, bytes] of await this.here.files()) {
      const opened = await this.coding.open(file, bytes);
      if (opened && isOf(await parseJournal(opened.name, opened.text), reader)) await this.browser.erase(file, bytes);
    }
  }
}
