"""Lossy JPEG of 8 and 12 bits, sequential and progressive, by libjpeg-turbo: bit for bit the values of DCMTK.

Only the decompressing process loads the codec.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import generate_frames
from pydicom.uid import UID, JPEGBaseline8Bit, JPEGExtended12Bit

# PS3.5 A.4.1 and, retired, Spectral Selection and Full Progression: PS3.6 Table A-1.
_SPECTRAL, _PROGRESSIVE = UID("1.2.840.10008.1.2.4.53"), UID("1.2.840.10008.1.2.4.55")
JPEG_WITH_LOSS = frozenset({JPEGBaseline8Bit, JPEGExtended12Bit, _SPECTRAL, _PROGRESSIVE})
# End of image (ISO/IEC 10918-1 B.1.1.3), and the padding that may follow it in a fragment of even length.
_END, _PADDING = b"\xff\xd9", b"\0\xff"


def decode_jpeg(dataset: Dataset) -> NDArray[Any]:
    """All frames, shape (frames, rows, columns); raises ValueError, or what the codec raises."""
    frames = generate_frames(
        dataset.PixelData,
        number_of_frames=int(dataset.get("NumberOfFrames") or 1),
        extended_offsets=_offsets(dataset),
    )
    return np.stack([_frame(frame, dataset) for frame in frames])


def _offsets(dataset: Dataset) -> tuple[bytes, bytes] | None:
    if "ExtendedOffsetTable" not in dataset or "ExtendedOffsetTableLengths" not in dataset:
        return None
    return dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths


def _frame(packed: bytes, dataset: Dataset) -> NDArray[Any]:
    from imagecodecs import jpeg8_decode

    if not packed.rstrip(_PADDING).endswith(_END):  # the codec would silently fill in the missing part
        raise ValueError("the JPEG data are cut short")
    words = jpeg8_decode(packed)
    if words.shape != (dataset.Rows, dataset.Columns):
        raise ValueError(f"the JPEG data hold a picture of {' x '.join(map(str, words.shape))}")
    values = _within(words.astype(np.int32), int(dataset.BitsStored), signed=dataset.PixelRepresentation == 1)
    sign = "i" if dataset.PixelRepresentation == 1 else "u"
    return values.astype(f"<{sign}{dataset.BitsAllocated // 8}")


def _within(words: NDArray[np.int32], stored: int, *, signed: bool) -> NDArray[np.int32]:
    """The values within Bits Stored. JPEG has no signed values: the highest bit becomes the sign (PS3.5 8.2.1).

    Lossy compression may push a bright pixel over the largest value; this must not turn it into a dark one.
    """
    unused = 32 - stored
    return (words << unused) >> unused if signed else np.minimum(words, (1 << stored) - 1)
