"""Where image pixels lie on the pane: fit, zoom, pan and non-square pixels, in numbers only."""

from dataclasses import dataclass
from typing import Protocol

from bundle.index.records import Stack


class Spaced(Protocol):
    """A grid of pixels of known size, such as a stack; (between rows, between columns) in mm, None if unknown."""

    @property
    def pixel_spacing(self) -> tuple[float, float] | None:
        """As in `Stack`."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Screen = origin + scale * image: image coordinates count pixels (column, row) from the outer corner (0, 0).

    `scale_x` and `scale_y` are screen pixels per image pixel, `origin` is the screen place of that corner;
    `pixels_per_mm` is None if the pixel size is unknown.
    """

    origin_x: float
    origin_y: float
    scale_x: float
    scale_y: float
    pixels_per_mm: float | None

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Screen to image coordinates."""
        return (x - self.origin_x) / self.scale_x, (y - self.origin_y) / self.scale_y

    def to_screen(self, column: float, row: float) -> tuple[float, float]:
        """Image to screen coordinates."""
        return self.origin_x + column * self.scale_x, self.origin_y + row * self.scale_y


def pixel_size(stack: Spaced) -> tuple[float, float]:
    """(width, height) of a pixel in mm; PS3.3 10.7.1.3 gives the distance between rows first, which is the height.

    Squares of size 1 if it is unknown.
    """
    between_rows, between_columns = stack.pixel_spacing or (1.0, 1.0)
    return between_columns, between_rows


def fit_scale(stack: Stack, width: float, height: float) -> float:
    """The screen pixels per mm at which the whole image just fits into a pane of this size."""
    pixel_width, pixel_height = pixel_size(stack)
    fit = min(width / (stack.columns * pixel_width), height / (stack.rows * pixel_height))
    return max(fit, 1e-6)


def map_image(stack: Stack, width: float, height: float, zoom: float, pan: tuple[float, float]) -> Mapping:
    """The mapping for a pane of `width` x `height`; zoom 1 fits, `pan` is the shift in mm, right and down."""
    pixel_width, pixel_height = pixel_size(stack)
    scale = fit_scale(stack, width, height) * zoom
    return Mapping(
        origin_x=width / 2 + scale * (pan[0] - stack.columns * pixel_width / 2),
        origin_y=height / 2 + scale * (pan[1] - stack.rows * pixel_height / 2),
        scale_x=scale * pixel_width,
        scale_y=scale * pixel_height,
        pixels_per_mm=scale if stack.pixel_spacing else None,
    )
