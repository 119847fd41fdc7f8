"""What is hidden of a body: hidden voxels get a value that every preset shows as clear."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene.sculpting.cuts import BodyCut
from viewer.scene.sculpting.table import Outside
from viewer.scene.thinning import Thinned


@dataclass(frozen=True, slots=True)
class Sculpture:
    """The cuts of the scissors, in the order in which they were made, and what is not the patient if it is hidden."""

    outside: Outside | None = None
    cuts: tuple[BodyCut, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is hidden."""
        return self.outside is None and not self.cuts

    def with_cut(self, cut: BodyCut) -> "Sculpture":
        """One more cut."""
        return replace(self, cuts=(*self.cuts, cut))

    def without_last_cut(self) -> "Sculpture":
        """As before the last cut."""
        return replace(self, cuts=self.cuts[:-1])


def sculpted(thin: Thinned, sculpture: Sculpture, clear: Any) -> NDArray[np.generic]:
    """The voxels with `clear` where they are hidden: the same array if nothing is, else a copy."""
    if sculpture.is_whole:
        return thin.voxels
    made = thin.voxels.copy()
    for number, part in enumerate(made):
        hidden = np.zeros(part.shape, bool)
        if sculpture.outside is not None:
            hidden |= sculpture.outside.of_slice(number, thin)
        for cut in sculpture.cuts:
            hidden |= cut.hides(thin.affine, part.shape, number)
        part[hidden] = clear
    return made
