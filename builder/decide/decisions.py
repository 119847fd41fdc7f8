"""The researcher's decisions on pictures that may show text: read from --decide, and matched to their images."""

from collections.abc import Iterable, Iterator, Sequence
import csv
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from builder.errors.decisions import DecisionsMistaken
from builder.plan import ScannedFile, SourceInstance, SourcePatient, SourceSeries

COLUMNS = ("decision", "found", "case", "series", "image", "series_uid", "image_uid")
_NEEDED = ("decision", "series_uid", "image_uid")
# How `found` begins: nothing was read, or text was.
SUSPECTED, TEXT = "suspected", "text"
_DELIMITERS = (",", ";", "\t")
_LARGEST = 64 << 20


class Choice(Enum):
    """The fate that the researcher chooses; the value is the word in the table."""

    KEEP = "keep"
    MASK = "mask"
    LEAVE_OUT = "leave out"


class Decision(NamedTuple):
    """One line that was filled in. `knows_text`: the decision was about a picture in which text had been read.

    A line without `image` applies to all images of its series.
    """

    line: int
    choice: Choice
    knows_text: bool
    series: str
    image: str


class ImageIdentity(NamedTuple):
    """How a line names an image: by UIDs of the scans, which do not depend on the folder.

    For an image without a UID, `image` is derived from its content.
    """

    series: str
    image: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """All lines that were filled in; `file` is their table."""

    file: Path
    lines: tuple[Decision, ...]

    def fit(self, patients: Sequence[SourcePatient]) -> dict[str, Decision]:
        """Source file -> its decision; an image's own line takes precedence over that of its series.

        Raises DecisionsMistaken if a line names nothing in these scans.
        """
        images: dict[str, list[str]] = {}
        series: dict[str, list[str]] = {}
        for identity, file in identities(patients):
            images.setdefault(identity.image, []).append(file.path)
            series.setdefault(identity.series, []).append(file.path)
        fitted: dict[str, Decision] = {}
        for decision in sorted(self.lines, key=lambda line: line.image != ""):
            named = images.get(decision.image, []) if decision.image else series.get(decision.series, [])
            if len(named) != 1 and (decision.image or not named):
                raise DecisionsMistaken(self.file, decision.line, _unfit(decision, len(named)))
            fitted |= dict.fromkeys(named, decision)
        return fitted


def _unfit(decision: Decision, pictures: int) -> str:
    if pictures:
        return f"{pictures} pictures of these scans have the UID {decision.image}; take the wrong ones out of the scans"
    what = f"no image {decision.image}" if decision.image else f"no series {decision.series}"
    return f"{what} is in these scans; name the scans that it came from, or delete the line"


def identities(patients: Iterable[SourcePatient]) -> Iterator[tuple[ImageIdentity, ScannedFile]]:
    """Each image with the identity that a line names it by."""
    for series in (series for patient in patients for study in patient.studies for series in study.series):
        yield from ((identity_of(series, instance), instance.file) for instance in series.instances)


def identity_of(series: SourceSeries, instance: SourceInstance) -> ImageIdentity:
    """The UIDs of an image; derived from its content if it has none."""
    return ImageIdentity(
        instance.file.series_instance_uid or series.uid_key, instance.file.sop_instance_uid or instance.uid_key
    )


# The file


def read_decisions(file: Path) -> Decisions:
    """The lines of a table as the build writes it and spreadsheets save it; raises DecisionsMistaken."""
    rows = _rows(file)
    head = [cell.strip().lower() for cell in next(rows, [])]
    missing = [name for name in _NEEDED if name not in head]
    if missing:
        raise DecisionsMistaken(file, 1, f"there is no column {missing[0]}; keep the first line as the build wrote it")
    found: list[Decision] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in enumerate(rows, start=2):
        row = dict(zip(head, (_plain(cell) for cell in cells), strict=False))
        decision = _decision(file, line, row)
        if decision is None:
            continue
        first = seen.setdefault((decision.series if not decision.image else "", decision.image), line)
        if first != line:
            raise DecisionsMistaken(file, line, f"it names the same as line {first}; keep one of the two")
        found.append(decision)
    return Decisions(file, tuple(found))


def _rows(file: Path) -> Iterator[list[str]]:
    try:
        if file.stat().st_size > _LARGEST:
            raise DecisionsMistaken(file, 0, "it is too large to be such a table")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DecisionsMistaken(file, 0, f"it cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise DecisionsMistaken(file, 0, "it is not a table in UTF-8; save it as 'CSV UTF-8'") from None
    first = text.partition("\n")[0]
    return csv.reader(text.splitlines(), delimiter=max(_DELIMITERS, key=first.count))


def _plain(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from computing it."""
    return cell.strip().removeprefix("'")


def _decision(file: Path, line: int, row: dict[str, str]) -> Decision | None:
    written = " ".join(row.get("decision", "").lower().replace("-", " ").replace("_", " ").split())
    if not written:
        return None
    choice = next((known_choice for known_choice in Choice if known_choice.value == written), None)
    if choice is None:
        known = ", ".join(known_choice.value for known_choice in Choice)
        raise DecisionsMistaken(file, line, f"{written!r} is no decision; write one of: {known}")
    series, image = row.get("series_uid", ""), row.get("image_uid", "")
    if not (series or image):
        raise DecisionsMistaken(file, line, "it names no image and no series; leave the UIDs as they were written")
    return Decision(line, choice, row.get("found", "").startswith(TEXT), series, image)
