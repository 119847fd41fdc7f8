"""Sorts scanned files into patients, studies and series, and settles what is missing, doubled or contradictory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
import hashlib
from itertools import pairwise
from pathlib import Path
import re
from typing import TypeVar
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

# A file to write, the key of its new UID, and its variant: k for the k-th other content of one UID.
Member = tuple[ScannedFile, str, int]
_Item = TypeVar("_Item")

# What makes two files with one SOP Instance UID the same picture, besides the pixels.
_PICTURE = (
    "PatientID", "PatientName", "StudyInstanceUID", "SeriesInstanceUID", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept",
)  # fmt: skip


def group(
    files: Sequence[ScannedFile], executor: Executor, progress: Progress, known: Sequence[KnownPerson] = ()
) -> Grouped:
    """Group files by who, which study and which series; doubled files are compared by their decoded content.

    Who was `known` before is the same person again.
    """
    skipped: list[SkippedFile] = []
    notices: list[Notice] = []
    digests = _content_digests(_doubtful(files), executor, progress)
    kept = _unrepeated(files, digests, skipped, notices)
    patients: dict[str, SourcePatient] = {}
    for key, person, members in people(kept, lambda member: member[0], notices, known):
        patients[key] = SourcePatient(key, person, _studies(key, members, notices))
    _pack(patients.values(), len(kept))
    return Grouped([patients[key] for key in sorted(patients)], skipped, notices)


def _pack(patients: Iterable[SourcePatient], images: int) -> None:
    """What is known of very many images is kept packed from here on."""
    for patient in patients:
        for study in patient.studies:
            for series in study.series:
                series.instances = spooled(series.instances, of=images)


# Doubled and missing SOP Instance UIDs


def _doubtful(files: Sequence[ScannedFile]) -> list[str]:
    """Files whose content must be looked at: no SOP Instance UID of their own, or one that another file has too."""
    by_uid = _by(files, lambda file: file.sop_instance_uid)
    return [file.path for uid, members in by_uid.items() if not uid or len(members) > 1 for file in members]


def _content_digests(paths: Sequence[str], executor: Executor, progress: Progress) -> dict[str, str | SkippedFile]:
    digests: dict[str, str | SkippedFile] = {}
    for path, digest in zip(paths, executor.map(_content_digest, paths, chunksize=8), strict=True):
        digests[path] = digest
        progress(len(digests), len(paths))
    return digests


def _content_digest(name: str) -> str | SkippedFile:
    """A digest of the decoded picture and its place, the same whatever the transfer syntax; never raises."""
    path, digest = Path(name), hashlib.sha256()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = source_file.read_whole(path)
            form = pixels.pixel_format(dataset)
            digest.update(pixels.native_pixels(dataset, form))
    except NotTaken as refusal:
        return SkippedFile(path, refusal.reason, refusal.detail)
    except Exception as error:  # whatever a damaged file does, the others are compared
        return SkippedFile(path, Reason.UNREADABLE, f"{type(error).__name__}: {error}")
    digest.update(repr([text(dataset, keyword) for keyword in _PICTURE]).encode())
    digest.update(repr((form.rows, form.columns, form.pixel_representation)).encode())
    return digest.hexdigest()


def _unrepeated(
    files: Sequence[ScannedFile],
    digests: dict[str, str | SkippedFile],
    skipped: list[SkippedFile],
    notices: list[Notice],
) -> list[Member]:
    """The files to write with the key of their UID and their variant: 0, or k for the k-th other content of one UID."""
    kept = []
    first: dict[tuple[str, str], str] = {}
    variants: dict[str, int] = defaultdict(int)
    for file in files:
        digest = digests.get(file.path, "")
        if isinstance(digest, SkippedFile):
            skipped.append(digest)
            continue
        uid = file.sop_instance_uid
        if not digest:  # nothing else has its UID
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
    return kept


def _instance_key(uid: str, digest: str, variant: int) -> str:
    return f"{uid}+{digest}" if variant or not uid else uid


# Studies and series


def _studies(patient: str, members: list[Member], notices: list[Notice]) -> list[SourceStudy]:
    studies = []
    for study_key, in_study in sorted(_by(members, lambda m: _study_key(patient, m[0])).items()):
        study = SourceStudy(study_key)
        for series_key, in_series in sorted(_by(in_study, partial(_series_key, study_key)).items()):
            series = SourceSeries(series_key, in_series[0][0].modality)
            series.instances = [SourceInstance(file, uid_key) for file, uid_key, _ in sorted(in_series, key=_place)]
            series.numbered_anew = _needs_numbers([one.file for one in series.instances])
            study.series.append(series)
        study.series = gathered(study.series, notices)
        studies.append(study)
    return studies


def _study_key(patient: str, file: ScannedFile) -> str:
    """A Study Instance UID alone, or, where it is empty, whatever else tells two studies of a patient apart."""
    if file.study_instance_uid:
        return f"{file.study_instance_uid}|{patient}"
    return "|".join((patient, file.study_date, file.study_time, file.study_id, file.accession_number))


def _series_key(study: str, member: Member) -> str:
    """A Series Instance UID with modality and variant: a picture with a doubled UID is kept out of the first series.

    Without a Series Instance UID the folder tells series apart, as nothing else does for certain.
    """
    file, _, variant = member
    own = file.series_instance_uid or f"{file.series_number}|{file.folder}"
    return "|".join((own, study, file.modality, str(variant)))


def _place(member: Member) -> tuple[float, float, list[tuple[int, str]]]:
    """What puts the images of a series in order; Slice Location only where nothing says where they lie."""
    file = member[0]
    location = _number(file.slice_location) if not file.has_position else 0.0
    return location, _number(file.instance_number), _natural(file.path)


def _natural(name: str) -> list[tuple[int, str]]:
    """A name so that I2 comes before I10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d{1,18})", name)]


def _needs_numbers(files: Sequence[ScannedFile]) -> bool:
    """Whether images lie nowhere, and their own numbers do not rise with the order that was found for them."""
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
