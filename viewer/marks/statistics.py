"""The values inside an area, in modality units."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the pixels whose centre lies inside; `deviation` is that of the sample (n - 1), 0 for a single pixel."""

    pixels: int
    mean: float
    deviation: float
    minimum: float
    maximum: float
