"""Reads the files of a stack in a thread: each once, whole, checked against the index, its pixels used in place."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
import hashlib
from pathlib import Path
import threading

import numpy as np
from numpy.typing import NDArray

from bundle.errors import BundleError, DamagedFile
from bundle.layout import resolve
from bundle.records import Stack, StackFrame
from viewer.windowing import PixelKind, Raw, rescale_of, stored_values

# Slices this near to the cursor come first; the others follow in the order in which their files lie on the disc.
NEAR = 8
# Stacks that were looked at stay in memory up to this many bytes, so that going back does not read again.
KEPT_BYTES = 768 << 20


class LoadedStack:
    """A stack with the slices that have arrived: raw pixels (rows, columns), the failure, or None for not yet."""

    def __init__(self, stack: Stack, frames: Sequence[StackFrame]) -> None:
        self.stack = stack
        self.frames = tuple(frames)
        self.kind = PixelKind.of(stack)
        self.slices: list[Raw | BundleError | None] = [None] * len(self.frames)

    def pixels(self, index: int) -> Raw | None:
        """The raw pixels of a slice, None where they have not arrived or never will."""
        found = self.slices[index]
        return None if isinstance(found, BundleError) else found

    def failure(self, index: int) -> BundleError | None:
        """Why a slice has no picture."""
        found = self.slices[index]
        return found if isinstance(found, BundleError) else None

    @property
    def arrived(self) -> int:
        """How many slices are here, or are known never to come."""
        return sum(one is not None for one in self.slices)

    @property
    def damaged(self) -> int:
        """How many slices will never come."""
        return sum(isinstance(one, BundleError) for one in self.slices)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to wait for."""
        return all(one is not None for one in self.slices)

    @property
    def size(self) -> int:
        """Bytes of pixels in memory once all slices are here."""
        return len(self.slices) * self.stack.rows * self.stack.columns * self.stack.bits_allocated // 8

    def modality_values(self, index: int) -> NDArray[np.float64]:
        """A slice in modality units, (rows, columns), by the rescale of this very slice; raises its failure."""
        found, frame = self.slices[index], self.frames[index]
        if found is None or isinstance(found, BundleError):
            raise found or DamagedFile(frame.path, "it has not been read")
        return rescale_of(frame).apply(stored_values(found, self.kind))

    def volume(self) -> NDArray[np.float32]:
        """All slices in modality units, (slices, rows, columns); raises the failure of the first that has one."""
        array = np.empty((len(self.slices), self.stack.rows, self.stack.columns), np.float32)
        for index in range(len(self.slices)):
            array[index] = self.modality_values(index)
        return array


def read_file(root: Path, stack: Stack, frames: Sequence[StackFrame]) -> list[Raw]:
    """The pictures that `frames` name, all of one file, as views into its bytes; raises BundleError."""
    first = frames[0]
    try:
        content = resolve(root, first.path).read_bytes()
    except OSError as error:
        raise DamagedFile(first.path, f"it cannot be read: {error.strerror or error}") from error
    _check(content, first)
    return [_picture(content, stack, frame) for frame in frames]


def _check(content: bytes, frame: StackFrame) -> None:
    """Whether these are the bytes that the index describes: a wrong picture is worse than none."""
    if len(content) != frame.file_size:
        raise DamagedFile(frame.path, f"it has {len(content):,} bytes instead of {frame.file_size:,}")
    if hashlib.sha256(content[: frame.pixel_offset]).hexdigest() != frame.header_digest:
        raise DamagedFile(frame.path, "its header is another one")


def _picture(content: bytes, stack: Stack, frame: StackFrame) -> Raw:
    kind = np.dtype(f"<u{stack.bits_allocated // 8}")
    count = stack.rows * stack.columns
    start = frame.frame_index * count * kind.itemsize
    end = min(frame.pixel_length, len(content) - frame.pixel_offset)
    if not 0 <= start <= end - count * kind.itemsize:
        raise DamagedFile(frame.path, "its pixels end too early")
    return np.frombuffer(content, kind, count, frame.pixel_offset + start).reshape(stack.rows, stack.columns)


class Loader(threading.Thread):
    """Fills a LoadedStack; `on_slice(index)` is called in this thread for every slice that is settled."""

    def __init__(self, root: Path, loaded: LoadedStack, cursor: int, on_slice: Callable[[int], None]) -> None:
        super().__init__(name="loader", daemon=True)
        self._root, self._loaded, self._on_slice = root, loaded, on_slice
        self._cursor = cursor
        self._stopped = threading.Event()
        self._waiting = _by_file(loaded)

    def look_at(self, index: int) -> None:
        """The reader is at this slice now: what is near to it comes next."""
        self._cursor = index

    def stop(self) -> None:
        """Read no further file; the one in hand is still finished."""
        self._stopped.set()

    def run(self) -> None:
        """Read file after file until nothing is left or somebody says stop."""
        while self._waiting and not self._stopped.is_set():
            path = min(self._waiting, key=self._urgency)
            self._read(self._waiting.pop(path))

    def _urgency(self, path: str) -> tuple[int, str]:
        distance = min(abs(index - self._cursor) for index in self._waiting[path])
        return min(distance, NEAR + 1), path

    def _read(self, indices: list[int]) -> None:
        results: Sequence[Raw | BundleError]
        frames = [self._loaded.frames[index] for index in indices]
        try:
            results = read_file(self._root, self._loaded.stack, frames)
        except BundleError as error:
            results = [error] * len(indices)
        except MemoryError:
            results = [DamagedFile(frames[0].path, "there is not enough memory to read it")] * len(indices)
        for index, result in zip(indices, results, strict=True):
            self._loaded.slices[index] = result
            self._on_slice(index)


def _by_file(loaded: LoadedStack) -> dict[str, list[int]]:
    waiting: dict[str, list[int]] = {}
    for index, frame in enumerate(loaded.frames):
        if loaded.slices[index] is None:
            waiting.setdefault(frame.path, []).append(index)
    return waiting


class KeptStacks:
    """The stacks that were looked at last, as many as fit in `budget` bytes; the newest always stays."""

    def __init__(self, budget: int = KEPT_BYTES) -> None:
        self._budget = budget
        self._kept: OrderedDict[int, LoadedStack] = OrderedDict()

    def get(self, stack_id: int) -> LoadedStack | None:
        """The stack, if it is still here."""
        if stack_id in self._kept:
            self._kept.move_to_end(stack_id)
        return self._kept.get(stack_id)

    def put(self, loaded: LoadedStack) -> None:
        """Keep a stack, and let the oldest go where it takes too much room."""
        self._kept[loaded.stack.stack_id] = loaded
        while len(self._kept) > 1 and sum(one.size for one in self._kept.values()) > self._budget:
            self._kept.popitem(last=False)
