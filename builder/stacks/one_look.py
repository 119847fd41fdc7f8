"""Groups pictures of one format, orientation and pixel spacing, however many digits these have."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from builder.traits import Traits
from bundle.images import geometry
from bundle.images.geometry import FramePlane

# More values than this, with fewer frames each on average, differ by chance and distinguish nothing.
FEW_VALUES, FRAMES_EACH = 3, 2
# Pixel spacings that differ by a smaller share are one, written with more or fewer digits: a pixel in 512.
PIXEL_SPACING_SHARE = 0.002


@dataclass(frozen=True, slots=True)
class PlacedFrame:
    """A frame to split into stacks: its plane (with what must be equal in a stack), and its distinguishing traits."""

    plane: FramePlane
    traits: Traits


def of_one_look(pictures: Sequence[PlacedFrame]) -> tuple[list[list[int]], list[list[int]]]:
    """The indices of pictures that rotate, and of each group with one format, orientation and pixel spacing.

    A rotating projection has a picture for each direction: such pictures of one format are one stack to scroll.
    """
    frames = {picture.traits.frame_of_reference for picture in pictures} - {""}
    tells = len(frames) > 1 and not (len(frames) > FEW_VALUES and len(pictures) < FRAMES_EACH * len(frames))
    groups: dict[tuple[object, ...], list[list[int]]] = {}
    for index, picture in enumerate(pictures):
        reference = picture.traits.frame_of_reference if tells else ""
        key = (*picture.plane.kind, picture.traits.localizer, reference, picture.plane.image_position_patient is None)
        alike = groups.setdefault(key, [])
        for group in alike:
            if _same_look(pictures[group[0]].plane, picture.plane):
                group.append(index)
                break
        else:
            alike.append([index])
    turning = [members for alike in groups.values() for members in _turning(pictures, alike)]
    taken = {index for members in turning for index in members}
    return turning, [group for alike in groups.values() for group in alike if group[0] not in taken]


def _turning(pictures: Sequence[PlacedFrame], alike: Sequence[list[int]]) -> list[list[int]]:
    """Pictures that are alone in their direction, and a few with a repeated direction, if these are many."""
    found: list[list[list[int]]] = []
    for group in alike:
        plane = pictures[group[0]].plane
        if len(group) > FRAMES_EACH or plane.image_orientation_patient is None:
            continue
        for small in found:
            if _one_spacing(pictures[small[0][0]].plane, plane):
                small.append(group)
                break
        else:
            found.append([group])
    return [sorted(chain(*small)) for small in found if _are_many(small)]


def _are_many(small: Sequence[Sequence[int]]) -> bool:
    alone = sum(len(group) == 1 for group in small)
    return alone > FEW_VALUES and 2 * alone > len(small)


def _same_look(a: FramePlane, b: FramePlane) -> bool:
    """Whether orientation and pixel spacing are the same except for the number of digits."""
    if (a.image_orientation_patient, a.pixel_spacing) == (b.image_orientation_patient, b.pixel_spacing):
        return True
    turned = not _near(a.image_orientation_patient, b.image_orientation_patient, geometry.ORIENTATION_TOLERANCE)
    return _one_spacing(a, b) and not turned


def _one_spacing(a: FramePlane, b: FramePlane) -> bool:
    return _near(a.pixel_spacing, b.pixel_spacing, PIXEL_SPACING_SHARE * max(a.pixel_spacing or (0.0,)))


def _near(a: Sequence[float] | None, b: Sequence[float] | None, most: float) -> bool:
    if a is None or b is None:
        return a is b
    return all(abs(x - y) <= most for x, y in zip(a, b, strict=True))
