"""Makes the pixels of all stacks as scripts, which a browser shows without being given the folder of the medium."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib
import numpy as np
from numpy.typing import NDArray

from builder.plan import Talk
from builder.workers import each_in_turn
from bundle import web
from bundle.index.index import Catalog
from bundle.index.records import Stack, StackFrame

# Of isal: more gains nothing, less takes a third more room.
_LEVEL = 1
# Of the bytes of all images, on average: 0.37 to 0.58 in real CT. A build makes room for this share.
SHARE = 0.6


class _Place(NamedTuple):
    """Where the pixels of a frame lie in the written files."""

    path: str
    begin: int


class _Job(NamedTuple):
    """One chunk: its path, the format of its frames, and their places."""

    root: Path
    path: str
    rows: int
    columns: int
    bits_allocated: int
    places: tuple[_Place, ...]


class Chunks:
    """Makes the chunks of the files below `root`; `made` is how many bytes they have so far."""

    def __init__(self, root: Path, executor: Executor, talk: Talk) -> None:
        self._root, self._executor, self._talk = root, executor, talk
        self.made = 0

    def of(self, catalog: Catalog) -> Iterator[tuple[str, bytes]]:
        """Path and content of each chunk, made by the workers, a few ahead."""
        progress = self._talk.step("Making the images for browsers")
        jobs = list(self._jobs(catalog))
        made = each_in_turn(self._executor, _make, jobs)
        for done, (job, content) in enumerate(zip(jobs, made, strict=True), start=1):
            self.made += len(content)
            yield job.path, content
            progress(done, len(jobs))

    def _jobs(self, catalog: Catalog) -> Iterator[_Job]:
        for study in catalog.studies():
            for series in study.series:
                for number, stack in enumerate(series.stacks, start=1):
                    yield from _jobs_of(self._root, number, stack, catalog.frames(stack.stack_id))


def _jobs_of(root: Path, number: int, stack: Stack, frames: Sequence[StackFrame]) -> Iterator[_Job]:
    folder, _, _ = frames[0].path.rpartition("/")
    length = stack.rows * stack.columns * stack.bits_allocated // 8
    for first in range(0, len(frames), web.CHUNK_FRAMES):
        some = frames[first : first + web.CHUNK_FRAMES]
        places = tuple(_Place(frame.path, frame.pixel_offset + frame.frame_index * length) for frame in some)
        path = web.chunk_path(folder, number, first // web.CHUNK_FRAMES + 1)
        yield _Job(root, path, stack.rows, stack.columns, stack.bits_allocated, places)


def _make(job: _Job) -> bytes:
    packed = [packed_frame(_stored(job, place)) for place in job.places]
    return web.chunk_of(job.path, [len(frame) for frame in packed], b64encode(b"".join(packed)))


def _stored(job: _Job, place: _Place) -> NDArray[np.unsignedinteger]:
    """The bits of one frame as they are written, shape (rows, columns)."""
    size = job.rows * job.columns * job.bits_allocated // 8
    with (job.root / place.path).open("rb") as stream:
        stream.seek(place.begin)
        stored = stream.read(size)
    return np.frombuffer(stored, f"<u{job.bits_allocated // 8}").reshape(job.rows, job.columns)


def packed_frame(stored: NDArray[np.unsignedinteger]) -> bytes:
    """A frame in few bytes (docs/bundle-format.md): differences, their signs last, byte by byte, in zlib's format."""
    folded = np.empty_like(stored)
    folded[:, 0] = stored[:, 0]
    folded[1:, 0] -= stored[:-1, 0]
    np.subtract(stored[:, 1:], stored[:, :-1], out=folded[:, 1:])
    width = folded.dtype.itemsize
    signs = (folded.view(f"<i{width}") >> (8 * width - 1)).view(folded.dtype)
    folded <<= 1
    folded ^= signs
    planes = ((folded >> (8 * byte)).astype(np.uint8).tobytes() for byte in range(width))
    return bytes(isal_zlib.compress(b"".join(planes), _LEVEL))
