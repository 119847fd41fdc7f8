"""Looks for text in all frames of an instance, beside others of its series, and blanks it where that is wanted."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from builder import source
from builder.burned_in import blank, find_text
from builder.burned_in.ocr import read_words
from builder.burned_in.rows import Box
from builder.pixels import PixelFormat, native_pixels, pixel_format
from builder.plan import Reason, WriteJob
from builder.source import NotTaken

# As many others as tell what stays the same in a series from what does so by chance.
_OTHERS = 4

Frame = NDArray[np.integer]
Frames = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class _Found:
    """Text in one frame: boxes around what is written across, and, in the frame on its side, what is written along."""

    across: list[Box]
    along: list[Box]

    @property
    def places(self) -> int:
        return len(self.across) + len(self.along)

    def first(self) -> Box:
        return self.across[0] if self.across else _turned(self.along[0])


def without_text(pixels: bytes, form: PixelFormat, job: WriteJob, *, mask: bool) -> tuple[bytes, int]:
    """The pixels with all text blanked, and in how many places; raises NotTaken where there is text and no `mask`."""
    frames = _frames(pixels, form)
    several = len(frames) > 1
    beside = _spread(frames) if several else _beside(job)
    along = _any_along(beside) if several else _series_has_text_along(job.others)
    every = {k: _look(frame, _not(frame, beside), along=along) for k, frame in enumerate(frames)}
    found = {k: one for k, one in every.items() if one.places}
    if not found and _is_in_the_middle(job):
        k = len(frames) // 2
        found = {k: _Found(words, [])} if (words := read_words(frames[k])) else {}
    if not found:
        return pixels, 0
    places = sum(one.places for one in found.values())
    if not mask:
        raise NotTaken(Reason.TEXT_FOUND, _where(places, next(iter(found.values())).first()))
    blanked = frames.copy()
    for k, one in found.items():
        blanked[k] = blank(blank(frames[k], one.across).T, one.along).T
    return blanked.tobytes(), places


def _look(frame: Frame, others: list[Frame], *, along: bool) -> _Found:
    across = find_text(frame, others=others)
    return _Found(across, find_text(_on_its_side(frame), along=True) if along else [])


def _on_its_side(frame: Frame) -> Frame:
    return np.ascontiguousarray(frame.T)


def _turned(box: Box) -> Box:
    return Box(box.left, box.top, box.right, box.bottom)


def _any_along(frames: list[Frame]) -> bool:
    return any(find_text(_on_its_side(frame), along=True) for frame in frames)


@lru_cache(64)
def _series_has_text_along(paths: tuple[Path, ...]) -> bool:
    """Whether a few images of a series show text on its side; only then all are searched for it, at twice the cost."""
    return _any_along([frame for path in paths if (frame := _first_frame(path)) is not None])


def _is_in_the_middle(job: WriteJob) -> bool:
    """Whether the OCR engine, which takes far longer, looks at this file: at one of each series."""
    return bool(job.others) and job.source == job.others[len(job.others) // 2]


def _where(places: int, first: Box) -> str:
    return f"{places} place{'s' * (places > 1)}, first at row {first.top}, column {first.left}"


def _frames(pixels: bytes, form: PixelFormat) -> Frames:
    kind = np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")
    return np.frombuffer(pixels, kind).reshape(form.frames, form.rows, form.columns)


def _spread(frames: Frames) -> list[Frame]:
    return list(frames[:: max(len(frames) // (_OTHERS + 1), 1)][: _OTHERS + 1])


def _not(frame: Frame, beside: list[Frame]) -> list[Frame]:
    return [other for other in beside if not np.shares_memory(other, frame)][:_OTHERS]


def _beside(job: WriteJob) -> list[Frame]:
    return [frame for path in job.others if path != job.source and (frame := _first_frame(path)) is not None]


@lru_cache(2 * (_OTHERS + 1))
def _first_frame(path: Path) -> Frame | None:
    """The first frame of another file of the series; one that cannot be read says nothing."""
    try:
        dataset = source.read_whole(path)
        form = pixel_format(dataset)
        return np.asarray(_frames(native_pixels(dataset, form), form)[0])
    except NotTaken:
        return None
