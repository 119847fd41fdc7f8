"""Whether a stack's values are in the units of its files."""

from collections.abc import Iterator
import re

from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.frame_traits import KINDS
from builder.check.stacks.indexed_stack import IndexedStack

# Defined Terms of Rescale Type (PS3.3 C.11.1.1.2) and Units (C.8.9.1.1.3) that name no unit, and one in other words.
_NONE = frozenset({"", "us", "unspecified", "none"})
_OTHER_WORDS = {"cnts": "counts", "1cm": "cm1", "pcnt": "%", "pct": "%"}
_RESCALE_TYPE = KINDS.index("RescaleType")


def units(seen: IndexedStack) -> Iterator[str]:
    """The problems of the units; a wrong unit may be any text, so it is not quoted."""
    if "stack.units" in seen.lacks:
        return
    expected = {
        _letters(_of_file(file, file.told[frame.frame_index].kinds[_RESCALE_TYPE])) for _, file, frame in seen.slices
    }
    if expected != {_letters(seen.stack.units)}:
        yield f"units in the index: expected {' or '.join(sorted(expected)) or 'none'}"


def _of_file(file: DicomFile, rescale_type: object) -> str:
    """CT without Rescale Type is in Hounsfield units (PS3.3 C.8.2.1.1.8), except localizers; PET has Units itself."""
    if file.modality == "PT":
        return file.units
    if rescale_type:
        return str(rescale_type)
    return "HU" if file.modality == "CT" and not file.technique.scout else ""


def _letters(unit: str) -> str:
    """The same for 'BQML' and 'Bq/ml', which are one unit."""
    letters = re.sub(r"[^a-z0-9%]", "", unit.lower())
    return "" if letters in _NONE else _OTHER_WORDS.get(letters, letters)
