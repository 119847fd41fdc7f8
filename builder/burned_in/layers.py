"""A picture as the search for marks takes it: bright and dark, full and smaller, one below the other."""

from dataclasses import dataclass

import numpy as np

from builder.burned_in.marks import Bools, Ints, Levels, Marks, Pixels, least_contrast, opening, to_levels

# A mark that is the same in all slices needs this share of the contrast.
_STILL_CONTRAST = 0.4
# Strokes of large letters are narrow in a smaller picture: by how much smaller, for sides of so many pixels at least.
_SMALLER = {1: 1, 2: 240, 4: 200}


@dataclass(frozen=True, slots=True)
class Layers:
    """Layers lie below each other, with one empty row between: levels, by how much each stands out, and where.

    `top`, `rows`, `columns` and `scale` have one value for each layer; places are flat ones in the whole.
    """

    levels: Levels
    raised: Levels
    top: Ints
    rows: Ints
    columns: Ints
    scale: Ints
    contrast: Ints

    def outstanding(self) -> Ints:
        """Places that stand out of their surroundings."""
        chosen = (np.flatnonzero(self._raised(k) >= contrast) for k, contrast in enumerate(self.contrast))
        return np.concatenate([self._placed(k, places) for k, places in enumerate(chosen)])

    def outstanding_among(self, pixels: Bools) -> Ints:
        """Places of those of the picture's pixels that stand out at least a little."""
        least = np.maximum(self.contrast * _STILL_CONTRAST, 1)
        chosen = ((self._raised(k) >= least[k]) & pixels[::scale, ::scale] for k, scale in enumerate(self.scale))
        return np.concatenate([self._placed(k, np.flatnonzero(one)) for k, one in enumerate(chosen)])

    def of(self, marks: Marks) -> Ints:
        """In which layer each mark lies."""
        return np.searchsorted(self.top, marks.top, "right") - 1

    def are_cut(self, marks: Marks) -> tuple[Bools, Bools, Bools]:
        """Whether the border of the picture cuts a mark off: at its top, at its bottom, at either side."""
        layer = self.of(marks)
        top, width = self.top[layer], self.columns[layer]
        return marks.top == top, marks.bottom == top + self.rows[layer], (marks.left == 0) | (marks.right == width)

    def _raised(self, k: int) -> Levels:
        return self.raised[self.top[k] : self.top[k] + self.rows[k], : self.columns[k]]

    def _placed(self, k: int, places: Ints) -> Ints:
        width = self.levels.shape[1]
        beside = 0 if self.columns[k] == width else places // self.columns[k] * (width - self.columns[k])
        return np.asarray(places + (beside + self.top[k] * width))


def layers(pixels: Pixels) -> Layers:
    """The layers of one frame: bright on dark and dark on bright, and for larger frames both at smaller sizes."""
    scales = [scale for scale, side in _SMALLER.items() if min(pixels.shape) >= side]
    pictures = [pixels[::scale, ::scale] for scale in scales]
    rows = np.repeat([len(picture) for picture in pictures], 2)
    columns = np.repeat([picture.shape[1] for picture in pictures], 2)
    top = np.cumsum(rows + 1) - rows - 1
    shape = int(top[-1] + rows[-1]), pixels.shape[1]
    levels, raised = np.zeros(shape, np.uint16), np.zeros(shape, np.uint16)
    contrast = []
    for k, picture in enumerate(pictures):
        bright = to_levels(picture)
        contrast += 2 * [least_contrast(bright)]
        for one, values in enumerate((bright, bright.max() - bright), start=2 * k):
            place = slice(top[one], top[one] + rows[one]), slice(columns[one])
            levels[place] = values
            np.subtract(values, opening(values), out=raised[place])
    return Layers(levels, raised, top, rows, columns, np.repeat(scales, 2), np.array(contrast))
