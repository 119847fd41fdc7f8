"""Numbers for each patient, study, series and image in the paths on the medium: known ones keep theirs."""

from collections.abc import Iterable

from builder.plan import WrittenInstance
from bundle.layout import numbers_of

# Longer numbers than this are patient numbers and dates as often as counts.
COUNT_FIGURES = 5
# The numbers of the levels above, from the patient down.
Above = tuple[int, ...]


class Places:
    """Assigns numbers; everything already on the medium keeps its own."""

    def __init__(self, present: Iterable[WrittenInstance] = ()) -> None:
        self._numbers: dict[Above, dict[str, int]] = {}
        self._last: dict[Above, int] = {}
        self._digests: dict[str, str] = {}
        self._series_numbers: dict[str, int] = {}
        for record in present:
            self._add(record)

    def _add(self, record: WrittenInstance) -> None:
        numbers = numbers_of(record.instance.path)
        names = (
            record.patient_id, record.study_instance_uid, record.series_instance_uid, record.instance.sop_instance_uid,
        )  # fmt: skip
        for level, name in enumerate(names):
            above, number = numbers[:level], numbers[level]
            self._numbers.setdefault(above, {})[name] = number
            self._last[above] = max(number, self._last.get(above, 0))
        self._digests[record.instance.path] = record.instance.digest
        if record.series_number is not None:
            self._series_numbers[record.series_instance_uid] = record.series_number

    def number(self, above: Above, name: str) -> int:
        """The number for this name, below the patient, study and series of these numbers."""
        known = self._numbers.setdefault(above, {})
        if name not in known:
            known[name] = self._last[above] = self._last.get(above, 0) + 1
        return known[name]

    def digest(self, path: str) -> str:
        """The SHA-256 of the file already at a path; empty if there is none."""
        return self._digests.get(path, "")

    def series_number(self, series_uid: str) -> int | None:
        """The Series Number of the series on the medium."""
        return self._series_numbers.get(series_uid)


def is_count(value: float) -> bool:
    """Whether a number is small enough to be a count, and not somebody's number or a date."""
    return bool(abs(value) < 10**COUNT_FIGURES)
