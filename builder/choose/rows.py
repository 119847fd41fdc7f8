"""One row for each series of the scans: what it is, and what of it would go on the medium."""

import base64
from collections.abc import Iterable, Mapping, Sequence
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from builder.choose.selection import thickness_of
from builder.plan import Person, SkippedFile, SourcePatient, SourceSeries, SourceStudy


class SeriesRow(NamedTuple):
    """A series of the scans; `study` and `series` are names by which a plan finds them again.

    Of its images, `left_out` are left out, for the reason `why`. `slices` counts the frames of the others, or of all if
    none is left; `thickness` is in mm, None if unknown. `folder` is the folder that holds all of its files.
    """

    study: str
    series: str
    person: Person
    study_date: str
    series_number: str
    modality: str
    description: str
    body_part: str
    slices: int
    thickness: float | None
    images: int
    left_out: int
    why: str
    folder: str

    @property
    def is_taken(self) -> bool:
        """Whether any of it goes on the medium."""
        return self.images > self.left_out


def rows_of(patients: Iterable[SourcePatient], skipped: Iterable[SkippedFile]) -> list[SeriesRow]:
    """All series in the order of their folders, study by study; `skipped` are images of them that are left out."""
    gone = {str(file.path): file for file in skipped}
    studies = [
        [_row(patient, study, series, gone) for series in study.series]
        for patient in patients
        for study in patient.studies
    ]
    for rows in studies:
        rows.sort(key=lambda row: (_number(row.series_number), row.folder, row.series))
    studies.sort(key=lambda rows: (min(row.folder for row in rows), rows[0].study))
    return [row for rows in studies for row in rows]


def study_name(study: SourceStudy) -> str:
    """The name of a study in a plan."""
    return _name("study", study.uid_key)


def series_name(series: SourceSeries) -> str:
    """The name of a series in a plan."""
    return _name("series", series.uid_key)


def _name(kind: str, key: str) -> str:
    """No spreadsheet takes it for a number or a date."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return f"{kind}-{base64.b32encode(digest).decode()[:12].lower()}"


def _row(
    patient: SourcePatient, study: SourceStudy, series: SourceSeries, gone: Mapping[str, SkippedFile]
) -> SeriesRow:
    files = [instance.file for instance in series.instances]
    left_out = [gone[file.path] for file in files if file.path in gone]
    kept = [file for file in files if file.path not in gone] or files
    first = kept[0]
    return SeriesRow(
        study_name(study), series_name(series), patient.person, first.study_date, first.series_number, series.modality,
        first.description, first.body_part, sum(file.frames for file in kept), thickness_of(series), len(files),
        len(left_out), _why(left_out), _folder_of([file.path for file in files]),
    )  # fmt: skip


def _why(left_out: Sequence[SkippedFile]) -> str:
    """Each reason once, with its detail."""
    told = (f"{file.reason.value}{f', {file.detail}' if file.detail else ''}" for file in left_out)
    return "; ".join(dict.fromkeys(told))


def _folder_of(paths: Sequence[str]) -> str:
    folders = {str(Path(path).parent) for path in paths}
    try:
        return os.path.commonpath(folders)
    except ValueError:  # on two drives of Windows
        return min(folders)


def _number(text: str) -> float:
    return float(text) if text.strip().isdecimal() else float("inf")
