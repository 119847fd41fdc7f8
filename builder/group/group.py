"""Sorts scanned files into patients, studies and series; resolves missing, duplicate and contradictory identifiers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
import hashlib
from itertools import pairwise
from pathlib import Path
import re
from typing import NamedTuple, TypeVar
import warnings

from builder.dicom import pixels, source_file
from builder.dicom.source_file import NotTaken, text
from builder.group.people import people
from builder.group.single_slice_series import gathered
from builder.key.known_people import KnownPerson
from builder.plan import (
    Grouped,
    Notice,
    Progress,
    ScannedFile,
    SkippedFile,
    SourceInstance,
    SourcePatient,
    SourceSeries,
    SourceStudy,
)
from builder.reasons import Reason
from builder.spool import spooled

# A file to write, the key of its new UID, and its variant: k for the k-th different content of one UID.
Member = tuple[ScannedFile, str, int]
_Item = TypeVar("_Item")

# Two files with one SOP Instance UID are the same picture if these agree, and the pixels.
_PICTURE = (
    "PatientID", "PatientName", "StudyInstanceUID", "SeriesInstanceUID", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept",
)  # fmt: skip


def group(
    files: Sequence[ScannedFile], executor: Executor, progress: Progress, known: Sequence[KnownPerson] = ()
) -> Grouped:
    """Group files by patient, study and series; duplicate files are compared by their decoded content.

    Whoever was `known` before is the same person again.
    """
    single = _unrepeated(files, _content_digests(_doubtful(files), executor, progress))
    persons, of_people = people(single.kept, lambda member: member[0], known)
    notices = [*single.notices, *of_people]
    patients: dict[str, SourcePatient] = {}
    for key, person, members in persons:
        studies, of_studies = _studies(key, members)
        patients[key] = SourcePatient(key, person, studies)
        notices += of_studies
    _pack(patients.values(), len(single.kept))
    return Grouped([patients[key] for key in sorted(patients)], single.skipped, notices)


def _pack(patients: Iterable[SourcePatient], images: int) -> None:
    """From here on, keep the records of very many images packed."""
    for patient in patients:
        for study in patient.studies:
            for series in study.series:
                series.instances = spooled(series.instances, of=images)


# Duplicate and missing SOP Instance UIDs


def _doubtful(files: Sequence[ScannedFile]) -> list[ScannedFile]:
    """Files whose content must be compared: no SOP Instance UID, or one that another file also has."""
    by_uid = _by(files, lambda file: file.sop_instance_uid)
    return [file for uid, members in by_uid.items() if not uid or len(members) > 1 for file in members]


def _content_digests(
    files: Sequence[ScannedFile], executor: Executor, progress: Progress
) -> dict[str, str | SkippedFile]:
    digests: dict[str, str | SkippedFile] = {}
    places = [(file.path, file.place) for file in files]
    for (path, _), digest in zip(places, executor.map(_content_digest, places, chunksize=8), strict=True):
        digests[path] = digest
        progress(len(digests), len(places))
    return digests


def _content_digest(named: tuple[str, str]) -> str | SkippedFile:
    """A digest of the decoded picture and its position, the same for every transfer syntax; never raises."""
    path, digest = Path(named[0]), hashlib.sha256()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = source_file.read_whole(Path(named[1]))
            form = pixels.pixel_format(dataset)
            digest.update(pixels.native_pixels(dataset, form))
    except NotTaken as refusal:
        return SkippedFile(path, refusal.reason, refusal.detail)
    except Exception as error:  # a damaged file must not stop the comparison of the others
        return SkippedFile(path, Reason.UNREADABLE, f"{type(error).__name__}: {error}")
    digest.update(repr([text(dataset, keyword) for keyword in _PICTURE]).encode())
    digest.update(repr((form.rows, form.columns, form.pixel_representation)).encode())
    return digest.hexdigest()


class _Unrepeated(NamedTuple):
    """The files to write with the key of their UID and their variant: 0, or k for the k-th different content of it."""

    kept: list[Member]
    skipped: list[SkippedFile]
    notices: list[Notice]


def _unrepeated(files: Sequence[ScannedFile], digests: dict[str, str | SkippedFile]) -> _Unrepeated:
    """Keep each picture once; `digests` are those of the files that may be repeated."""
    kept: list[Member] = []
    skipped: list[SkippedFile] = []
    notices: list[Notice] = []
    first: dict[tuple[str, str], str] = {}
    variants: dict[str, int] = defaultdict(int)
    for file in files:
        digest = digests.get(file.path, "")
        if isinstance(digest, SkippedFile):
            skipped.append(replace(digest, study=file.study_instance_uid))
            continue
        uid = file.sop_instance_uid
        if not digest:  # no other file has its UID
            kept.append((file, uid, 0))
            continue
        if (uid, digest) in first:
            skipped.append(SkippedFile(Path(file.path), Reason.SAME_AGAIN, f"as {first[uid, digest]}"))
            continue
        first[uid, digest] = file.path
        variant = variants[uid] if uid else 0
        variants[uid] += 1
        if variant:
            notices.append(Notice("other content", f"{file.path}: its SOP Instance UID also names another picture"))
        kept.append((file, _instance_key(uid, digest, variant), variant))
    return _Unrepeated(kept, skipped, notices)


def _instance_key(uid: str, digest: str, variant: int) -> str:
    return f"{uid}+{digest}" if variant or not uid else uid


# Studies and series


def _studies(patient: str, members: list[Member]) -> tuple[list[SourceStudy], list[Notice]]:
    """The studies of a patient, and notices of the series that were put together."""
    studies: list[SourceStudy] = []
    notices: list[Notice] = []
    for study_key, in_study in sorted(_by(members, lambda m: _study_key(patient, m[0])).items()):
        study = SourceStudy(study_key)
        for series_key, in_series in sorted(_by(in_study, partial(_series_key, study_key)).items()):
            series = SourceSeries(series_key, in_series[0][0].modality)
            series.instances = [SourceInstance(file, uid_key) for file, uid_key, _ in sorted(in_series, key=_place)]
            series.numbered_anew = _needs_numbers([instance.file for instance in series.instances])
            study.series.append(series)
        study.series, of_series = gathered(study.series)
        studies.append(study)
        notices += of_series
    return studies, notices


def _study_key(patient: str, file: ScannedFile) -> str:
    """A Study Instance UID alone or, if it is empty, other attributes that distinguish a patient's studies."""
    if file.study_instance_uid:
        return f"{file.study_instance_uid}|{patient}"
    return "|".join((patient, file.study_date, file.study_time, file.study_id, file.accession_number))


