// How a case opens by the hanging rule of the medium: in how many panes, with the previous study beside it, as planes or
// in 3D; as in viewer/ui/shell/window.py. Its first series and its window are those of `choice` and `reader`.

import { firstOf } from "./choice";
import type { Entry, Layout } from "./format";
import type { Reader } from "./reader";
import { tr } from "./words";

/** The pages that take the place of the panes. */
export interface HungPages {
  leave(): void;
  planes(): void;
  body(): void;
}

const PANES: Record<Layout, 1 | 2 | 4> = { single: 1, two: 2, four: 4, six: 4, mpr: 1, "3d": 1 };

/** Arrange the open case; returns what the rule asks for and this page does not do. */
export function hang(reader: Reader, entries: readonly Entry[], pages: HungPages): string {
  const { entry } = reader;
  const rule = entry && reader.ruleOf(entry);
  if (!rule) return "";
  const prior = rule.prior ? firstOf(entries.filter((found) => found.case.case === entry.case.before)) : null;
  pages.leave();
  reader.layOut(PANES[rule.layout], prior ? [prior] : []);
  if (rule.layout === "mpr") pages.planes();
  if (rule.layout === "3d") pages.body();
  return rule.layout === "six" ? tr("This study asks for six panes; this page shows four.") : "";
}
