"""Each damage to a segmentation on a stick, or to what the stick says of it, is found once, by the check that knows."""

from collections.abc import Callable
import hashlib
from pathlib import Path
import shutil
import sqlite3
import zlib

import numpy as np
from pydicom import Dataset, dcmread, dcmwrite
import pytest

from builder.check import check_bundle
from tests import scans
from tests import segmentations as seg
from tests.builder.check.damaging import edit_index, sweep_index, write_manifest
from tests.conftest import build_bundle

COMPACT = "BUNDLE/SEGMENTS/SG000001.BIN"
# Magic, head, two segments.
CHUNKS_AT = 8 + 12 + 2 * 12


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good segmentation")
    images = seg.write_images(folder / "scans")
    labels = [seg.described(1, "Liver"), seg.described(2, "spleen")]
    made = seg.segmentation(images, seg.boxes((0, 2, 2), (1, 4, 4)), labels, 1)
    scans.save(made, folder / "scans" / "masks", whole=True)
    return build_bundle(folder, folder / "scans", look_into_pictures=False).drive


@pytest.fixture
def stick(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "stick"))


def found(root: Path) -> list[str]:
    return [finding.check for finding in check_bundle(root) if finding.check != "viewer.none"]


def edit_object(change: Callable[[Dataset], None]):
    """Change the object, and make index and manifest say what the file says by itself."""

    def damage(root: Path) -> None:
        path = next(path for path in (root / "DICOM").rglob("IM*") if dcmread(path).Modality == "SEG")
        dataset = dcmread(path)
        change(dataset)
        dcmwrite(path, dataset, enforce_file_format=True)
        content = path.read_bytes()
        offset = len(content) - len(dataset.PixelData)
        with sqlite3.connect(root / "BUNDLE/INDEX.DB") as index:
            index.execute(
                "UPDATE segmentation SET pixel_offset = ?, file_size = ?, header_digest = ?, sha256 = ?",
                (offset, len(content), sha256(content[:offset]), sha256(content)),
            )
        sweep_index(root)
        write_manifest(root)

    return damage


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def edit_compact(change: Callable[[bytearray], None]):
    def damage(root: Path) -> None:
        content = bytearray((root / COMPACT).read_bytes())
        change(content)
        (root / COMPACT).write_bytes(content)
        write_manifest(root)

    return damage


def one_voxel(dataset: Dataset) -> None:
    pixels = bytearray(dataset.PixelData)
    pixels[0] ^= 1
    dataset.PixelData = bytes(pixels)


def shift(dataset: Dataset) -> None:
    for group in dataset.PerFrameFunctionalGroupsSequence:
        position = group.PlanePositionSequence[0].ImagePositionPatient
        position[0] = float(position[0]) + 0.5


def other_image(dataset: Dataset) -> None:
    first, second = dataset.PerFrameFunctionalGroupsSequence[:2]
    names = [g.DerivationImageSequence[0].SourceImageSequence[0] for g in (first, second)]
    names[0].ReferencedSOPInstanceUID = names[1].ReferencedSOPInstanceUID


def fewer_images(dataset: Dataset) -> None:
    del dataset.ReferencedSeriesSequence[0].ReferencedInstanceSequence[0]


def rename(dataset: Dataset) -> None:
    dataset.SegmentSequence[0].SegmentLabel = "Heart"


def move_box(content: bytearray) -> None:
    """The first mask, one row further down."""
    box = np.frombuffer(content, "<u4", 2, CHUNKS_AT + 4) + 1
    content[CHUNKS_AT + 4 : CHUNKS_AT + 12] = box.astype("<u4").tobytes()


def refill(content: bytearray) -> None:
    """Other runs of the same length in the first mask."""
    offset = int.from_bytes(content[CHUNKS_AT + 20 : CHUNKS_AT + 28], "little")
    length = int.from_bytes(content[CHUNKS_AT + 28 : CHUNKS_AT + 32], "little")
    runs = np.frombuffer(zlib.decompress(content[offset : offset + length]), "<u4")
    packed = zlib.compress(np.array([1, runs.sum() - 1], "<u4").tobytes())
    assert len(packed) == length
    content[offset : offset + length] = packed


def append(content: bytearray) -> None:
    content += b"Quillfeather"


def add_file(root: Path) -> None:
    shutil.copy(root / COMPACT, root / "BUNDLE/SEGMENTS/SG000002.BIN")
    write_manifest(root)


DAMAGES = [
    ("segments.listed", edit_index("UPDATE segment SET label = 'Heart' WHERE number = 1")),
    ("segments.listed", edit_index("UPDATE segment SET colour = '#000000' WHERE number = 1")),
    ("segments.listed", edit_index("UPDATE segmentation SET series_number = 7")),
    ("segments.listed", edit_index("UPDATE segmentation SET segmentation_type = 'FRACTIONAL'")),
    ("segments.listed", edit_index("DELETE FROM segment WHERE number = 2")),
    ("segments.listed", edit_object(rename)),
    ("segments.grid", edit_object(shift)),
    ("segments.grid", edit_object(other_image)),
    ("segments.grid", edit_object(fewer_images)),
    ("segments.compact", edit_compact(move_box)),
    ("segments.compact", edit_compact(refill)),
    ("segments.compact", edit_compact(append)),
    ("segments.compact", add_file),
    ("segments.figures", edit_index("UPDATE segment SET volume_ml = 0.05 WHERE number = 1")),
    ("segments.figures", edit_index("UPDATE segment SET voxels = 31 WHERE number = 2")),
    ("segments.figures", edit_index("UPDATE segment SET last_slice = 4 WHERE number = 2")),
    ("index.unlisted", edit_index("DELETE FROM segment", "DELETE FROM segmentation")),
    ("manifest.missing", lambda root: (root / COMPACT).unlink()),
    ("manifest.changed", lambda root: (root / COMPACT).write_bytes(b"MKBSEG1\0")),
]


@pytest.mark.parametrize(("check", "damage"), DAMAGES, ids=[f"{n}-{check}" for n, (check, _) in enumerate(DAMAGES)])
def test_a_damage_is_found_once(stick, check, damage):
    assert found(stick) == []
    damage(stick)
    expected = [check] if check != "index.unlisted" else ["index.unlisted", "segments.compact"]
    assert sorted(found(stick)) == expected


def test_a_changed_voxel_is_found_by_all_that_depends_on_it(stick):
    edit_object(one_voxel)(stick)
    assert sorted(found(stick)) == ["segments.compact", "segments.figures"]


def test_another_image_than_before_is_found_where_it_lies(stick):
    path = next((stick / "DICOM").rglob("IM000001"))
    dataset = dcmread(path)
    dataset.PixelData = bytes(len(dataset.PixelData))
    dcmwrite(path, dataset, enforce_file_format=True)
    write_manifest(stick)
    assert not [check for check in found(stick) if check.startswith("segments.")]
