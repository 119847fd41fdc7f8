"""Reads the structures of a structure set (PS3.3 A.19): closed contours, and which images these name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from pydicom import Dataset

from builder.dicom.source_file import number, text
from builder.segmentation.grid import Vectors
from builder.segmentation.made_masks import Aside

_CLOSED = frozenset({"CLOSED_PLANAR", "CLOSEDPLANAR_XOR"})


@dataclass(frozen=True, slots=True)
class Contour:
    """The points of a closed contour in mm, and the images that it names, by their UIDs in the source."""

    points: Vectors
    images: frozenset[str]


@dataclass(slots=True)
class Structure:
    """One structure of a set; `contours` is empty if it cannot be filled, and `told` says why."""

    item: Dataset
    contours: list[Contour] = field(default_factory=list)
    told: list[Aside] = field(default_factory=list)

    @property
    def number(self) -> int | None:
        """ROI Number."""
        return number(self.item, "ROINumber")

    def tell(self, what: str, *, matters: bool = True) -> None:
        """Something that the researcher should know of it."""
        self.told.append(Aside(f"structure {text(self.item, 'ROIName')!r} {what}", matters))


def read_structures(source: Dataset) -> list[Structure]:
    """All structures of a set, in its order."""
    items = dict[int | None, list[Dataset]]()
    for group in source.get("ROIContourSequence") or []:
        items.setdefault(number(group, "ReferencedROINumber"), []).extend(group.get("ContourSequence") or [])
    structures = [Structure(item) for item in source.get("StructureSetROISequence") or []]
    for structure in structures:
        _read(structure, items.get(structure.number, []))
    return structures


def _read(structure: Structure, items: Sequence[Dataset]) -> None:
    kinds = Counter(text(contour, "ContourGeometricType") for contour in items)
    others = sorted(kind for kind in kinds if kind not in _CLOSED)
    if not items:
        structure.tell("is left out: it has no contour", matters=False)
    elif others:
        said = ", ".join(f"{kinds[kind]} {kind or 'without a type'}" for kind in others)
        structure.tell(f"is left out: not all of its contours are closed ({said})", matters=set(kinds) != {"POINT"})
    else:
        _read_contours(structure, items)


def _read_contours(structure: Structure, items: Sequence[Dataset]) -> None:
    found, flat, again = dict[bytes, Contour](), 0, 0
    for item in items:
        points = _points(item)
        if points is None:
            structure.tell("is left out: a contour has not the points that it says it has")
            return
        if len(points) < 3:
            flat += 1
            continue
        again += points.tobytes() in found
        images = {text(image, "ReferencedSOPInstanceUID") for image in item.get("ContourImageSequence") or []}
        found[points.tobytes()] = Contour(points, frozenset(images - {""}))
    structure.contours = list(found.values())
    if not found:
        structure.tell("is left out: its contours have one or two points, and surround nothing")
    elif flat:
        structure.tell(f"has {flat} contour(s) of one or two points, which surround nothing", matters=False)
    if again:
        structure.tell(f"has {again} contour(s) twice, which count once")


def _points(item: Dataset) -> Vectors | None:
    """The points in mm, shape (points, 3); None if they are not as many as it says, or no numbers."""
    element = item.get_item("ContourData")
    raw = None if element is None else element.value
    try:
        # pydicom makes an object of each number, which takes most of the time of a large set.
        parts = raw.split(b"\\") if isinstance(raw, bytes) else list(raw or ())
        numbers = np.array([float(part) for part in parts], np.float64)
    except (TypeError, ValueError):
        return None
    if len(numbers) % 3 or number(item, "NumberOfContourPoints") not in (None, len(numbers) // 3):
        return None
    return numbers.reshape(-1, 3) if np.isfinite(numbers).all() else None
