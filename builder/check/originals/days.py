"""Finds days in bytes, in the spellings of people and programs."""

from collections.abc import Iterator
import re

# 18.04.1953, 4/18/1953, 1953-4-18, 18.04.53; not part of a longer chain of numbers, such as a UID. It begins with a
# digit, since the search for one is fast; what stands before it is asked afterwards.
_WITH_MARKS = re.compile(rb"(\d(?<![\d.]\d)\d{0,3}+)([-./])(\d{1,2}+)\2(\d{1,4}+)(?!\d|\.\d)")
# 18 Apr 1953, 18-APR-1953, 18. April 1953, April 18, 1953.
_WITH_MONTH = re.compile(
    rb"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[-. ]{1,2}([A-Za-z]{3}|[A-Za-z\x80-\xff]{4,12})[-., ]{1,2}(\d{4})(?!\d)"
    rb"|([A-Za-z]{3}|[A-Za-z\x80-\xff]{4,12})[-. ]{1,2}(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)"
)
# Where a day with the name of a month may end, and how far before that it begins at most.
_YEAR = re.compile(rb"[-., ]\d{4}(?!\d)")
_LONGEST_DAY = 40
# The first letters of the months in English, German, French, Spanish and Italian.
_MONTHS = {
    name.encode(): number
    for number, names in enumerate(
        ("jan ene gen", "feb fév fev", "mar mär mrz", "apr avr abr", "may mai mag", "jun juin giu", "jul juil lug",
         "aug aoû aou ago", "sep set", "oct okt ott", "nov", "dec dez déc dic"), start=1)
    for name in names.split()
}  # fmt: skip
# The digits after a day that may be its hour, minute or second (PS3.5, DT).
_LENGTHS = (8, 10, 12, 14)


def of_figures(run: bytes) -> Iterator[tuple[str, bool]]:
    """The days that a run of digits may mean, and whether only people use that order."""
    if len(run) in _LENGTHS:
        yield run[:8].decode(), False
    if len(run) == 8:
        text = run.decode()
        yield text[4:] + text[2:4] + text[:2], True
        yield text[4:] + text[:2] + text[2:4], True


def days_in(content: bytes) -> Iterator[tuple[str, bool, int]]:
    """(day as YYYYMMDD, whether its year has two digits, place) of everything written like a day."""
    for found in _WITH_MARKS.finditer(content):
        first, _, middle, last = found.groups()
        if len(first) == 4 and len(last) <= 2:
            yield f"{first.decode()}{int(middle):02d}{int(last):02d}", False, found.start()
        elif len(first) <= 2 and len(last) == 4:
            yield f"{last.decode()}{int(middle):02d}{int(first):02d}", False, found.start()
            yield f"{last.decode()}{int(first):02d}{int(middle):02d}", False, found.start()
        elif len(first) == len(middle) == len(last) == 2:
            for century in ("19", "20"):
                yield f"{century}{last.decode()}{middle.decode()}{first.decode()}", True, found.start()
    yield from _with_names(content)


def _with_names(content: bytes) -> Iterator[tuple[str, bool, int]]:
    for end in _YEAR.finditer(content):
        begin = max(end.start() - _LONGEST_DAY, 0)
        for found in _WITH_MONTH.finditer(content, begin, end.end()):
            day, name, year, name_first, day_second, year_last = found.groups()
            lower = (name or name_first).lower()
            month = _MONTHS.get(lower[:4]) or _MONTHS.get(lower[:3])
            if month:
                yield f"{(year or year_last).decode()}{month:02d}{int(day or day_second):02d}", False, found.start()
