"""Makes masks of a structure set: each structure that lies on the images becomes a segment on their voxels."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from pydicom import Dataset

from builder.dicom.source_file import NotTaken, number, text
from builder.segmentation.colours import stored_colour
from builder.segmentation.contours import ImageGrid, filled, overlaps
from builder.segmentation.grid import instances_of, unfit
from builder.segmentation.made_masks import Aside, DrawnFrame, MadeMasks, MadeOf, made_masks
from builder.segmentation.masks import Mask
from builder.segmentation.structures import Contour, Structure, read_structures
from builder.stacks.stacks import OrderedStack
from bundle.images.alterations import CONTOURS_FILLED

# The keyword and the UID of the source -> the UID on the medium.
NewUid = Callable[[str, str], str]
_HOW = frozenset({"AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"})


class _Drawn(NamedTuple):
    """A structure on a stack: the bits of its masks by place, and what is to be told."""

    structure: Structure
    masks: dict[int, Mask]
    told: list[Aside]

    def tell(self, what: str, *, matters: bool = True) -> None:
        """Something about it on this stack."""
        self.told.append(Aside(f"structure {text(self.structure.item, 'ROIName')!r} {what}", matters))


class _Fit(NamedTuple):
    """The structures that lie on a stack, and (structure, why not) of the others."""

    stack: OrderedStack
    drawn: list[_Drawn]
    refused: list[tuple[Structure, str]]


def masks_of_structures(
    source: Dataset, stacks: Sequence[OrderedStack], frame_of_reference: str, new_uid: NewUid
) -> MadeMasks:
    """A segment for each structure that lies on one of the stacks, and what became of the others.

    The stacks have one `frame_of_reference` on the medium. Raises NotTaken if no structure lies on them.
    """
    structures = read_structures(source)
    described = _described(source)
    frames = _FramesOfReference(frame_of_reference, described, new_uid)
    fits = [_fit(stack, structures, frames) for stack in stacks]
    most = max((len(fit.drawn) for fit in fits), default=0)
    if not most:
        raise unfit(_refusal(structures, fits))
    best = [fit for fit in fits if len(fit.drawn) == most]
    if len(best) > 1:
        named = {new_uid("ReferencedSOPInstanceUID", uid) for uid in _named_images(structures)}
        best = [fit for fit in best if named and named <= instances_of(fit.stack)] or best
    if len(best) > 1:
        raise unfit(f"it lies on {len(best)} stacks of its series, and does not name the images of one")
    for structure, why in best[0].refused:
        structure.tell(f"is left out: {why}")
    told = [told for structure in structures for told in structure.told]
    told += [told for drawn in best[0].drawn for told in drawn.told]
    return _segmentation(source, best[0], told)


def _named_images(structures: Sequence[Structure]) -> Iterator[str]:
    return (uid for structure in structures for contour in structure.contours for uid in contour.images)


def _refusal(structures: Sequence[Structure], fits: Sequence[_Fit]) -> str:
    """The first reason why no structure was taken."""
    for structure, why in (refused for fit in fits for refused in fit.refused):
        return f"structure {text(structure.item, 'ROIName')!r}: {why}"
    return next((told.text for structure in structures for told in structure.told), "it has no structure")


# Placing


class _FramesOfReference(NamedTuple):
    """That of the images on the medium; each that the set describes, with the images that it lists; and new UIDs."""

    of_images: str
    described: dict[str, set[str]]
    new_uid: NewUid

    def is_that_of_images(self, uid: str) -> bool:
        """Whether a frame of reference of the source is that of the images."""
        return bool(uid and self.of_images) and self.new_uid("FrameOfReferenceUID", uid) == self.of_images


def _described(source: Dataset) -> dict[str, set[str]]:
    found = dict[str, set[str]]()
    for frame in source.get("ReferencedFrameOfReferenceSequence") or []:
        images = found.setdefault(text(frame, "FrameOfReferenceUID"), set())
        for study in frame.get("RTReferencedStudySequence") or []:
            for series in study.get("RTReferencedSeriesSequence") or []:
                items = series.get("ContourImageSequence") or []
                images |= {text(image, "ReferencedSOPInstanceUID") for image in items}
    return found


def _fit(stack: OrderedStack, structures: Sequence[Structure], frames: _FramesOfReference) -> _Fit:
    fit = _Fit(stack, [], [])
    for structure in structures:
        if not structure.contours:
            continue
        try:
            fit.drawn.append(_drawn(structure, ImageGrid(stack), frames))
        except NotTaken as refusal:
            fit.refused.append((structure, refusal.detail))
    return fit


def _drawn(structure: Structure, grid: ImageGrid, frames: _FramesOfReference) -> _Drawn:
    """Raises NotTaken if the structure does not lie on the stack."""
    drawn = _Drawn(structure, {}, [])
    _check_frame_of_reference(drawn, frames)
    by_place = dict[int, list[Contour]]()
    places = grid.places([contour.points for contour in structure.contours])
    for contour, place in zip(structure.contours, places.tolist(), strict=True):
        _check_named(contour, place, grid, frames.new_uid)
        by_place.setdefault(place, []).append(contour)
    within = crossing = 0
    for place, contours in sorted(by_place.items()):
        shapes = [grid.on_image(contour.points, place) for contour in contours]
        mask = filled(shapes, grid.size)
        has_hole, has_crossing = overlaps(shapes, grid.size)
        within, crossing = within + has_hole, crossing + has_crossing
        if mask.any():
            drawn.masks[place] = np.packbits(mask)
    _tell(drawn, sorted(by_place), within, crossing)
    return drawn


def _check_frame_of_reference(drawn: _Drawn, frames: _FramesOfReference) -> None:
    """Its own, or if the set does not describe that one, that of the images that all of its contours name."""
    said = text(drawn.structure.item, "ReferencedFrameOfReferenceUID")
    if frames.is_that_of_images(said):
        return
    for uid, listed in frames.described.items() if said not in frames.described else ():
        named = all(contour.images and contour.images <= listed for contour in drawn.structure.contours)
        if named and frames.is_that_of_images(uid):
            drawn.tell("names a frame of reference that its file does not describe, but all of its contours name "
                       "images of the series: it lies on these", matters=False)  # fmt: skip
            return
    raise unfit("its frame of reference is not that of its images")


def _check_named(contour: Contour, place: int, grid: ImageGrid, new_uid: NewUid) -> None:
    """A contour that names images of the stack lies on one of them."""
    named = {new_uid("ReferencedSOPInstanceUID", uid) for uid in contour.images} & set(grid.uids)
    if named and grid.uids[place] not in named:
        meant = min(abs(grid.uids.index(uid) - place) for uid in named)
        raise unfit(f"a contour lies {meant} image(s) away from the image that it names")


def _tell(drawn: _Drawn, places: Sequence[int], within: int, crossing: int) -> None:
    """Raises NotTaken if it is empty."""
    if not drawn.masks:
        raise unfit("no centre of a voxel is inside its contours")
    gaps = places[-1] - places[0] + 1 - len(places)
    if gaps:
        drawn.tell(f"has no contour on {gaps} image(s) between others: they stay empty", matters=False)
    if within:
        drawn.tell(f"has contours within others on {within} image(s): they are holes", matters=False)
    if crossing:
        drawn.tell(f"has contours that cross each other on {crossing} image(s): where two overlap is a hole")


# The segmentation


def _segmentation(source: Dataset, fit: _Fit, told: Sequence[Aside]) -> MadeMasks:
    segments = [_segment(k, drawn.structure, source) for k, drawn in enumerate(fit.drawn, start=1)]
    frames = [
        DrawnFrame(k, place, bits)
        for k, drawn in enumerate(fit.drawn, start=1) for place, bits in drawn.masks.items()
    ]  # fmt: skip
    keywords = "SOPInstanceUID", "StructureSetDate", "StructureSetTime"
    made_of = MadeOf(CONTOURS_FILLED, *(text(source, keyword) for keyword in keywords))
    return made_masks(made_of, fit.stack, segments, frames, told)


def _segment(k: int, structure: Structure, source: Dataset) -> Dataset:
    made, how = Dataset(), text(structure.item, "ROIGenerationAlgorithm")
    made.SegmentNumber, made.SegmentLabel = k, text(structure.item, "ROIName")
    # Type 2 there and 1 here: what nobody says may have been made in either way.
    made.SegmentAlgorithmType = how if how in _HOW else "SEMIAUTOMATIC"
    for observation in _of_structure(source, "RTROIObservationsSequence", structure):
        if codes := observation.get("RTROIIdentificationCodeSequence"):
            made.SegmentedPropertyTypeCodeSequence = list(codes)
        made.SegmentDescription = text(observation, "RTROIInterpretedType")
    for contours in _of_structure(source, "ROIContourSequence", structure):
        if (colour := _colour(contours)) is not None:
            made.RecommendedDisplayCIELabValue = stored_colour(colour)
    return made


def _of_structure(source: Dataset, keyword: str, structure: Structure) -> Iterator[Dataset]:
    return (item for item in source.get(keyword) or [] if number(item, "ReferencedROINumber") == structure.number)


def _colour(contours: Dataset) -> list[int] | None:
    try:
        found = [int(part) for part in contours.get("ROIDisplayColor") or ()]
    except (TypeError, ValueError):
        return None
    return found if len(found) == 3 and all(0 <= part < 256 for part in found) else None
