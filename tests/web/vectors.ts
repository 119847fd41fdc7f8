// What tests/web/test_vectors.py calls in a real browser: the functions of the form that have no page.

import { firstData, formatLine, merged, parseJournal, isOf, sessionIn } from "../../webviewer/src/form/journal";
import { rounded } from "../../webviewer/src/form/marks";
import { mayBe } from "../../webviewer/src/form/names";
import { slotsOf } from "../../webviewer/src/form/order";
import { openPoints, problemOf, studyOf, type Form, type Question } from "../../webviewer/src/form/questions";
import { Readings, receiptCode } from "../../webviewer/src/form/readings";
import { saidLength } from "../../webviewer/src/form/said";
import { filePrefix, folded, readerKey, spelled, type Data, type Json } from "../../webviewer/src/form/spelling";

async function readings(files: Record<string, string>, reader: string): Promise<unknown> {
  const all = await Promise.all(Object.entries(files).map(([name, text]) => parseJournal(name, text)));
  const found: Record<string, unknown> = {};
  const mine = all.filter((journal) => isOf(journal, reader));
  for (const session of new Set(mine.map(sessionIn))) {
    const added = new Readings();
    const entries = merged(mine.filter((journal) => sessionIn(journal) === session));
    for (const entry of entries) added.take(entry);
    found[session] = {
      entries: entries.map((entry) => [entry.file, entry.number]),
      cases: [...added.cases].map(([key, reading]) => [
        key, reading.state, reading.looks, reading.seconds, [...reading.answers].map(([place, value]) => [place, spelled(value)]),
      ]),
      about: [...added.about],
      receipt: added.receipt,
    };
  }
  return found;
}

Object.assign(self, {
  vectors: {
    folded, readerKey, filePrefix, spelled, rounded, mayBe, formatLine, firstData, slotsOf, receiptCode, readings, studyOf,
    problemOf: (question: Question, value: Json) => problemOf(question, value),
    openPoints: (form: Form, answers: [string, Json][], series: string[]) => {
      return openPoints(form, new Map(answers), series).map(([question, of, why]) => [question.id, of, why]);
    },
    said: (value: number, unit: string) => saidLength({ value, unit: "mm" }, unit),
    line: (data: Data) => spelled(data),
  },
});
