"""Makes the register's entries from the plan and the results of a build, in one pass over its images."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
import os
from pathlib import Path
import sqlite3

from builder.build_plan import BuildPlan
from builder.content import ContentKind
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
from bundle.images.alterations import is_kept_with_text, joined, masked_share

# (Study Instance UID, Series Instance UID) -> images; the series is empty where no image of it is left.
SeriesCounts = Mapping[tuple[str, str], int]


class OnStick:
    """The images that a stick will hold; `plan` has the sources of those that this build has read."""

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
        # By Study Instance UID and by Series Instance UID together.
        self._images, self._masked, self._kept = Counter[str](), Counter[str](), Counter[str]()

    def images(self) -> Iterator[ImageEntry]:
        """Every image and segmentation whose source this build has read.

        Iterate over these first: it collects the other entries.
        """
        segmentations = {planned.job.relative_path: planned.file for planned in self.plan.segmentations}
        for image in self._everything:
            if image.content is not ContentKind.IMAGES:
                if (file := segmentations.get(image.instance.path)) is not None:
                    self.spellings.add(SpellingEntry(image.patient_id, *file.person))
                    yield _entry(image, file)
                continue
            self._count(image)
            source = self.plan.sources.get(image.instance.path)
            if source is None:
                continue
            patient, file = source
            self._see(image, patient, file)
            yield _entry(image, file)

    def _count(self, image: WrittenInstance) -> None:
        self._series.setdefault(image.series_instance_uid, image)
        for uid in (image.study_instance_uid, image.series_instance_uid):
            self._images[uid] += 1
            if image.instance.altered:
                self._masked[uid] += masked_share(image.instance.altered) is not None
                self._kept[uid] += is_kept_with_text(image.instance.altered)

    def _see(self, image: WrittenInstance, patient: SourcePatient, file: ScannedFile) -> None:
        self.spellings.add(SpellingEntry(image.patient_id, *file.person))
        self._original_series[image.series_instance_uid] = file.series_instance_uid
        uid = image.study_instance_uid
        if uid not in self.studies:
            self.patients[image.patient_id] = PatientEntry(image.patient_id, patient.key, *patient.person)
            said = file.study_instance_uid, file.study_date, file.accession_number
            self.studies[uid] = StudyEntry(self.plan.studies[uid], image.patient_id, *said)

    def case_entries(self, connection: sqlite3.Connection) -> Iterator[CaseEntry]:
        """Every case of the stick."""
        left_out, undecided = _by_study(self._left_out), _by_study(self._undecided)
        for uid in dict.fromkeys(image.study_instance_uid for image in self._series.values()):
            study = self.plan.studies.get(uid) or known_as(connection, uid)
            counts = self._images[uid], left_out[uid], undecided[uid], self._masked[uid], self._kept[uid]
            yield CaseEntry(uid, study, layout.number_of_case(self._cases[uid]), *counts)

    def series_entries(self) -> Iterator[SeriesEntry]:
        """Every series of the stick."""
        for uid, image in self._series.items():
            key = image.study_instance_uid, uid
            counts = self._images[uid], self._left_out.get(key, 0), self._undecided.get(key, 0), self._masked[uid]
            original = self._original_series.get(uid, "")
            yield SeriesEntry(uid, image.study_instance_uid, original, image.series_number, image.modality, *counts)


def not_taken(skipped: Iterable[SkippedFile]) -> Iterator[NotTakenEntry]:
    """The files that a build skipped, and why."""
    for file in skipped:
        yield NotTakenEntry(*_split(file.path), file.reason.name.lower(), file.detail)


def _entry(image: WrittenInstance, file: ScannedFile) -> ImageEntry:
    uids = (image.instance.sop_instance_uid, image.study_instance_uid, image.series_instance_uid)
    original = file.series_instance_uid, file.sop_instance_uid
    return ImageEntry(*uids, image.instance.path, *original, *_split(file.path), _done_to(image))


def _by_study(counts: SeriesCounts) -> Counter[str]:
    found: Counter[str] = Counter()
    for (study, _), number in counts.items():
        found[study] += number
    return found


def _done_to(image: WrittenInstance) -> str:
    """What was done to pixels, and to attributes that an option keeps."""
    return joined([*filter(None, [image.instance.altered]), *image.held])


def _split(path: str | Path) -> tuple[str, str]:
    """The absolute folder and the name of a file."""
    return os.path.split(os.path.abspath(path))  # noqa: PTH100  # without following links
