"""Makes the register's entries from what a build planned, read and wrote."""

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
# (Study Instance UID, Series Instance UID) -> images; the series is empty for all of which no image is left.
SeriesCounts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class OnStick:
    """All images that a stick will hold, and the plan, which knows where those of this build come from."""

    plan: BuildPlan
    everything: Sequence[WrittenInstance]
    cases: Mapping[str, str]
    left_out: SeriesCounts
    undecided: SeriesCounts

    def patients(self) -> Iterator[PatientEntry]:
        """Whom this build has seen."""
        seen = {one.patient_id: source[0] for one, source in self._sourced()}
        for pseudonym, patient in seen.items():
            yield PatientEntry(pseudonym, patient.key, *patient.person)

    def spellings(self) -> set[SpellingEntry]:
        """How their files say who they are."""
        return {SpellingEntry(one.patient_id, *file.person) for one, (_, file) in self._sourced()}

    def studies(self) -> Iterator[StudyEntry]:
        """Which studies this build has seen."""
        seen = {one.study_instance_uid: (one.patient_id, source[1]) for one, source in self._sourced()}
        for uid, (pseudonym, file) in seen.items():
            study = self.plan.studies[uid]
            yield StudyEntry(study, pseudonym, file.study_instance_uid, file.study_date, file.accession_number)

    def case_entries(self, connection: sqlite3.Connection) -> Iterator[CaseEntry]:
        """Every case of the stick."""
        images = Counter(one.study_instance_uid for one in self.everything)
        masked = Counter(one.study_instance_uid for one in self.everything if masked_share(one.instance.altered))
        kept = Counter(one.study_instance_uid for one in self.everything if is_kept_with_text(one.instance.altered))
        left_out, undecided = _by_study(self.left_out), _by_study(self.undecided)
        for uid, number in images.items():
            study = self.plan.studies.get(uid) or known_as(connection, uid)
            case = layout.number_of_case(self.cases[uid])
            yield CaseEntry(uid, study, case, number, left_out[uid], undecided[uid], masked[uid], kept[uid])

    def series_entries(self) -> Iterator[SeriesEntry]:
        """Every series of the stick."""
        images = Counter(one.series_instance_uid for one in self.everything)
        masked = Counter(one.series_instance_uid for one in self.everything if masked_share(one.instance.altered))
        first = {one.series_instance_uid: one for one in reversed(self.everything)}
        original = {one.series_instance_uid: source[1].series_instance_uid for one, source in self._sourced()}
        for uid, one in first.items():
            key = one.study_instance_uid, uid
            counts = (images[uid], self.left_out.get(key, 0), self.undecided.get(key, 0), masked[uid])
            number, modality = one.series_number, one.modality
            yield SeriesEntry(uid, one.study_instance_uid, original.get(uid, ""), number, modality, *counts)

    def images(self) -> Iterator[ImageEntry]:
        """Every image that this build has seen the source of."""
        for one, (_, file) in self._sourced():
            uids = (one.instance.sop_instance_uid, one.study_instance_uid, one.series_instance_uid)
            folder, name = _split(file.path)
            original = file.series_instance_uid, file.sop_instance_uid
            yield ImageEntry(*uids, one.instance.path, *original, folder, name, one.instance.altered)

    def _sourced(self) -> Iterator[tuple[WrittenInstance, Source]]:
        for one in self.everything:
            source = self.plan.sources.get(one.instance.path)
            if source is not None:
                yield one, source


def not_taken(skipped: Iterable[SkippedFile]) -> Iterator[NotTakenEntry]:
    """What a build did not take, and why."""
    for one in skipped:
        yield NotTakenEntry(*_split(one.path), one.reason.name.lower(), one.detail)


def _by_study(counts: SeriesCounts) -> Counter[str]:
    found: Counter[str] = Counter()
    for (study, _), number in counts.items():
        found[study] += number
    return found


def _split(path: str | Path) -> tuple[str, str]:
    """(Folder, name) of a file, as somebody finds it from wherever."""
    return os.path.split(os.path.abspath(path))  # noqa: PTH100  # without following links
