"""Finds the image files under the source folders and reads their headers, in parallel; says why others are left out."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
import os
from pathlib import Path
import warnings

from pydicom.uid import UID

from builder import pixels, source
from builder.errors import SourceMissing
from builder.plan import Person, Reason, ScannedFile, SkippedFile
from builder.source import NotTaken, Values, text

Progress = Callable[[int, int], None]

_CHUNK = 32
_DIRECTORY = "1.2.840.10008.1.3.10"
# Beginnings of SOP Class UIDs (PS3.4 B.5), the longest match first.
_LEFT_OUT = (
    ("1.2.840.10008.5.1.4.1.1.7", Reason.SECONDARY_CAPTURE),
    ("1.2.840.10008.5.1.4.1.1.9", Reason.REPORT),
    ("1.2.840.10008.5.1.4.1.1.88", Reason.REPORT),
    ("1.2.840.10008.5.1.4.1.1.104", Reason.REPORT),
    ("1.2.840.10008.5.1.4.1.1.66", Reason.SEGMENTATION),
    ("1.2.840.10008.5.1.4.1.1.481", Reason.SEGMENTATION),
    ("1.2.840.10008.5.1.4.1.1.30", Reason.SEGMENTATION),
    ("1.2.840.10008.5.1.4.1.1.11", Reason.PRESENTATION),
    ("1.2.840.10008.5.1.4.1.1.4.3", Reason.COLOUR),
)
# What the checker looks for when it is given the key: kind -> attributes.
_IDENTIFIERS = {
    "name": ("PatientName", "OtherPatientNames", "ReferringPhysicianName", "PerformingPhysicianName", "OperatorsName"),
    "id": ("PatientID", "OtherPatientIDs", "AccessionNumber", "AdmissionID", "PatientTelephoneNumbers"),
    "date": ("PatientBirthDate", "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"),
    "uid": ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"),
    "device": ("DeviceSerialNumber", "StationName"),
    "institution": ("InstitutionName", "InstitutionAddress"),
    "address": ("PatientAddress",),
}
_SCREEN_SAVES = ("SCREEN SAVE", "SCREENSAVE", "SCREEN_SAVE", "DOSE_INFO", "CAPTURE")


def scan(
    sources: Sequence[Path], executor: Executor, progress: Progress, *, mask: bool = False
) -> tuple[list[ScannedFile], list[SkippedFile]]:
    """Read the header of every file below `sources`; raises SourceMissing.

    Both lists come in the order of the paths, whatever order the disk gives. With `mask`, images that say that they
    show text are taken.
    """
    paths = [(path, folder) for folder in sources for path in sorted(_files(folder))]
    chunks = [paths[i : i + _CHUNK] for i in range(0, len(paths), _CHUNK)]
    taken: list[ScannedFile] = []
    skipped: list[SkippedFile] = []
    progress(0, len(paths))
    for results in executor.map(partial(_examine_all, mask=mask), chunks):
        taken.extend(result for result in results if isinstance(result, ScannedFile))
        skipped.extend(result for result in results if isinstance(result, SkippedFile))
        progress(len(taken) + len(skipped), len(paths))
    return taken, skipped


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        raise SourceMissing(folder)
    for parent, _, names in os.walk(folder):
        # Pipes and devices would block the reader for ever.
        yield from (path for name in names if (path := Path(parent, name)).is_file() or path.is_symlink())


def _examine_all(chunk: list[tuple[Path, Path]], *, mask: bool) -> list[ScannedFile | SkippedFile]:
    # pydicom warns of every odd value; the outcome for each is in the report, and warnings would print the value.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [examine(path, folder, mask=mask) for path, folder in chunk]


def examine(path: Path, folder: Path, *, mask: bool = False) -> ScannedFile | SkippedFile:
    """Read one header and decide whether the file is taken; never raises."""
    try:
        header, following = source.read_header(path)
        _check_kind(header, mask)
        form = pixels.pixel_format(header)
        _check_length(header, form, following)
        return _scanned(path, folder, header, form)
    except NotTaken as refusal:
        return SkippedFile(path, refusal.reason, refusal.detail)
    except Exception as error:  # whatever a damaged header does, the other files must be read
        return SkippedFile(path, Reason.UNREADABLE, f"{type(error).__name__}: {error}")


def _check_kind(header: Values, mask: bool) -> None:
    kind = source.sop_class(header)
    _check_class(header, kind)
    if (text(header, "SamplesPerPixel") or "1") != "1" or "PALETTE" in text(header, "PhotometricInterpretation"):
        raise NotTaken(Reason.COLOUR)
    if any(value.upper() in _SCREEN_SAVES for value in _values(header, "ImageType")):
        raise NotTaken(Reason.SECONDARY_CAPTURE)
    if source.says_text(header) and not mask:
        raise NotTaken(Reason.BURNED_IN)
    syntax = source.transfer_syntax(header)
    if not pixels.can_decode(syntax):
        raise NotTaken(Reason.NO_DECODER, syntax.name)


def _check_length(header: Values, form: pixels.PixelFormat, following: int) -> None:
    syntax = source.transfer_syntax(header)
    if syntax.is_deflated:  # inflated in memory while reading: the file says nothing about what follows
        return
    if following == 0:
        raise NotTaken(Reason.NO_IMAGE)
    if not syntax.is_compressed and following < form.length:
        raise NotTaken(Reason.TRUNCATED, f"{following} of {form.length} bytes")


def _check_class(header: Values, kind: UID) -> None:
    if kind in source.MODALITY:
        return
    if kind == _DIRECTORY or "DirectoryRecordSequence" in header:
        raise NotTaken(Reason.DIRECTORY)
    if not kind:
        raise NotTaken(Reason.UNKNOWN_KIND if "Rows" in header else Reason.NO_IMAGE)
    for start, reason in _LEFT_OUT:
        if kind == start or kind.startswith(start + "."):
            raise NotTaken(reason, kind.name)
    raise NotTaken(Reason.OTHER_MODALITY, kind.name)


def _values(header: Values, keyword: str) -> list[str]:
    return [part.strip() for part in text(header, keyword).strip("[]").replace("'", "").split(",")]


def _scanned(path: Path, folder: Path, header: Values, form: pixels.PixelFormat) -> ScannedFile:
    return ScannedFile(
        path=path,
        folder=path.parent.relative_to(folder).as_posix() if path != folder else "",
        size=path.stat().st_size,
        person=Person(text(header, "PatientID"), text(header, "PatientName"), text(header, "PatientBirthDate")),
        study_instance_uid=text(header, "StudyInstanceUID"),
        series_instance_uid=text(header, "SeriesInstanceUID"),
        sop_instance_uid=source.sop_instance(header),
        modality=source.MODALITY[source.sop_class(header)],
        study_date=text(header, "StudyDate"),
        study_time=text(header, "StudyTime"),
        study_id=text(header, "StudyID"),
        accession_number=text(header, "AccessionNumber"),
        series_number=text(header, "SeriesNumber"),
        instance_number=text(header, "InstanceNumber"),
        rows=form.rows,
        columns=form.columns,
        frames=form.frames,
        bits_allocated=form.bits_allocated,
        identifiers=_identifiers(header),
    )


def _identifiers(header: Values) -> tuple[tuple[str, str, str], ...]:
    found = ((kind, keyword, text(header, keyword)) for kind, keywords in _IDENTIFIERS.items() for keyword in keywords)
    return tuple(one for one in found if one[2])
