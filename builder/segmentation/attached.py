"""Finds the images of each segmentation among the patients that are taken, and hangs it below their study."""

from collections.abc import Iterable, Iterator, Sequence
import hashlib
from pathlib import Path

from builder.plan import ScannedFile, SkippedFile, SourcePatient, SourceSegmentation, SourceSeries, SourceStudy
from builder.reasons import Reason

_Place = tuple[SourcePatient, SourceStudy, SourceSeries]


def attach(segmentations: Iterable[ScannedFile], patients: Sequence[SourcePatient]) -> list[SkippedFile]:
    """Add each segmentation to the study of its images; returns those that have none, or that repeat another."""
    segmentations = list(segmentations)
    if not segmentations:
        return []
    wanted = {file.lies_on for file in segmentations}
    places: dict[str, list[_Place]] = {}
    for uid, place in _series(patients):
        if uid in wanted:
            places.setdefault(uid, []).append(place)
    first = _images_of(patients, {file.sop_instance_uid for file in segmentations})
    skipped = (_attached(file, places.get(file.lies_on, ()), first) for file in segmentations)
    return [file for file in skipped if file is not None]


def _series(patients: Iterable[SourcePatient]) -> Iterator[tuple[str, _Place]]:
    """Every series, by the UIDs of its images and each of their series: some are put together from several."""
    for patient in patients:
        for study in patient.studies:
            for series in study.series:
                files = [instance.file for instance in series.instances]
                for uid in {uid for file in files for uid in (file.series_instance_uid, file.sop_instance_uid)}:
                    yield uid, (patient, study, series)


def _images_of(patients: Iterable[SourcePatient], uids: set[str]) -> dict[str, ScannedFile]:
    """The images that have one of these SOP Instance UIDs themselves: none should."""
    every = (series for patient in patients for study in patient.studies for series in study.series)
    files = (instance.file for series in every for instance in series.instances)
    return {uid: file for file in files if (uid := file.sop_instance_uid) in uids}


def _attached(file: ScannedFile, places: Sequence[_Place], first: dict[str, ScannedFile]) -> SkippedFile | None:
    path = Path(file.path)
    if not places:
        return SkippedFile(path, Reason.SEGMENTATION_ALONE)
    if wrong := _contradiction(file, places):
        return SkippedFile(path, Reason.SEGMENTATION_BROKEN, wrong)
    other = first.setdefault(file.sop_instance_uid, file)
    if other is file:
        _, study, series = places[0]
        if not file.rows:  # contours: each becomes a mask as large as an image at most
            image = series.instances[0].file
            file = file._replace(rows=image.rows, columns=image.columns)
        study.segmentations.append(SourceSegmentation(file, series.uid_key))
        return None
    if _digest(other) == _digest(file):
        return SkippedFile(path, Reason.SAME_AGAIN, f"as {other.path}")
    return SkippedFile(path, Reason.SEGMENTATION_BROKEN, f"{other.path} has the same SOP Instance UID")


def _contradiction(file: ScannedFile, places: Sequence[_Place]) -> str:
    if len(places) > 1:
        return f"its images are in {len(places)} series of one UID"
    image = places[0][2].instances[0].file
    if (file.person.patient_id, file.study_instance_uid) != (image.person.patient_id, image.study_instance_uid):
        return "it names another patient or study than its images do"
    return "" if file.sop_instance_uid else "it has no SOP Instance UID"


def _digest(file: ScannedFile) -> bytes:
    with Path(file.place).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