def _series_key(study: str, member: Member) -> str:
    """A Series Instance UID with modality and variant: a picture with a duplicate UID stays out of the first series.

    Without a Series Instance UID the folder distinguishes series, as nothing else does so reliably.
    """
    file, _, variant = member
    own = file.series_instance_uid or f"{file.series_number}|{file.folder}"
    return "|".join((own, study, file.modality, str(variant)))


def _place(member: Member) -> tuple[float, float, list[tuple[int, str]]]:
    """The sort key of the images of a series; Slice Location counts only if no image has a position."""
    file = member[0]
    location = _number(file.slice_location) if not file.has_position else 0.0
    return location, _number(file.instance_number), _natural(file.path)


def _natural(name: str) -> list[tuple[int, str]]:
    """A sort key by which I2 comes before I10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d{1,18})", name)]


def _needs_numbers(files: Sequence[ScannedFile]) -> bool:
    """Whether images have no position, and their own numbers do not rise in the order that was found for them."""
    numbers = [_number(file.instance_number) for file in files]
    rise = all(a < b for a, b in pairwise(numbers))
    return not all(file.has_position for file in files) and not rise


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("inf")


def _by(items: Iterable[_Item], key: Callable[[_Item], str]) -> dict[str, list[_Item]]:
    groups: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
