"""Casts a picture from all voxels, some rows at a time, so that a body that moves again is not cast to its end."""

import time

import numpy as np
from numpy.typing import NDArray

from viewer.scene.body import Body
from viewer.scene.cast import BodyView
from viewer.ui.rendering.jobs import Wanted

# About this many seconds for some rows. The next rows may pass through much more tissue than the last. Where the
# window waits for them, because one cast serves both, fewer.
_STEP, _SHARED_STEP = 0.06, 0.02
_FEWEST_ROWS, _GROWTH = 8, 2.0


def cast_picture(body: Body, view: BodyView, size: tuple[int, int], wanted: Wanted) -> NDArray[np.uint8] | None:
    """RGBA, (height, width, 4), first row on top; None as soon as it is not wanted. Raises MemoryError."""
    picture = np.zeros((size[1], size[0], 4), np.uint8)
    step = _SHARED_STEP if body.shared else _STEP
    done, rows = 0, _FEWEST_ROWS
    while done < size[1]:
        if not wanted():
            return None
        start, first = time.perf_counter(), done
        done = min(first + rows, size[1])
        picture[first:done] = body.rows(view, size, first, done)
        took = max(time.perf_counter() - start, 1e-6)
        rows = max(int(rows * min(step / took, _GROWTH)), _FEWEST_ROWS)
    return picture
