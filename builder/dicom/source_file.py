"""Opens one source file, even if preamble, prefix, file meta or transfer syntax before its data set are missing."""

from functools import lru_cache
import hashlib
import io
import os
from pathlib import Path
from typing import Any, BinaryIO, Protocol
import zlib

from pydicom import Dataset, FileDataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_dataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from builder.dicom import byte_walker
from builder.dicom.byte_walker import WalkedHeader
from builder.reasons import Reason

_PREAMBLE = 128
_BLOCK = 1 << 20
# The largest deflated file, including its header.
_LARGEST_INFLATED = 1 << 29
# PS3.5 6.2: a name has 3 x 64 characters, an LO 64. What is far longer is none, and must not swell the register.
LONGEST_IDENTIFIER = 1024
_SHOWN = 256
# The first tag of a data set without file meta has one of these groups, in either byte order (PS3.3: group 0008
# comes first, command and meta groups before it).
_FIRST_GROUPS = (b"\x02\x00", b"\x08\x00", b"\x00\x08", b"\x10\x00")
_COMPLETE = ("SOPClassUID", "Modality", "Rows", "StudyInstanceUID", "PatientID", "PatientName")


class NotTaken(Exception):
    """A file that cannot be used, with the reason; the detail never goes onto the medium."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Values(Protocol):
    """Anything that returns attribute values by keyword: a pydicom Dataset, or a WalkedHeader."""

    def __contains__(self, key: str | int, /) -> bool: ...

    def get(self, keyword: str, /) -> Any:
        """The value of an attribute; None if it is missing."""


def read_header(path: str | Path) -> tuple[WalkedHeader | FileDataset, int]:
    """Everything before the pixel data, and how many bytes follow it in the file; raises NotTaken."""
    try:
        header, size = byte_walker.read_header(path)
        return header, size - (header.pixel_offset or size)
    except (byte_walker.Unsure, OSError):
        return _read(path, header_only=True)


def read_whole(path: Path) -> FileDataset:
    """The whole data set, pixel data included; raises NotTaken."""
    return _read(path, header_only=False)[0]


def _read(path: str | Path, *, header_only: bool) -> tuple[FileDataset, int]:
    try:
        # Pass the name as text: pydicom concatenates it with words when it reports damage.
        with _Within(io.FileIO(str(path))) as stream:
            bare = not _looks_like_part_10(stream)
            if bare and not _looks_like_data_set(stream):
                raise NotTaken(Reason.NOT_DICOM)
            dataset = _parse(stream, header_only=header_only, bare=bare)
            return dataset, os.fstat(stream.fileno()).st_size - stream.tell()
    except NotTaken:
        raise
    except InvalidDicomError:
        raise NotTaken(Reason.NOT_DICOM) from None
    except FileNotFoundError:
        raise NotTaken(Reason.VANISHED) from None
    except RecursionError:
        raise NotTaken(Reason.UNREADABLE, "nested too deep") from None
    except Exception as error:  # a damaged file can fail in any way inside the parser, but must not end the run
        raise NotTaken(Reason.UNREADABLE, f"{type(error).__name__}: {error}") from error


def _looks_like_part_10(stream: BinaryIO) -> bool:
    start = stream.read(_PREAMBLE + 4)
    stream.seek(0)
    return start[_PREAMBLE:] == b"DICM"


def _looks_like_data_set(stream: BinaryIO) -> bool:
    start = stream.read(8)
    stream.seek(0)
    return len(start) == 8 and start[:2] in _FIRST_GROUPS


class _Within(io.BufferedReader):
    """A file that never allocates more memory than it has bytes: a false length could request any amount."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As many bytes as requested, or the rest."""
        left = os.fstat(self.fileno()).st_size - self.tell()
        return super().read(left if size is None or size < 0 else min(size, max(left, 0)))


