"""How fast the medium is here, and how long a reader would wait for the first case."""

from collections.abc import Iterator
from dataclasses import dataclass

from builder.check.checks.index import Index
from builder.check.findings import Finding, finding
from builder.check.medium.medium import Medium

# A reader who waits longer for a case goes for coffee.
_PATIENCE = 60.0
# Less tells nothing about the medium: opening files takes longer than reading them.
_LEAST = 4_000_000


@dataclass(frozen=True, slots=True)
class FirstCase:
    """The first case: the bytes of its images, and the seconds to read them here; None if too little was read."""

    case: str
    bytes: int
    seconds: float | None


def speed_of(medium: Medium) -> float | None:
    """Bytes per second at which files came from the medium, including the checks; None if too little was read."""
    whole = sum(file.size for file in medium.files.values() if file.digest)
    return whole / medium.seconds if medium.seconds and whole >= _LEAST and whole >= medium.bytes_read / 2 else None


def first_case(medium: Medium, index: Index | None) -> FirstCase | None:
    """The first case in the list; None without an index, or if it lists none."""
    studies = index.catalog.studies() if index else ()
    if not index or not studies:
        return None
    series = {series.series_id for series in studies[0].series}
    paths = {row["path"] for row in index.instances if row["series_id"] in series}
    size = sum(medium.files[path].size for path in paths if path in medium.files)
    speed = speed_of(medium)
    return FirstCase(str(studies[0].case), size, round(size / speed, 1) if speed else None)


def slow(first: FirstCase | None) -> Iterator[Finding]:
    """A medium on which every case takes long."""
    if first and first.seconds is not None and first.seconds > _PATIENCE:
        text = f"{first.case}, {first.bytes / 1e6:,.0f} MB, takes about {first.seconds:,.0f} s to read whole"
        yield finding("drive.slow", ".", text)
