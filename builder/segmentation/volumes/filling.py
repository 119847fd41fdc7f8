"""Makes masks of a label map: each of its labels becomes a segment on the voxels of the images."""

from collections.abc import Iterator, Sequence
import hashlib
from pathlib import Path

import numpy as np
from pydicom import Dataset

from builder.dicom.source_file import NotTaken
from builder.reasons import Reason
from builder.segmentation.colours import stored_colour
from builder.segmentation.grid import unfit
from builder.segmentation.labels import is_listed, plain
from builder.segmentation.made_masks import DrawnFrame, MadeMasks, MadeOf, bits_on_image, made_masks
from builder.segmentation.volumes.formats import LabelVolume, read_volume
from builder.segmentation.volumes.lattice import Fitted, fit
from builder.segmentation.volumes.names import LabelName, LabelNames, read_table, stem_of, table_beside
from builder.stacks.stacks import OrderedStack
from bundle.images.alterations import LABELS_TAKEN

# A label and the layer in which it is.
_Key = tuple[int, int]


def masks_of_volume(place: Path, path: Path, stacks: Sequence[OrderedStack]) -> MadeMasks:
    """A segment for each label that has a voxel; `path` is the file's name in the sources. Raises NotTaken."""
    volume = read_volume(place)
    stack, fitted = _fitted(volume, stacks)
    _check_covered(volume, fitted)
    keys = [
        (k, int(value)) for k, layer in enumerate(volume.layers) for value in np.unique(layer.labels) if value
    ]  # fmt: skip
    if not keys:
        raise unfit("it has no label but 0")
    names = _names(volume, keys, path)
    segments = [_segment(number, key, names) for number, key in enumerate(keys, start=1)]
    frames = sorted(_frames(volume, fitted, keys, stack), key=lambda frame: (frame.segment, frame.place))
    return made_masks(MadeOf(LABELS_TAKEN, uid_of(place)), stack, segments, frames, ())


def uid_of(place: Path) -> str:
    """A UID for a file that has none: of its content (PS3.5 B.2)."""
    with place.open("rb") as stream:
        return f"2.25.{int.from_bytes(hashlib.file_digest(stream, 'sha256').digest()[:15], 'big')}"


def _fitted(volume: LabelVolume, stacks: Sequence[OrderedStack]) -> tuple[OrderedStack, Fitted]:
    found, refused = list[tuple[OrderedStack, Fitted]](), list[NotTaken]()
    for stack in stacks:
        first = stack.slices[0].instance
        try:
            frames = [slice_.frame for slice_ in stack.slices]
            found.append((stack, fit(volume.lattice, frames, (first.rows, first.columns))))
        except NotTaken as refusal:
            refused.append(refusal)
    if len(found) > 1:
        raise unfit(f"it lies on {len(found)} stacks of its series")
    if not found:
        raise refused[0] if refused else unfit("its series has no image")
    return found[0]


def _check_covered(volume: LabelVolume, fitted: Fitted) -> None:
    """No label lies on a slice without an image."""
    without = sorted({*range(volume.lattice.shape[fitted.axes[2]])} - set(fitted.deep))
    labelled = sum(
        any(np.take(layer.labels, index, axis=fitted.axes[2]).any() for layer in volume.layers) for index in without
    )
    if labelled:
        raise unfit(f"{labelled} of its slices with labels lie on no image")


def _names(volume: LabelVolume, keys: Sequence[_Key], path: Path) -> dict[_Key, LabelName]:
    """From its own table, else those that it brings, else the table of the folder; a single label may have the name of
    the file. Raises NotTaken."""
    table, stem = table_beside(path), stem_of(path)
    beside = LabelNames() if table is None else read_table(table)
    is_own = table is not None and table.stem == stem
    found = dict[_Key, LabelName]()
    for layer, value in keys:
        brought, given = volume.layers[layer].names.get(value), beside.get(value)
        name = given or brought if is_own else brought or given
        if name is not None:
            found[layer, value] = name
    if len(keys) == 1 and (not found or not (is_own or volume.layers[keys[0][0]].names or _agrees(stem, keys, beside))):
        return {keys[0]: LabelName(stem)}
    if not found:
        raise NotTaken(
            Reason.VOLUME,
            f"it has {len(keys)} values besides 0, and no table of names: it may be an image",
        )
    if 2 * len(found) < len(keys):  # the table may be that of another file in the folder
        said = f"it has {len(keys)} values besides 0, and names for {len(found)} of them: it may be an image"
        raise NotTaken(Reason.VOLUME, said)
    return found


def _agrees(stem: str, keys: Sequence[_Key], beside: LabelNames) -> bool:
    """Whether the table of a folder can be meant for a file with a single label that is called so.

    In a folder with a file for each part, each has the number 1, which is another part in the table.
    """
    called = plain(stem)
    names = {value: plain(name) for value, (name, _) in beside.items()}
    if names.get(keys[0][1], called) in called:
        return True
    return not (any(map(is_listed, (stem, *called.split()))) or any(name in called for name in names.values()))


def _segment(number: int, key: _Key, names: dict[_Key, LabelName]) -> Dataset:
    made, named = Dataset(), names.get(key, LabelName(f"label {key[1]}"))
    made.SegmentNumber, made.SegmentLabel = number, named.name
    made.SegmentAlgorithmType = "SEMIAUTOMATIC"  # nothing in it says how it was made
    if named.colour is not None:
        made.RecommendedDisplayCIELabValue = stored_colour(named.colour)
    return made


def _frames(volume: LabelVolume, fitted: Fitted, keys: Sequence[_Key], stack: OrderedStack) -> Iterator[DrawnFrame]:
    numbers = {key: number for number, key in enumerate(keys, start=1)}
    first = stack.slices[0].instance
    for k, layer in enumerate(volume.layers):
        for place, plane in fitted.planes(layer.labels):
            for value in np.unique(plane):
                if value:
                    bits = bits_on_image(plane == value, fitted.corner, (first.rows, first.columns))
                    yield DrawnFrame(numbers[k, int(value)], place, bits)
