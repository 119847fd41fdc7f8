"""Finds the bits that the pixels of a file use, while their bytes pass by for the digest."""

from collections.abc import Iterator
import re
from typing import NamedTuple

import numpy as np

from builder.check.findings import Finding, finding
from builder.check.medium.dicom_file import DicomFile
from builder.check.places.place import Place


class PixelWords(NamedTuple):
    """Bits Allocated (0028,0100), Bits Stored (0028,0101) and whether Pixel Representation (0028,0103) is 1."""

    allocated: int
    stored: int
    signed: bool


_FORM = re.compile(rb"\x28\x00([\x00\x01\x03]\x01)US\x02\x00(..)", re.DOTALL)
_ALLOCATED, _STORED, _REPRESENTATION = b"\0\1", b"\1\1", b"\3\1"
_SIZES = (8, 16, 32)


def form_of(header: bytes) -> PixelWords | None:
    """The form of the pixels after a header, by its bytes alone: the later parser compares."""
    # The elements of the data set itself come after those of an icon.
    found = {tag: int.from_bytes(value, "little") for tag, value in _FORM.findall(header)}
    if not found.keys() >= {_ALLOCATED, _STORED, _REPRESENTATION} or found[_ALLOCATED] not in _SIZES:
        return None
    return PixelWords(found[_ALLOCATED], found[_STORED], found[_REPRESENTATION] == 1)


class Bits:
    """The bits that any pixel has set and, in a signed file, those where a pixel differs from the bit above."""

    def __init__(self) -> None:
        self.form: PixelWords | None = None
        self._set = self._turns = self._count = 0
        self._rest = b""

    def begin(self, header: bytes) -> None:
        """Examine the bytes after this header."""
        self.form = form_of(header)

    def feed(self, block: memoryview) -> None:
        """The next bytes of the pixels; a word may begin in one block and end in the next."""
        if self.form is None or self.form.stored >= self.form.allocated:
            return
        size = self.form.allocated // 8
        missing = min(-self._count % size, len(block))
        self._count += len(block)
        self._rest += bytes(block[:missing])
        if len(self._rest) == size:
            self._look(self._rest, self.form)
            self._rest = b""
        end = missing + (len(block) - missing) // size * size
        self._look(block[missing:end], self.form)
        self._rest += bytes(block[end:])

    def _look(self, words: bytes | memoryview, form: PixelWords) -> None:
        if len(words):
            pixels = np.frombuffer(words, f"<u{form.allocated // 8}")
            self._set |= int(np.bitwise_or.reduce(pixels))
            if form.signed:
                self._turns |= int(np.bitwise_or.reduce(pixels ^ (pixels >> 1)))

    @property
    def above(self) -> bool:
        """Whether a pixel has a value that Bits Stored cannot hold (PS3.5 8.1.1).

        In a signed file the bits above may all be 0, or all repeat the sign.
        """
        if self.form is None or self.form.stored >= self.form.allocated or not self._set >> self.form.stored:
            return False
        top = (1 << (self.form.allocated - 1)) - 1
        return not self.form.signed or bool((self._turns & top) >> (self.form.stored - 1))


def bits_above(root: Place, file: DicomFile, bits: Bits) -> Iterator[Finding]:
    """Pixels of a file that exceed its Bits Stored; `bits` were found while it was read."""
    form = PixelWords(file.bits_allocated, file.bits_stored, file.pixel_representation == 1)
    if file.pixel_offset is not None and bits.form != form and form.allocated in _SIZES:
        bits = _read_again(root / file.path, form, file.pixel_offset)
    if bits.above:
        text = f"values that {file.bits_stored} bits cannot hold stand in its pixels"
        yield finding("dicom.stored", file.path, text)


def _read_again(path: Place, form: PixelWords, offset: int) -> Bits:
    """For pixels that begin across two blocks, or if an icon's form was mistaken for theirs."""
    bits = Bits()
    bits.form = form
    with path.open("rb") as stream:
        stream.seek(offset)
        while block := stream.read(1 << 20):
            bits.feed(memoryview(block))
    return bits
