"""Finds which stored value of a fractional segmentation is a whole voxel: only its own header says it."""

import hashlib
import io
import struct

from bundle.index.records import Segmentation
from bundle.medium.port import BundleMedium
from viewer.segments.compact import SegmentationDamaged
from viewer.words import tr

# A fraction counts as inside from half of a voxel on.
HALF = 0.5
# Maximum Fractional Value (0062,000E), US, two bytes (PS3.3 C.8.20.2), in Explicit VR Little Endian (PS3.5 7.1.2).
_ELEMENT = b"\x62\x00\x0e\x00US\x02\x00"


def whole_value(medium: BundleMedium, segmentation: Segmentation) -> int:
    """Maximum Fractional Value; raises SegmentationDamaged if the header is not the one that was written, OSError."""
    path = segmentation.path
    place, _ = medium.locate(path)
    with medium.open_at(place) as file:
        header = io.BufferedReader(file).read(segmentation.pixel_offset)
    if hashlib.sha256(header).hexdigest() != segmentation.header_digest:
        raise SegmentationDamaged(path, tr("its header differs"))
    _, found, behind = header.partition(_ELEMENT)
    most: int = struct.unpack_from("<H", behind)[0] if found and len(behind) >= struct.calcsize("<H") else 0
    if most == 0 or _ELEMENT in behind:
        raise SegmentationDamaged(path, tr("it does not say which value is a whole voxel"))
    return most
