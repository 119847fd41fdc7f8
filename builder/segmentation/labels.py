"""Names segments from a reviewed list and from published codes: whatever else a file calls them may name somebody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
import re

from pydicom import Dataset

from builder.deidentify.codes import published_code
from builder.dicom.source_file import text

_FACE = "face: "
# Words of names and of codes for what shows a face; 'body' and 'head' alone are on the list.
_OF_FACES = frozenset({
    "auricle", "cheek", "chin", "ear", "ears", "eyebrow", "eyelid", "face", "facial", "forehead", "lip", "lips",
    "nasal", "nose", "scalp", "skin",
})  # fmt: skip
# Words that say nothing of a segment's extent: its masks may be the whole head, or all around it.
_TOO_GENERAL = frozenset({
    "adipose", "air", "all", "anatomic", "anatomical", "and", "area", "background", "body", "connective", "entire",
    "external", "fat", "fatty", "foreground", "gas", "head", "image", "muscle", "muscles", "neck", "object", "of",
    "organ", "organs", "outline", "physical", "region", "segment", "segmentation", "skeletal", "soft", "structure",
    "structures", "subcutaneous", "surface", "the", "tissue", "tissues", "volume", "whole",
})  # fmt: skip
# How SNOMED words parts of the body, such as 'Head structure (body structure)'.
_AS_STRUCTURE = re.compile(r"\(.*?\)|\bstructure\b")
# CID 7150 and 7166: what is true of every segment.
_TISSUE = ("85756007", "SCT", "Tissue")
# CID 244.
_SIDES = frozenset({"7771000", "24028007", "51440002"})


@dataclass(frozen=True, slots=True)
class NamedSegment:
    """The name and codes that a segment keeps; `original` is its old name, if that is another one.

    `is_known`: a name from the list or from a code says which part it is. `shows_face`: so the old name, the new one,
    the code or the description says.
    """

    number: int
    label: str
    category: Dataset
    kind: Dataset
    side: Dataset | None
    is_known: bool
    shows_face: bool
    original: str = ""


def named_segments(segments: Sequence[tuple[int, Dataset]]) -> list[NamedSegment]:
    """The segments, by their numbers."""
    codes = [_code(item, "SegmentedPropertyTypeCodeSequence") for _, item in segments]
    meanings = Counter(code.CodeMeaning for code in codes if code is not None)
    return [_named(number, item, code, meanings) for (number, item), code in zip(segments, codes, strict=True)]


def _named(number: int, item: Dataset, code: Dataset | None, meanings: Counter[str]) -> NamedSegment:
    written = text(item, "SegmentLabel")
    meaning = "" if code is None else str(code.CodeMeaning)
    alone = meaning if meanings[meaning] == 1 else f"{meaning} {number}"
    listed = is_listed(written)
    label = written if listed else alone if meaning else f"Segment {number}"
    shows_face = any(map(_shows_face, (written, label, meaning, text(item, "SegmentDescription"))))
    return NamedSegment(
        number,
        label[:64],
        _code(item, "SegmentedPropertyCategoryCodeSequence") or coded(*_TISSUE),
        code or coded(*_TISSUE),
        _side(item),
        is_known=_says_which_part(meaning) or (listed and _says_which_part(written)),
        shows_face=shows_face,
        original=written if written != label else "",
    )


def is_listed(name: str) -> bool:
    """Whether a segment keeps this name."""
    # The file names no other character set: a blank of another one, as in 'left kidney', would be damaged in it.
    return name.isascii() and name.isprintable() and plain(name) in _listed()


def _code(item: Dataset, keyword: str) -> Dataset | None:
    found = item.get(keyword) or []
    return published_code(found[0]) if found else None


def _side(item: Dataset) -> Dataset | None:
    """Left, right or both, if the type of the segment says so."""
    for kind in item.get("SegmentedPropertyTypeCodeSequence") or []:
        for modifier in kind.get("SegmentedPropertyTypeModifierCodeSequence") or []:
            code = published_code(modifier)
            if code is not None and code.CodeValue in _SIDES:
                return code
    return None


def coded(value: str, scheme: str, meaning: str) -> Dataset:
    """A coded entry (PS3.3 8.8)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def plain(label: str) -> str:
    """A name regardless of the case of its letters, blanks, hyphens and underscores."""
    return " ".join(re.sub(r"[-_\s]+", " ", label).casefold().split())


@cache
def _lines() -> tuple[str, ...]:
    lines = resources.files("builder.segmentation").joinpath("segment_labels.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _listed() -> frozenset[str]:
    """The names of the list in their plain form."""
    return frozenset(plain(line.removeprefix(_FACE)) for line in _lines())


@cache
def _faces() -> frozenset[str]:
    return frozenset(plain(line.removeprefix(_FACE)) for line in _lines() if line.startswith(_FACE))


def _shows_face(name: str) -> bool:
    shorter = _AS_STRUCTURE.sub(" ", plain(name))
    return not _faces().isdisjoint((plain(name), plain(shorter))) or not _OF_FACES.isdisjoint(_words(name))


def _says_which_part(name: str) -> bool:
    return not _words(name) <= _TOO_GENERAL


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", plain(name)))
