"""Label map segmentations (SOP Class 66.7) from scans to a checked stick, where each segment has masks of its own."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
import pytest

from builder.check import check_bundle
from builder.reasons import Reason
from bundle.index.index import Catalog
from tests import scans
from tests import segmentations as seg
from tests.builder.segmentation.test_segmentations import LIVER, PLANTED, moved, planted, tilted, validated
from tests.conftest import Built, build_bundle

MASKS = seg.boxes((0, 2, 2), (1, 7, 7), (4, 10, 9))


def labelled() -> list:
    return [seg.described(1, "Liver", LIVER), seg.described(2, "kidney_left"), seg.described(3, f"{PLANTED}'s mass")]


def wide(dataset: Dataset) -> None:
    """Labels of 16 bits, and numbers that leave some out."""
    of = np.array([0, 300, 500, 40_000], "<u2")
    shape = dataset.NumberOfFrames, dataset.Rows, dataset.Columns
    values = np.frombuffer(dataset.PixelData, np.uint8)[: np.prod(shape)]
    dataset.PixelData, dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = of[values].tobytes(), 16, 16, 15
    for item in dataset.SegmentSequence:
        item.SegmentNumber = int(of[item.SegmentNumber])


def unlisted(dataset: Dataset) -> None:
    dataset.SegmentSequence = dataset.SegmentSequence[:2]


TAKEN = {"plain": lambda dataset: None, "wide": wide, "planted": planted}
REFUSED = {
    "tilted": (tilted, Reason.SEGMENTATION_UNFIT, "tilted by 10.0°"),
    "shifted": (moved(0.4, 0), Reason.SEGMENTATION_UNFIT, "shifted by 0.40 of a pixel"),
    "unlisted": (unlisted, Reason.SEGMENTATION_BROKEN, "label 3 is not in its list"),
}


@dataclass(frozen=True)
class Parted:
    """A bundle with label maps, and what a segmentation of one mask each has at the same places."""

    built: Built
    expected: dict[int, set[tuple[float, ...]]]

    def written(self) -> list[Path]:
        paths = sorted((self.built.drive / "DICOM").rglob("IM*"))
        return [path for path in paths if dcmread(path, stop_before_pixels=True).Modality == "SEG"]


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Parted:
    folder = tmp_path_factory.mktemp("parted")
    images = seg.write_images(folder / "scans" / "images")
    changes = TAKEN | {name: change for name, (change, _, _) in REFUSED.items()}
    for number, (name, change) in enumerate(changes.items(), start=1):
        made = seg.changed(seg.segmentation(images, MASKS, labelled(), number, "LABELMAP"), change)
        scans.save(made, folder / "scans" / name, whole=True)
    single = scans.save(seg.segmentation(images, MASKS, labelled(), 99), folder / "binary", whole=True)
    return Parted(build_bundle(folder, folder / "scans", look_into_pictures=False), seg.voxels(single))


def test_each_segment_has_the_voxels_of_its_label(parted):
    assert [len(places) for places in parted.expected.values()] == [32, 32, 32]
    assert [seg.voxels(path) for path in parted.written()] == [parted.expected] * len(TAKEN)
    with Catalog(parted.built.drive) as catalog:
        found = catalog.segmentations()
    assert {each.altered for each in found} == {"label map parted into a mask for each segment"}
    names = [[segment.label for segment in each.segments] for each in found]
    assert names[:2] == [["Liver", "kidney_left", "Tissue 3"]] * 2


def test_the_check_and_dciodvfy_find_nothing(parted):
    assert [found for found in check_bundle(parted.built.drive) if found.check != "viewer.none"] == []
    assert not any(map(validated, parted.written()))


def test_what_does_not_fit_is_refused_with_figures(parted):
    left_out = {skipped.path.name: (skipped.reason, skipped.detail) for skipped in parted.built.outcome.skipped}
    assert left_out.keys() == REFUSED.keys()
    for name, (_, reason, words) in REFUSED.items():
        assert left_out[name][0] is reason and words in left_out[name][1], (name, left_out[name])


def test_nothing_of_the_patient_is_on_the_stick(parted):
    for path in parted.built.drive.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for name in (b"Quillfeather", b"Ottoline", b"Brackwater", b"SN-9931", b"MRN-77310", b"1.2.3.4.", b"Maker of"):
            assert name not in content, (path, name)
