"""The units of lengths that are measured on images: what a form may ask for, and how one becomes another."""

# Millimetres in each unit. The viewer measures in mm, and the journal says the unit of each value.
LENGTHS = {"mm": 1.0, "cm": 10.0}
# Digits after the point: a tenth of what a measurement in mm is rounded to.
_DIGITS = 6


def converted(value: float, unit: str, wanted: str) -> float:
    """A length in another unit; as it is if the units are the same or one of them is no length."""
    if unit == wanted or unit not in LENGTHS or wanted not in LENGTHS:
        return value
    return round(value * LENGTHS[unit] / LENGTHS[wanted], _DIGITS)
