"""Puts masks that were made from something else into the form of a segmentation, as if a file had held them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from builder.segmentation.grid import Lying, unfit
from builder.segmentation.masks import Mask, packed
from builder.stacks.stacks import OrderedStack


class Aside(NamedTuple):
    """What the researcher should know of what was made; `matters` if somebody should look at it."""

    text: str
    matters: bool


class DrawnFrame(NamedTuple):
    """A mask of one segment on one image of the stack; `bits` has eight pixels a byte: there are thousands of them."""

    segment: int
    place: int
    bits: NDArray[np.uint8]


class MadeOf(NamedTuple):
    """What masks were made of, the UID of the source, and its moment."""

    origin: str
    sop_instance_uid: str
    date: str = ""
    time: str = ""


class MadeMasks(NamedTuple):
    """A segmentation of one bit in the terms of its source, where it lies, and what the researcher should know.

    `altered` says of what it was made, in the words of `bundle.images.alterations`.
    """

    source: Dataset
    lying: Lying
    told: tuple[Aside, ...]
    altered: str


def made_masks(
    made_of: MadeOf, stack: OrderedStack, segments: list[Dataset], frames: Sequence[DrawnFrame], told: Sequence[Aside]
) -> MadeMasks:
    """Masks of whole images of a stack (PS3.3 A.51); raises NotTaken if there is none."""
    if not frames:
        raise unfit("no voxel of its images is inside")
    made, first = Dataset(), stack.slices[0].instance
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPInstanceUID = made_of.sop_instance_uid
    made.ContentDate, made.ContentTime = made_of.date, made_of.time
    made.SegmentationType, made.BitsAllocated = "BINARY", 1
    made.Rows, made.Columns, made.NumberOfFrames = first.rows, first.columns, len(frames)
    made.SegmentSequence = segments
    made.PerFrameFunctionalGroupsSequence = [_group(frame) for frame in frames]
    size = first.rows, first.columns
    made.PixelData = packed((unpacked(frame.bits, size) for frame in frames), single=True)
    return MadeMasks(made, Lying(stack, tuple(frame.place for frame in frames), 0, 0), tuple(told), made_of.origin)


def _group(frame: DrawnFrame) -> Dataset:
    identified, group = Dataset(), Dataset()
    identified.ReferencedSegmentNumber = frame.segment
    group.SegmentIdentificationSequence = [identified]
    return group


def bits_on_image(
    inside: NDArray[np.bool_], corner: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.uint8]:  # fmt: skip
    """The bits of a mask of a part of an image, whose first pixel is at `corner`, as one of all of it."""
    mask = np.zeros(size, np.uint8)
    mask[corner[0] : corner[0] + inside.shape[0], corner[1] : corner[1] + inside.shape[1]] = inside
    return np.packbits(mask)


def unpacked(bits: NDArray[np.uint8], size: tuple[int, int]) -> Mask:
    """The mask of `size` (rows, columns) of these bits."""
    return np.unpackbits(bits, count=size[0] * size[1]).reshape(size)
