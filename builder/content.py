"""The kinds of content that a series can have: the only place to add a new kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

# PS3.4 B.5: image, enhanced and legacy converted enhanced.
_CT = ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
_MR = ("1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.4.4")
_PET = ("1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.130", "1.2.840.10008.5.1.4.1.1.128.1")
PET = _PET[0]
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
# Contours (PS3.3 A.19) and masks that share one frame (A.51), which become a mask for each segment.
STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"
# Several frames with functional groups (PS3.3 C.7.6.16).
ENHANCED = frozenset(_CT[1:] + _MR[1:] + _PET[1:])


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """Facts that all objects of a kind share.

    `modalities` are the accepted SOP Classes of this kind, with the Modality under which each is written.
    `directory_record` is the type of their records in the DICOMDIR (PS3.3 F.4).
    """

    modalities: Mapping[str, str]
    directory_record: str


class ContentKind(Enum):
    """A kind of content, with the facts that all of it shares.

    A step that treats kinds differently has a `match` with `assert_never` at its end: mypy names each step that lacks a
    kind.
    """

    # Native pixels, slice by slice, which form stacks and volumes.
    IMAGES = ContentFacts(
        modalities={**dict.fromkeys(_CT, "CT"), **dict.fromkeys(_MR, "MR"), **dict.fromkeys(_PET, "PT")},
        directory_record="IMAGE",
    )
    # Masks of the images of another series, on whose voxels they lie (PS3.3 A.51); not shown as images.
    SEGMENTATIONS = ContentFacts(
        modalities=dict.fromkeys((SEGMENTATION, LABEL_MAP, STRUCTURES), "SEG"), directory_record="IMAGE"
    )


_BY_CLASS = {sop_class: content for content in ContentKind for sop_class in content.value.modalities}


def content_of(sop_class: str) -> ContentKind | None:
    """The kind of an object by its SOP Class UID; None if that kind is not accepted."""
    return _BY_CLASS.get(sop_class)


def modality_of(sop_class: str) -> str:
    """The Modality under which an object is written; empty if its kind is not accepted."""
    content = content_of(sop_class)
    return "" if content is None else content.value.modalities[sop_class]
