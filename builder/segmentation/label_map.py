"""Parts a label map segmentation (PS3.3 C.8.20.2): a mask for each segment in place of a number for each pixel."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels.utils import iter_pixels

from builder.dicom.source_file import NotTaken, number, text
from builder.reasons import Reason
from builder.segmentation.grid import Lying
from builder.segmentation.made_masks import DrawnFrame, MadeMasks, MadeOf, bits_on_image, made_masks
from bundle.images.alterations import LABELS_PARTED


def masks_of_label_map(source: Dataset, lying: Lying) -> MadeMasks:
    """Its segments, numbered from 1 on in their order; raises NotTaken."""
    if text(source, "LossyImageCompression") == "01":
        raise NotTaken(Reason.SEGMENTATION_BROKEN, "its labels were compressed with loss")
    background = {0, number(source, "PixelPaddingValue")}
    items = {value: item for item in source.get("SegmentSequence") or [] if (value := _number(item)) not in background}
    numbers = {value: k for k, value in enumerate(items, start=1)}
    frames = sorted(_frames(source, lying, numbers, background), key=lambda frame: (frame.segment, frame.place))
    for value, item in items.items():
        item.SegmentNumber = numbers[value]
    made_of = MadeOf(LABELS_PARTED, *(text(source, word) for word in ("SOPInstanceUID", "ContentDate", "ContentTime")))
    return made_masks(made_of, lying.stack, list(items.values()), frames, ())


def _number(item: Dataset) -> int:
    found = number(item, "SegmentNumber")
    return -1 if found is None else found


def _frames(
    source: Dataset, lying: Lying, numbers: dict[int, int], background: set[int | None]
) -> Iterator[DrawnFrame]:
    image = lying.stack.slices[0].instance
    for place, labels in zip(lying.places, _labels(source), strict=True):
        for value in map(int, np.unique(labels)):
            if value in background:
                continue
            if value not in numbers:
                raise NotTaken(Reason.SEGMENTATION_BROKEN, f"label {value} is not in its list of segments")
            bits = bits_on_image(labels == value, (lying.row, lying.column), (image.rows, image.columns))
            yield DrawnFrame(numbers[value], place, bits)


def _labels(source: Dataset) -> Iterator[NDArray[Any]]:
    """The numbers of each frame, shape (rows, columns)."""
    shape = source.Rows, source.Columns
    try:
        for frame in iter_pixels(source, raw=True):
            if frame.shape != shape:
                raise ValueError(f"a frame of {frame.shape}")
            yield frame
    except NotTaken:
        raise
    except Exception as error:  # decoders fail in many ways
        raise NotTaken(Reason.DECODING_FAILED, f"{type(error).__name__}: {error}") from error
