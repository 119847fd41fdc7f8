"""Reads a segmentation object with code of the check's own: its frames, and their masks (PS3.3 C.8.20, PS3.5 8.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase, BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread

from builder.check.medium.dicom_file import DicomFile
from builder.check.places.place import Place

Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class MaskFile:
    """A segmentation: its data set without pixels, and of each frame the segment and the image that it names."""

    place: Place
    offset: int
    values: Dataset
    segments: tuple[int, ...]
    images: tuple[str, ...]

    @property
    def numbers(self) -> list[int]:
        """The segments of its list."""
        return [int(item.SegmentNumber) for item in self.values.SegmentSequence]

    def masks(self) -> Iterator[Mask]:
        """Each frame, shape (rows, columns)."""
        with self.place.open("rb") as stream:
            for index in range(len(self.segments)):
                yield self._mask(stream, index)

    def _mask(self, stream: BufferedIOBase, index: int) -> Mask:
        area = self.values.Rows * self.values.Columns
        first_bit = index * area * self.values.BitsAllocated
        last_bit = first_bit + area * self.values.BitsAllocated
        stream.seek(self.offset + first_bit // 8)
        stored = np.frombuffer(stream.read((last_bit + 7) // 8 - first_bit // 8), np.uint8)
        if self.values.BitsAllocated == 1:  # the first pixel is the lowest bit
            bits = np.unpackbits(stored, bitorder="little")
            stored = bits[first_bit % 8 : first_bit % 8 + area]
        return stored.reshape(self.values.Rows, self.values.Columns)


def read_masks(root: Place, file: DicomFile) -> MaskFile:
    """The frames of a sound file; raises ValueError, AttributeError, TypeError or LookupError if they are odd."""
    if file.pixel_offset is None:
        raise ValueError("it has no masks")
    with (root / file.path).open("rb") as stream:
        header = stream.read(file.pixel_offset)
    values = dcmread(BytesIO(header), stop_before_pixels=True)  # a file of an encrypted medium has no name to give
    groups = values.PerFrameFunctionalGroupsSequence
    if len(groups) != int(values.NumberOfFrames) or values.BitsAllocated not in (1, 8):
        raise ValueError("its frames are not those of a segmentation")
    segments = tuple(int(group.SegmentIdentificationSequence[0].ReferencedSegmentNumber) for group in groups)
    images = tuple(
        str(group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID) for group in groups
    )
    return MaskFile(root / file.path, file.pixel_offset, values, segments, images)
