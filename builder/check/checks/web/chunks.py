"""Checks of the images for browsers: each chunk is unpacked, and has the pixels of its DICOM files, bit for bit."""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
import json
import zlib

import numpy as np
from numpy.typing import NDArray

from builder.check.checks.index import IndexComparison
from builder.check.findings import Finding, finding
from builder.check.medium.medium import Medium
from bundle import web
from bundle.errors import BundleError
from bundle.index.records import Stack, StackFrame

_BEGIN, _END = b"self.bundleChunk(", b");\n"
# As text; nothing that a scanner writes grows when it is packed, but random bytes do, a little.
_MOST_GROWTH, _BESIDES = 1.5, 4096
_AT_ONCE = 2


def chunks(both: IndexComparison) -> Iterator[Finding]:
    """Chunks that show anything else than the files; no chunk is right where there need be none."""
    medium = both.medium
    there = {path for path in medium.files if web.is_chunk(path)}
    if not there:
        return
    try:
        wanted = list(_wanted(both))
    except (BundleError, ValueError):
        return  # a path or a row of the index is none, which the checks of the index report
    for path, _, _ in wanted:
        if path not in there and (medium.expected is None or path not in medium.expected):  # or the manifest misses it
            yield finding("web.chunks", path, "it is missing, though other images for browsers are there")
    looked_at = [chunk for chunk in wanted if chunk[0] in there and medium.intact(chunk[0])]
    with ThreadPoolExecutor(_AT_ONCE) as several:  # unpacking and adding up keep no other thread waiting
        found = several.map(lambda chunk: _wrong_in(medium, *chunk), looked_at)
        for (path, _, _), wrong in zip(looked_at, found, strict=True):
            if wrong:
                yield finding("web.chunks", path, wrong)
    for path in sorted(there - {path for path, _, _ in wanted}):
        if medium.intact(path):
            yield finding("web.chunks", path, "it belongs to no series")


def _wanted(both: IndexComparison) -> Iterator[tuple[str, Stack, Sequence[StackFrame]]]:
    """Path, stack and frames of each chunk that the index asks for."""
    catalog = both.index.catalog
    for study in catalog.studies():
        for series in study.series:
            for number, stack in enumerate(series.stacks, start=1):
                frames = catalog.frames(stack.stack_id)
                parts = [frames[k : k + web.CHUNK_FRAMES] for k in range(0, len(frames), web.CHUNK_FRAMES)]
                folder = frames[0].path[: -len("/IM000001")]
                for chunk, some in enumerate(parts, start=1):
                    yield web.chunk_path(folder, number, chunk), stack, some


def _wrong_in(medium: Medium, path: str, stack: Stack, frames: Sequence[StackFrame]) -> str:
    """How a chunk differs from the files; empty if it does not."""
    size = stack.rows * stack.columns * stack.bits_allocated // 8
    if medium.files[path].size > len(frames) * size * _MOST_GROWTH + _BESIDES:
        return f"{medium.files[path].size:,} bytes are too many for {len(frames)} images"
    content = (medium.root / path).read_bytes()
    try:
        if not (content.startswith(_BEGIN) and content.endswith(_END)):
            raise ValueError
        name, lengths, text = json.loads(content[len(_BEGIN) : -len(_END)])
        if web.chunk_of(path, lengths, text.encode("ascii")) != content:
            return "it is not a chunk of this place, or holds more than images"
        packed = b64decode(text, validate=True)
        if name != web.chunk_name(path) or len(lengths) != len(frames) or sum(lengths) != len(packed):
            return "it has other images than the index"
    except (ValueError, TypeError):
        return "it is not a chunk"
    begin = 0
    for length, frame in zip(lengths, frames, strict=True):
        stored = _stored(medium, frame, size)
        if stored is not None and _unpacked(packed[begin : begin + length], stack, size) != stored:
            return f"its image {frame.path} is not the one of the DICOM file"
        begin += length
    return ""


def _stored(medium: Medium, frame: StackFrame, size: int) -> bytes | None:
    """The pixels in the DICOM file; None if other checks report the file."""
    if not medium.intact(frame.path):
        return None
    with (medium.root / frame.path).open("rb") as stream:
        stream.seek(frame.pixel_offset + frame.frame_index * size)
        return stream.read(size)


def _unpacked(packed: bytes, stack: Stack, size: int) -> bytes:
    """The pixels of a frame; empty if it cannot be unpacked to as many bytes."""
    work = zlib.decompressobj()
    try:
        planes = work.decompress(packed, size + 1)
    except zlib.error:
        return b""
    if len(planes) != size or not work.eof or work.unused_data:
        return b""
    width = stack.bits_allocated // 8
    folded = np.zeros((stack.rows, stack.columns), f"<u{width}")
    for byte, plane in enumerate(np.frombuffer(planes, np.uint8).reshape(width, stack.rows, stack.columns)):
        folded |= plane.astype(folded.dtype) << (8 * byte)
    return _summed(folded).tobytes()


def _summed(folded: NDArray[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """From differences to values: down the first column, then along each row."""
    signs = np.negative(folded & 1)  # all bits of an odd number
    folded >>= 1
    folded ^= signs
    folded[:, 0] = np.cumsum(folded[:, 0], dtype=folded.dtype)
    return np.cumsum(folded, axis=1, dtype=folded.dtype, out=folded)


CHECKS = (chunks,)
