"""What is to be blanked in pictures: boxes with text, and faces; plain values that go between processes."""

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
    """Where text is to be blanked; `over_body` where the researcher decided that it may be over the patient too.

    `beside` are the source files of the slices before and behind, which help to tell the patient from the text.
    """

    places: tuple[Place, ...]
    over_body: bool = False
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FaceCut:
    """What lies in front of `front` (mm, patient y, by [x, z] cell) goes; minus infinity where nothing does.

    `origin` is the centre (x, z) of the first cell; `shift` makes Hounsfield units of the stack's modality units. All
    places are those of the patient turned by `turn` degrees, see `deface.cut.turned`.
    """

    origin: tuple[float, float]
    step: float
    front: NDArray[np.float32]
    shift: float = 0.0
    turn: float = 0.0
