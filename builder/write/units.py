"""The unit of the values of a written frame, from its header alone."""

from collections.abc import Sequence

from builder.dicom.source_file import Values, text
from bundle.images import units
from bundle.images.naming import MAPS

# Values that CT computes from two energies or from time; they are not Hounsfield units unless the file says so.
# Cleaning replaces unknown words by OTHER.
_MAPS = frozenset({"OTHER", *MAPS})


def units_of(dataset: Values, transformations: Sequence[Values], types: Sequence[Values], *, localizer: bool) -> str:
    """The unit of a frame's values after the rescale; empty if it is not stated, or there is none.

    `transformations` and `types` are the places of its Rescale Type and Frame Type, the nearest first.
    PS3.3 C.8.2.1.1.8: CT is in Hounsfield units if it is original and no localizer.
    """
    modality = text(dataset, "Modality")
    rescale_type = next(filter(None, (text(place, "RescaleType") for place in transformations)), "")
    if modality == "PT":
        return units.of_pet(text(dataset, "Units") or rescale_type)
    words = _type_words(dataset, types)
    if modality != "CT" or localizer or "LOCALIZER" in words:
        return ""
    is_map = "DERIVED" in words and not _MAPS.isdisjoint(words)
    return units.of_rescale_type(rescale_type or ("US" if is_map else "HU"))


def _type_words(dataset: Values, types: Sequence[Values]) -> set[str]:
    """The values of Frame Type (PS3.3 C.8.16.1), or else of Image Type."""
    said = next(filter(None, (text(place, "FrameType") for place in types)), text(dataset, "ImageType"))
    return {word.strip(" '[]") for word in said.split(",")}
