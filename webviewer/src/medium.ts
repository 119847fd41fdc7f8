// The medium: what list, pixels, form and journals ask of it. It lies there plainly, or sealed (sealed/medium.ts).

import { PlainCoding } from "./form/coding";
import { KeptJournals } from "./form/kept";
import type { Folder } from "./source";

/** A file that is read in ranges; a `File` is one. */
export interface MediumFile {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface Medium {
  /** The file at a relative path; rejects if it is not there. */
  file(path: string): Promise<MediumFile>;
  /** Whether the medium can still be read. */
  isThere(): Promise<boolean>;
  /** The places of journals that are called after this bundle. */
  journals(bundle: string): KeptJournals;
}

const ROWS = "WEB/INDEX.JS";
const QUESTIONS = "WEB/FORM.JS";

/** A chosen folder whose files are as every program reads them. */
export class PlainMedium implements Medium {
  constructor(private readonly folder: Folder) {}

  file(path: string): Promise<MediumFile> {
    return this.folder.file(path);
  }

  isThere(): Promise<boolean> {
    return isMedium(this.folder);
  }

  journals(bundle: string): KeptJournals {
    return new KeptJournals(this.folder, bundle, new PlainCoding(bundle), () => isOfStudy(this.folder));
  }
}

/** The journals of this bundle while nobody has chosen the medium's folder: those in this browser. */
export function journalsHere(bundle: string): KeptJournals {
  return new KeptJournals(null, bundle, new PlainCoding(bundle), () => Promise.resolve(false));
}

/** Whether this is the medium of the page; whether each file is the right one, its digest tells. */
export async function isMedium(folder: Folder): Promise<boolean> {
  // A file of a list is there though its medium is gone: only reading it tells.
  return folder.file(ROWS).then((file) => file.slice(0, 1).arrayBuffer()).then(
    () => true,
    () => false,
  );
}

/** Whether the folder is the medium of this very study: nobody's answers may go anywhere else. */
export async function isOfStudy(folder: Folder): Promise<boolean> {
  const text = await folder.file(QUESTIONS).then(textOf, () => "");
  return text.includes(`"${globalThis.bundleForm ?? ""}"`);
}

/** A whole file, as text. */
export async function textOf(file: MediumFile): Promise<string> {
  return new TextDecoder("utf-8").decode(await file.slice(0, file.size).arrayBuffer());
}
