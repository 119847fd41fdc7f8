// A sealed medium with its password: the sealed side of medium.ts. No plain byte of it leaves the memory of the page.

import { KeptJournals } from "../form/kept";
import { hex } from "../form/spelling";
import type { BundleIndex } from "../format";
import { textOf, type Medium, type MediumFile } from "../medium";
import type { Folder } from "../source";
import { infoOf, same } from "./bytes";
import { Catalogue, sourceOf } from "./catalogue";
import { DamagedSeal, LOCK } from "./errors";
import { headerOf, opened, volumeOf, type Keys, type LockHeader } from "./header";
import { SealedCoding } from "./journals";
import { expanded, secretOf } from "./keys";

const ROWS = "WEB/INDEX.JS";
const QUESTIONS = "WEB/FORM.JS";
const MOST_LOCK = 1 << 16;
const STICK = [16, 32] as const;

/** Whether the folder holds a sealed medium; with `stick`, this one. */
export async function isSealed(folder: Folder, stick?: Uint8Array): Promise<boolean> {
  // A file of a list is there though its medium is gone: only reading it tells.
  return folder.file(LOCK).then((file) => file.slice(...STICK).arrayBuffer()).then(
    (bytes) => !stick || same(new Uint8Array(bytes), stick),
    () => false,
  );
}

/** Open a sealed medium; rejects with WrongPassword, DamagedSeal, UnknownSeal, and where it cannot be read. */
export async function openMedium(folder: Folder, password: string): Promise<SealedMedium> {
  const lock = await folder.file(LOCK);
  const header = await headerOf(new Uint8Array(await lock.slice(0, Math.min(lock.size, MOST_LOCK)).arrayBuffer()));
  const keys = await opened(header, password);
  const volume = await volumeOf(header, keys);
  const source = await sourceOf(folder, header, volume.total);
  const key = await secretOf(await expanded(keys.master, infoOf("data", keys.stick)));
  return new SealedMedium(folder, header, keys, await Catalogue.read(source, keys, key, volume, header.chunking));
}

export class SealedMedium implements Medium {
  constructor(
    private readonly folder: Folder, private readonly header: LockHeader, private readonly keys: Keys,
    private readonly catalogue: Catalogue,
  ) {}

  /** Whether this password has journals of its own. */
  get keepsAnswers(): boolean {
    return this.keys.journal !== null;
  }

  async file(path: string): Promise<MediumFile> {
    return this.catalogue.file(path);
  }

  isThere(): Promise<boolean> {
    return isSealed(this.folder);
  }

  /** What the scripts of a plain medium would say: the list of scans, and the form. */
  async rows(): Promise<{ index: BundleIndex; form: string }> {
    const [index, form] = await Promise.all([ROWS, QUESTIONS].map(async (path) => {
      const [, said] = /^self\.bundle\w+=(.*);\n$/s.exec(await textOf(await this.file(path))) ?? [];
      if (said === undefined) throw new DamagedSeal(path, "it is no list of ours");
      return JSON.parse(said) as unknown;
    }));
    return { index: index as BundleIndex, form: form as string };
  }

  /** By the stick, not by the bundle: nothing on the PC tells what is on it. */
  journals(): KeptJournals {
    const { stick } = this.keys;
    const coding = new SealedCoding(this.header, this.keys);
    return new KeptJournals(this.folder, `sealed ${hex(stick)}`, coding, () => isSealed(this.folder, stick));
  }
}
