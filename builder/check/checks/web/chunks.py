"""Checks of the images for browsers: each chunk is unpacked, and has the pixels of its DICOM files, bit for bit."""

from base64 import b64decode
from collections.abc import Iterator, Sequence
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
    for path, stack, frames in wanted:
        if path not in there:
            if medium.expected is None or path not in medium.expected:  # else the manifest misses it
                yield finding("web.chunks", path, "it is missing, though other images for browsers are there")
        elif medium.intact(path) and (wrong := _wrong_in(medium, path, stack, frames)):
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
        if web.chunk_of(path, lengths, text) != content:
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
    folded = np.frombuffer(planes, np.uint8).reshape(width, -1).T.copy().view(f"<u{width}")
    return _summed(folded.reshape(stack.rows, stack.columns)).tobytes()


def _summed(folded: NDArray[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """From differences to values: down the first column, then along each row."""
    one = folded.dtype.type(1)
    apart = (folded >> one) ^ (~(folded & one) + one)
    apart[:, 0] = np.cumsum(apart[:, 0], dtype=folded.dtype)
    return np.cumsum(apart, axis=1, dtype=folded.dtype)


CHECKS = (chunks,)
