"""When an examination took place on its Study Date: the first and the last second that a header names."""

from collections.abc import Iterator
from contextlib import suppress

from pydicom import Dataset

from builder.deidentify import allowlist, dates
from builder.dicom.source_file import Values, text

_NESTED = (
    "RadiopharmaceuticalInformationSequence", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
)  # fmt: skip


def day_span(header: Values) -> tuple[int, int]:
    """Seconds since midnight of the Study Date, first and last; (-1, -1) if nothing that happened then has a time."""
    found = [*_top_level(header)]
    day = text(header, "StudyDate")
    for keyword in _NESTED:
        if keyword in header:
            with suppress(Exception):  # a broken sequence, which the writer drops
                found += (second for item in header.get(keyword) or () for second in _nested(item, day))
    return (min(found), max(found)) if found else (-1, -1)


def _top_level(header: Values) -> Iterator[int]:
    day = text(header, "StudyDate")
    times = [text(header, time) for date, time in allowlist.DATE_PAIRS.items() if text(header, date) == day]
    moments = (text(header, keyword) for keyword in ("AcquisitionDateTime", "DecayCorrectionDateTime"))
    times += [moment[8:] for moment in moments if day and moment.startswith(day)]
    return _seconds(times)


def _nested(item: Dataset, day: str) -> Iterator[int]:
    """The times in an item of a sequence; a time without a date belongs to the day of the study."""
    for tag in list(item.keys()):
        try:
            element = item[tag]
        except Exception:  # a broken value, which the writer drops
            continue
        if element.VR == "SQ":
            for nested in element.value:
                yield from _nested(nested, day)
        elif element.keyword in allowlist.DATETIMES and day and str(element.value).startswith(day):
            yield from _seconds([str(element.value)[8:]])
        elif element.keyword in allowlist.TIMES:
            yield from _seconds([str(element.value)])


def _seconds(times: list[str]) -> Iterator[int]:
    for time in times:
        second = dates.second_of_day(time.partition("+")[0].partition("-")[0])
        if second is not None:
            yield second
