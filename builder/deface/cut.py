"""The surface along which a face is cut away, and the cutting of one slice."""

from collections.abc import Sequence
import math

import numpy as np
from numpy.typing import NDArray

from builder.blanking import FaceCut
from bundle.index.records import Frame

# Values from here on (HU) are bone, and stay.
BONE = 300
_AIR = -1000


def turned(frame: Frame, degrees: float) -> Frame:
    """The same frame after the patient nodded about the left-right axis: the face goes down if `degrees` > 0."""
    orientation, position = frame.image_orientation_patient, frame.image_position_patient
    if not degrees or orientation is None or position is None:
        return frame
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    row, column, place = (
        (x, cosine * y - sine * z, sine * y + cosine * z) for x, y, z in (orientation[:3], orientation[3:], position)
    )
    return frame._replace(image_position_patient=place, image_orientation_patient=(*row, *column))


def in_front(cut: FaceCut, frame: Frame, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels of one frame that lie in front of the cut."""
    frame = turned(frame, cut.turn)
    row, column = np.split(np.array(frame.image_orientation_patient, dtype=np.float32), 2)
    down, across = frame.pixel_spacing or (1.0, 1.0)
    position = np.array(frame.image_position_patient, dtype=np.float32)
    r, c = np.arange(shape[0])[:, None] * np.float32(down), np.arange(shape[1])[None, :] * np.float32(across)
    x, y, z = (position[axis] + r * column[axis] + c * row[axis] for axis in range(3))
    i = np.rint((x - cut.origin[0]) / cut.step).astype(np.int32)
    k = np.rint((z - cut.origin[1]) / cut.step).astype(np.int32)
    known = (i >= 0) & (i < cut.front.shape[0]) & (k >= 0) & (k < cut.front.shape[1])
    front = cut.front[np.where(known, i, 0), np.where(known, k, 0)]
    return np.asarray(known & (y < front))


def blank(stored: NDArray[np.integer], frame: Frame, cuts: Sequence[FaceCut]) -> NDArray[np.bool_]:
    """Overwrite the face in the stored values of one frame with air, in place; returns which pixels were in it."""
    offset = frame.rescale_intercept + cuts[0].shift
    face = np.logical_or.reduce([in_front(cut, frame, (stored.shape[0], stored.shape[1])) for cut in cuts])
    face &= stored * frame.rescale_slope + offset < BONE
    # Never below the slice's own minimum: the bits may not hold it, and the header may state the smallest value.
    air = max(round((_AIR - offset) / frame.rescale_slope), int(stored.min()))
    stored[face] = min(air, int(stored.max()))
    return np.asarray(face)
