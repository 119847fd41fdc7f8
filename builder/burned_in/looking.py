"""Collects a worker's candidates in the pictures that it writes, for the process that reads and judges them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.burned_in.candidates import at_places, find_candidates
from builder.burned_in.found import Box, Candidate
from builder.burned_in.views import Extremes, View, crop
from builder.dicom.pixels import PixelFormat
from builder.plan import WriteJob

Frames = NDArray[np.integer[Any]]
# The series, and the shape and type that frames must share to be examined together.
Layer = tuple[str, tuple[int, ...], str]
# Identifies an image before it was examined.
Token = int

# The number of frames examined together, and the bytes of them that may wait.
_TOGETHER, _MOST_WAITING = 16, 1 << 25


class Glance(NamedTuple):
    """Places of an image that may hold text, each with its picture; the number of frames, and the header's claim."""

    candidates: tuple[Candidate, ...]
    views: tuple[View, ...]
    shape: tuple[int, ...]
    frames: int
    says_text: bool


class Eye:
    """Examines images, several of a series at a time; results for the whole series are sent once for many images.

    With `at`, it examines only these places of each frame.
    """

    def __init__(self, at: Sequence[Box] = ()) -> None:
        self._at = at
        self._waiting: dict[Layer, list[tuple[Token, Frames]]] = {}
        self._glances: list[Glance] = []
        self._layers: dict[Layer, Extremes] = {}

    def look(self, pixels: bytes, form: PixelFormat, job: WriteJob, *, says_text: bool) -> Token:
        """Returns the token for `glance` of this image."""
        frames = frames_of(pixels, form)
        token, layer = len(self._glances), (job.uids.series, frames.shape[1:], frames.dtype.str)
        self._glances.append(Glance((), (), frames.shape[1:], len(frames), says_text))
        waiting = self._waiting.setdefault(layer, [])
        waiting.append((token, frames))
        if (
            sum(len(held) for _, held in waiting) >= _TOGETHER
            or sum(held.nbytes for _, held in waiting) > _MOST_WAITING
        ):
            self._look_at(layer)
        return token

    def glance(self, token: Token) -> Glance:
        """The candidates of an image."""
        for layer in list(self._waiting):
            self._look_at(layer)
        return self._glances[token]

    def layers(self) -> dict[Layer, Extremes]:
        """The extremes of all images."""
        for layer in list(self._waiting):
            self._look_at(layer)
        return self._layers

    def _look_at(self, layer: Layer) -> None:
        waiting = self._waiting.pop(layer)
        frames = [frame for _, some in waiting for frame in some]
        candidates = at_places(self._at, len(frames)) if self._at else find_candidates(frames)
        extremes, before = Extremes.of(frames), self._layers.get(layer)
        self._layers[layer] = extremes if before is None else before.with_others(extremes)
        begin = 0
        for token, some in waiting:
            mine = [candidate for candidate in candidates if begin <= candidate.frame < begin + len(some)]
            numbered = tuple(candidate._replace(frame=candidate.frame - begin) for candidate in mine)
            views = tuple(crop(some[candidate.frame], candidate) for candidate in numbered)
            self._glances[token] = self._glances[token]._replace(candidates=numbered, views=views)
            begin += len(some)


def frames_of(pixels: bytes, form: PixelFormat) -> Frames:
    """Stored values, shape (frames, rows, columns)."""
    kind = np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")
    return np.frombuffer(pixels, kind).reshape(form.frames, form.rows, form.columns)
