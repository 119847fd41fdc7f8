"""Writes instances: cleans their headers, appends the native pixels, and reads back the written bytes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
import hashlib
from io import FileIO
import os
from pathlib import Path
import struct
from typing import NamedTuple, ParamSpec, TypeVar, assert_never
import warnings

from pydicom import FileDataset
from pydicom.filewriter import correct_ambiguous_vr
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLSNearLossless,
)

from builder.content import ContentKind, content_of, modality_of
from builder.dicom import byte_walker, source_file
from builder.dicom.byte_walker import Unsure, WalkedHeader
from builder.dicom.element import element_head, file_start
from builder.dicom.jpeg import JPEG_WITH_LOSS
from builder.dicom.pixels import PixelFormat, native_pixels, pixel_format, wrong_high_bit
from builder.dicom.source_file import NotTaken, Values
from builder.dicom.unused_bits import padding_as_stored, settle_unused_bits
from builder.drive.verified_write import put
from builder.plan import Looked, SkippedFile, WriteJob, WrittenInstance
from builder.reasons import Reason
from builder.write.handover import CleanHeader, CleaningStep, CleanPixels, Described, Done, Encoded
from builder.write.numbering import is_count
from builder.write.readback import read_written
from bundle.images.alterations import high_bit_corrected, joined, series_joined

P = ParamSpec("P")
T = TypeVar("T")

# PS3.10 7.1: the implementation that wrote the file; a UUID made once for this program (PS3.5 B.2).
IMPLEMENTATION_CLASS_UID = "2.25.47823599865984885600318451851061770740"
IMPLEMENTATION_VERSION_NAME = "MKBUNDLE_1"
_GROUP_OF_SIGNATURES = 0xFFFA
_SPLICED = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
# These are always lossy; JPEG 2000 may or may not be, which only the header tells.
_LOSSY = JPEG_WITH_LOSS | {JPEGLSNearLossless}
_DONE = "DerivationDescription"
# Values of these attributes that cleaning drops are no loss.
_NUMBERED_ANEW = ("SeriesNumber", "InstanceNumber")
# Bytes of clean headers that may wait for their pixels.
_MOST_AHEAD = 1 << 24
# LUT and real world value attributes that would apply to the stored values and are not carried over.
_UNSUPPORTED = ("ModalityLUTSequence", "FloatPixelData", "DoubleFloatPixelData")


class _Begun(NamedTuple):
    """A source with its cleaned header, valid if the picture shows nobody; `stream` is still open."""

    stream: FileIO
    header: WalkedHeader
    form: PixelFormat
    options: frozenset[str]
    sop_class: str
    made: CleanHeader


class _Stored(NamedTuple):
    """A file on the drive: the bytes before the pixels, the total size, and the dropped keywords."""

    header: bytes
    size: int
    digest: str
    lost: tuple[str, ...]
    fresh: bool


def write_and_look(jobs: Sequence[WriteJob], cleaner: CleaningStep) -> list[Done]:
    """Write the files that `jobs` describe; raises OSError only where the target fails.

    Returns for each a record made from the written bytes, or why the source was unusable after all. All headers are
    cleaned before any pixels are read, since pixels evict the data for cleaning from the processor's cache.
    """
    with warnings.catch_warnings(), ExitStack() as open_files:
        warnings.simplefilter("ignore")
        ended = [_end(*begun, cleaner) for some in _begun(jobs, cleaner, open_files) for begun in some]
    return [Done(record_of(job, ending), looked) for job, (ending, looked) in zip(jobs, ended, strict=True)]


def _begun(
    jobs: Sequence[WriteJob], cleaner: CleaningStep, open_files: ExitStack
) -> Iterator[list[tuple[WriteJob, _Begun | SkippedFile | None]]]:
    """The jobs begun, in groups whose headers fit the memory limit."""
    some, size = list[tuple[WriteJob, _Begun | SkippedFile | None]](), 0
    for job in jobs:
        begun = _tried(job, _begin, job, cleaner, open_files)
        some.append((job, begun))
        size += begun.header.pixel_offset if isinstance(begun, _Begun) else 0
        if size > _MOST_AHEAD:
            yield some
            some, size = [], 0
    yield some


def _tried(job: WriteJob, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | SkippedFile:
    try:
        return call(*args, **named)
    except NotTaken as refusal:
        return SkippedFile(job.source, refusal.reason, refusal.detail)
    except Exception as error:  # one odd file must not end the run; the error may quote it, so it stays off the medium
        return SkippedFile(job.source, Reason.UNREADABLE, f"{type(error).__name__}: {error}")


def _end(
    job: WriteJob, begun: _Begun | SkippedFile | None, cleaner: CleaningStep
) -> tuple[_Stored | SkippedFile, Looked | None]:
    encoded = begun if isinstance(begun, SkippedFile) else _tried(job, _encoded, job, begun, cleaner)
    if isinstance(encoded, SkippedFile):
        return encoded, None
    return store(job, encoded), encoded.looked


def store(job: WriteJob, encoded: Encoded) -> _Stored | SkippedFile:
    header, body, lost, _ = encoded
    digest = hashlib.sha256(header)
    digest.update(body)
    checksum = digest.hexdigest()
    if job.present_digest:
        return SkippedFile(job.source, Reason.SAME_AGAIN if checksum == job.present_digest else Reason.OTHER_VERSION)
    return _Stored(header, len(header) + len(body), checksum, lost, put(job.target, header, body))


def record_of(job: WriteJob, stored: _Stored | SkippedFile) -> WrittenInstance | SkippedFile:
    if isinstance(stored, SkippedFile):
        return stored
    anew = _NUMBERED_ANEW if job.acquisition_number is None else (*_NUMBERED_ANEW, "AcquisitionNumber")
    lost = tuple(keyword for keyword in stored.lost if keyword not in anew)
    return read_written(job.relative_path, stored.header, stored.size, stored.digest, lost, kept=not stored.fresh)


def check_unchanged(job: WriteJob) -> None:
    """The bytes are those of the file that was scanned: another image, of another person, may have replaced it."""
    try:
        state = os.stat(job.place)  # noqa: PTH116  # making a Path only for this takes longer than the call
    except OSError:
        raise NotTaken(Reason.VANISHED) from None
    if (state.st_size, state.st_mtime_ns) != (job.size, job.modified):
        raise NotTaken(Reason.VANISHED)


def _begin(job: WriteJob, cleaner: CleaningStep, open_files: ExitStack) -> _Begun | None:
    """The short way: cleans the header by its bytes. None if that is uncertain; raises NotTaken."""
    try:
        stream = open_files.enter_context(FileIO(job.place))
        header, size = byte_walker.read_stream(stream)
        if content_of(source_file.sop_class(header)) is not ContentKind.IMAGES:
            return None
        if source_file.transfer_syntax(header) not in _SPLICED:
            return None
        form = _checked_format(header, size, job)
        if header.pixel_offset and not _ends_at(header.pixel_offset + header.pixel_length, stream, size):
            raise Unsure
        following = min(header.pixel_length, size - header.pixel_offset) if header.pixel_offset else 0
        if following < form.length:
            raise NotTaken(Reason.TRUNCATED, f"{following} of {form.length} bytes")
        options = cleaner.untouched(job)
        described = _described(header, form, job)
        made = cleaner.from_bytes(header, _with_options(job, options), described)
        return _Begun(stream, header, form, options, str(described["SOPClassUID"]), made)
    except (Unsure, OSError, struct.error):
        return None


def _encoded(job: WriteJob, begun: _Begun | None, cleaner: CleaningStep) -> Encoded:
    """Raises NotTaken."""
    try:
        encoded = _spliced(job, begun, cleaner) if begun else _parsed(job, cleaner)
    except (Unsure, OSError, struct.error):
        encoded = _parsed(job, cleaner)
    check_unchanged(job)
    return encoded


def _spliced(job: WriteJob, begun: _Begun, cleaner: CleaningStep) -> Encoded:
    """Append the pixels to the header unchanged; clean it anew if they were not as expected."""
    begun.stream.seek(begun.header.pixel_offset)
    pixels = begun.stream.read(begun.form.length)
    if len(pixels) < begun.form.length:
        raise NotTaken(Reason.VANISHED)
    form, pixels, settled = settle_unused_bits(begun.header, begun.form, pixels)
    clean, made = cleaner.pixels(begun.header, form, pixels, job), begun.made
    if settled or clean.said or clean.options != begun.options or form != begun.form:
        described = _together(_described(begun.header, form, job), settled, clean.said)
        made = cleaner.from_bytes(begun.header, _with_options(job, clean.options), described)
    return finished(made, form, clean, job, begun.sop_class)


def _ends_at(behind: int, stream: FileIO, size: int) -> bool:
    """Whether only signatures and padding follow the pixels (PS3.5 7.1: elements are in the order of tags)."""
    if behind >= size:
        return True
    stream.seek(behind)
    group = stream.read(4)[:2]
    return int.from_bytes(group, "little") >= _GROUP_OF_SIGNATURES


def _parsed(job: WriteJob, cleaner: CleaningStep) -> Encoded:
    """The long way, by pydicom, for everything that is uncertain on the short way."""
    dataset = source_file.read_whole(Path(job.place))
    content = content_of(source_file.sop_class(dataset))
    match content:
        case ContentKind.IMAGES:
            return _parsed_image(dataset, job, cleaner)
        case ContentKind.SEGMENTATIONS | None:  # the file has changed since the scan
            raise NotTaken(Reason.VANISHED)
        case _:
            assert_never(content)


def _parsed_image(dataset: FileDataset, job: WriteJob, cleaner: CleaningStep) -> Encoded:
    form = _checked_format(dataset, Path(job.place).stat().st_size, job)
    form, pixels, settled = settle_unused_bits(dataset, form, native_pixels(dataset, form))
    correct_ambiguous_vr(dataset, is_little_endian=True)
    clean = cleaner.pixels(dataset, form, pixels, job)
    job, described = _with_options(job, clean.options), _together(_described(dataset, form, job), settled, clean.said)
    made = cleaner.from_dataset(dataset, job, described)
    return finished(made, form, clean, job, str(described["SOPClassUID"]))


def _with_options(job: WriteJob, options: frozenset[str]) -> WriteJob:
    return job if job.options == options else job._replace(options=options)


def _checked_format(dataset: Values, size: int, job: WriteJob) -> PixelFormat:
    if size != job.size:
        raise NotTaken(Reason.VANISHED)
    if any(map(dataset.__contains__, _UNSUPPORTED)):
        raise NotTaken(Reason.ODD_PIXELS, "needs a modality LUT or holds floating point pixels")
    return pixel_format(dataset)


def _described(dataset: Values, form: PixelFormat, job: WriteJob) -> Described:
    """Attributes of the new file that do not depend on the source: its class, its numbers and its pixels."""
    kind = source_file.sop_class(dataset)
    frames = {"NumberOfFrames": form.frames} if form.frames > 1 or "NumberOfFrames" in dataset else {}
    # PS3.3 C.7.6.1.1.5: an image that was once compressed with loss remains marked so, whatever its encoding.
    lossy: Described = {"LossyImageCompression": "01"} if source_file.transfer_syntax(dataset) in _LOSSY else {}
    acquisition = {} if job.acquisition_number is None else {"AcquisitionNumber": str(job.acquisition_number)}
    return (
        frames
        | lossy
        | acquisition
        | padding_as_stored(dataset, form)
        | _done_before(dataset, form, job)
        | {
            "SOPClassUID": kind,
            "Modality": modality_of(kind),
            "InstanceNumber": _instance_number(dataset, job),
            # One number for the whole series, even if its files disagree: they share one directory record.
            "SeriesNumber": str(job.series_number),
            "SamplesPerPixel": 1,
            "PhotometricInterpretation": form.photometric_interpretation,
            "Rows": form.rows,
            "Columns": form.columns,
            "BitsAllocated": form.bits_allocated,
            "BitsStored": form.bits_stored,
            "HighBit": form.bits_stored - 1,
            "PixelRepresentation": form.pixel_representation,
        }
    )


def _done_before(dataset: Values, form: PixelFormat, job: WriteJob) -> Described:
    """Alterations to record regardless of the pixels."""
    high_bit = wrong_high_bit(dataset)
    done = [series_joined(job.joined)] if job.joined else []
    done += [] if high_bit is None else [high_bit_corrected(high_bit, form.bits_stored - 1)]
    return {_DONE: joined(done)} if done else {}


def _instance_number(dataset: Values, job: WriteJob) -> str:
    value = None if job.numbered_anew else source_file.number(dataset, "InstanceNumber")
    return str(value if value is not None and is_count(value) else job.number)


def _together(*some: Described) -> Described:
    """Later values win; but the alterations of the image are all listed, in order."""
    told = [str(description[_DONE]) for description in some if _DONE in description]
    described = {keyword: value for description in some for keyword, value in description.items()}
    return described | ({_DONE: joined(told)} if told else {})


def finished(made: CleanHeader, form: PixelFormat, clean: CleanPixels, job: WriteJob, sop_class: str) -> Encoded:
    (dataset, lost), pixels = made, clean.pixels
    padding = len(pixels) % 2
    # PS3.5 A.2: native pixel data of more than eight bits are OW; of at most eight bits they may be OB.
    head = element_head(byte_walker.PIXEL_DATA, b"OB" if form.bits_allocated <= 8 else b"OW", len(pixels) + padding)
    start = file_start(sop_class, job.uids.instance, (IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME))
    return Encoded(start + dataset + head, pixels + b"\0" if padding else pixels, lost, clean.looked)
