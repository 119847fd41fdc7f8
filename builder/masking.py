"""Blanks text within limits: a hundredth of the picture, and nothing over the patient unless that was decided."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from builder.plan import Mask, Place, Reason
from builder.source import NotTaken

Frames = NDArray[np.integer]
Bools = NDArray[np.bool_]

# Of one picture; what needs more is left out.
LARGEST_SHARE = 0.01
# Around a box: smoothed edges, and dots and marks above a letter.
_LEAST_MARGIN, _MARGIN = 2, 8


@dataclass(frozen=True, slots=True)
class Masked:
    """Frames with text blanked, and the largest share of one frame that was, from 0 to 1."""

    frames: Frames
    share: float


def masked(frames: Frames, mask: Mask, body: Callable[[int], Bools]) -> Masked:
    """A copy of frames of stored values, shape (frames, rows, columns), in which the places of `mask` are background.

    `body` gives the patient in a frame, shape (rows, columns). Raises NotTaken where a limit is passed.
    """
    blanked, largest = frames.copy(), 0.0
    for number, places in _by_frame(mask.places).items():
        cover = cover_of(places, frames.shape[1:])
        _check_size(cover)
        patient = body(number)
        if not mask.over_body and bool((cover & patient).any()):
            raise NotTaken(Reason.TEXT_FOUND, "it stands over the patient, where nothing is masked without a decision")
        blanked[number][cover] = _background(frames[number], cover | patient, cover)
        largest = max(largest, float(cover.mean()))
    return Masked(blanked, largest)


def _by_frame(places: Iterable[Place]) -> Mapping[int, list[Place]]:
    found: dict[int, list[Place]] = {}
    for place in places:
        found.setdefault(place.frame, []).append(place)
    return found


def cover_of(places: Iterable[Place], shape: tuple[int, ...]) -> Bools:
    """What is blanked: whole boxes, as the shapes of letters would still be read, each with a margin."""
    cover = np.zeros(shape, bool)
    for place in places:
        margin = max(_LEAST_MARGIN, min(place.bottom - place.top, place.right - place.left) // _MARGIN)
        top, left = max(place.top - margin, 0), max(place.left - margin, 0)
        cover[top : place.bottom + margin, left : place.right + margin] = True
    return cover


def _check_size(cover: Bools) -> None:
    share = float(cover.mean())
    if share > LARGEST_SHARE:
        raise NotTaken(Reason.TEXT_FOUND, f"a mask would take {share:.1%} of the picture, more than {LARGEST_SHARE:.0%}")


def _background(frame: NDArray[np.integer], apart: Bools, cover: Bools) -> int:
    """The usual value outside the patient; where there is no outside, the least that is not blanked."""
    outside = frame[~apart]
    return int(np.median(outside)) if outside.size else int(frame[~cover].min(initial=frame.max()))
