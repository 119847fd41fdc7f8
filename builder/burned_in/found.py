"""The types that the two stages of the search for text exchange, and that decisions use."""

from enum import Enum
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.integer[Any]]
Picture = NDArray[np.uint8]
Bools = NDArray[np.bool_]


def at_least(values: Any, bar: float) -> Bools:
    """Where values reach the bar; it compares whole numbers with a whole number, so that none becomes a float."""
    return np.asarray(values >= (bar if values.dtype.kind == "f" else ceil(bar)))


def as_opencv_takes(frame: Pixels) -> Any:
    """The frame in a type that OpenCV accepts: its morphology accepts no integers of 32 bits."""
    return frame if frame.dtype.itemsize <= 2 and frame.dtype != np.int8 else frame.astype(np.float32)


class Box(NamedTuple):
    """A rectangle of pixels in one frame; bottom and right lie just outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def area(self) -> int:
        """The number of pixels in it."""
        return max(self.bottom - self.top, 0) * max(self.right - self.left, 0)

    def grown(self, margin: int | tuple[int, int], shape: tuple[int, ...]) -> "Box":
        """With a margin on all sides, or one up and down and one to the sides, within a frame of this shape."""
        rows, columns = shape
        down, across = margin if isinstance(margin, tuple) else (margin, margin)
        top, left = max(self.top - down, 0), max(self.left - across, 0)
        return Box(top, left, min(self.bottom + down, rows), min(self.right + across, columns))

    def meets(self, other: "Box") -> bool:
        """Whether the two share a pixel."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def around(self, other: "Box") -> "Box":
        """The smallest box that contains both."""
        top, left = min(self.top, other.top), min(self.left, other.left)
        return Box(top, left, max(self.bottom, other.bottom), max(self.right, other.right))


class CandidateKind(Enum):
    """Why a place is a candidate, or counts as text without a reading; the researcher reads the value."""

    PEN = "marks of one value close together, as drawn letters are"
    ALONE = "marks in a line that the neighbouring images do not have"
    THROUGHOUT = "marks in a line that all images have"
    PROJECTED = "text was read here in the combined images of the series"
    SAME_PLACE = "the same marks in the same place in most images"


class Candidate(NamedTuple):
    """A place that may hold text.

    `frame` counts from 0 in the frames passed in; the caller that combines the answers of workers renumbers it for the
    stack. `score` is 0 to 1, most suspicious 1. `height` is that of its letters, in pixels. `marks` is a digest of the
    marks and their places, `beside` one of the frame's other pixels: equal marks in different frames are not anatomy.
    `pen` is the value of the marks if their pixels of exactly this value look like letters.
    """

    box: Box
    frame: int
    score: float
    kind: CandidateKind
    height: float
    marks: int = 0
    beside: int = 0
    pen: float | None = None


class Word(NamedTuple):
    """A reading from a picture. The text may name somebody: it is judged, but neither kept nor reported."""

    text: str
    confidence: float
    box: Box


class Found(NamedTuple):
    """Certain text in one frame; `kind` gives the reason if it was not read."""

    box: Box
    frame: int
    kind: CandidateKind | None = None


class Verdict(NamedTuple):
    """The result for a stack: text to leave out or blank, and places to review, the most suspicious first."""

    confirmed: list[Found]
    suspects: list[Candidate]
