"""Reads the headers of all files of the sources, in parallel; decides why to leave some out."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from functools import lru_cache, partial
import os
from pathlib import Path
from sys import intern
from typing import NamedTuple, assert_never
import warnings

from pydicom.uid import UID

from builder.content import SEGMENTATION, STRUCTURES, ContentKind, content_of, modality_of
from builder.dicom import pixels, source_file
from builder.dicom.memo import by_values
from builder.dicom.source_file import NotTaken, Values, bounded, bounded_text, text
from builder.plan import Notice, Person, Progress, ScannedFile, SkippedFile
from builder.reasons import Reason
from builder.scan.day_span import day_span
from builder.scan.directories import missing_files
from builder.scan.identifiers import identifiers_of
from builder.scan.other_formats import reason_not_to_take
from builder.scan.screen_captures import LOOKED_AT, Sign, has_place, sign_of
from builder.scan.segmentations import examine_segmentation, examine_structures
from builder.scan.series_facts import localizer_sign, slice_thickness
from builder.scan.source import Source, SourcePath
from builder.workers import each_in_turn

_CHUNK = 32
# The attributes of an image's position (PS3.3 C.7.6.2).
_PLACE = ("ImagePositionPatient", "ImageOrientationPatient")
_DIRECTORY = "1.2.840.10008.1.3.10"
# Prefixes of SOP Class UIDs (PS3.4 B.5), the longest match first.
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


class Scanned(NamedTuple):
    """The accepted images and segmentations and the skipped files, each in the order of the sources, and the notices.

    `seen` is the number of files that were found, counted before any was read.
    """

    taken: list[ScannedFile]
    segmentations: list[ScannedFile]
    skipped: list[SkippedFile]
    notices: list[Notice]
    seen: int


def scan(sources: Sequence[Source], executor: Executor, progress: Progress, *, mask: bool = False) -> Scanned:
    """Read the header of every file of the sources; raises SourceMissing.

    With `mask`, it accepts images whose header says that they show text.
    """
    listings = [(source.listing(), source.top) for source in sources]
    paths = [(path, top) for listing, top in listings for path in listing.paths]
    notices = [notice for listing, _ in listings for notice in listing.notices]
    found = Scanned([], [], [], notices, sum(listing.seen for listing, _ in listings))
    found.skipped.extend(skipped for listing, _ in listings for skipped in listing.skipped)
    number, done = len(paths), 0
    progress(0, number)
    for results in each_in_turn(executor, partial(_examine_all, mask=mask), _chunks(paths)):
        taken = [result for result in results if isinstance(result, ScannedFile)]
        found.taken.extend(file for file in taken if not file.lies_on)
        found.segmentations.extend(file for file in taken if file.lies_on)
        found.skipped.extend(result for result in results if isinstance(result, SkippedFile))
        done += len(results)
        progress(done, number)
    found.notices.extend(
        Notice("directory", f"{skipped.path}: {skipped.detail}; the disc was not copied whole")
        for skipped in found.skipped
        if skipped.reason is Reason.DIRECTORY and skipped.detail
    )
    return found


def _chunks(paths: list[tuple[SourcePath, Path]]) -> Iterator[list[tuple[SourcePath, Path]]]:
    """The paths in chunks, from first to last; a chunk leaves memory once it was passed on."""
    paths.reverse()
    while paths:
        chunk = paths[: -_CHUNK - 1 : -1]
        del paths[-_CHUNK:]
        yield chunk


def _examine_all(chunk: list[tuple[SourcePath, Path]], *, mask: bool) -> list[ScannedFile | SkippedFile]:
    # pydicom warns about every odd value; the report has the outcome for each, and warnings would print the value.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [examine(path.name, folder, mask=mask, unpacked=path.unpacked) for path, folder in chunk]


def examine(path: str, folder: Path, *, mask: bool = False, unpacked: str = "") -> ScannedFile | SkippedFile:
    """Read one header and decide whether to accept the file, which may lie elsewhere, at `unpacked`; never raises."""
    place, study = unpacked or path, ""
    try:
        # Before the bytes: then the writer notices a change that happened during reading.
        state = os.stat(place)  # noqa: PTH116  # for thousands of files, a Path costs more than the call
        header, following = source_file.read_header(place)
        content = _content_of(header)
        match content:
            case ContentKind.IMAGES:
                study = bounded_text(header, "StudyInstanceUID")
                form = _image_format(header, following, mask=mask)
                return _scanned(path, folder, state, header, form)._replace(unpacked=unpacked)
            case ContentKind.SEGMENTATIONS:
                kind = source_file.sop_class(header)
                segmented = (
                    examine_structures(header) if kind == STRUCTURES else examine_segmentation(header, following)
                )
                scanned = _scanned(path, folder, state, header, segmented.form)
                return scanned._replace(unpacked=unpacked, lies_on=segmented.series, made=kind != SEGMENTATION)
            case _:
                assert_never(content)
    except NotTaken as refusal:
        reason = reason_not_to_take(place) if refusal.reason is Reason.NOT_DICOM else refusal.reason
        detail = _missing(place) if reason is Reason.DIRECTORY else refusal.detail
        return SkippedFile(Path(path), reason, detail, study)
    except Exception as error:  # whatever a damaged header does, the other files must be read
        return SkippedFile(Path(path), Reason.UNREADABLE, f"{type(error).__name__}: {error}", study)


def _missing(place: str) -> str:
    """What a DICOMDIR names and what is not there; empty if everything is, or if it cannot be read."""
    with suppress(Exception):  # a damaged list can fail in any way, and the images are found without it
        missing = missing_files(place)
        if missing:
            rest = f", nor are {len(missing) - 1:,} others that it names" if len(missing) > 1 else ""
            return f"{missing[0]}, which it names, is not there{rest}"
    return ""


def _content_of(header: Values) -> ContentKind:
    """The kind of content of a file; raises NotTaken for a kind that no bundle takes."""
    kind = source_file.sop_class(header)
    content = content_of(kind)
    if content is not None:
        return content
    if kind == _DIRECTORY or "DirectoryRecordSequence" in header:
        raise NotTaken(Reason.DIRECTORY)
    if not kind:
        raise NotTaken(Reason.UNKNOWN_KIND if "Rows" in header else Reason.NO_IMAGE)
    for start, reason in _LEFT_OUT:
        if kind == start or kind.startswith(start + "."):
            raise NotTaken(reason, kind.name)
    raise NotTaken(Reason.OTHER_MODALITY, kind.name)


# Images


def _image_format(header: Values, following: int, *, mask: bool) -> pixels.PixelFormat:
    """How the file stores its pixels; `following` is the number of bytes after the header. Raises NotTaken."""
    syntax = source_file.transfer_syntax(header)
    sign = _check_picture(header, mask)
    if sign and not has_place(header):
        raise NotTaken(sign.reason, f"{sign.said}, and no place in the patient")
    if not pixels.can_decode(syntax):
        raise NotTaken(Reason.NO_DECODER, _name_of(syntax))
    form = pixels.pixel_format(header)
    pixels.check_claim(syntax, form, following)
    return form


def _name_of(syntax: UID) -> str:
    """A transfer syntax in plain words, with its UID for other programs."""
    if not syntax.is_transfer_syntax:
        return f"unknown or private transfer syntax {syntax}"
    return f"{syntax.name}{', retired' if syntax.is_retired else ''}, {syntax}"


@by_values("SamplesPerPixel", "PhotometricInterpretation", "BurnedInAnnotation", *LOOKED_AT)
def _check_picture(header: Values, mask: bool) -> Sign | None:
    """Raises NotTaken for a certain sign of a picture of something else; returns a sign that a place may outweigh."""
    if (text(header, "SamplesPerPixel") or "1") != "1" or "PALETTE" in text(header, "PhotometricInterpretation"):
        raise NotTaken(Reason.COLOUR)
    sign = sign_of(header)
    if sign and sign.certain:
        raise NotTaken(sign.reason, sign.said)
    if source_file.says_text(header) and not mask:
        raise NotTaken(Reason.BURNED_IN)
    return sign


def _scanned(path: str, folder: Path, state: os.stat_result, header: Values, form: pixels.PixelFormat) -> ScannedFile:
    series, uid = _series(header), intern(bounded(source_file.sop_instance(header)))  # also an identifier
    first, last = day_span(header)
    return ScannedFile(
        path=path,
        folder=_relative(os.path.dirname(path), folder),  # noqa: PTH120  # as above
        size=state.st_size,
        modified=state.st_mtime_ns,
        person=series.person,
        study_instance_uid=series.study_instance_uid,
        series_instance_uid=series.series_instance_uid,
        sop_instance_uid=uid,
        modality=modality_of(source_file.sop_class(header)),
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
        has_position="PerFrameFunctionalGroupsSequence" in header or all(text(header, keyword) for keyword in _PLACE),
        description=series.description,
        body_part=series.body_part,
        localizer=localizer_sign(header),
        slice_thickness=slice_thickness(header),
        identifiers=identifiers_of(header),
        first_second=first,
        last_second=last,
    )


@lru_cache(64)
def _relative(parent: str, folder: Path) -> str:
    """The folder of a file below the folder that the user named; empty if the user named the file itself."""
    return Path(parent).relative_to(folder).as_posix() if Path(parent).is_relative_to(folder) else ""


class _Series(NamedTuple):
    """The attributes that the files of a series usually share."""

    person: Person
    study_instance_uid: str
    series_instance_uid: str
    study_date: str
    study_time: str
    study_id: str
    accession_number: str
    series_number: str
    description: str
    body_part: str


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
    "SeriesDescription",
    "BodyPartExamined",
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
        bounded_text(header, "SeriesDescription"),
        bounded_text(header, "BodyPartExamined"),
    )
