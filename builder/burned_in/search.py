"""Looks for text in all frames of an instance, beside others of its series, and blanks it where that is wanted."""

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

Frames = NDArray[np.integer]


def without_text(pixels: bytes, form: PixelFormat, job: WriteJob, *, mask: bool) -> tuple[bytes, int]:
    """The pixels with all text blanked, and in how many places; raises NotTaken where there is text and no `mask`."""
    frames = _frames(pixels, form)
    beside = _spread(frames) if len(frames) > 1 else _beside(job)
    found = {k: boxes for k, frame in enumerate(frames) if (boxes := find_text(frame, others=_not(frame, beside)))}
    if not found and _is_in_the_middle(job):
        k = len(frames) // 2
        found = {k: words} if (words := read_words(frames[k])) else {}
    if not found:
        return pixels, 0
    places = sum(map(len, found.values()))
    if not mask:
        raise NotTaken(Reason.TEXT_FOUND, _where(places, next(iter(found.values()))[0]))
    blanked = frames.copy()
    for k, boxes in found.items():
        blanked[k] = blank(frames[k], boxes)
    return blanked.tobytes(), places


def _is_in_the_middle(job: WriteJob) -> bool:
    """Whether the OCR engine, which takes far longer, looks at this file: at one of each series."""
    return bool(job.others) and job.source == job.others[len(job.others) // 2]


def _where(places: int, first: Box) -> str:
    return f"{places} place{'s' * (places > 1)}, first at row {first.top}, column {first.left}"


def _frames(pixels: bytes, form: PixelFormat) -> Frames:
    kind = np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")
    return np.frombuffer(pixels, kind).reshape(form.frames, form.rows, form.columns)


def _spread(frames: Frames) -> list[Frames]:
    return list(frames[:: max(len(frames) // (_OTHERS + 1), 1)][: _OTHERS + 1])


def _not(frame: Frames, beside: list[Frames]) -> list[Frames]:
    return [other for other in beside if not np.shares_memory(other, frame)][:_OTHERS]


def _beside(job: WriteJob) -> list[Frames]:
    return [frame for path in job.others if path != job.source and (frame := _first_frame(path)) is not None]


@lru_cache(2 * (_OTHERS + 1))
def _first_frame(path: Path) -> Frames | None:
    """The first frame of another file of the series; one that cannot be read says nothing."""
    try:
        dataset = source.read_whole(path)
        form = pixel_format(dataset)
        return np.asarray(_frames(native_pixels(dataset, form), form)[0])
    except NotTaken:
        return None
