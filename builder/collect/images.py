"""The images of a reading and, with the key, their identifiers before de-identification."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from pydicom import Dataset

from builder.collect.errors import ImageUnsound
from builder.collect.gather import Gathered
from builder.collect.headers import read_header, valid_date
from builder.key.crosswalk import CrosswalkRow, OriginalImage
from bundle.index.index import Catalog
from bundle.index.records import Study
from bundle.medium.port import BundleMedium
from bundle.reading.questions import Value
from bundle.reading.readings import CaseReading


@dataclass(frozen=True, slots=True)
class OriginalImages:
    """The crosswalk: studies by their new UID, and images by theirs."""

    studies: Mapping[str, CrosswalkRow]
    images: Mapping[str, OriginalImage]


def images_of(gathered: Gathered, reading: CaseReading) -> list[Dataset]:
    """Headers: of the first image of each series of the case, and of each image with a mark; none without a stick.

    Raises UnreadableIndex, PathLeavesBundle, ImageUnsound, OSError.
    """
    study = gathered.studies.get(reading.slot[0])
    if study is None:
        return []
    marked = {str(mark["instance"]) for value in reading.answers.values() for mark in marks_in(value)}
    with Catalog(gathered.media[reading.slot[0]].again()) as catalog:
        named = dict(_named(catalog, study, marked))
        return [_header(catalog.medium, path, expected) for path, expected in named.items()]


def _header(medium: BundleMedium, path: str, expected: tuple[str, str, str]) -> Dataset:
    """The header of an image of this study, series and SOP instance."""
    header = read_header(medium, path)
    if (header.StudyInstanceUID, header.SeriesInstanceUID, header.SOPInstanceUID) != expected:
        raise ImageUnsound(medium.root / path)
    return header


def _named(catalog: Catalog, study: Study, marked: set[str]) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """The path of each image; and its study, series and SOP instance."""
    for series in study.series:
        frames = [frame for stack in series.stacks for frame in catalog.frames(stack.stack_id)]
        for frame in (*frames[:1], *(frame for frame in frames if frame.sop_instance_uid in marked)):
            uids = (study.study_instance_uid, series.series_instance_uid, frame.sop_instance_uid)
            yield frame.path, uids


def marks_in(value: Value) -> list[dict[str, Value]]:
    """The places on images in an answer: marks, or the ends of a measurement."""
    points = value.get("points") if isinstance(value, dict) else value
    listed = points if isinstance(points, list) else []
    return [mark for mark in listed if isinstance(mark, dict) and isinstance(mark.get("instance"), str)]


def resolved(images: Sequence[Dataset], originals: OriginalImages | None) -> list[Dataset] | None:
    """The headers with their original identifiers; None if any of them is unknown."""
    if originals is None:
        return None
    found = [_original(image, originals) for image in images]
    return [image for image in found if image is not None] if all(found) else None


def _original(image: Dataset, originals: OriginalImages) -> Dataset | None:
    study, source = originals.studies.get(image.StudyInstanceUID), originals.images.get(image.SOPInstanceUID)
    if study is None or source is None or not study.original_study_instance_uid:
        return None
    named = deepcopy(image)
    named.SpecificCharacterSet = "ISO_IR 192"
    named.PatientID, named.PatientName = study.original_patient_id, study.original_patient_name
    named.PatientBirthDate, named.StudyDate = (
        valid_date(study.original_birth_date),
        valid_date(study.original_study_date),
    )
    named.StudyInstanceUID = study.original_study_instance_uid
    named.AccessionNumber = study.original_accession_number
    # Shifted or replaced values belong only to the study on the stick; both may be empty (PS3.3 Table C.7-3).
    named.StudyTime = named.StudyID = ""
    named.SeriesInstanceUID, named.SOPInstanceUID = (
        source.original_series_instance_uid,
        source.original_sop_instance_uid,
    )
    return named
