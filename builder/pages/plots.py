"""Plots as plain SVG in a page: points, lines and limits between two axes, without any other file or program."""

from collections.abc import Sequence
from dataclasses import dataclass
import math

# The size of a plot and the room for its axes, in pixels of the page.
WIDTH, HEIGHT, LEFT, BELOW, ABOVE = 340, 270, 52, 44, 22
_MOST_TICKS = 6
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Limit:
    """A horizontal line at a value, with its name."""

    value: float
    name: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Either points or a line through them; both axes have the given ends, or those of the points."""

    title: str
    across: str
    up: str
    points: Points
    is_line: bool = False
    limits: Sequence[Limit] = ()
    diagonal: bool = False
    ends: tuple[tuple[float, float], tuple[float, float]] | None = None

    @property
    def axes(self) -> "tuple[Axis, Axis]":
        """The axis to the right and the axis upwards."""
        if self.ends is not None:
            return Axis(*self.ends[0], LEFT, WIDTH - 12), Axis(*self.ends[1], HEIGHT - BELOW, ABOVE)
        rights = [x for x, _ in self.points]
        ups = [*(y for _, y in self.points), *(limit.value for limit in self.limits)]
        return Axis(*_widened(rights), LEFT, WIDTH - 12), Axis(*_widened(ups), HEIGHT - BELOW, ABOVE)

    @property
    def places(self) -> list[tuple[float, float]]:
        """The points in pixels."""
        right, up = self.axes
        return [(right.pixel(x), up.pixel(y)) for x, y in self.points]

    @property
    def path(self) -> str:
        """The line through the points, as SVG has it."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.places)


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high` at the pixels from `first` to `last`."""

    low: float
    high: float
    first: float
    last: float

    def pixel(self, value: float) -> float:
        """Where a value lies."""
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """(pixel, text) at round values."""
        rough = (self.high - self.low) / _MOST_TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
        first = math.ceil(self.low / step - 1e-9)
        numbers = [step * number for number in range(first, math.floor(self.high / step + 1e-9) + 1)]
        return [(self.pixel(number), f"{round(number, 9):g}") for number in numbers]


def _widened(values: Sequence[float]) -> tuple[float, float]:
    """The range of the values with a margin; a single value lies in its middle."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = (high - low) * 0.06 or max(abs(low) * 0.1, 1.0)
    return low - margin, high + margin
