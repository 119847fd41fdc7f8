"""The possible names of a series in the index: only from the technique of its files."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from builder.check.medium.frame_traits import KINDS, Told, Value
from bundle.images.directions import unit_normal
from bundle.images.naming import MAPS
from bundle.images.units import of_rescale_type
from bundle.index.records import Frame, Orientation

_AXES = ("sagittal", "coronal", "axial")
# A normal nearer to an axis than this (as a cosine) has that axis's name.
_NEAR = 0.8
# More orientations than this may belong to one stack that rotates.
_FEW = 3


class SeriesTechnique(NamedTuple):
    """How a file was made; empty, or None, if it does not say."""

    body_part: str
    thickness: float | None
    kernel: str
    scout: bool


def names(
    techniques: Iterable[SeriesTechnique], frames: Iterable[Frame], told: Iterable[Told], modality: str
) -> Iterator[str]:
    """Every possible name of a series with these files: its slices may have several directions."""
    orientations = {frame.image_orientation_patient for frame in frames}
    directions = {_direction(orientation) for orientation in orientations}
    directions |= {"several directions"} if len(orientations) > _FEW else set()
    shown = {_shown(frame.kinds, modality) for frame in {frame.kinds: frame for frame in told}.values()}
    for technique, direction, what in product(set(techniques), directions, shown):
        for thickness in _thicknesses(technique.thickness):
            yield _name(technique, direction, thickness, what) or f"{modality} series"


def _thicknesses(thickness: float | None) -> set[str]:
    """To hundredths of a millimetre; bundles of earlier versions have all digits."""
    if not thickness:
        return {""}
    return {f"{thickness:g} mm", f"{float(f'{thickness:.2f}') or thickness:g} mm"}


def _shown(kinds: tuple[Value, ...], modality: str) -> str:
    """What a parametric map shows: by Frame Type or Image Type, or for a CT by its Rescale Type."""
    said = kinds[KINDS.index("FrameType")] or kinds[KINDS.index("ImageType")]
    words = [MAPS[term] for term in (said if isinstance(said, tuple) else (said,)) if term in MAPS]
    rescale_type = kinds[KINDS.index("RescaleType")]
    if words or modality != "CT" or rescale_type in (None, "HU"):
        return words[0] if words else ""
    return of_rescale_type(str(rescale_type))


def _name(technique: SeriesTechnique, direction: str, thickness: str, shown: str) -> str:
    if technique.scout:
        return ", ".join(filter(None, ("Scout", direction)))
    region = technique.body_part.capitalize() if technique.body_part != "OTHER" else ""
    return ", ".join(filter(None, (region, " ".join(filter(None, (direction, thickness))), technique.kernel, shown)))


def _direction(orientation: Orientation | None) -> str:
    if orientation is None:
        return ""
    cosines = [abs(cosine) for cosine in unit_normal(orientation)]
    return _AXES[cosines.index(max(cosines))] if max(cosines) > _NEAR else "oblique"
