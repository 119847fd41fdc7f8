// What of a plane answers to a form need: where its picture lies, and through which slices.

import type { Slices } from "../slices";
import type { Cut, Facing, MprState } from "./mpr";
import type { Solid } from "./solid";

export interface PlaneView {
  slices: Slices;
  solid: Solid;
  state: MprState;
  facing: Facing;
  cut: Cut;
}
