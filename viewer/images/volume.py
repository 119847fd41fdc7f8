"""A stack in memory: one block of voxels; each file's frames are read straight into their place in it, and checked."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from bundle.errors import BundleError, DamagedFile
from bundle.index.records import Stack, StackFrame
from bundle.medium.plain import as_medium
from bundle.medium.port import BundleMedium
from viewer.images.block import Block
from viewer.images.missing_slices import gaps_after
from viewer.images.windowing import PixelKind, rescale_of
from viewer.words import tr

if TYPE_CHECKING:  # the viewer shows its first slices before NumPy is loaded
    import numpy as np
    from numpy.typing import NDArray

    from viewer.images.grey import Raw


class MediumGone(BundleError):
    """The stick or disc was removed."""

    def __init__(self) -> None:
        super().__init__(
            "The stick or disc is no longer there. Put it back and open the series again. You can still view what was "
            "read, and your answers are kept."
        )


class LoadedStack:
    """A stack with its slices: True for arrived, the failure, or None for not yet."""

    def __init__(self, stack: Stack, frames: Sequence[StackFrame]) -> None:
        self.stack = stack
        self.frames = tuple(frames)
        self.kind = PixelKind.of(stack)
        # The first bundles give the padding per stack only; if frames give their own, one of them may have none.
        self._by_frame = any(frame.pixel_padding_value is not None for frame in self.frames)
        self.slices: list[bool | BundleError | None] = [None] * len(self.frames)
        self._block: Block | None = None
        self._voxels: Raw | None = None

    def place(self, index: int) -> memoryview:
        """The memory for the bytes of a slice; raises MemoryError.

        The first slice that is read creates the block for all slices. The place of a slice that has not arrived, or
        never will, holds nothing that may be shown.
        """
        return self.block.place(index * self.slice_bytes, self.slice_bytes)

    def make_pages(self, index: int) -> None:
        """Prepare the memory of a slice that is about to be read; raises MemoryError."""
        self.block.make_pages(index * self.slice_bytes, self.slice_bytes)

    @property
    def block(self) -> Block:
        """The memory of all slices; raises MemoryError."""
        if self._block is None:
            self._block = Block(self.size)
        return self._block

    @property
    def voxels(self) -> "Raw":
        """All raw pixels, (slices, rows, columns), the very bytes of `place`; raises MemoryError."""
        if self._voxels is None:
            import numpy as np

            shape = (len(self.frames), self.stack.rows, self.stack.columns)
            self._voxels = np.ndarray(shape, f"<u{self.stack.bits_allocated // 8}", self.block.memory)
        return self._voxels

    def pixels(self, index: int) -> "Raw | None":
        """The raw pixels of a slice, (rows, columns), None if they have not arrived or never will."""
        return self.voxels[index] if self.slices[index] is True else None

    def raw_bytes(self, index: int) -> memoryview | None:
        """The bytes of `pixels`, for use without NumPy."""
        return self.place(index) if self.slices[index] is True else None

    def failure(self, index: int) -> BundleError | None:
        """Why a slice cannot be shown."""
        found = self.slices[index]
        return found if isinstance(found, BundleError) else None

    @cached_property
    def gaps(self) -> tuple[int, ...]:
        """The indices of the slices after which slices are missing."""
        return gaps_after(self.stack, self.frames)

    def kind_of(self, index: int) -> PixelKind:
        """The kind of a slice's pixels: padding and VOI LUT function may differ from slice to slice."""
        kind, frame = self.kind, self.frames[index]
        if self._by_frame:
            return kind.in_frame(frame)
        return replace(kind, voi=frame.voi_lut_function) if frame.voi_lut_function else kind

    @property
    def arrived(self) -> int:
        """How many slices have arrived or failed."""
        return sum(slice_ is not None for slice_ in self.slices)

    @property
    def damaged(self) -> int:
        """How many slices have failed."""
        return sum(isinstance(slice_, BundleError) for slice_ in self.slices)

    @property
    def complete(self) -> bool:
        """Whether all slices have arrived or failed."""
        return all(slice_ is not None for slice_ in self.slices)

    def ask_again(self) -> None:
        """Slices that were missing with their medium may be readable now."""
        self.slices = [None if isinstance(slice_, MediumGone) else slice_ for slice_ in self.slices]

    @property
    def slice_bytes(self) -> int:
        """Bytes of the pixels of one slice."""
        return self.stack.rows * self.stack.columns * self.stack.bits_allocated // 8

    @property
    def size(self) -> int:
        """Bytes of pixels in memory once all slices are here."""
        return len(self.slices) * self.slice_bytes

    def modality_values(self, index: int) -> "NDArray[np.float64]":
        """A slice in modality units, (rows, columns), by its own rescale; raises its failure."""
        return self.values_and_counts(index)[0]

    def values_and_counts(self, index: int) -> "tuple[NDArray[np.float64], NDArray[np.bool_]]":
        """A slice as `modality_values` gives it, and which of its pixels are not padding."""
        from viewer.images.grey import is_padding, stored_values

        found, frame = self.pixels(index), self.frames[index]
        if found is None:
            raise self.failure(index) or DamagedFile(frame.path, tr("it has not been read"))
        stored = stored_values(found, self.kind)
        return rescale_of(frame).apply(stored), ~is_padding(stored, self.kind_of(index))

    def volume(self) -> "NDArray[np.float32]":
        """All slices in modality units, (slices, rows, columns); raises the failure of the first that failed."""
        import numpy as np

        array = np.empty((len(self.slices), self.stack.rows, self.stack.columns), np.float32)
        for index in range(len(self.slices)):
            array[index] = self.modality_values(index)
        return array


