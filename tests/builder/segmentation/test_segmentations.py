"""Segmentations from scans to a checked stick: what is taken, where it lies, and what other programs read."""

from dataclasses import dataclass
from pathlib import Path
import re
import sqlite3
import subprocess

from highdicom.sr.coding import CodedConcept
import numpy as np
from pydicom import Dataset, dcmread
from pydicom.fileset import FileSet
import pytest

from builder.check import check_bundle
from builder.dicom import source_file
from builder.key.private_files import register_path
from builder.plan import ScannedFile
from builder.reasons import Reason
from builder.scan.scan import examine
from builder.segmentation.masks import masks
from tests import scans
from tests import segmentations as seg
from tests.conftest import Built, build_bundle

LIVER = CodedConcept("10200004", "SCT", "Liver")
PLANTED = "Quillfeather Ottoline"


def tilted(dataset: Dataset) -> None:
    plane = dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0]
    plane.ImageOrientationPatient = [1, 0, 0, 0, 0.9848, 0.1736]


def moved(x: float, z: float):
    def change(dataset: Dataset) -> None:
        for group in dataset.PerFrameFunctionalGroupsSequence:
            place = group.PlanePositionSequence[0]
            position = [float(part) for part in place.ImagePositionPatient]
            place.ImagePositionPatient = [position[0] + x, position[1], position[2] + z]

    return change


def finer(dataset: Dataset) -> None:
    dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing = [0.5, 0.5]


def elsewhere(dataset: Dataset) -> None:
    dataset.FrameOfReferenceUID = "1.2.3.4.99"


def alone(dataset: Dataset) -> None:
    dataset.ReferencedSeriesSequence[0].SeriesInstanceUID = "1.2.3.4.98"


def of_another(dataset: Dataset) -> None:
    dataset.PatientID = "MRN-2"


def swapped(dataset: Dataset) -> None:
    """Two frames name each other's image, and lie where they lay."""
    first, second = dataset.PerFrameFunctionalGroupsSequence[:2]
    first.DerivationImageSequence, second.DerivationImageSequence = (
        second.DerivationImageSequence, first.DerivationImageSequence,
    )  # fmt: skip


def backwards(dataset: Dataset) -> None:
    """The frames in the other order."""
    area = dataset.Rows * dataset.Columns
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")
    frames = bits[: area * dataset.NumberOfFrames].reshape(dataset.NumberOfFrames, area)[::-1]
    dataset.PixelData = np.packbits(frames, bitorder="little").tobytes()
    dataset.PerFrameFunctionalGroupsSequence = list(dataset.PerFrameFunctionalGroupsSequence)[::-1]


def planted(dataset: Dataset) -> None:
    """The patient's name in every text attribute, at every depth, that still names something."""
    for element in dataset.iterall():
        if element.VR in ("LO", "SH", "LT", "ST", "UT", "UC", "PN") and element.keyword not in (
            "PatientID", "CodeValue", "CodingSchemeDesignator",
        ):  # fmt: skip
            element.value = PLANTED
    dataset.SeriesDescription = dataset.ImageComments = dataset.ProtocolName = PLANTED
    dataset.OperatorsName = dataset.PhysiciansOfRecord = dataset.PatientComments = PLANTED


# The reason, and figures of the detail, for what must not be taken.
REFUSED = {
    "tilted": (tilted, Reason.SEGMENTATION_UNFIT, "tilted by 10.0°"),
    "shifted": (moved(0.4, 0), Reason.SEGMENTATION_UNFIT, "shifted by 0.40 of a pixel"),
    "between": (moved(0, 0.75), Reason.SEGMENTATION_UNFIT, "0.75 mm from the nearest of its images, which are 1.50 mm"),
    "beyond": (moved(3, 0), Reason.SEGMENTATION_UNFIT, "from row 0 and column 3 on, reach beyond the 16 x 16"),
    "finer": (finer, Reason.SEGMENTATION_UNFIT, "0.5 x 0.5 mm, those of its images 1 x 1 mm"),
    "elsewhere": (elsewhere, Reason.SEGMENTATION_UNFIT, "frame of reference"),
    "alone": (alone, Reason.SEGMENTATION_ALONE, ""),
    "another": (of_another, Reason.SEGMENTATION_BROKEN, "another patient"),
    "swapped": (swapped, Reason.SEGMENTATION_BROKEN, "names another image than the one it lies on"),
}


@dataclass(frozen=True)
class Segmented:
    """A bundle with segmentations, and its sources by name."""

    built: Built
    sources: dict[str, Path]

    def written(self, name: str) -> Path:
        """The file on the stick that was made from a source."""
        number = int(dcmread(self.sources[name], stop_before_pixels=True).SeriesNumber)
        paths = (self.built.drive / "DICOM").rglob("IM*")
        return next(path for path in paths if dcmread(path, stop_before_pixels=True).SeriesNumber == number)


