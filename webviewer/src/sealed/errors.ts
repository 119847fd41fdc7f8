// What can go wrong with a sealed medium, in the words of the viewer.

import { NotShown, named } from "../source";
import { tr } from "../words";

export const LOCK = "BUNDLE/LOCK.BIN";

/** A part of a sealed medium is not what was written: damaged, altered, or of another medium. */
export class DamagedSeal extends NotShown {
  constructor(place: string, private readonly reason: string) {
    super(tr(DAMAGED, { place, reason: tr(reason) }));
  }

  unnamed(): NotShown {
    return new DamagedSeal(named("", true), this.reason);
  }
}

/** A later version sealed this medium, or it asks for more work than any of ours does. */
export class UnknownSeal extends NotShown {
  constructor(reason: string) {
    super(tr(UNKNOWN, { place: LOCK, reason }));
  }
}

/** No slot opens with this password. */
export class WrongPassword extends Error {}

const DAMAGED = "{place} was damaged or altered ({reason}), so nothing of it is shown. Ask for a new copy.";
const UNKNOWN =
  "{place} is sealed in a way that this program does not know ({reason}). Use the viewer on the same medium, or a newer mkbundle.";
