"""Whether the index says when a stack was acquired, and in which phase, as its files do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from builder.check.medium.frame_traits import KINDS, TIMES, Told
from builder.check.stacks.indexed_stack import IndexedStack, same

# In functional groups first, then in the data set; the last two belong together.
_WHOLE = ("FrameAcquisitionDateTime", "FrameReferenceDateTime", "AcquisitionDateTime")
_PHASES = {
    "cardiac_phase": "NominalPercentageOfCardiacPhase", "respiratory_phase": "NominalPercentageOfRespiratoryPhase",
}  # fmt: skip


def moments(seen: IndexedStack) -> Iterator[str]:
    """The first moment of acquisition, and the phases."""
    if "stack.acquired" in seen.lacks:
        return
    expected = _first([_acquired(told) for told in seen.told])
    if seen.stack.acquired != expected:
        yield f"acquired in the index: expected '{expected}', found '{seen.stack.acquired}'"
    for column, keyword in _PHASES.items():
        found, wanted = getattr(seen.stack, column), _phase(seen, keyword)
        if not same(found, wanted):
            yield f"{column} in the index: expected {wanted}, found {found}"


def _phase(seen: IndexedStack, keyword: str) -> float | None:
    """A percentage that all frames share."""
    found = {told.kinds[KINDS.index(keyword)] for told in seen.told}
    value = found.pop() if len(found) == 1 else None
    return float(value) if isinstance(value, int | float) and 0 <= value <= 100 else None


def _first(said: list[datetime | None]) -> str:
    """In the form of the index; empty if a frame says nothing, or the date is a dummy (PS3.15 E.3)."""
    known = [moment for moment in said if moment is not None]
    if len(known) < len(said) or len({moment.year == 1 for moment in known}) != 1:
        return ""
    first = min(known)
    if first.year == 1:
        return f"{first:%H%M%S}"
    return "" if (first.year, first.month, first.day) == (1900, 1, 1) else f"{first:%Y%m%d%H%M%S}"


def _acquired(told: Told) -> datetime | None:
    """Without a date, in the year 1."""
    values = {name: str(value or "") for name, value in zip(TIMES, told.times, strict=True)}
    date, time = values["AcquisitionDate"], values["AcquisitionTime"]
    stamps = [*(values[name] for name in _WHOLE), date + time if time else "", time]
    return next((moment for stamp in stamps if (moment := _parsed(stamp)) is not None), None)


def _parsed(stamp: str) -> datetime | None:
    """A date and time, or a time alone; fractions and the offset from UTC do not count."""
    digits = stamp.strip().split(".")[0].split("+")[0].split("-")[0]
    day, clock = (digits[:8], digits[8:]) if len(digits) >= 10 else ("00010101", digits)
    if len(clock) not in (2, 4, 6) or not digits.isdecimal():
        return None
    hours, minutes, seconds = (int(clock[at : at + 2] or 0) for at in (0, 2, 4))
    try:
        return datetime.strptime(day, "%Y%m%d") + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except ValueError:
        return None
