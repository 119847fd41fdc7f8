"""Sorts scanned files into patients, studies and series, and settles what is missing, doubled or contradictory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
import hashlib
from pathlib import Path
import re
from typing import TypeVar
import unicodedata
import warnings

from builder import pixels, source
from builder.plan import (
    Grouped,
    Notice,
    Person,
    Reason,
    ScannedFile,
    SkippedFile,
    SourceInstance,
    SourcePatient,
    SourceSeries,
    SourceStudy,
)
from builder.source import NotTaken, text

# A file to write, the key of its new UID, and its variant: k for the k-th other content of one UID.
Member = tuple[ScannedFile, str, int]
Progress = Callable[[int, int], None]
_Item = TypeVar("_Item")

# What makes two files with one SOP Instance UID the same picture, besides the pixels.
_PICTURE = (
    "PatientID", "PatientName", "StudyInstanceUID", "SeriesInstanceUID", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept",
)  # fmt: skip


def group(files: Sequence[ScannedFile], executor: Executor, progress: Progress) -> Grouped:
    """Group files by who, which study and which series; doubled files are compared by their decoded content."""
    skipped: list[SkippedFile] = []
    notices: list[Notice] = []
    digests = _content_digests(_doubtful(files), executor, progress)
    kept = _unrepeated(files, digests, skipped, notices)
    patients: dict[str, SourcePatient] = {}
    for key, person, members in _people(kept, notices):
        patients[key] = SourcePatient(key, person, _studies(key, members))
    return Grouped([patients[key] for key in sorted(patients)], skipped, notices)


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
            dataset = source.read_whole(path)
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
        if digest and (uid, digest) in first:
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


# People


def _people(kept: Iterable[Member], notices: list[Notice]) -> list[tuple[str, Person, list[Member]]]:
    """Who is who: one person in many folders is one, two people under one Patient ID are two."""
    by_id = defaultdict(list)
    for member in kept:
        by_id[_identity(member[0])].append(member)
    people = []
    for identity in sorted(by_id):
        clusters = _persons(by_id[identity])
        if len(clusters) > 1:
            notices.append(Notice("one Patient ID, several people", _shared_id(clusters)))
        people += [(_person_key(identity, person), person, members) for person, members in clusters]
    return people


def _identity(file: ScannedFile) -> str:
    """What a file says about who it shows; without ID and name only its study, or its folder, can tell."""
    person = file.person
    if person.patient_id:
        return f"id:{person.patient_id}"
    if normal_name(person.name) and person.birth_date:
        return f"name:{normal_name(person.name)}|{person.birth_date}"
    return f"study:{file.study_instance_uid}" if file.study_instance_uid else f"folder:{file.folder}"


def normal_name(name: str) -> str:
    """A person's name without the differences that say nothing: case, width, spaces, empty components."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s^=,]+", " ", folded).strip()


def _persons(
    members: list[Member],
) -> list[tuple[Person, list[Member]]]:
    """Split files of one Patient ID into people; an empty name or birth date goes with whoever is there."""
    clusters: list[tuple[Person, list[Member]]] = []
    # The fullest identities first, so that an incomplete one finds whom it belongs to.
    for member in sorted(members, key=lambda m: -_completeness(m[0].person)):
        for person, cluster in clusters:
            if _compatible(person, member[0].person):
                cluster.append(member)
                break
        else:
            clusters.append((member[0].person, [member]))
    return clusters


def _completeness(person: Person) -> int:
    return bool(person.name) + bool(person.birth_date)


def _compatible(a: Person, b: Person) -> bool:
    names = normal_name(a.name), normal_name(b.name)
    same_name = names[0] == names[1] or "" in names
    return same_name and (a.birth_date == b.birth_date or "" in (a.birth_date, b.birth_date))


def _person_key(identity: str, person: Person) -> str:
    return f"{identity}|{normal_name(person.name)}|{person.birth_date}"


def _shared_id(clusters: list[tuple[Person, list[Member]]]) -> str:
    people = "; ".join(f"{person.name} ({person.birth_date or 'no birth date'})" for person, _ in clusters)
    return f"Patient ID {clusters[0][0].patient_id}: {people}: kept apart as {len(clusters)} patients"


# Studies and series


def _studies(patient: str, members: list[Member]) -> list[SourceStudy]:
    studies = []
    for study_key, in_study in sorted(_by(members, lambda m: _study_key(patient, m[0])).items()):
        study = SourceStudy(study_key)
        for series_key, in_series in sorted(_by(in_study, partial(_series_key, study_key)).items()):
            series = SourceSeries(series_key, in_series[0][0].modality)
            ordered = sorted(in_series, key=lambda m: (_number(m[0].instance_number), m[0].path))
            series.instances = [SourceInstance(file, uid_key) for file, uid_key, _ in ordered]
            study.series.append(series)
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
