"""Tells by its first bytes what a file without DICOM is: a volume, an archive, a picture or a document."""

from contextlib import suppress
import zlib

from builder.reasons import Reason

# Up to the end of the name in an ISO 9660 image's first descriptor (ECMA-119 6.2.1 and 8.1).
_FIRST_BYTES = 32_774
ISO, _TAR = (32_769, b"CD001"), (257, b"ustar")
# The header of a NIfTI file begins with its own size, and has the name of the format at this place.
_NIFTI = {b"\x5c\x01\0\0": 344, b"\0\0\x01\x5c": 344, b"\x1c\x02\0\0": 4, b"\0\0\x02\x1c": 4}
_NIFTI_NAMES = (b"n+1", b"ni1", b"n+2", b"ni2")
_BEGINNINGS: tuple[tuple[bytes, Reason], ...] = (
    (b"NRRD0", Reason.NRRD),
    (b"ObjectType =", Reason.META_IMAGE),
    (b"NDims =", Reason.META_IMAGE),
    (b"\x89HDF\r\n\x1a\n", Reason.OTHER_VOLUME),  # MINC 2, and other formats
    (b"CDF\x01", Reason.OTHER_VOLUME),  # MINC 1
    (b"MATRIX7", Reason.OTHER_VOLUME),  # ECAT
    (b"!INTERFILE", Reason.OTHER_VOLUME),
    (b"\0\0\0\x01\0\0", Reason.OTHER_VOLUME),  # MGH
    (b"PK\x03\x04", Reason.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Reason.ARCHIVE),
    (b"Rar!\x1a\x07", Reason.RAR),
    (b"\x1f\x8b", Reason.ARCHIVE),
    (b"BZh", Reason.ARCHIVE),
    (b"\xfd7zXZ\0", Reason.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Reason.ARCHIVE),
    (b"\xff\xd8\xff", Reason.PICTURE),
    (b"\x89PNG\r\n\x1a\n", Reason.PICTURE),
    (b"II*\0", Reason.PICTURE),
    (b"MM\0*", Reason.PICTURE),
    (b"GIF8", Reason.PICTURE),
    (b"%PDF-", Reason.DOCUMENT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Reason.DOCUMENT),  # of older office programs
)
_GZIP = b"\x1f\x8b"


def reason_not_to_take(path: str) -> Reason:
    """What a file without DICOM is; NOT_DICOM also if its format is unknown."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123  # the path is a str
            first = stream.read(_FIRST_BYTES)
    except OSError:
        return Reason.NOT_DICOM
    if first.startswith(_GZIP):
        first = _unpacked(first) or first
    return _known(first)


def _known(first: bytes) -> Reason:
    named = _NIFTI.get(first[:4])
    if named is not None:
        is_nifti = first[named : named + 3] in _NIFTI_NAMES
        return Reason.NIFTI if is_nifti else Reason.OTHER_VOLUME  # Analyze, the predecessor of NIfTI
    if any(first[at : at + len(mark)] == mark for at, mark in (ISO, _TAR)):
        return Reason.ARCHIVE
    return next((reason for beginning, reason in _BEGINNINGS if first.startswith(beginning)), Reason.NOT_DICOM)


def _unpacked(packed: bytes) -> bytes:
    """The first bytes of a single compressed volume; empty if another kind of file was compressed."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    with suppress(zlib.error):
        first = unpacker.decompress(packed, _FIRST_BYTES)
        if _known(first) in _VOLUMES:
            return first
    return b""


_VOLUMES = (Reason.NIFTI, Reason.NRRD, Reason.META_IMAGE, Reason.OTHER_VOLUME)
