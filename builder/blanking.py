"""Areas to blank in pictures: boxes with text, and faces; plain values that pass between processes."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Place(NamedTuple):
    """A box in one frame of an image: rows from `top` up to `bottom`, columns from `left` up to `right`."""

    frame: int
    top: int
    left: int
    bottom: int
    right: int


class Mask(NamedTuple):
    """Where to blank text; `over_body` if the researcher decided that the mask may also cover the patient.

    `beside` are the source files of the slices before and after, which help to distinguish the patient from the text.
    """

    places: tuple[Place, ...]
    over_body: bool = False
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FaceCut:
    """Everything in front of `front` (mm, patient y, by [x, z] cell) is removed; minus infinity where nothing is.

    `origin` is the centre (x, z) of the first cell; `shift` turns the stack's modality units into Hounsfield units. All
    places are those of the patient turned by `turn` degrees, see `deface.cut.turned`.
    """

    origin: tuple[float, float]
    step: float
    front: NDArray[np.float32]
    shift: float = 0.0
    turn: float = 0.0