@pytest.fixture(scope="module")
def segmented(tmp_path_factory: pytest.TempPathFactory) -> Segmented:
    folder = tmp_path_factory.mktemp("segmented")
    images = seg.write_images(folder / "scans" / "images")
    labels = [seg.described(1, "Liver", LIVER), seg.described(2, "kidney_left"), seg.described(3, f"{PLANTED}'s mass")]
    drawn = seg.boxes((0, 2, 2), (1, 4, 4), (4, 10, 9))
    made = {"binary": seg.segmentation(images, drawn, labels, 1)}
    fractions = (seg.boxes((1, 3, 3)) * np.linspace(0, 1, seg.SIZE)[:, None, None]).astype(np.float32)
    made["fractional"] = seg.segmentation(images, fractions, labels[:1], 2, "FRACTIONAL")
    whole = seg.segmentation(images, drawn, labels, 3, omit_empty_frames=False)
    made["backwards"] = seg.changed(whole, backwards)
    made["planted"] = seg.changed(seg.segmentation(images, drawn, labels, 4), planted)
    made["cropped"] = seg.changed(seg.segmentation(images, drawn, labels[:3], 5), cropped)
    for number, (name, (change, _, _)) in enumerate(REFUSED.items(), start=10):
        made[name] = seg.changed(seg.segmentation(images, drawn, labels, number), change)
    paths = {name: scans.save(dataset, folder / "scans" / name, whole=True) for name, dataset in made.items()}
    scans.save(made["binary"], folder / "scans" / "binary again", whole=True)
    return Segmented(build_bundle(folder, folder / "scans", look_into_pictures=False), paths)


def cropped(dataset: Dataset) -> None:
    """Rows 1 to 14 and columns 2 to 14 of each frame, and the position of its first pixel."""
    shape = dataset.NumberOfFrames, dataset.Rows, dataset.Columns
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")[: np.prod(shape)]
    frames = bits.reshape(shape)[:, 1:15, 2:15]
    dataset.PixelData = np.packbits(frames, bitorder="little").tobytes()
    dataset.PixelData += b"\0" * (len(dataset.PixelData) % 2)
    dataset.Rows, dataset.Columns = frames.shape[1:]
    moved(2, 0)(dataset)
    for group in dataset.PerFrameFunctionalGroupsSequence:
        position = group.PlanePositionSequence[0].ImagePositionPatient
        position[1] = float(position[1]) + 1


def rows(drive: Path, query: str) -> list[tuple]:
    with sqlite3.connect(drive / "BUNDLE/INDEX.DB") as index:
        return index.execute(query).fetchall()


def test_what_lies_on_its_images_is_taken_and_everything_else_is_refused_with_figures(segmented):
    outcome = segmented.built.outcome
    assert (outcome.instances, outcome.segmentations, outcome.taken) == (6, 5, 11)
    assert outcome.seen_files == outcome.taken + len(outcome.skipped)
    left_out = {skipped.path.name: (skipped.reason, skipped.detail) for skipped in outcome.skipped}
    assert left_out.pop("binary again")[0] is Reason.SAME_AGAIN
    assert left_out.keys() == REFUSED.keys()
    for name, (_, reason, words) in REFUSED.items():
        assert left_out[name][0] is reason and words in left_out[name][1], (name, left_out[name])


def test_the_check_finds_nothing_and_dciodvfy_no_error_that_the_source_had_not(segmented):
    assert [f for f in check_bundle(segmented.built.drive) if f.check != "viewer.none"] == []
    for name in ("binary", "fractional", "backwards", "cropped"):
        said = [validated(path) for path in (segmented.sources[name], segmented.written(name))]
        assert said[1] <= said[0]


def validated(path: Path) -> set[str]:
    ran = subprocess.run(["dciodvfy", path], capture_output=True, text=True, errors="replace", check=False)
    return {line for line in (ran.stdout + ran.stderr).splitlines() if line.startswith("Error")}


@pytest.mark.parametrize("name", ["binary", "backwards", "cropped", "planted"])
def test_highdicom_reads_the_voxels_of_each_segment_where_they_were(segmented, name):
    before, after = seg.voxels(segmented.sources[name]), seg.voxels(segmented.written(name))
    assert [len(places) for places in before.values()] == [32, 32, 32]
    assert after == before


@pytest.mark.parametrize("name", ["binary", "backwards", "cropped"])
def test_dcmqi_counts_the_same_voxels_of_each_segment(segmented, name, tmp_path):
    before = seg.by_dcmqi(segmented.sources[name], tmp_path / "before")
    assert before == {1: 32, 2: 32, 3: 32}
    assert seg.by_dcmqi(segmented.written(name), tmp_path / "after") == before


