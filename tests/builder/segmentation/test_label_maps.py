"""Label maps in NIfTI and NRRD from scans to a checked stick: where they lie, how they are named, what is refused."""

from dataclasses import dataclass
from itertools import permutations, product
from pathlib import Path
import sqlite3
import subprocess
import sys

import numpy as np
from pydicom import dcmread
import pytest
from scipy.spatial import cKDTree
import SimpleITK

from builder.check import check_bundle
from builder.dicom.source_file import NotTaken
from builder.key.crosswalk import read_images
from builder.key.private_files import register_path
from builder.segmentation.volumes.formats import read_lattice, read_volume
from builder.segmentation.volumes.lattice import fit
from builder.segmentation.volumes.names import read_table
from bundle.index.index import Catalog
from bundle.index.records import Frame
from tests import label_maps as maps
from tests import scans
from tests import segmentations as seg
from tests import structure_sets as rt
from tests.builder.cli.test_cli import mkbundle
from tests.builder.segmentation.test_segmentations import validated
from tests.conftest import Built, build_bundle

SNAP = """# ITK-SNAP
    0     0    0    0        0  0  0    "Clear"
    1   255    0    0        1  1  1    "Liver"
    2     0  255    0        1  1  1    "Mass of Quillfeather"
    7     0    0  255        1  1  1    "Spleen"
"""
CTBL = """# Color table file of Ottoline
0 Background 0 0 0 0
1 Liver 221 130 101 255
2 Kidney_L 185 102 83 255
7 Spleen 1 2 3 255
"""
CSV = "LabelValue,Name,Color_R\n1,Liver,3\n2,Quillfeather's,4\n7,Spleen,5\n"
XML = (
    '<?xml version="1.0"?><CaretExtension><VolumeInformation><LabelTable>'
    '<Label Key="1" Red="0.1" Alpha="1">liver</Label><Label Key="2" Red="0.1"><![CDATA[kidney_left]]></Label>'
    '<Label Key="7" Red="0">spleen</Label></LabelTable><Name>Quillfeather</Name></VolumeInformation></CaretExtension>'
)
SLICER = {
    "Segment0_LabelValue": "1", "Segment0_Name": "Liver", "Segment0_Color": "0.2 0.4 0.6", "Segment0_Layer": "0",
    "Segment1_LabelValue": "2", "Segment1_Name": "Quillfeather's mass", "Segment1_Layer": "0",
    "Segment2_LabelValue": "7", "Segment2_Name": "Spleen", "Segment2_Layer": "0",
    "Segmentation_ConversionParameters": "Ottoline",
}  # fmt: skip


def by_column() -> np.ndarray:
    """The labels as (column, row, slice)."""
    return np.transpose(maps.labels(), (2, 1, 0))


