// The windows for CT, as in bundle/presets.py.

import type { Window } from "./format";

export interface Preset {
  key: string;
  name: string;
  window: Window;
}

export const HU = "HU";

export const CT_PRESETS: readonly Preset[] = [
  { key: "1", name: "Brain", window: [40, 80] },
  { key: "2", name: "Subdural", window: [75, 215] },
  { key: "3", name: "Stroke", window: [40, 40] },
  { key: "4", name: "Soft tissue", window: [50, 400] },
  { key: "5", name: "Abdomen", window: [60, 400] },
  { key: "6", name: "Mediastinum", window: [50, 350] },
  { key: "7", name: "Lung", window: [-600, 1500] },
  { key: "8", name: "Bone", window: [400, 1800] },
  { key: "9", name: "Angio", window: [300, 600] },
  { key: "", name: "Liver", window: [30, 150] },
  { key: "", name: "Spine", window: [50, 250] },
  { key: "", name: "Temporal bone", window: [600, 2800] },
];

export function presetName(units: string, window: Window): string {
  if (units !== HU) return "";
  return CT_PRESETS.find((preset) => preset.window[0] === window[0] && preset.window[1] === window[1])?.name ?? "";
}
