"""Gives every instance its place on the medium, its pseudonym and its new UIDs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
import re

from builder.build_plan import BuildPlan, Identifiers, SegmentationJob, Sources, own_identifiers
from builder.deidentify import Option, Own, Policy, StudyKey, own_of
from builder.errors.build import PseudonymCollision
from builder.key.pseudonyms import is_uid, new_uid
from builder.plan import (
    InstanceUids,
    ScannedFile,
    SourceInstance,
    SourcePatient,
    SourceSeries,
    SourceStudy,
    TimeShift,
    WriteJob,
    WrittenInstance,
)
from builder.spool import Spool
from builder.write.numbering import COUNT_FIGURES, Places, is_count
from bundle import layout

# Header, directory record, index rows and the share of a preview: the size of one instance besides its pixels.
_BYTES_BESIDES_PIXELS = 8_000
_BYTES_OF_MASK = 1_000
# This many other files distinguish what is constant in a series from chance.
_OTHERS = 4


def assign(
    patients: Sequence[SourcePatient], key: StudyKey, drive: Path, policy: Policy, *, look_for_text: bool = True,
    present: Sequence[WrittenInstance] = (),
) -> BuildPlan:  # fmt: skip
    """Pseudonyms decide the order of the patients, so that the order does not reveal who came first.

    Images `present` on the drive keep their place, and new images of known series, studies and patients join them.
    """
    by_pseudonym = {key.pseudonym(patient.key): patient for patient in patients}
    if len(by_pseudonym) != len(patients):
        raise PseudonymCollision()
    assigner = _Assigner(key, drive, policy, look_for_text, Places(present))
    for pseudonym in sorted(by_pseudonym):
        assigner.add_patient(pseudonym, by_pseudonym[pseudonym])
    plan = BuildPlan(assigner.jobs, assigner.sources, 0, assigner.studies, assigner.own, assigner.segmentations)
    jobs = chain(assigner.jobs, (planned.job for planned in assigner.segmentations))
    fresh = (file for file, job in zip(plan.files(), jobs, strict=True) if not job.present_digest)
    return replace(plan, bytes_needed=bytes_of(fresh))


def bytes_of(files: Iterable[ScannedFile]) -> int:
    """The size of images on a medium, with their share of the lists."""
    return sum(
        file.rows * file.columns * file.frames * file.bits_allocated // 8
        + _BYTES_BESIDES_PIXELS
        # The compact form of masks, at most as large; and in their header each frame has its place, and its image.
        + (file.frames * (file.rows * file.columns * file.bits_allocated // 8 + _BYTES_OF_MASK) if file.lies_on else 0)
        for file in files
    )


class _Assigner:
    """Makes the jobs, patient by patient."""

    def __init__(self, key: StudyKey, drive: Path, policy: Policy, look_for_text: bool, places: Places) -> None:
        self.jobs: Spool[WriteJob] = Spool()
        self.sources = Sources()
        self.studies: dict[str, str] = {}
        self.own: dict[str, Identifiers] = {}
        self.segmentations: list[SegmentationJob] = []
        self._key, self._drive = key, str(drive)
        self._uid_secret = key.uid_secret()
        self._policy, self._retains_uids = policy, Option.UIDS in policy.options
        self._names = policy.names
        self._look_for_text = look_for_text
        self._places = places
        self._retained: dict[str, str] = {}
        self._person = Own()

    def add_patient(self, pseudonym: str, patient: SourcePatient) -> None:
        """Jobs for everything of one patient, studies by date and series by number."""
        number = self._places.number((), pseudonym)
        own = self.own[pseudonym] = own_identifiers(_files_of(patient))
        self._person = own_of(own, self._policy.kept_kinds)
        for study in sorted(patient.studies, key=study_order):
            study_uid = self._uid(f"study {study.uid_key}", _first_file(study.series[0]).study_instance_uid)
            self.studies[study_uid] = self._key.study(study.uid_key)
            study_number = self._places.number((number,), study_uid)
            for series in sorted(study.series, key=_series_order):
                series_uid = self._uid(f"series {series.uid_key}", _first_file(series).series_instance_uid)
                place = (number, study_number, self._places.number((number, study_number), series_uid))
                given = (self._places.series_number(series_uid), _series_number(series), place[-1])
                shared = _Shared(
                    pseudonym,
                    study.shift,
                    study_uid,
                    series_uid,
                    next(date for date in given if date is not None),
                    self._spread([instance.file.place for instance in series.instances]),
                    own if self._policy.keeps_texts else frozenset(),
                )
                self._add_series(place, series, shared, patient)
            shared = _Shared(
                pseudonym, study.shift, study_uid, "", 0, (), own if self._policy.keeps_texts else frozenset()
            )
            self._add_segmentations((number, study_number), study, shared)

    def _add_segmentations(self, above: tuple[int, int], study: SourceStudy, shared: "_Shared") -> None:
        """Each series of segmentations behind the images of its study, so that its images have their places first."""
        images = {series.uid_key: series for series in study.series}
        for file, series_key in sorted(study.segmentations, key=lambda found: _segmentation_order(found.file)):
            own = file.series_instance_uid or file.sop_instance_uid
            # What was made of something else is another object (PS3.4 B.5): it never takes the UIDs of its source.
            series_uid = self._uid(f"series {own}|{study.uid_key}|SEG", "" if file.made else own)
            place = (*above, self._places.number(above, series_uid))
            uid = self._uid(file.sop_instance_uid, "" if file.made else file.sop_instance_uid)
            path = layout.instance_path(*place, self._places.number(place, uid))
            given = (self._places.series_number(series_uid), _plain_number(file.series_number), place[-1])
            number = next(value for value in given if value is not None)
            here = replace(shared, series_uid=series_uid, series_number=number)
            job = self._job(path, uid, SourceInstance(file, file.sop_instance_uid), here)
            lies_on = self._uid(f"series {series_key}", _first_file(images[series_key]).series_instance_uid)
            self.segmentations.append(SegmentationJob(job, file, lies_on))

    def _add_series(
        self, place: tuple[int, int, int], series: SourceSeries, shared: "_Shared", patient: SourcePatient
    ) -> None:
        paths, acquisitions = [], _acquisition_ranks(series)
        for instance in series.instances:
            uid = self._uid(instance.uid_key, instance.file.sop_instance_uid)
            path = layout.instance_path(*place, self._places.number(place, uid))
            job = self._job(path, uid, instance, shared)
            acquisition = acquisitions.get(instance.file.acquisition_number)
            self.jobs.append(job._replace(
                numbered_anew=series.numbered_anew, acquisition_number=acquisition, joined=series.joined
            ))  # fmt: skip
            paths.append(path)
        self.sources.add(patient, series, paths)

    def _job(self, path: str, uid: str, instance: SourceInstance, shared: "_Shared") -> WriteJob:
        return WriteJob(
            file=instance.file.path,
            unpacked=instance.file.unpacked,
            size=instance.file.size,
            modified=instance.file.modified,
            drive=self._drive,
            relative_path=path,
            uids=InstanceUids(shared.study_uid, shared.series_uid, uid),
            pseudonym=shared.pseudonym,
            shift=shared.shift,
            uid_secret=self._uid_secret,
            series_number=shared.series_number,
            number=layout.number_of(path),
            options=self._names,
            look_for_text=self._look_for_text,
            others=shared.others,
            own=shared.own,
            present_digest=self._places.digest(path),
        )

    def _spread(self, paths: Sequence[str]) -> tuple[Path, ...]:
        """A few files of a series, evenly from its first to its last, for the search for text."""
        if not self._look_for_text:
            return ()
        last = len(paths) - 1
        return tuple(Path(paths[round(k * last / _OTHERS)]) for k in range(min(_OTHERS, last) + 1))

    def _uid(self, name: str, original: str) -> str:
        """A new UID, or the original if the policy retains UIDs, it holds no identifier of the patient, and no other
        object has taken it."""
        stays = self._retains_uids and is_uid(original) and not self._person.is_in_uid(original)
        if stays and self._retained.setdefault(original, name) == name:
            return original
        return new_uid(self._uid_secret, name)


@dataclass(frozen=True, slots=True)
class _Shared:
    """The values that all jobs of one series share."""

    pseudonym: str
    shift: TimeShift
    study_uid: str
    series_uid: str
    series_number: int
    others: tuple[Path, ...]
    own: Identifiers


def _files_of(patient: SourcePatient) -> Iterator[ScannedFile]:
    for study in patient.studies:
        yield from (instance.file for series in study.series for instance in series.instances)
        yield from (segmentation.file for segmentation in study.segmentations)


def _first_file(series: SourceSeries) -> ScannedFile:
    return series.instances[0].file


def study_order(study: SourceStudy) -> tuple[str, str, str]:
    """The sort key for the studies of a patient: by date."""
    first = study.series[0].instances[0].file
    return first.study_date, first.study_time, study.uid_key


def _series_number(series: SourceSeries) -> int | None:
    """The smallest number that the files of a series give it; None if none is a plain count."""
    numbers = (_plain_number(instance.file.series_number) for instance in series.instances)
    return min((number for number in numbers if number is not None), default=None)


def _plain_number(number: str) -> int | None:
    return int(number) if re.fullmatch(rf"-?\d{{1,{COUNT_FIGURES}}}", number) else None


def _segmentation_order(file: ScannedFile) -> tuple[float, str, float, str]:
    numbers = map(_plain_number, (file.series_number, file.instance_number))
    series, instance = (float("inf") if number is None else number for number in numbers)
    return series, file.series_instance_uid, instance, file.sop_instance_uid


def _acquisition_ranks(series: SourceSeries) -> dict[str, int]:
    """1, 2, 3 … for acquisition numbers that distinguish images, if one of the numbers may identify somebody."""
    written = {instance.file.acquisition_number for instance in series.instances}
    numbers = {text: int(text) for text in written if re.fullmatch(r"[+-]?\d{1,12}", text)}
    if len(set(numbers.values())) < 2 or all(map(is_count, numbers.values())):
        return {}
    ranks = {number: rank for rank, number in enumerate(sorted(set(numbers.values())), start=1)}
    return {text: ranks[number] for text, number in numbers.items()}


def _series_order(series: SourceSeries) -> tuple[float, str]:
    number = _series_number(series)
    return (float("inf") if number is None else number), series.uid_key
