"""Hostile files: each function writes one, made from a small CT slice."""

from collections.abc import Callable
from pathlib import Path
import struct
import zlib

import numpy as np
from pydicom import Dataset, dcmwrite
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1, RLELossless

from builder.reasons import Reason
from tests import scans

Hostile = Callable[[Path], object]
HOSTILE: dict[str, tuple[Reason, Hostile]] = {}

_ITEM, _ITEM_END, _SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"
_OPEN = b"\xff\xff\xff\xff"
_ROWS = b"\x28\x00\x10\x00US\x02\x00"
_EXPLICIT = b"UI\x14\x001.2.840.10008.1.2.1\0"
_PIXELS = b"\xe0\x7f\x10\x00OW\x00\x00"


def left_out_as(reason: Reason) -> Callable[[Hostile], Hostile]:
    def add(make: Hostile) -> Hostile:
        HOSTILE[make.__name__] = (reason, make)
        return make

    return add


def slice_(number: int = 900, **attributes: object) -> Dataset:
    """A slice of the series that `scans.write_series` makes, far from the others."""
    pixels = np.arange(256).reshape(16, 16)
    return scans.ct_slice(pixels, (-8.0, -8.0, 1.5 * number), number, **attributes)


def packed(path: Path, syntax: str, fragments: list[bytes], **attributes: object) -> None:
    """A compressed slice whose fragments are these bytes, whatever they are."""
    dataset = slice_(**attributes)
    scans.save(dataset, path)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate(fragments)
    dataset["PixelData"].VR = "OB"
    dcmwrite(path, dataset, enforce_file_format=False)


def changed(path: Path, old: bytes, new: bytes) -> None:
    content = scans.save(slice_(), path).read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


# Claims of size


@left_out_as(Reason.TOO_LARGE)
def claims_65535_squared(path: Path) -> None:
    scans.save(slice_(Rows=65535, Columns=65535), path)


@left_out_as(Reason.TOO_LARGE)
def claims_65535_squared_compressed(path: Path) -> None:
    packed(path, RLELossless, [bytes(64)], Rows=65535, Columns=65535)


@left_out_as(Reason.TOO_LARGE)
def claims_billions_of_frames(path: Path) -> None:
    scans.save(slice_(NumberOfFrames=2_000_000_000), path)


@left_out_as(Reason.TOO_LARGE)
def claims_a_gigabyte_in_a_kilobyte(path: Path) -> None:
    packed(path, JPEG2000Lossless, [bytes(1024)], Rows=4096, Columns=4096, NumberOfFrames=30)


@left_out_as(Reason.TOO_LARGE)
def a_million_frames_of_one_pixel(path: Path) -> None:
    scans.save(slice_(Rows=1, Columns=1, NumberOfFrames=1_000_000, PixelData=bytes(2_000_000)), path)


@left_out_as(Reason.TRUNCATED)
def claims_more_than_there_is(path: Path) -> None:
    scans.save(slice_(Rows=4096, Columns=4096), path)


@left_out_as(Reason.TOO_LARGE)
def inflates_to_a_gigabyte(path: Path) -> None:
    """A deflate bomb: 1 GB of zeros in 1 MB."""
    meta, plain = _halves(path)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(plain[: plain.index(_PIXELS)] + _PIXELS + struct.pack("<L", 1 << 30))
    block = bytes(1 << 24)
    bomb += b"".join(packer.compress(block) for _ in range(64)) + packer.flush()
    path.write_bytes(meta + bomb)


# What is no data set


def _nested(depth: int, *, closed: bool) -> bytes:
    opening = b"\x40\x00\x00\xa7SQ\0\0" + _OPEN + _ITEM + _OPEN
    return opening * depth + (_ITEM_END + _SEQUENCE_END) * (depth if closed else 0)


@left_out_as(Reason.UNREADABLE)
def nested_without_end(path: Path) -> None:
    changed(path, _PIXELS, _nested(100_000, closed=False) + _PIXELS)


@left_out_as(Reason.UNREADABLE)
def nested_a_thousand_deep(path: Path) -> None:
    changed(path, _PIXELS, _nested(1000, closed=True) + _PIXELS)


@left_out_as(Reason.TRUNCATED)
def a_length_beyond_the_end(path: Path) -> None:
    changed(path, b"\x08\x00\x60\x00CS\x02\x00", b"\x08\x00\x60\x00UT\x00\x00\xf0\xff\xff\xff")


@left_out_as(Reason.TRUNCATED)
def cut_inside_the_header(path: Path) -> None:
    content = scans.save(slice_(), path).read_bytes()
    path.write_bytes(content[: content.index(_ROWS)])


# A transfer syntax that is not what it says


@left_out_as(Reason.DECODING_FAILED)
def plain_pixels_said_to_be_jpeg(path: Path) -> None:
    packed(path, JPEGLosslessSV1, [slice_().PixelData])


@left_out_as(Reason.DECODING_FAILED)
def a_codestream_that_claims_65535_squared(path: Path) -> None:
    """JPEG 2000 whose own header asks the decoder for 8 GB, in a data set of 16 x 16."""
    size = struct.pack(">HHHIIIIIIIIHBBB", 0xFF51, 41, 0, 65535, 65535, 0, 0, 65535, 65535, 0, 0, 1, 15, 1, 1)
    style = struct.pack(">HHBBHBBBBBB", 0xFF52, 12, 0, 0, 1, 0, 5, 4, 4, 0, 1)
    quantum = struct.pack(">HHB16B", 0xFF5C, 19, 0x40, *[0x80] * 16)
    tile = struct.pack(">HHHIBB", 0xFF90, 10, 0, 0, 0, 1) + b"\xff\x93" + bytes(16)
    packed(path, JPEG2000Lossless, [b"\xff\x4f" + size + style + quantum + tile + b"\xff\xd9"])


@left_out_as(Reason.DECODING_FAILED)
def noise_said_to_be_run_lengths(path: Path) -> None:
    packed(path, RLELossless, [np.random.default_rng(1).bytes(700)])


@left_out_as(Reason.UNREADABLE)
def plain_bytes_said_to_be_deflated(path: Path) -> None:
    path.write_bytes(b"".join(_halves(path)))


def _halves(path: Path) -> tuple[bytes, bytes]:
    """The file meta, with Deflated Explicit VR Little Endian for what it names, and the data set as it was."""
    content = scans.save(slice_(), path).read_bytes()
    meta, data = content[: (end := content.index(_EXPLICIT) + len(_EXPLICIT))], content[end:]
    return meta.replace(_EXPLICIT, b"UI\x16\x001.2.840.10008.1.2.1.99"), data
