// The journals that are there before a session begins, and whose they are.

import { isOfBundle, openingOf, parseJournal, type Journal } from "./journal";
import type { JournalFolder } from "./places";
import type { Study } from "./questions";

/** Every journal of the bundle in these folders; a folder that cannot be read has none. */
export async function journalsIn(folders: readonly JournalFolder[], study: Study): Promise<Journal[]> {
  const studies = new Map(study.cases.map((found) => [found.case, found.study]));
  const all: Journal[] = [];
  for (const folder of folders) {
    const contents = await folder.contents().catch(() => new Map<string, string>());
    for (const [name, text] of contents) all.push(await parseJournal(name, text));
  }
  return all.filter((journal) => isOfBundle(journal, study.bundle, studies));
}

/** The names of those who have begun to read. */
export function readersIn(journals: readonly Journal[]): string[] {
  const names = journals.map((journal) => openingOf(journal)["reader"]);
  return [...new Set(names.filter((name): name is string => typeof name === "string"))];
}
