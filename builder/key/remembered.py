"""Makes the register's entries from the plan and the results of a build."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
import os
from pathlib import Path
import sqlite3

from builder.build_plan import BuildPlan
from builder.key.case_numbers import known_as
from builder.key.sticks import (
    CaseEntry,
    ImageEntry,
    NotTakenEntry,
    PatientEntry,
    SeriesEntry,
    SpellingEntry,
    StudyEntry,
)
from builder.plan import ScannedFile, SkippedFile, SourcePatient, WrittenInstance
from bundle import layout
from bundle.images.alterations import is_kept_with_text, masked_share

Source = tuple[SourcePatient, ScannedFile]
# (Study Instance UID, Series Instance UID) -> images; the series is empty where no image of it is left.
SeriesCounts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class OnStick:
    """All images that a stick will hold, and the plan, which has the sources of this build's images."""

    plan: BuildPlan
    everything: Sequence[WrittenInstance]
    cases: Mapping[str, str]
    left_out: SeriesCounts
    undecided: SeriesCounts

    def patients(self) -> Iterator[PatientEntry]:
        """The patients of this build."""
        seen = {image.patient_id: source[0] for image, source in self._sourced()}
        for pseudonym, patient in seen.items():
            yield PatientEntry(pseudonym, patient.key, *patient.person)

    def spellings(self) -> set[SpellingEntry]:
        """The spellings of the patients in the files."""
        return {SpellingEntry(image.patient_id, *file.person) for image, (_, file) in self._sourced()}

    def studies(self) -> Iterator[StudyEntry]:
        """The studies of this build."""
        seen = {image.study_instance_uid: (image.patient_id, source[1]) for image, source in self._sourced()}
        for uid, (pseudonym, file) in seen.items():
            study = self.plan.studies[uid]
            yield StudyEntry(study, pseudonym, file.study_instance_uid, file.study_date, file.accession_number)

    def case_entries(self, connection: sqlite3.Connection) -> Iterator[CaseEntry]:
        """Every case of the stick."""
        images = Counter(image.study_instance_uid for image in self.everything)
        masked = Counter(image.study_instance_uid for image in self.everything if masked_share(image.instance.altered))
        kept = Counter(
            image.study_instance_uid for image in self.everything if is_kept_with_text(image.instance.altered)
        )
        left_out, undecided = _by_study(self.left_out), _by_study(self.undecided)
        for uid, number in images.items():
            study = self.plan.studies.get(uid) or known_as(connection, uid)
            case = layout.number_of_case(self.cases[uid])
            yield CaseEntry(uid, study, case, number, left_out[uid], undecided[uid], masked[uid], kept[uid])

    def series_entries(self) -> Iterator[SeriesEntry]:
        """Every series of the stick."""
        images = Counter(image.series_instance_uid for image in self.everything)
        masked = Counter(image.series_instance_uid for image in self.everything if masked_share(image.instance.altered))
        first = {image.series_instance_uid: image for image in reversed(self.everything)}
        original = {image.series_instance_uid: source[1].series_instance_uid for image, source in self._sourced()}
        for uid, image in first.items():
            key = image.study_instance_uid, uid
            counts = (images[uid], self.left_out.get(key, 0), self.undecided.get(key, 0), masked[uid])
            number, modality = image.series_number, image.modality
            yield SeriesEntry(uid, image.study_instance_uid, original.get(uid, ""), number, modality, *counts)

    def images(self) -> Iterator[ImageEntry]:
        """Every image whose source this build has read."""
        for image, (_, file) in self._sourced():
            uids = (image.instance.sop_instance_uid, image.study_instance_uid, image.series_instance_uid)
            folder, name = _split(file.path)
            original = file.series_instance_uid, file.sop_instance_uid
            yield ImageEntry(*uids, image.instance.path, *original, folder, name, image.instance.altered)

    def _sourced(self) -> Iterator[tuple[WrittenInstance, Source]]:
        for image in self.everything:
            source = self.plan.sources.get(image.instance.path)
            if source is not None:
                yield image, source


def not_taken(skipped: Iterable[SkippedFile]) -> Iterator[NotTakenEntry]:
    """The files that a build skipped, and why."""
    for file in skipped:
        yield NotTakenEntry(*_split(file.path), file.reason.name.lower(), file.detail)


def _by_study(counts: SeriesCounts) -> Counter[str]:
    found: Counter[str] = Counter()
    for (study, _), number in counts.items():
        found[study] += number
    return found


def _split(path: str | Path) -> tuple[str, str]:
    """The absolute folder and the name of a file."""
    return os.path.split(os.path.abspath(path))  # noqa: PTH100  # without following links
