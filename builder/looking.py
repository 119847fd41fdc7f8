"""What a worker sees of text in the pictures that it writes, and hands to whoever reads and judges."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.burned_in.candidates import find_candidates
from builder.burned_in.found import Box, Candidate
from builder.burned_in.views import Extremes, View, crop
from builder.pixels import PixelFormat
from builder.plan import WriteJob

Frames = NDArray[np.integer[Any]]
# Series, and what frames must have in common to be laid over each other: shape and type.
Layer = tuple[str, tuple[int, ...], str]


class Glance(NamedTuple):
    """Places of an image that may hold text, each with its picture; how many frames it has, and what it says itself."""

    candidates: tuple[Candidate, ...]
    views: tuple[View, ...]
    shape: tuple[int, ...]
    frames: int
    says_text: bool


class Eye:
    """Looks at one image after the other; what is the same for all of a series is handed over once for many."""

    def __init__(self) -> None:
        self._layers: dict[Layer, Extremes] = {}

    def look(self, pixels: bytes, form: PixelFormat, job: WriteJob, says_text: bool, at: Sequence[Box] = ()) -> Glance:
        """Places in the frames that may hold text; at those of `at` they are looked for in each frame."""
        frames = frames_of(pixels, form)
        candidates = find_candidates(list(frames), look_at=at)
        layer = (job.uids.series, frames.shape[1:], frames.dtype.str)
        extremes = Extremes.of(list(frames))
        before = self._layers.get(layer)
        self._layers[layer] = extremes if before is None else before.with_others(extremes)
        views = tuple(crop(frames[one.frame], one) for one in candidates)
        return Glance(tuple(candidates), views, frames.shape[1:], len(frames), says_text)

    def layers(self) -> dict[Layer, Extremes]:
        """The extremes since they were last asked for."""
        layers, self._layers = self._layers, {}
        return layers


def frames_of(pixels: bytes, form: PixelFormat) -> Frames:
    """Stored values, shape (frames, rows, columns)."""
    kind = np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")
    return np.frombuffer(pixels, kind).reshape(form.frames, form.rows, form.columns)