def _parse(stream: BinaryIO, *, header_only: bool, bare: bool) -> FileDataset:
    if not bare:
        _check_deflated(stream)
    dataset = dcmread(stream, stop_before_pixels=header_only, force=bare)
    if bare and not any(keyword in dataset for keyword in _COMPLETE):
        raise NotTaken(Reason.NOT_DICOM)
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = _encoding(dataset)
    return dataset


def _check_deflated(stream: BinaryIO) -> None:
    """A deflated data set (PS3.5 A.5) is inflated in memory, whole: a few bytes may expand to any number."""
    stream.seek(_PREAMBLE + 4)
    meta = read_dataset(stream, False, True, stop_when=lambda tag, vr, length: tag.group != 2)
    if text(meta, "TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        unpacker, made = zlib.decompressobj(-zlib.MAX_WBITS), 0
        while (
            made <= _LARGEST_INFLATED
            and not unpacker.eof
            and (packed := unpacker.unconsumed_tail or stream.read(_BLOCK))
        ):
            made += len(unpacker.decompress(packed, _BLOCK))
        if made > _LARGEST_INFLATED:
            raise NotTaken(Reason.TOO_LARGE, f"over {_LARGEST_INFLATED:,} bytes when unpacked")
    stream.seek(0)


def _encoding(dataset: FileDataset) -> UID:
    """The transfer syntax that pydicom detected if the file does not name one."""
    implicit, little_endian = dataset.original_encoding
    if not little_endian:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def text(dataset: Values, keyword: str) -> str:
    """An attribute's value as one stripped string; empty if it is missing or unreadable."""
    try:
        value = dataset.get(keyword)
        if type(value) is str:  # nearly always for a WalkedHeader
            return value.strip(" \0")
        if isinstance(value, tuple):  # several values look the same from both parsers
            value = list(value)
        return "" if value is None else str(value).strip(" \0")
    except Exception:  # a broken value counts as missing; every user has an outcome for that
        return ""


def bounded_text(dataset: Values, keyword: str) -> str:
    """As `text`, but never longer than an identifier can be."""
    return bounded(text(dataset, keyword))


def bounded(identifier: str) -> str:
    """The identifier; of one that is too long its beginning, with a digest of all that tells it from others."""
    if len(identifier) <= LONGEST_IDENTIFIER:
        return identifier
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{identifier[:_SHOWN]} … ({len(identifier):,} characters, {digest[:32]})"


def number(dataset: Values, keyword: str) -> int | None:
    """An attribute's value as a whole number; None if it is missing or not a number."""
    value = text(dataset, keyword)
    try:
        return int(float(value)) if value else None
    except (ValueError, OverflowError):
        return None


def number_at(dataset: Values, tag: int) -> int | None:
    """Like `number`, for an attribute without a keyword of its own, such as those of overlays."""
    try:
        element = dataset.parsed(tag) if isinstance(dataset, WalkedHeader) else dataset.get(tag)  # type: ignore[arg-type]
        return int(element.value)
    except Exception:  # missing, broken, or several
        return None


def sop_class(dataset: Values) -> UID:
    """The SOP Class UID: from the data set, else from the file meta, else empty."""
    return _uid(text(dataset, "SOPClassUID") or text(_meta(dataset), "MediaStorageSOPClassUID"))


def sop_instance(dataset: Values) -> str:
    """The SOP Instance UID: from the data set, else from the file meta, else empty."""
    return text(dataset, "SOPInstanceUID") or text(_meta(dataset), "MediaStorageSOPInstanceUID")


@lru_cache(1024)
def _uid(value: str) -> UID:
    return UID(value)


def says_text(dataset: Values) -> bool:
    """Whether an image declares burned-in text (PS3.3 C.7.6.1.1.5)."""
    return text(dataset, "BurnedInAnnotation").upper() == "YES"


def transfer_syntax(dataset: Values) -> UID:
    """The transfer syntax of the file that a header came from."""
    return _uid(text(_meta(dataset), "TransferSyntaxUID"))


def _meta(dataset: Values) -> Values:
    return getattr(dataset, "file_meta", None) or Dataset()
