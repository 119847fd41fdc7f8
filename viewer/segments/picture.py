"""Colours labels: each segment filled as far as its opacity, and outlined, at the resolution of the screen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint32]
Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """For each label, 0 first: the label or 0 if it is hidden, its fill and its outline, premultiplied ARGB.

    Without any hidden one, `kept` is None.
    """

    kept: Numbers | None
    fill: Pixels
    line: Pixels


def palette(colours: Sequence[str], shown: Collection[int], opacity: float) -> Palette:
    """`colours` such as '#e69f00', of the labels from 1 on; `shown` are the labels that are not hidden."""
    kept = np.zeros(len(colours) + 1, np.uint8 if len(colours) < 256 else np.uint16)
    fill, line = (np.zeros(len(colours) + 1, np.uint32) for _ in range(2))
    for label, colour in enumerate(colours, start=1):
        if label in shown:
            kept[label], fill[label], line[label] = label, _argb(colour, opacity), _argb(colour, 1.0)
    return Palette(None if len(shown) == len(colours) else kept, fill, line)


def _argb(colour: str, opacity: float) -> int:
    """Premultiplied, as Qt mixes fastest."""
    red, green, blue = (round(int(colour[at : at + 2], 16) * opacity) for at in (1, 3, 5))
    return round(255 * opacity) << 24 | red << 16 | green << 8 | blue


def coloured(labels: Numbers, colours: Palette) -> Pixels:
    """(rows, columns): fill, and the outermost pixels of each shown segment in the colour of its outline."""
    kept = labels if colours.kept is None else colours.kept.take(labels)
    made = np.ascontiguousarray(colours.fill.take(kept))
    edges = np.flatnonzero(outlines(kept))
    made.ravel()[edges] = colours.line.take(kept.ravel()[edges])
    return made


def outlines(labels: Numbers) -> NDArray[np.bool_]:
    """Which pixels have a neighbour, above, below or beside them, with another label."""
    made = np.zeros(labels.shape, bool)
    across, down = labels[:, 1:] != labels[:, :-1], labels[1:] != labels[:-1]
    made[:, 1:] |= across
    made[:, :-1] |= across
    made[1:] |= down
    made[:-1] |= down
    return made


def on_screen(layer: Numbers, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Numbers:
    """The labels at these rows and columns, in order: a few copied columns, then whole rows."""
    return np.asarray(layer.take(columns, axis=1).take(rows, axis=0))
