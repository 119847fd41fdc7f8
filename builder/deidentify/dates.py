"""Shifts DICOM dates and times together by one offset, so that intervals stay; an invalid value becomes empty."""

from datetime import datetime, timedelta
from functools import lru_cache
import re

# Eight digits of a year outside these are a record number in the wrong element, not a day.
_DATE = re.compile(r"((?:1[89]|2[0-2])\d{2})\.?(\d{2})\.?(\d{2})")
# PS3.5 6.2: HHMMSS.FFFFFF, each part optional from the right; the colons are of the old ACR-NEMA form.
_TIME = re.compile(r"(\d{2}):?(?:(\d{2}):?(?:(\d{2})(?:\.(\d{1,6}))?)?)?")
_DATETIME = re.compile(r"(\d{8})(\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?(?:[+-]\d{4})?")
# The form of nearly every time: shifting it is plain arithmetic.
_USUAL_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)(\.\d{1,6})?")
_DAY = 86_400
# A time without a date keeps its distance to other times of that day.
_ANY_DAY = "20000101"


def shift_date(date: str, time: str, offset_seconds: int) -> str:
    """The shifted DA value; its time of day decides whether the shift crosses midnight. Empty if invalid."""
    usual = _USUAL_TIME.fullmatch(time)
    if usual:
        return _shift_day(date, "", (_seconds(usual) + offset_seconds) // _DAY * _DAY)
    return _shift_day(date, time if _TIME.fullmatch(time) else "", offset_seconds)


@lru_cache(1 << 12)
def _shift_day(date: str, time: str, offset_seconds: int) -> str:
    moved = _moved(date, time, offset_seconds)
    return moved.strftime("%Y%m%d").zfill(8) if moved else ""


def _seconds(usual: re.Match[str]) -> int:
    """Whole seconds since midnight."""
    return int(usual[1]) * 3600 + int(usual[2]) * 60 + int(usual[3])


def shift_time(time: str, offset_seconds: int) -> str:
    """The shifted TM value, in the precision of the given one; empty if invalid."""
    usual = _USUAL_TIME.fullmatch(time)
    if usual:
        minute, second = divmod((_seconds(usual) + offset_seconds) % _DAY, 60)
        return f"{minute // 60:02d}{minute % 60:02d}{second:02d}{usual[4] or ''}"
    moved = _moved(_ANY_DAY, time, offset_seconds) if time else None
    return _time_text(moved, time) if moved else ""


def shift_datetime(value: str, offset_seconds: int) -> str:
    """The shifted DT value without its offset from UTC, which reveals the scanner's location; empty if invalid."""
    match = _DATETIME.fullmatch(value)
    if match is None:
        return ""
    date, time = match[1], match[2] or ""
    moved = _moved(date, time, offset_seconds)
    if moved is None:
        return ""
    return moved.strftime("%Y%m%d").zfill(8) + (_time_text(moved, time) if time else "")


def _moved(date: str, time: str, offset_seconds: int) -> datetime | None:
    day, clock = _DATE.fullmatch(date), _TIME.fullmatch(time) if time else None
    if day is None or (time and clock is None):
        return None
    hour, minute, second, fraction = (clock.groups() if clock else ()) or ("0", "0", "0", "0")
    try:
        moment = datetime(
            int(day[1]), int(day[2]), int(day[3]), int(hour or 0), int(minute or 0),
            min(int(second or 0), 59), int((fraction or "0").ljust(6, "0")),
        )  # fmt: skip
        return moment + timedelta(seconds=offset_seconds)
    except (ValueError, OverflowError):
        return None


def _time_text(moment: datetime, like: str) -> str:
    whole, _, fraction = like.replace(":", "").partition(".")
    text = moment.strftime("%H%M%S")
    # An hour alone would lose the minutes of the offset, and with them the intervals.
    text = text[: max(len(whole), 6)]
    return f"{text}.{moment.microsecond:06d}"[: len(text) + 1 + len(fraction)] if fraction else text
