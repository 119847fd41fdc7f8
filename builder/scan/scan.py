"""Reads the headers of all files that the sources bring, in parallel; says why some are left out."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from functools import lru_cache, partial
import os
from pathlib import Path
from sys import intern
from typing import NamedTuple
import warnings

from pydicom.uid import UID

from builder.dicom import pixels, source_file
from builder.dicom.memo import by_values
from builder.dicom.source_file import NotTaken, Values, bounded, bounded_text, text
from builder.plan import Person, Progress, ScannedFile, SkippedFile
from builder.reasons import Reason
from builder.scan.identifiers import identifiers_of
from builder.scan.screen_captures import LOOKED_AT, Sign, has_place, sign_of
from builder.scan.source import Source
from builder.workers import each_in_turn

_CHUNK = 32
# How an image says where it lies (PS3.3 C.7.6.2).
_PLACE = ("ImagePositionPatient", "ImageOrientationPatient")
_DIRECTORY = "1.2.840.10008.1.3.10"
# Beginnings of SOP Class UIDs (PS3.4 B.5), the longest match first.
_LEFT_OUT = (
    ("1.2.840.10008.5.1.4.1.1.7", Reason.SECONDARY_CAPTURE),
    ("1.2.840.10008.5.1.1.29", Reason.SCANNED),  # hard copy, retired
    ("1.2.840.10008.5.1.1.30", Reason.SCANNED),
    ("1.2.840.10008.5.1.4.1.1.9", Reason.REPORT),
    ("1.2.840.10008.5.1.4.1.1.88", Reason.REPORT),
    ("1.2.840.10008.5.1.4.1.1.104", Reason.REPORT),
    ("1.2.840.10008.5.1.4.1.1.66", Reason.SEGMENTATION),
    ("1.2.840.10008.5.1.4.1.1.481", Reason.SEGMENTATION),
    ("1.2.840.10008.5.1.4.1.1.30", Reason.SEGMENTATION),
    ("1.2.840.10008.5.1.4.1.1.11", Reason.PRESENTATION),
    ("1.2.840.10008.5.1.4.1.1.4.3", Reason.COLOUR),
)


def scan(
    sources: Sequence[Source], executor: Executor, progress: Progress, *, mask: bool = False
) -> tuple[list[ScannedFile], list[SkippedFile]]:
    """Read the header of every file that the sources bring; raises SourceMissing.

    Both lists come in the order of the sources' files. With `mask`, images that say that they
    show text are taken.
    """
    paths = [(path, source.top) for source in sources for path in source.files()]
    number = len(paths)
    taken: list[ScannedFile] = []
    skipped: list[SkippedFile] = []
    progress(0, number)
    for results in each_in_turn(executor, partial(_examine_all, mask=mask), _chunks(paths)):
        taken.extend(result for result in results if isinstance(result, ScannedFile))
        skipped.extend(result for result in results if isinstance(result, SkippedFile))
        progress(len(taken) + len(skipped), number)
    return taken, skipped


def _chunks(paths: list[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    """From the first to the last; what was handed out is forgotten."""
    paths.reverse()
    while paths:
        chunk = paths[: -_CHUNK - 1 : -1]
        del paths[-_CHUNK:]
        yield chunk


def _examine_all(chunk: list[tuple[str, Path]], *, mask: bool) -> list[ScannedFile | SkippedFile]:
    # pydicom warns of every odd value; the outcome for each is in the report, and warnings would print the value.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [examine(path, folder, mask=mask) for path, folder in chunk]


def examine(path: str, folder: Path, *, mask: bool = False) -> ScannedFile | SkippedFile:
    """Read one header and decide whether the file is taken; never raises."""
    try:
        # Before its bytes: a change while they are read is noticed when they are written.
        state = os.stat(path)  # noqa: PTH116  # by the thousand, a Path costs more than the call
        header, following = source_file.read_header(path)
        syntax = source_file.transfer_syntax(header)
        sign = _check_kind(header, source_file.sop_class(header), mask)
        if sign and not has_place(header):
            raise NotTaken(sign.reason, f"{sign.said}, and no place in the patient")
        if not pixels.can_decode(syntax):
            raise NotTaken(Reason.NO_DECODER, _name_of(syntax))
        form = pixels.pixel_format(header)
        pixels.check_claim(syntax, form, following)
        return _scanned(path, folder, state, header, form)
    except NotTaken as refusal:
        return SkippedFile(Path(path), refusal.reason, refusal.detail)
    except Exception as error:  # whatever a damaged header does, the other files must be read
        return SkippedFile(Path(path), Reason.UNREADABLE, f"{type(error).__name__}: {error}")


def _name_of(syntax: UID) -> str:
    """A transfer syntax in plain words, with the number by which others find it."""
    if not syntax.is_transfer_syntax:
        return f"unknown or private transfer syntax {syntax}"
    return f"{syntax.name}{', retired' if syntax.is_retired else ''}, {syntax}"


@by_values(
    "Rows", "SamplesPerPixel", "PhotometricInterpretation", "BurnedInAnnotation", "DirectoryRecordSequence", *LOOKED_AT
)
def _check_kind(header: Values, kind: UID, mask: bool) -> Sign | None:
    """Raises NotTaken; what is no certain sign of a picture of something else is left to its place in the patient."""
    _check_class(header, kind)
    if (text(header, "SamplesPerPixel") or "1") != "1" or "PALETTE" in text(header, "PhotometricInterpretation"):
        raise NotTaken(Reason.COLOUR)
    sign = sign_of(header)
    if sign and sign.certain:
        raise NotTaken(sign.reason, sign.said)
    if source_file.says_text(header) and not mask:
        raise NotTaken(Reason.BURNED_IN)
    return sign


def _check_class(header: Values, kind: UID) -> None:
    if kind in source_file.MODALITY:
        return
    if kind == _DIRECTORY or "DirectoryRecordSequence" in header:
        raise NotTaken(Reason.DIRECTORY)
    if not kind:
        raise NotTaken(Reason.UNKNOWN_KIND if "Rows" in header else Reason.NO_IMAGE)
    for start, reason in _LEFT_OUT:
        if kind == start or kind.startswith(start + "."):
            raise NotTaken(reason, kind.name)
    raise NotTaken(Reason.OTHER_MODALITY, kind.name)


def _scanned(path: str, folder: Path, state: os.stat_result, header: Values, form: pixels.PixelFormat) -> ScannedFile:
    series, uid = _series(header), intern(bounded(source_file.sop_instance(header)))  # which is an identifier as well
    return ScannedFile(
        path=path,
        folder=_relative(os.path.dirname(path), folder),  # noqa: PTH120  # as above
        size=state.st_size,
        modified=state.st_mtime_ns,
        person=series.person,
        study_instance_uid=series.study_instance_uid,
        series_instance_uid=series.series_instance_uid,
        sop_instance_uid=uid,
        modality=source_file.MODALITY[source_file.sop_class(header)],
        study_date=series.study_date,
        study_time=series.study_time,
        study_id=series.study_id,
        accession_number=series.accession_number,
        series_number=series.series_number,
        instance_number=bounded_text(header, "InstanceNumber"),
        rows=form.rows,
        columns=form.columns,
        frames=form.frames,
        bits_allocated=form.bits_allocated,
        acquisition_number=bounded_text(header, "AcquisitionNumber"),
        slice_location=bounded_text(header, "SliceLocation"),
        has_position="PerFrameFunctionalGroupsSequence" in header or all(text(header, one) for one in _PLACE),
        identifiers=identifiers_of(header),
    )


@lru_cache(64)
def _relative(parent: str, folder: Path) -> str:
    """The folder of a file below the one that was named; empty where the file itself was named."""
    return Path(parent).relative_to(folder).as_posix() if Path(parent).is_relative_to(folder) else ""


class _Series(NamedTuple):
    """What the files of a series mostly have in common."""

    person: Person
    study_instance_uid: str
    series_instance_uid: str
    study_date: str
    study_time: str
    study_id: str
    accession_number: str
    series_number: str


@by_values(
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "SeriesNumber",
)
def _series(header: Values) -> _Series:
    return _Series(
        Person(
            bounded_text(header, "PatientID"),
            bounded_text(header, "PatientName"),
            bounded_text(header, "PatientBirthDate"),
        ),
        bounded_text(header, "StudyInstanceUID"),
        bounded_text(header, "SeriesInstanceUID"),
        bounded_text(header, "StudyDate"),
        bounded_text(header, "StudyTime"),
        bounded_text(header, "StudyID"),
        bounded_text(header, "AccessionNumber"),
        bounded_text(header, "SeriesNumber"),
    )
