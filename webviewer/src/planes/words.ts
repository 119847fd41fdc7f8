// The texts on a plane: its name, the slab, the place of the cross-hair, the value at the pointer, and warnings.

import { alterationsOf, identity, leftOut, type Corners, type Level, type Line } from "../annotation";
import type { Vector, Window } from "../format";
import { presetName } from "../presets";
import type { Slices } from "../slices";
import { sentence, signed, tr } from "../words";
import { turnedFrom, type MprState, type Plane } from "./mpr";
import type { Solid } from "./solid";

// In degrees: less is rounding.
const TURNED = 0.05;
const NAMES: Record<Plane, string> = {
  axial: "Axial", coronal: "Coronal", sagittal: "Sagittal", oblique: "Oblique",
};

const note = (text: string): Line => ({ text, weight: "note" });

/** The name of a plane; one that has turned away from its axis is oblique. */
export function titleOfPlane(state: MprState, plane: Plane): string {
  const name = tr(NAMES[plane]);
  const degrees = plane === "oblique" ? 0 : turnedFrom(state, plane);
  if (degrees < TURNED) return name;
  return tr("Oblique, {degrees}° from {plane}", { degrees: signed(degrees), plane: name.toLowerCase() });
}

function placeText(point: Vector): string {
  const sides = [["L", "R"], ["P", "A"], ["S", "I"]] as const;
  const parts = point.map((part, k) => `${tr((sides[k] as readonly string[])[part < 0 ? 1 : 0] as string)} ${signed(Math.abs(part))}`);
  return `${parts.join("   ")} mm`;
}

/** What was done to the pixels of any slice: planes mix them. */
function alterations(slices: Slices): string[] {
  return [...new Set(slices.frames.flatMap((frame) => alterationsOf(frame.altered)))];
}

/** The case, the window and warnings are said once, in the first pane. */
export function planeCorners(
  slices: Slices, solid: Solid, state: MprState, plane: Plane, level: Level, shown: { window: Window; inverted: boolean },
  value: string, first: boolean,
): Corners {
  const { entry } = slices;
  const lossy = entry.stack.notes.split("; ").filter((text) => text.startsWith("compressed with loss")).map(sentence);
  const lost = first ? [...lossy, ...alterations(slices)].map(note) : [];
  if (level === "off") return { topLeft: [], topRight: [], bottomLeft: lost, bottomRight: [] };
  const full = level === "full";
  const slab = state.thickness
    ? [note(tr("{name} over {thickness} mm", { name: tr(state.slab), thickness: signed(state.thickness) }))]
    : [];
  const preset = presetName(entry.stack.units, shown.window);
  const window = tr("W {width}   C {center}", { width: signed(shown.window[1]), center: signed(shown.window[0]) });
  const display: Line[] = [
    ...(shown.inverted ? [note(tr("Inverted"))] : []),
    ...(preset ? [{ text: tr(preset), weight: "plain" } as const] : []), { text: window, weight: "strong" },
  ];
  return {
    topLeft: [{ text: titleOfPlane(state, plane), weight: "strong" }, ...slab],
    topRight: first ? identity(entry) : [],
    bottomLeft: [
      ...lost,
      ...(first && solid.note ? solid.note.split("; ").map((text) => note(sentence(text))) : []),
      ...(first ? leftOut(entry.series).map(note) : []),
      ...(first && full ? [{ text: placeText(state.point), weight: "plain" } as const] : []),
    ],
    bottomRight: [
      ...(value ? [{ text: value, weight: "strong" } as const] : []), ...(first && full ? display : []),
    ],
  };
}
