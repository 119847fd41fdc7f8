"""What the two stages of the search for text hand to each other, and to whoever decides."""

from enum import Enum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.integer[Any]]
Picture = NDArray[np.uint8]


class Box(NamedTuple):
    """A rectangle of pixels in one frame; bottom and right lie just outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def area(self) -> int:
        """How many pixels it covers."""
        return max(self.bottom - self.top, 0) * max(self.right - self.left, 0)

    def grown(self, margin: int, shape: tuple[int, ...]) -> "Box":
        """With a margin on all sides, within a frame of this shape (rows, columns)."""
        rows, columns = shape
        top, left = max(self.top - margin, 0), max(self.left - margin, 0)
        return Box(top, left, min(self.bottom + margin, rows), min(self.right + margin, columns))

    def meets(self, other: "Box") -> bool:
        """Whether the two share a pixel."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


class Kind(Enum):
    """What makes a place a candidate; the text is what the researcher reads."""

    ROW = "marks of one height in a row"
    PROJECTED = "text that was read in all images of the series laid upon each other"
    SAME_PLACE = "the same marks in the same place in most images"


class Candidate(NamedTuple):
    """A place that may hold text. `frame` counts from 0 in what was handed in; `score` is 0 to 1, most suspicious 1.

    `pattern` is a digest of the marks in the place and of where it is: equal in two frames only where both show the
    same marks at the same place.
    """

    box: Box
    frame: int
    score: float
    kind: Kind
    pattern: int = 0


class Word(NamedTuple):
    """What was read in a picture. The text may name somebody: it is judged, and neither kept nor said."""

    text: str
    confidence: float
    box: Box


class Found(NamedTuple):
    """Text that is certain, in one frame."""

    box: Box
    frame: int
    kind: Kind | None = None


class Verdict(NamedTuple):
    """What a series or frame holds: text to leave out or to blank, and places that somebody must look at."""

    confirmed: list[Found]
    suspects: list[Candidate]
