"""A stick with segmentations in all directions, what other programs read of them, and the window that shows them."""

from pathlib import Path

import numpy as np
from pydicom import dcmread
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication

from bundle.index.index import Catalog
from tests import scans
from tests import segmentations as seg
from tests.conftest import build_bundle
from tests.viewer.events import CONTROL, colours, press
from viewer.ui.trial import wait_until

S, SIZE = seg.SLICES, seg.SIZE
_OBLIQUE = [0.8, 0.6, 0.0, 0.0, 0.0, -1.0]
_SAGITTAL = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0]


def _series(folder: Path, number: int, cosines: list[float] | None = None, lean: float = 0.0) -> list:
    """A CT series in this orientation; with a `lean`, as of a tilted gantry."""

    def change(dataset, k: int) -> None:
        uid = f"1.2.826.0.1.{number}"
        dataset.SeriesInstanceUID, dataset.SOPInstanceUID = f"{uid}.9", f"{uid}.{k + 1}"
        dataset.SeriesNumber = number
        along = cosines or [1, 0, 0, 0, 1, 0]
        normal = np.cross(along[:3], along[3:])
        place = np.array([-8.0, -8.0, 0.0]) + 1.5 * k * normal + lean * k * np.array(along[3:])
        dataset.ImageOrientationPatient = list(along)
        dataset.ImagePositionPatient = [round(float(part), 4) for part in place]

    scans.write_series(folder, S, change, SIZE, whole=True)
    return [dcmread(path) for path in sorted(folder.iterdir())]


def _blob(seed: int) -> np.ndarray:
    """A segment without any symmetry: a mirrored or shifted one would be another."""
    generator = np.random.default_rng(seed)
    masks = np.zeros((S, SIZE, SIZE, 1), np.uint8)
    masks[1:5, 3:9, 5:13, 0] = generator.random((4, 6, 8)) < 0.6
    masks[4, 12, 2, 0] = 1
    return masks


def make_stick(work: Path) -> Path:
    """Four series: axial with two readers' masks and fractions, sagittal, oblique, and of a tilted gantry."""
    folder = work / "scans"
    axial = _series(folder / "1", 1)
    overlapping = seg.boxes((0, 2, 3), (1, 4, 5), (3, 9, 9), side=5)
    parts = [seg.described(n, "x") for n in (1, 2, 3)]
    fractions = seg.boxes((2, 3, 4), side=6).astype(float) * 0.25
    fractions[2:4, 5:8, 5:9] = 0.75
    made = [
        seg.segmentation(axial, overlapping, parts, 1),
        seg.segmentation(axial, _blob(1), parts[:1], 2),
        seg.segmentation(axial, fractions, parts[:1], 3, "FRACTIONAL", max_fractional_value=200),
    ]
    for number, cosines, lean in ((4, _SAGITTAL, 0.0), (5, _OBLIQUE, 0.0), (6, None, 0.4)):
        images = _series(folder / str(number), number, cosines, lean)
        made.append(seg.segmentation(images, _blob(number), parts[:1], number))
    again = seg.boxes((0, 3, 3), (1, 4, 5), (2, 8, 9), side=5)
    made.append(seg.segmentation(axial, again, parts, 7))
    for number, dataset in enumerate(made):
        dataset.save_as(folder / f"seg{number}.dcm")
    return build_bundle(work, folder, look_into_pictures=False).drive


class Known:
    """By pydicom and highdicom alone: the grid of a series on the stick, and the voxels of each segment on it."""

    def __init__(self, root: Path, segmentation, *, is_tilted: bool = False) -> None:
        with Catalog(root) as catalog:
            images = [dcmread(root / frame.path) for frame in catalog.frames(segmentation.stack_id)]
        first, after = (np.array(image.ImagePositionPatient, float) for image in images[:2])
        along = np.array(images[0].ImageOrientationPatient, float)
        self.matrix = np.column_stack((along[:3], along[3:], after - first, first))
        path = root / segmentation.path
        self.masks = np.zeros((len(segmentation.segments), S, SIZE, SIZE))
        for number, places in (_by_frames(path) if is_tilted else seg.voxels(path)).items():
            for place in places:
                i, j, k = np.rint(self.index(np.array(place))).astype(int)
                self.masks[number - 1, k, j, i] = 1

    def index(self, points: np.ndarray) -> np.ndarray:
        """(column, row, slice) of places in the patient."""
        return (points - self.matrix[:, 3]) @ np.linalg.inv(self.matrix[:, :3]).T


def _by_frames(path: Path) -> dict[int, list[np.ndarray]]:
    """By pydicom, frame by frame: highdicom makes no volume of the slices of a tilted gantry."""
    read, found = dcmread(path), {}
    shared = read.SharedFunctionalGroupsSequence[0]
    along = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float)
    spacing = [float(part) for part in shared.PixelMeasuresSequence[0].PixelSpacing]
    frames = read.pixel_array.reshape(-1, read.Rows, read.Columns)
    for group, frame in zip(read.PerFrameFunctionalGroupsSequence, frames, strict=True):
        number = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        first = np.array(group.PlanePositionSequence[0].ImagePositionPatient, float)
        ways = along[:3] * spacing[1], along[3:] * spacing[0]
        found.setdefault(number, []).extend(first + j * ways[1] + i * ways[0] for j, i in np.argwhere(frame))
    return found


def shown(window, stack: int, which: int = 0):
    """Open a series; its segmentation, once it is there."""
    window.viewing.open(window.viewing.entries[stack])
    segmenting, entry = window.viewing.segmenting, window.viewing.entry
    assert wait_until(lambda: window.viewing.loaded_stack.complete and segmenting.offered(entry), 10)
    segmenting.choose(entry, segmenting.offered(entry)[which])
    assert wait_until(lambda: segmenting.arriving(entry).complete, 10)
    QApplication.processEvents()
    return segmenting.chosen(entry)


def with_and_without(window, widget) -> tuple[np.ndarray, np.ndarray]:
    """The picture with the segmentation, and the bare one."""
    QApplication.processEvents()
    seen = colours(widget)
    press(window, Qt.Key.Key_G, held=CONTROL)
    bare = colours(widget)
    press(window, Qt.Key.Key_G, held=CONTROL)
    return seen, bare


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
