"""Shifts DICOM dates and times together, so that intervals stay; an invalid value becomes empty."""

from datetime import datetime, timedelta
from functools import lru_cache
import re

from builder.key.pseudonyms import digest
from builder.plan import TimeShift

# Eight digits of a year outside these are a record number in the wrong element, not a day.
_DATE = re.compile(r"((?:1[89]|2[0-2])\d{2})\.?(\d{2})\.?(\d{2})")
# PS3.5 6.2: HHMMSS.FFFFFF, each part optional from the right; the colons are of the old ACR-NEMA form.
_TIME = re.compile(r"(\d{2}):?(?:(\d{2}):?(?:(\d{2})(?:\.(\d{1,6}))?)?)?")
_DATETIME = re.compile(r"(\d{8})(\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?(?:[+-]\d{4})?")
# The form of nearly every time: shifting it is plain arithmetic.
_USUAL_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)(?:\.(\d{1,6}))?")
_DAY = 86_400
_SECOND = 1_000_000
# A time without a date keeps its distance to other times of that day.
_ANY_DAY = "20000101"
# Within a second, the new fraction grows in two straight pieces, of at least this share of the usual slope.
_LEAST_SLOPE = 0.2


def shift_date(date: str, time: str, shift: TimeShift) -> str:
    """The shifted DA value; its time of day decides whether the shift crosses midnight. Empty if invalid."""
    usual = _USUAL_TIME.fullmatch(time)
    if usual:
        return _shift_day(date, "", (_seconds(usual) + shift.seconds) // _DAY * _DAY)
    return _shift_day(date, time if _TIME.fullmatch(time) else "", shift.seconds)


@lru_cache(1 << 12)
def _shift_day(date: str, time: str, offset_seconds: int) -> str:
    moved = _moved(date, time, offset_seconds)
    return moved.strftime("%Y%m%d").zfill(8) if moved else ""


def _seconds(usual: re.Match[str]) -> int:
    """Whole seconds since midnight."""
    return int(usual[1]) * 3600 + int(usual[2]) * 60 + int(usual[3])


def second_of_day(time: str) -> int | None:
    """Whole seconds since midnight of a TM value; None if it is invalid."""
    usual = _USUAL_TIME.fullmatch(time)
    if usual:
        return _seconds(usual)
    moved = _moved(_ANY_DAY, time, 0) if time else None
    return None if moved is None else moved.hour * 3600 + moved.minute * 60 + moved.second


def shift_time(time: str, shift: TimeShift) -> str:
    """The shifted TM value, in the precision of the given one; empty if invalid."""
    usual = _USUAL_TIME.fullmatch(time)
    if usual:
        minute, second = divmod((_seconds(usual) + shift.seconds) % _DAY, 60)
        whole = f"{minute // 60:02d}{minute % 60:02d}{second:02d}"
        return f"{whole}{_fraction(usual[4] or '', whole, shift.secret)}"
    moved = _moved(_ANY_DAY, time, shift.seconds) if time else None
    return _time_text(moved, time, shift.secret) if moved else ""


def shift_datetime(value: str, shift: TimeShift) -> str:
    """The shifted DT value without its offset from UTC, which reveals the scanner's location; empty if invalid."""
    match = _DATETIME.fullmatch(value)
    if match is None:
        return ""
    date, time = match[1], match[2] or ""
    moved = _moved(date, time, shift.seconds)
    if moved is None:
        return ""
    return moved.strftime("%Y%m%d").zfill(8) + (_time_text(moved, time, shift.secret) if time else "")


def _moved(date: str, time: str, offset_seconds: int) -> datetime | None:
    day, clock = _DATE.fullmatch(date), _TIME.fullmatch(time) if time else None
    if day is None or (time and clock is None):
        return None
    hour, minute, second, _ = (clock.groups() if clock else ()) or ("0", "0", "0", "0")
    try:
        moment = datetime(
            int(day[1]), int(day[2]), int(day[3]), int(hour or 0), int(minute or 0), min(int(second or 0), 59)
        )
        return moment + timedelta(seconds=offset_seconds)
    except (ValueError, OverflowError):
        return None


def _time_text(moment: datetime, like: str, secret: bytes) -> str:
    whole, _, fraction = like.replace(":", "").partition(".")
    # An hour alone would lose the minutes of the offset, and with them the intervals.
    text = moment.strftime("%H%M%S")[: max(len(whole), 6)]
    return text + _fraction(fraction, text, secret)


def _fraction(digits: str, second: str, secret: bytes) -> str:
    """The fraction of a second, with its point: as it is without a secret, else another one.

    The digits of a fraction are as good as a serial number. The new ones depend on the second and the secret, and grow
    with the old ones, so that the images of a second stay in order; a whole second stays one.
    """
    if not digits:
        return ""
    if not secret or not digits.strip("0"):
        return f".{digits}"
    old, (turn, new_turn) = int(digits.ljust(6, "0")), _turn(second, secret)
    rest = (_SECOND - old) * (_SECOND - new_turn) / (_SECOND - turn)
    new = round(old * new_turn / turn if old <= turn else _SECOND - rest)
    return f".{min(max(new, 1), _SECOND - 1):06d}"


@lru_cache(1 << 12)
def _turn(second: str, secret: bytes) -> tuple[int, int]:
    """Where the line from old to new fractions of this second bends: an old fraction and its new one."""
    number = digest(secret, "second", second)
    old, new = (int.from_bytes(part) / 2**32 for part in (number[:4], number[4:8]))
    old = 0.3 + 0.4 * old
    least, most = _LEAST_SLOPE * old, 1 - _LEAST_SLOPE * (1 - old)
    return round(old * _SECOND), round((least + new * (most - least)) * _SECOND)
