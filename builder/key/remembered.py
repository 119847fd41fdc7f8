"""Makes the register's entries from what a build planned, read and wrote, in one pass over its images."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

# (Study Instance UID, Series Instance UID) -> images; the series is empty for all of which no image is left.
SeriesCounts = Mapping[tuple[str, str], int]


class OnStick:
    """What a stick will hold. Where this build has read the scans, `plan` knows where they come from."""

    def __init__(
        self, plan: BuildPlan, everything: Sequence[WrittenInstance], cases: Mapping[str, str], left_out: SeriesCounts,
        undecided: SeriesCounts,
    ) -> None:  # fmt: skip
        self.plan, self._everything, self._cases = plan, everything, cases
        self._left_out, self._undecided = left_out, undecided
        self.patients: dict[str, PatientEntry] = {}
        self.spellings: set[SpellingEntry] = set()
        self.studies: dict[str, StudyEntry] = {}
        self._series: dict[str, WrittenInstance] = {}
        self._original_series: dict[str, str] = {}
        # By Study Instance UID and by Series Instance UID alike.
        self._images, self._masked, self._kept = Counter[str](), Counter[str](), Counter[str]()

    def images(self) -> Iterator[ImageEntry]:
        """Every image of which this build has seen the source; all the rest is known when they have been asked for."""
        for one in self._everything:
            self._count(one)
            source = self.plan.sources.get(one.instance.path)
            if source is None:
                continue
            patient, file = source
            self._see(one, patient, file)
            uids = (one.instance.sop_instance_uid, one.study_instance_uid, one.series_instance_uid)
            original = file.series_instance_uid, file.sop_instance_uid
            yield ImageEntry(*uids, one.instance.path, *original, *_split(file.path), one.instance.altered)

    def _count(self, one: WrittenInstance) -> None:
        self._series.setdefault(one.series_instance_uid, one)
        for uid in (one.study_instance_uid, one.series_instance_uid):
            self._images[uid] += 1
            if one.instance.altered:
                self._masked[uid] += masked_share(one.instance.altered) is not None
                self._kept[uid] += is_kept_with_text(one.instance.altered)

    def _see(self, one: WrittenInstance, patient: SourcePatient, file: ScannedFile) -> None:
        self.spellings.add(SpellingEntry(one.patient_id, *file.person))
        self._original_series[one.series_instance_uid] = file.series_instance_uid
        uid = one.study_instance_uid
        if uid not in self.studies:
            self.patients[one.patient_id] = PatientEntry(one.patient_id, patient.key, *patient.person)
            said = file.study_instance_uid, file.study_date, file.accession_number
            self.studies[uid] = StudyEntry(self.plan.studies[uid], one.patient_id, *said)

    def case_entries(self, connection: sqlite3.Connection) -> Iterator[CaseEntry]:
        """Every case of the stick."""
        left_out, undecided = _by_study(self._left_out), _by_study(self._undecided)
        for uid in dict.fromkeys(one.study_instance_uid for one in self._series.values()):
            study = self.plan.studies.get(uid) or known_as(connection, uid)
            counts = self._images[uid], left_out[uid], undecided[uid], self._masked[uid], self._kept[uid]
            yield CaseEntry(uid, study, layout.number_of_case(self._cases[uid]), *counts)

    def series_entries(self) -> Iterator[SeriesEntry]:
        """Every series of the stick."""
        for uid, one in self._series.items():
            key = one.study_instance_uid, uid
            counts = self._images[uid], self._left_out.get(key, 0), self._undecided.get(key, 0), self._masked[uid]
            original = self._original_series.get(uid, "")
            yield SeriesEntry(uid, one.study_instance_uid, original, one.series_number, one.modality, *counts)


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
