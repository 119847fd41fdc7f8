"""Blanks text within limits: a hundredth of the picture, and nothing of the patient unless the researcher allows it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from builder.blanking import Mask, Place
from builder.content import modality_of
from builder.decide.patient_outline import body_of
from builder.dicom import source_file
from builder.dicom.pixels import PixelFormat, native_pixels, pixel_format
from builder.dicom.source_file import NotTaken, Values
from builder.reasons import Reason
from builder.write.readback import frame_of

Frames = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]
Body = Callable[[int], Bools]

# Of one picture; an image that needs more is left out.
LARGEST_SHARE = 0.01
# The margin around a box: smoothed edges, and dots and marks above a letter.
_LEAST_MARGIN, _MARGIN = 2, 8


@dataclass(frozen=True, slots=True)
class Masked:
    """Frames with text blanked, and the number of blanked pixels in all of them together."""

    frames: Frames
    pixels: int


def without_places(pixels: bytes, form: PixelFormat, values: Values, mask: Mask) -> Masked:
    """The frames of an image with the places of `mask` blanked; raises NotTaken if a limit is exceeded."""
    frames = _frames(pixels, form)
    return masked(frames, mask, partial(_body, frames, values, [_first_frame(Path(path)) for path in mask.beside]))


def masked(frames: Frames, mask: Mask, body: Body) -> Masked:
    """A copy of frames of stored values, shape (frames, rows, columns), with background in the places of `mask`.

    `body` returns the patient in a frame, shape (rows, columns). Raises NotTaken if a limit is exceeded.
    """
    blanked, pixels = frames.copy(), 0
    for number, places in _by_frame(mask.places).items():
        cover = cover_of(places, frames.shape[1:])
        _check_size(cover)
        patient = body(number)
        if not mask.over_body and bool((cover & patient).any()):
            raise NotTaken(Reason.TEXT_FOUND, "it stands over the patient, where only --decide masks")
        blanked[number][cover] = _background(frames[number], cover | patient, cover)
        pixels += int(cover.sum())
    return Masked(blanked, pixels)


def _body(frames: Frames, values: Values, beside: list[NDArray[np.float64] | None], number: int) -> Bools:
    """The patient in a frame or in its neighbours: within the image, or in the files beside it."""
    near = [k for k in (number - 1, number + 1) if 0 <= k < len(frames)]
    others = [_measured(frames, values, k) for k in near] + [neighbour for neighbour in beside if neighbour is not None]
    hounsfield = modality_of(source_file.sop_class(values)) == "CT"
    return body_of(_measured(frames, values, number), others, hounsfield=hounsfield)


def _measured(frames: Frames, values: Values, number: int) -> NDArray[np.float64]:
    """A frame in modality units."""
    found = frame_of(values, number)
    return np.asarray(frames[number] * found.rescale_slope + found.rescale_intercept, np.float64)


def _first_frame(path: Path) -> NDArray[np.float64] | None:
    """The first frame of a neighbouring file, in modality units; an unreadable file contributes nothing."""
    try:
        dataset = source_file.read_whole(path)
        form = pixel_format(dataset)
        return _measured(_frames(native_pixels(dataset, form), form), dataset, 0)
    except (NotTaken, ValueError):
        return None


def _frames(pixels: bytes, form: PixelFormat) -> Frames:
    kind = np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")
    return np.frombuffer(pixels, kind).reshape(form.frames, form.rows, form.columns)


def _by_frame(places: Iterable[Place]) -> Mapping[int, list[Place]]:
    found: dict[int, list[Place]] = {}
    for place in places:
        found.setdefault(place.frame, []).append(place)
    return found


def cover_of(places: Iterable[Place], shape: tuple[int, ...]) -> Bools:
    """The blanked pixels: whole boxes, as the shapes of letters would still be legible, each with a margin."""
    cover = np.zeros(shape, bool)
    for place in places:
        margin = max(_LEAST_MARGIN, min(place.bottom - place.top, place.right - place.left) // _MARGIN)
        top, left = max(place.top - margin, 0), max(place.left - margin, 0)
        cover[top : place.bottom + margin, left : place.right + margin] = True
    return cover


def _check_size(cover: Bools) -> None:
    share = float(cover.mean())
    if share > LARGEST_SHARE:
        taken = ceil(10_000 * share) / 100  # round up: a little more than 1 % must not become 1 %
        raise NotTaken(Reason.TEXT_FOUND, f"a mask would take {taken:g}% of the picture, more than {LARGEST_SHARE:.0%}")


def _background(frame: NDArray[np.integer], apart: Bools, cover: Bools) -> int:
    """The usual value outside the patient; if there is no outside, the least value that is not blanked."""
    outside = frame[~apart]
    return int(np.median(outside)) if outside.size else int(frame[~cover].min(initial=frame.max()))
