"""What a series may be called in the index: by the technique of its files, and by nothing else."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bundle.images.directions import unit_normal
from bundle.index.records import Frame, Orientation

_AXES = ("sagittal", "coronal", "axial")
# A normal that is nearer to an axis than this (as a cosine) goes by its name.
_NEAR = 0.8


class Technique(NamedTuple):
    """What a file says of how it was made; empty, or None, where it does not."""

    body_part: str
    thickness: float | None
    kernel: str
    scout: bool


def names(techniques: Iterable[Technique], frames: Iterable[Frame], modality: str) -> Iterator[str]:
    """Every name that a series with these files can have: its slices may lie in several directions."""
    directions = {_direction(orientation) for orientation in {one.image_orientation_patient for one in frames}}
    for technique in set(techniques):
        for direction in directions:
            yield _name(technique, direction) or f"{modality} series"


def _name(technique: Technique, direction: str) -> str:
    if technique.scout:
        return ", ".join(filter(None, ("Scout", direction)))
    region = technique.body_part.capitalize() if technique.body_part != "OTHER" else ""
    slices = f"{technique.thickness:g} mm" if technique.thickness else ""
    return ", ".join(filter(None, (region, " ".join(filter(None, (direction, slices))), technique.kernel)))


def _direction(orientation: Orientation | None) -> str:
    if orientation is None:
        return ""
    cosines = [abs(one) for one in unit_normal(orientation)]
    return _AXES[cosines.index(max(cosines))] if max(cosines) > _NEAR else "oblique"
