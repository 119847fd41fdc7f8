"""What the two stages of the search for text hand to each other, and to whoever decides."""

from enum import Enum
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.integer[Any]]
Picture = NDArray[np.uint8]
Bools = NDArray[np.bool_]


def at_least(values: Any, bar: float) -> Bools:
    """Where values reach the bar; whole ones are compared with a whole one, which saves making each a float."""
    return np.asarray(values >= (bar if values.dtype.kind == "f" else ceil(bar)))


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

    def around(self, other: "Box") -> "Box":
        """The least box that holds both."""
        top, left = min(self.top, other.top), min(self.left, other.left)
        return Box(top, left, max(self.bottom, other.bottom), max(self.right, other.right))


class CandidateKind(Enum):
    """What makes a place a candidate, or text without a reading; the value is what the researcher reads."""

    PEN = "marks of one value close together, as drawn letters are"
    ALONE = "marks in a line that the neighbouring images do not have"
    PROJECTED = "text was read here in the images of the series laid upon each other"
    SAME_PLACE = "the same marks in the same place in most images"


class Candidate(NamedTuple):
    """A place that may hold text.

    `frame` counts from 0 in what was handed in; who puts answers of workers together gives it its number in the stack.
    `score` is 0 to 1, most suspicious 1. `height` is that of its letters, in pixels. `marks` is a digest of the marks
    and where they are, `beside` one of the frame's other pixels: the same marks in frames that differ are no anatomy.
    """

    box: Box
    frame: int
    score: float
    kind: CandidateKind
    height: float
    marks: int = 0
    beside: int = 0


class Word(NamedTuple):
    """What was read in a picture. The text may name somebody: it is judged, and neither kept nor said."""

    text: str
    confidence: float
    box: Box


class Found(NamedTuple):
    """Text that is certain, in one frame; `kind` says why where it was not read."""

    box: Box
    frame: int
    kind: CandidateKind | None = None


class Verdict(NamedTuple):
    """What a stack holds: text to leave out or to blank, and places to look at, most suspicious first."""

    confirmed: list[Found]
    suspects: list[Candidate]