class FrameReader:
    """Reads the frames of one stack into its voxels; the last file stays open for its next frame."""

    def __init__(self, place: Path | BundleMedium, loaded: LoadedStack) -> None:
        self._medium, self._loaded = as_medium(place), loaded
        self._file: io.RawIOBase | None = None
        self._path = ""

    def read(self, index: int) -> None:
        """Read a slice: afterwards its pixels are there, or the reason why they never will be."""
        frame = self._loaded.frames[index]
        try:
            self._read(frame, index)
            self._loaded.slices[index] = True
        except BundleError as error:
            self._loaded.slices[index] = error
        except OSError as error:
            reason = tr("it cannot be read: {reason}").format(reason=error.strerror or error)
            there = self._medium.is_there()
            self._loaded.slices[index] = DamagedFile(frame.path, reason) if there else MediumGone()
        except MemoryError:
            reason = tr("there is not enough memory to read it")
            self._loaded.slices[index] = DamagedFile(frame.path, reason)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        self._file, self._path = None, ""

    def _read(self, frame: StackFrame, index: int) -> None:
        start = _place(self._loaded.stack, frame)
        file = self._open(frame)
        if file.tell() != start:
            file.seek(start)
        self._loaded.make_pages(index)
        if not _fill(file, self._loaded.place(index)):
            raise DamagedFile(frame.path, tr("its pixel data are incomplete"))

    def _open(self, frame: StackFrame) -> io.RawIOBase:
        """The file of a frame, positioned after its header, which must match: a wrong picture is worse than none."""
        if self._file is not None and self._path == frame.path:
            return self._file
        self.close()
        file = self._medium.open_at(self._locate(frame))
        try:
            header = bytearray(frame.pixel_offset)
            if not _fill(file, memoryview(header)) or hashlib.sha256(header).hexdigest() != frame.header_digest:
                raise DamagedFile(frame.path, tr("its header differs"))
        except BaseException:
            file.close()
            raise
        self._file, self._path = file, frame.path
        return file

    def _locate(self, frame: StackFrame) -> str:
        """Where to open a file of the right size inside the bundle."""
        found, size = self._medium.locate(frame.path)
        if size != frame.file_size:
            reason = tr("it has {found:,} bytes instead of {expected:,}")
            raise DamagedFile(frame.path, reason.format(found=size, expected=frame.file_size))
        return found


def _place(stack: Stack, frame: StackFrame) -> int:
    """The offset in the file where the frame's pixels begin."""
    length = stack.rows * stack.columns * stack.bits_allocated // 8
    start = frame.frame_index * length
    end = min(frame.pixel_length, frame.file_size - frame.pixel_offset)
    if not 0 <= start <= end - length:
        raise DamagedFile(frame.path, tr("its pixel data are incomplete"))
    return frame.pixel_offset + start


def _fill(file: io.RawIOBase, place: memoryview) -> bool:
    """Read until the memory is full; False if the file ends before. One call may read less."""
    done = 0
    while done < len(place):
        count = file.readinto(place[done:])
        if not count:
            return False
        done += count
    return True
