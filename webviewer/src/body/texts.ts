// The texts on the body: what is shown, by what it is drawn, what was done to it, and the warnings of its slices.

import type { Corners, Level, Line } from "../annotation";
import { startAt } from "../planes/mpr";
import type { Solid } from "../planes/solid";
import { planeCorners } from "../planes/words";
import type { Slices } from "../slices";
import type { ViewState } from "../state";
import { signed, tr } from "../words";
import type { Body } from "./body";
import type { Point } from "./looks";

const note = (text: string): Line => ({ text, weight: "note" });

export function cornersOf(slices: Slices, solid: Solid, body: Body, level: Level, state: ViewState, hint: string): Corners {
  const said = planeCorners(slices, solid, startAt(solid, null), "axial", level, state, "", true);
  const off = level === "off";
  const place = level === "full" ? said.bottomLeft.slice(0, -1) : said.bottomLeft;
  const damaged: Line[] = solid.damaged.length ? [{ text: tr("without its damaged images"), weight: "damage" }] : [];
  const failed: Line[] = body.failed ? [{ text: tr("This PC has too little memory for a sharp picture"), weight: "damage" }] : [];
  const done = [averagedNote(body.averaged), shiftNote(body, slices.entry.stack.units), hint].filter((text) => text).map(note);
  const muted = (text: string): Line => ({ text, weight: "muted" });
  const by = body.kind === "card" ? tr("Drawn by the graphics card") : tr("Drawn by the processor");
  return {
    topLeft: off ? [] : [{ text: tr(body.look.name), weight: "strong" }],
    topRight: said.topRight,
    bottomLeft: [...damaged, ...failed, ...done, ...(off ? said.bottomLeft : place)],
    bottomRight: off ? [] : [muted(by), muted(tr("For orientation only: measure on the slices"))],
  };
}

/** That neighbouring voxels are averaged, if they are. */
function averagedNote(steps: readonly number[]): string {
  return steps.every((step) => step === 1) ? "" : tr("{size} voxels averaged into one", { size: steps.join(" × ") });
}

/** By how much the values of a preset are moved, and the value from which it shows something. */
function shiftNote({ look, shift }: Body, units: string): string {
  if (!shift) return "";
  const [value, by] = [(look.points[0] as Point)[0] + shift, shift].map((part) => `${signed(part)} ${units}`.trimEnd()) as [string, string];
  return tr("Shown from {value}: preset moved by {shift} (0 restores it)", { value, shift: by });
}