def frames() -> list[Frame]:
    looks = ((*rt.ALONG, *rt.DOWN), rt.SPACING, 1.0, 0.0, None, "", "")
    return [Frame(0, tuple((rt.ORIGIN + rt.STEP * k * rt.NORMAL).tolist()), *looks) for k in range(rt.SLICES)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_and_direction_of_axes_gives_the_same_voxels(order, tmp_path):
    for flips in ([k for k in range(3) if chosen[k]] for chosen in product([False, True], repeat=3)):
        voxels, to_patient = maps.turned(by_column(), maps.affine(), order, flips)
        path = maps.write_nifti(tmp_path / "map.nii.gz", voxels, to_patient)
        volume = read_volume(path)
        found = np.zeros((rt.SLICES, rt.SIZE, rt.SIZE), np.uint8)
        for place, plane in fit(volume.lattice, frames(), (rt.SIZE, rt.SIZE)).planes(volume.layers[0].labels):
            found[place] = plane
        assert np.array_equal(found, maps.labels()), (order, flips)


@dataclass(frozen=True)
class Mapped:
    """A bundle whose series has a label map of each kind, in the folder of that name."""

    built: Built

    def segmentations(self) -> dict[tuple[str, ...], Path]:
        """The names of the segments of each, and its file."""
        with Catalog(self.built.drive) as catalog:
            found = catalog.segmentations()
        return {tuple(segment.label for segment in each.segments): self.built.drive / each.path for each in found}


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Mapped:
    folder = tmp_path_factory.mktemp("mapped")
    top = folder / "scans"
    rt.write_images(top / "images")
    voxels, to_patient = by_column(), maps.affine()
    (top / "snap").mkdir()
    maps.write_nifti(top / "snap" / "a.nii.gz", *maps.turned(voxels, to_patient, (2, 0, 1), [1]))
    (top / "snap" / "a.txt").write_text(SNAP)
    maps.write_nifti(top / "total" / "b.nii", voxels.astype(np.float32), to_patient, xml=XML)
    maps.write_nrrd(top / "slicer" / "c.seg.nrrd", *maps.turned(voxels, to_patient, (1, 2, 0), [0, 2]), **SLICER)
    cropped = to_patient.copy()
    cropped[:3, 3] += to_patient[:3, :3] @ [3, 8, 2]
    maps.write_nrrd(top / "ctbl" / "d.nrrd", voxels[3:, 8:, 2:], cropped, "right-anterior-superior")
    (top / "ctbl" / "d.ctbl").write_text(CTBL)
    maps.write_nifti(top / "one" / "heart.nii.gz", (voxels == 2).astype(np.uint8) * 255, to_patient)
    grey = voxels.astype(np.uint16) * 37 + np.arange(64, dtype=np.uint16)[:, None, None]
    maps.write_nifti(top / "image" / "e.nii.gz", grey, to_patient)
    return Mapped(build_bundle(folder, top, look_into_pictures=False))


def test_each_kind_of_table_names_the_segments_and_the_check_finds_nothing(mapped):
    names = {("Liver", "Segment 2", "Spleen"), ("Liver", "Kidney_L", "Spleen"), ("heart",)}
    assert set(mapped.segmentations()) == names | {("liver", "kidney_left", "spleen")}
    assert mapped.built.outcome.segmentations == 5
    assert [found for found in check_bundle(mapped.built.drive) if found.check != "viewer.none"] == []
    for path in mapped.segmentations().values():
        assert not validated(path)
    with sqlite3.connect(register_path(mapped.built.key)) as register:
        kept = {name for (name,) in register.execute("SELECT original_label FROM segment_name")}
    assert {"Mass of Quillfeather", "Quillfeather's mass"} <= kept


def test_who_knows_a_label_map_by_its_file_and_its_uid_on_the_stick(mapped):
    key = mapped.built.key
    uid = str(dcmread(mapped.segmentations()[("heart",)]).SOPInstanceUID)
    for what in (next(mapped.built.drive.parent.rglob("heart.nii.gz")), uid):
        assert "CASE-001" in mkbundle("who", str(what), "--key", str(key)).stdout, what
    assert len(read_images(key)) == rt.SLICES  # no label map has a UID of its own


def test_an_image_in_nifti_is_no_label_map_and_says_why(mapped):
    (skipped,) = [skipped for skipped in mapped.built.outcome.skipped if skipped.path.name == "e.nii.gz"]
    assert "no table of names: it may be an image" in skipped.detail


def test_voxels_lie_where_simpleitk_finds_them_in_the_map(mapped):
    """The places in the patient of each label, by ITK from the source and by highdicom from the stick."""
    source = SimpleITK.ReadImage(str(next(mapped.built.drive.parent.rglob("c.seg.nrrd"))))
    values = SimpleITK.GetArrayFromImage(source)
    found = seg.voxels(mapped.segmentations()["Liver", "Kidney_L", "Spleen"])
    for number, label in enumerate((1, 2, 7), start=1):
        indices = [tuple(map(int, at[::-1])) for at in np.argwhere(values == label)]
        expected = [source.TransformIndexToPhysicalPoint(index) for index in indices]
        far, _ = cKDTree(expected).query(sorted(found[number]))
        assert len(expected) == len(found[number]) and far.max() < 0.02


def test_nothing_that_a_map_says_is_on_the_stick(mapped):
    for path in mapped.built.drive.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for name in (b"Quillfeather", b"Ottoline", b"Brackwater", b"MRN-77310"):
            assert name not in content, (path, name)


def changed(**by: np.ndarray | float) -> np.ndarray:
    """The affine, shifted by voxels, tilted by degrees about the rows, or finer."""
    made = maps.affine()
    made[:3, 3] += made[:3, :3] @ np.asarray(by.get("shift", [0, 0, 0]), float)
    if angle := np.radians(by.get("tilt", 0.0)):
        down, normal = made[:3, 1].copy(), made[:3, 2].copy()
        made[:3, 1] = np.cos(angle) * down + np.sin(angle) * normal / rt.STEP * rt.SPACING[0]
        made[:3, 2] = np.cos(angle) * normal - np.sin(angle) * down / rt.SPACING[0] * rt.STEP
    if angle := np.radians(by.get("turn", 0.0)):
        along, down = made[:3, 0] / rt.SPACING[1], made[:3, 1] / rt.SPACING[0]
        made[:3, 0] = rt.SPACING[1] * (np.cos(angle) * along + np.sin(angle) * down)
        made[:3, 1] = rt.SPACING[0] * (np.cos(angle) * down - np.sin(angle) * along)
    made[:3, :3] *= by.get("scale", 1.0)
    return made


REFUSED = {
    "tilted": (changed(tilt=8.0), "tilted by 8.0° against its images"),
    "turned": (changed(turn=5.0), "pixels from that of an image: it is turned against them"),
    "shifted": (changed(shift=[0.3, 0, 0]), "shifted by 0.30 of a pixel"),
    "between": (changed(shift=[0, 0, 0.4]), "an image lies 0.40 of a voxel from the nearest slice"),
    "beyond": (changed(shift=[4, 0, 0]), "its 64 voxels, from pixel 4 on, reach beyond the 64 of its images"),
    "finer": (
        changed(scale=0.5),
        "its voxels are 0.45 x 0.35 mm, the pixels of its images 0.9 x 0.7 mm: not",
    ),
    "mirrored": (maps.affine() * np.array([-1, 1, 1, 1])[:, None], "against"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_lie_on_the_voxels_is_refused_with_figures(name, tmp_path):
    to_patient, words = REFUSED[name]
    path = maps.write_nrrd(tmp_path / "map.nrrd", by_column(), to_patient)
    with pytest.raises(NotTaken) as refusal:
        fit(read_lattice(path), frames(), (rt.SIZE, rt.SIZE))
    assert words in refusal.value.detail


def test_an_sform_and_a_qform_that_differ_are_refused(tmp_path):
    path = maps.write_nifti(tmp_path / "map.nii.gz", by_column(), maps.affine(), qform=changed(shift=[0, 2, 0]))
    with pytest.raises(NotTaken, match=r"sform, qform\), 1.80 mm apart"):
        read_lattice(path)


def test_labels_on_slices_without_an_image_are_refused(tmp_path):
    folder = tmp_path / "scans"
    rt.write_images(folder / "images")
    for k in range(6):
        (folder / "images" / f"I{k:03d}").unlink()
    maps.write_nifti(folder / "liver.nii.gz", (by_column() == 1).astype(np.uint8), maps.affine())
    outcome = build_bundle(tmp_path, folder, look_into_pictures=False).outcome
    assert outcome.segmentations == 0
    assert [s.detail for s in outcome.skipped] == ["3 of its slices with labels lie on no image"]


def two_series(folder: Path) -> None:
    """Two series at one place, each in a folder of its own."""
    rt.write_images(folder / "soft")
    for path in sorted((folder / "soft").iterdir()):
        dataset = dcmread(path)
        dataset.SeriesInstanceUID, dataset.SOPInstanceUID = "1.2.3.4.55", f"{dataset.SOPInstanceUID}.1"
        dataset.SeriesNumber = 3
        scans.save(dataset, folder / "bone" / path.name, whole=True)


def series_of(built: Built) -> list[tuple[str, int | None]]:
    """The first segment of each segmentation, and the number of the series on which it lies."""
    with Catalog(built.drive) as catalog:
        every = [series for study in catalog.studies() for series in study.series]
        number = {stack.stack_id: series.series_number for series in every for stack in series.stacks}
        return sorted((found.segments[0].label, number[found.stack_id]) for found in catalog.segmentations())


def test_of_two_series_at_one_place_the_one_in_its_folder_is_meant(tmp_path):
    two_series(tmp_path / "scans")
    inside = (by_column() == 1).astype(np.uint8)
    maps.write_nifti(tmp_path / "scans" / "bone" / "liver.nii.gz", inside, maps.affine())
    maps.write_nifti(tmp_path / "scans" / "spleen.nii.gz", 3 * inside, maps.affine())
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    assert series_of(built) == [("liver", 3)]
    assert [s.detail for s in built.outcome.skipped] == ["it lies on 2 series: name one with --segmentation and --of"]


def test_the_series_of_a_label_map_is_named_on_the_command_line(tmp_path):
    two_series(tmp_path / "scans")
    for name, value in (("liver", 1), ("spleen", 7)):
        maps.write_nifti(tmp_path / f"{name}.nii.gz", (by_column() == value).astype(np.uint8), maps.affine())
    (tmp_path / "stick").mkdir()
    key, quick = tmp_path / "keys/study.key", ("--viewer", "none", "--no-picture-search", "--no-progress")
    named = ("--segmentation", tmp_path / "liver.nii.gz", "--of", "1.2.3.4.55")
    other = ("--segmentation", tmp_path / "spleen.nii.gz", "--of", tmp_path / "scans" / "soft")
    command = (tmp_path / "scans", tmp_path / "stick", "--key", key, *quick, *named)
    for wrong, words in ((("--of", "1.2.3"), "in pairs"), ((*other[:3], "1.2.3"), "no series of that name is taken")):
        assert words in " ".join(mkbundle(*command, *wrong, check=2).stderr.split())
    mkbundle(*command, *other)
    assert series_of(Built(tmp_path / "stick", key, None)) == [("liver", 3), ("spleen", 2)]


@pytest.mark.parametrize("text", [SNAP, CTBL, CSV, "1;Liver\n7;Spleen\n", "id\torgan\n1\tLiver\n7\tSpleen\n"])
def test_tables_of_other_programs_are_read(text, tmp_path):
    (tmp_path / "table.txt").write_text(text)
    found = read_table(tmp_path / "table.txt")
    assert (found[1].name, found[7].name) == ("Liver", "Spleen")


def test_the_table_of_a_folder_names_nothing_that_has_a_name_of_its_own(tmp_path):
    """A folder with the map of all parts and its table, a map of each part, and one that brings its names."""
    folder, voxels = tmp_path / "scans", by_column()
    rt.write_images(folder / "images")
    (folder / "masks").mkdir()
    (folder / "masks" / "labels.csv").write_text("value,name\n1,Liver\n2,Kidney_L\n7,part seven\n")
    maps.write_nifti(folder / "masks" / "all.nii.gz", voxels, maps.affine())
    maps.write_nifti(folder / "masks" / "spleen.nii.gz", (voxels == 2).astype(np.uint8), maps.affine())
    maps.write_nifti(folder / "masks" / "part seven.nii.gz", (voxels == 7).astype(np.uint8), maps.affine())
    maps.write_nifti(folder / "masks" / "my_lungs.nii.gz", (voxels[::-1] == 2).astype(np.uint8), maps.affine())
    maps.write_nifti(folder / "masks" / "seg.nii.gz", (voxels == 1).astype(np.uint8), maps.affine())
    brought = {"Segment0_LabelValue": "1", "Segment0_Name": "Heart", "Segment0_Layer": "0"}
    maps.write_nrrd(folder / "masks" / "c.seg.nrrd", (voxels == 7).astype(np.uint8), maps.affine(), **brought)
    built = build_bundle(tmp_path, folder, look_into_pictures=False)
    with Catalog(built.drive) as catalog:
        found = {
            tuple((segment.label, segment.voxels) for segment in each.segments) for each in catalog.segmentations()
        }
    one, two, seven = (int((voxels == label).sum()) for label in (1, 2, 7))
    every = (("Liver", one), ("Kidney_L", two), ("Segment 3", seven))
    assert found == {
        every,
        (("spleen", two),),
        (("Segment 1", two),),
        (("Segment 1", seven),),
        (("Liver", one),),
        (("Heart", seven),),
    }


def test_texts_in_nifti_that_begin_a_hundred_thousand_names_are_read_at_once():
    """Without a limit, each beginning is sought to the end of the text: hours."""
    program = (
        "from builder.segmentation.volumes.names import names_in_extension as read;"
        "print(read(b'<Label ' * 140_000 + b'<Label Key=\"3\">liver</Label>'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert "3: LabelName(name='liver'" in done.stdout