def test_segmentations_of_other_makers_keep_every_voxel(real_scans, tmp_path):
    folder = real_scans / "dcmqi-janct"
    built = build_bundle(tmp_path, folder, look_into_pictures=False)
    assert built.outcome.segmentations == 2 and problems(built.drive) == []
    written = [path for path in (built.drive / "DICOM").rglob("IM*") if dcmread(path).Modality == "SEG"]
    after = [seg.by_dcmqi(path, tmp_path / path.parent.name) for path in written]
    before = [seg.by_dcmqi(next(folder.rglob(name)), tmp_path / name) for name in ("liver.dcm", "partial_overlaps.dcm")]
    assert sorted(map(str, after)) == sorted(map(str, before)) and sum(sum(counts.values()) for counts in after) > 9_000
    places = sorted((seg.voxels(path) for path in written), key=len)
    assert places == sorted((seg.voxels(next(folder.rglob(p))) for p in ("liver.dcm", "partial_overlaps.dcm")), key=len)
    assert not any(map(validated, written))


def problems(drive: Path) -> list[str]:
    return [finding.check for finding in check_bundle(drive) if finding.check != "viewer.none"]


@pytest.mark.parametrize("name", ["liver", "liver_nonbyte_aligned"])
def test_masks_are_the_same_however_they_are_packed(real_scans, name):
    folder = real_scans / "pydicom-data"
    every = {path.stem: source_file.read_whole(path) for path in folder.rglob(f"{name}*.dcm")}
    every = {stem: dataset for stem, dataset in every.items() if name != "liver" or "nonbyte" not in stem}
    assert len(every) >= 4
    expected = dcmread(next(folder.rglob(f"{name}.dcm"))).pixel_array
    for stem, dataset in every.items():
        assert np.array_equal(np.stack(list(masks(dataset))), expected), stem
        path = next(folder.rglob(f"{stem}.dcm"))
        assert isinstance(examine(str(path), folder), ScannedFile), stem


def test_fractions_keep_their_values(segmented):
    before, after = seg.values(segmented.sources["fractional"]), seg.values(segmented.written("fractional"))
    assert before == after and len(set(before[1])) > 2
    assert dcmread(segmented.written("fractional")).SegmentationType == "FRACTIONAL"


def test_the_index_has_volumes_slices_colours_and_the_names_that_may_stay(segmented):
    drive = segmented.built.drive
    binary = dcmread(segmented.written("binary"), stop_before_pixels=True)
    found = rows(
        drive,
        f"""SELECT number, label, code, voxels, volume_ml, first_slice, last_slice FROM segment
        JOIN segmentation ON segmentation.id = segmentation_id WHERE sop_instance_uid = '{binary.SOPInstanceUID}'""",
    )
    # 4 x 4 x 2 voxels of 1 x 1 x 1.5 mm; the name of the third segment is nobody's business, and its code says little.
    assert found == [
        (1, "Liver", "10200004", 32, 0.048, 0, 1),
        (2, "kidney_left", "85756007", 32, 0.048, 1, 2),
        (3, "Tissue 3", "85756007", 32, 0.048, 4, 5),
    ]
    assert [item.SegmentLabel for item in binary.SegmentSequence] == ["Liver", "kidney_left", "Tissue 3"]
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for (colour,) in rows(drive, "SELECT colour FROM segment"))
    # The viewers show series and their stacks, and a segmentation is none.
    assert rows(drive, "SELECT modality, number_of_instances FROM series") == [("CT", 6)]


def test_nothing_of_the_patient_is_on_the_medium_and_the_old_names_are_beside_the_key(segmented):
    for path in segmented.built.drive.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for name in (b"Quillfeather", b"Ottoline", b"Brackwater", b"SN-9931", b"MRN-77310", b"1.2.3.4.", b"Maker of"):
            assert name not in content, (path, name)
    with sqlite3.connect(register_path(segmented.built.key)) as register:
        kept = register.execute("SELECT label, original_label FROM segment_name").fetchall()
    assert ("Tissue 3", f"{PLANTED}'s mass") in kept


def test_references_lead_to_the_images_on_the_medium(segmented):
    drive = segmented.built.drive
    images = {dcmread(path).SOPInstanceUID: dcmread(path) for path in (drive / "DICOM").rglob("SE000001/IM*")}
    written = dcmread(segmented.written("binary"))
    (series,) = written.ReferencedSeriesSequence
    assert {item.ReferencedSOPInstanceUID for item in series.ReferencedInstanceSequence} == images.keys()
    for group in written.PerFrameFunctionalGroupsSequence:
        named = group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        assert group.PlanePositionSequence[0].ImagePositionPatient == images[named].ImagePositionPatient
    assert {image.FrameOfReferenceUID for image in images.values()} == {written.FrameOfReferenceUID}
    listed = FileSet(drive / "DICOMDIR").find(Modality="SEG")
    assert len(listed) == 5 and {found.DirectoryRecordType for found in listed} == {"IMAGE"}
