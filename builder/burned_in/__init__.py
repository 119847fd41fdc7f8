"""Finds text that is burned into the pixels of CT, MR and PET images, without an OCR engine, and blanks it."""

from collections.abc import Iterable, Sequence

import numpy as np

from builder.burned_in.layers import layers as layers_of
from builder.burned_in.marks import Bools, Pixels, groups
from builder.burned_in.rows import FEWEST_STILL, RULES, RULES_ALONG, RULES_STILL, Box, find_rows

__all__ = ["Box", "blank", "find_text"]

# Noise of few values agrees between two or three slices by chance.
_FEWEST_OTHERS = 3
# Slices that agree in this share of their structure are copies of each other, and say nothing by agreeing.
_COPIES = 0.9
# Of two copies, at least this share of all pixels is the same: most often there is no need to look at the structure.
_MOSTLY = 0.75
# Pixels around what was found, for smoothed edges.
_MARGIN = 2
_SMALLEST_SIDE = 12
# When blanking, so many heights of a box to the left and to the right.
_BESIDE = 2


def find_text(pixels: Pixels, *, others: Sequence[Pixels] = (), along: bool = False) -> list[Box]:
    """Boxes around text in one frame of stored values, shape (rows, columns); `others` are frames of the same stack.

    `along` for a frame on its side: text is rarely written along, so only long rows count.
    """
    if pixels.ndim != 2 or min(pixels.shape) < _SMALLEST_SIDE:
        return []
    layers = layers_of(pixels)
    boxes = find_rows(layers, layers.outstanding(), RULES_ALONG if along else RULES)
    still = _still(pixels, others)
    if still is not None and len(places := layers.outstanding_among(still)) >= FEWEST_STILL:
        boxes += find_rows(layers, places, RULES_ALONG if along else RULES_STILL)
    return _joined([_grown(box, pixels.shape) for box in boxes])


def blank(pixels: Pixels, boxes: Iterable[Box]) -> Pixels:
    """A copy in which all boxes hold the least value of the frame, with what stands close beside them.

    The next letter of a row may lie over bone, where it does not stand out.
    """
    blanked = pixels.copy()
    for box in boxes:
        height = box.bottom - box.top
        top, left = max(box.top - height // 4, 0), max(box.left - _BESIDE * height, 0)
        blanked[top : box.bottom + height // 4, left : box.right + _BESIDE * height] = pixels.min()
    return blanked


def _still(pixels: Pixels, others: Sequence[Pixels]) -> Bools | None:
    """Pixels that have the same value in all frames; None where that says nothing."""
    alike = [other for other in others if other.shape == pixels.shape]
    if len(alike) < _FEWEST_OTHERS:
        return None
    still = alike[0] == pixels
    for other in alike[1:]:
        still &= other == pixels
    return None if np.count_nonzero(still) > _MOSTLY * pixels.size and _are_copies(pixels, still) else still


def _are_copies(pixels: Pixels, still: Bools) -> bool:
    structure = pixels[:, 1:] != pixels[:, :-1]
    return bool(still[:, 1:][structure].mean() > _COPIES)


def _grown(box: Box, shape: tuple[int, ...]) -> Box:
    rows, columns = shape
    return Box(
        max(box.top - _MARGIN, 0), max(box.left - _MARGIN, 0),
        min(box.bottom + _MARGIN, rows), min(box.right + _MARGIN, columns),
    )  # fmt: skip


def _joined(boxes: list[Box]) -> list[Box]:
    """Boxes that touch become one, from top to bottom."""
    if not boxes:
        return []
    top, left, bottom, right = np.array([(box.top, box.left, box.bottom, box.right) for box in boxes]).T
    touch = np.less_equal.outer(top, bottom) & np.less_equal.outer(left, right)
    first, second = np.nonzero(touch & touch.T)
    labels = groups(first, second, len(boxes))
    parts = (labels == label for label in range(labels.max() + 1))
    corners = ((top[p].min(), left[p].min(), bottom[p].max(), right[p].max()) for p in parts)
    return [Box(*map(int, corner)) for corner in sorted(corners)]
