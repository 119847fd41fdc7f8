"""The values inside an area, in modality units."""

from dataclasses import dataclass

PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the pixels whose centre lies inside; `deviation` is that of the sample (n - 1), 0 for a single pixel."""

    pixels: int
    mean: float
    deviation: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """`counts` are the numbers of values in bars of equal `width` from `start` on, each with its lower end.

    `percentiles` are those of `PERCENTILES`, between two values by the straight line.
    """

    start: float
    width: float
    counts: tuple[int, ...]
    percentiles: tuple[float, ...]
