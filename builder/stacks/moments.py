"""When the slices of a stack were acquired, and in which phase of the heart or of breathing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
import math

from builder.traits import Traits

# PS3.15: without dates, files have a dummy where the standard requires one.
_DUMMY = datetime(1900, 1, 1)
_DAY = 86_400


def acquired_of(traits: Sequence[Traits]) -> str:
    """The first moment of acquisition, YYYYMMDDHHMMSS, or HHMMSS without a date; empty if a frame gives none."""
    times = [told.times[0] if told.times else None for told in traits]
    known = [time for time in times if time is not None]
    if not known or len(known) < len(times):
        return ""
    first = math.floor(min(known))
    if first < _DAY:
        return _without_date(first) if max(known) < _DAY else ""
    moment = datetime.fromordinal(first // _DAY) + timedelta(seconds=first % _DAY)
    return "" if moment.date() == _DUMMY.date() else f"{moment:%Y%m%d%H%M%S}"


def _without_date(seconds: int) -> str:
    return f"{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"


def phase_of(traits: Iterable[Traits], keyword: str) -> float | None:
    """The percentage of a cycle that all frames share; None if they give none, or differ."""
    found = {told.kind(keyword) for told in traits}
    value = found.pop() if len(found) == 1 else None
    return value if isinstance(value, float) and 0 <= value <= 100 else None
