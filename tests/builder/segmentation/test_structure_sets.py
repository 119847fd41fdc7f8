"""Structure sets from scans to a checked stick: what is inside, what is refused, what other programs read."""

from dataclasses import dataclass
from pathlib import Path
import sqlite3
import subprocess
import warnings

import highdicom as hd
import numpy as np
from pydicom import Dataset, dcmread
import pytest
import SimpleITK

from builder.check import check_bundle
from builder.key.crosswalk import images_path
from builder.key.private_files import register_path
from builder.reasons import Reason
from builder.segmentation.contours import filled
from bundle.index.index import Catalog
from tests import scans
from tests import segmentations as seg
from tests import structure_sets as rt
from tests.builder.cli.test_cli import mkbundle
from tests.builder.segmentation.test_segmentations import validated
from tests.conftest import Built, build_bundle

BODIES = {
    "Liver": rt.ellipsoid("Liver", (29, 22, 17), (12, 12, 12)),
    "Lung_L": rt.ellipsoid("Lung_L", (24.3, 17.2, 15.1), (14, 9.4, 13.3)),
    "Rectum": rt.torus("Rectum", (28, 21, 16.2), 10, 5.5),
    "Bladder": rt.pipe("Bladder", (31.1, 20.2), (11.3, 4.7), (5, 30)),
    "Kidneys": rt.tubes("Kidneys", (28, 21, 17), 11, 4.3),
}


@dataclass(frozen=True)
class Drawn:
    """A bundle whose series has one structure set."""

    built: Built
    folder: Path

    @property
    def written(self) -> Path:
        """The segmentation on the stick."""
        paths = (self.built.drive / "DICOM").rglob("IM*")
        return next(path for path in paths if dcmread(path, stop_before_pixels=True).Modality == "SEG")

    def masks(self) -> dict[str, np.ndarray]:
        """By highdicom, which knows nothing of us: each segment on the series, shape (slices, rows, columns)."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = hd.seg.segread(self.written)
        images = [dcmread(path, stop_before_pixels=True) for path in (self.built.drive / "DICOM").rglob("SE000001/IM*")]
        images.sort(key=lambda image: image.InstanceNumber)
        whole = found.get_pixels_by_source_instance(
            [image.SOPInstanceUID for image in images],
            ignore_spatial_locations=True,
            assert_missing_frames_are_empty=True,
        )
        names = [found.get_segment_description(number).segment_label for number in found.segment_numbers]
        return {name: whole[..., k] for k, name in enumerate(names)}


def told(built: Built) -> str:
    return "\n".join(notice.text for notice in built.outcome.notices)


def build(folder: Path, structures: list[rt.Drawn], change=lambda dataset: None, **options) -> Drawn:
    images = rt.write_images(folder / "scans" / "images")
    made = rt.structure_set(images, structures)
    change(made)
    scans.save(made, folder / "scans" / "plan", whole=True)
    return Drawn(build_bundle(folder, folder / "scans", look_into_pictures=False, **options), folder)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    structures = [structure for structure, _ in BODIES.values()]
    structures[0].code, structures[0].colour = ("10200004", "SCT", "Quillfeather's liver"), (10, 200, 30)
    structures[1].how, structures[2].how = "AUTOMATIC", ""
    named = rt.ellipsoid("Quillfeather Ottoline", (30, 30, 17), (4, 4, 4))[0]
    return build(tmp_path_factory.mktemp("drawn"), [*structures, named])


def test_each_voxel_further_than_half_of_one_from_the_surface_is_right(drawn):
    found = drawn.masks()
    for name, (_, body) in BODIES.items():
        assert found[name].sum() > 1_000 and rt.differing(found[name], body) == 0, name
    # The measure of error finds a mask that lies a voxel away.
    assert rt.differing(np.roll(found["Rectum"], 1, axis=2), BODIES["Rectum"][1]) > 100


def test_plastimatch_fills_the_same_voxels(drawn, tmp_path):
    ours = drawn.masks()
    theirs = by_plastimatch(drawn.folder / "scans" / "plan", drawn.folder / "scans" / "images", tmp_path)
    for name in BODIES:
        wrong = np.count_nonzero(ours[name] != theirs[name])
        assert wrong <= 0.002 * ours[name].sum(), (name, wrong)


def by_plastimatch(plan: Path, images: Path, folder: Path) -> dict[str, np.ndarray]:
    command = ["plastimatch", "convert", "--input", plan, "--referenced-ct", images]
    command += ["--output-prefix", folder / "masks", "--prefix-format", "nrrd", "--xor-contours"]
    subprocess.run(command, check=True, capture_output=True)
    read = SimpleITK.ReadImage
    return {path.stem: SimpleITK.GetArrayFromImage(read(str(path))) > 0 for path in (folder / "masks").glob("*.nrrd")}


def test_what_becomes_a_hole_is_told(drawn):
    assert "structure 'Rectum' has contours within others on 7 image(s): they are holes" in told(drawn.built)


def test_a_real_structure_set_has_the_voxels_that_plastimatch_fills(real_scans, tmp_path):
    """Its structure names a frame of reference that the set does not describe; its contours name the images' one."""
    folder = real_scans / "ibsi-sts046-ge" / "STS_046" / "CT"
    found = Drawn(build_bundle(tmp_path, folder, look_into_pictures=False), tmp_path)
    assert "does not describe" in told(found.built) and problems(found.built) == []
    theirs = by_plastimatch(folder / "mask" / "RS.dcm", folder / "image", tmp_path)["GTV_Mass_CT"]
    ours = found.masks()["Segment 1"]
    assert theirs.sum() > 200_000
    assert np.array_equal(ours, theirs) or np.array_equal(ours[::-1], theirs)


def problems(built: Built) -> list[tuple[str, str]]:
    return [(found.check, found.message) for found in check_bundle(built.drive) if found.check != "viewer.none"]


def test_the_check_and_dciodvfy_find_nothing(drawn):
    assert problems(drawn.built) == [] and not validated(drawn.written)


def test_who_and_the_list_of_originals_know_the_set(drawn):
    uid, key = dcmread(drawn.written).SOPInstanceUID, drawn.built.key
    for what in (drawn.folder / "scans" / "plan", "1.2.3.4.7.1.1", "1.2.3.4.7.1", uid):
        assert "CASE-001" in mkbundle("who", str(what), "--key", str(key)).stdout, what
    assert f"{uid},1.2.3.4.7.1,1.2.3.4.7.1.1" in images_path(key).read_text().splitlines()
    with sqlite3.connect(register_path(key)) as register:  # which count images alone
        assert register.execute("SELECT images, modality FROM series").fetchall() == [(rt.SLICES, "CT")]


def test_names_of_the_list_codes_and_colours_stay_and_others_stand_beside_the_key(drawn):
    with Catalog(drawn.built.drive) as catalog:
        (found,) = catalog.segmentations()
    assert (
        found.altered == dcmread(drawn.written).DerivationDescription == "contours filled on the voxels of their images"
    )
    assert [segment.label for segment in found.segments] == [*BODIES, "Segment 6"]
    assert (found.segments[0].code_meaning, found.segments[0].colour) == ("Liver structure (body structure)", "#0ac81e")
    how = [item.SegmentAlgorithmType for item in dcmread(drawn.written).SegmentSequence]
    assert how == ["MANUAL", "AUTOMATIC", "SEMIAUTOMATIC", "MANUAL", "MANUAL", "MANUAL"]
    with sqlite3.connect(register_path(drawn.built.key)) as register:
        kept = register.execute("SELECT label, original_label FROM segment_name").fetchall()
    assert ("Segment 6", "Quillfeather Ottoline") in kept


def test_nothing_that_a_set_says_of_people_is_on_the_stick(drawn):
    words = (
        b"Quillfeather",
        b"Ottoline",
        b"Brackwater",
        b"PLAN-9931",
        b"MRN-77310",
        b"1.2.3.4.",
        b"of plans",
        b"20240301",
    )
    for path in drawn.built.drive.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [word for word in words if word in content], path


def ball(name: str, **said) -> rt.Drawn:
    made = rt.ellipsoid(name, (28, 21, 17), (8, 8, 8))[0]
    return rt.Drawn(name, made.contours, **said)


def moved(name: str, by: np.ndarray) -> rt.Drawn:
    return rt.Drawn(name, [(points + by, kind) for points, kind in ball(name).contours])


def leaning(name: str) -> rt.Drawn:
    points, kind = ball(name).contours[4]
    return rt.Drawn(name, [(points + np.linspace(0, 1.2, len(points))[:, None] * rt.NORMAL, kind)])


def of_type(name: str, kind: str) -> rt.Drawn:
    return rt.Drawn(name, [*ball(name).contours[:1], (ball(name).contours[1][0], kind)])


# Each as the only structure beside a good one: what the report says of it.
LEFT_OUT = {
    "between": (
        moved("between", 0.6 * rt.NORMAL),
        "a contour lies 0.60 mm from the nearest of its images",
    ),
    "beyond": (moved("beyond", 25 * rt.ALONG), "a contour reaches 9.4 pixels beyond the outermost of its images"),
    "leaning": (leaning("leaning"), "not in the plane of an image: its points are 1.20 mm apart in depth"),
    "elsewhere": (ball("elsewhere", frame="1.2.3.4.99"), "its frame of reference is not that of its images"),
    "open": (of_type("open", "OPEN_PLANAR"), "not all of its contours are closed (1 OPEN_PLANAR)"),
    "marker": (of_type("marker", "POINT"), "not all of its contours are closed (1 POINT)"),
    "empty": (rt.Drawn("empty"), "it has no contour"),
    "line": (
        rt.Drawn("line", [(ball("").contours[2][0][:2], "CLOSED_PLANAR")]),
        "one or two points, and surround nothing",
    ),
    "dust": (rt.ellipsoid("dust", (27.4, 21.35, 18), (0.2, 0.2, 0.2))[0], "no centre of a voxel is inside"),
}


def lying(dataset: Dataset) -> None:
    """One contour has a point more than it says, and one names the image behind its own."""
    for name, change in (("short", lambda c: setattr(c, "NumberOfContourPoints", 7)), ("swapped", name_another)):
        number = next(item.ROINumber for item in dataset.StructureSetROISequence if item.ROIName == name)
        group = next(item for item in dataset.ROIContourSequence if item.ReferencedROINumber == number)
        change(group.ContourSequence[3])


def name_another(contour: Dataset) -> None:
    listed = [rt.image_reference(image) for image in IMAGES]
    own = [item.ReferencedSOPInstanceUID for item in listed].index(
        contour.ContourImageSequence[0].ReferencedSOPInstanceUID
    )
    contour.ContourImageSequence = [listed[own + 2]]


IMAGES: list[Dataset] = []


def test_a_structure_that_does_not_fit_is_left_out_with_figures_and_the_others_stay(tmp_path):
    IMAGES[:] = rt.write_images(tmp_path / "scans" / "images")
    structures = [structure for structure, _ in LEFT_OUT.values()] + [ball("short"), ball("swapped"), ball("Heart")]
    found = build(tmp_path, structures, lying)
    said = told(found.built)
    for name, (_, words) in LEFT_OUT.items():
        assert f"structure {name!r} is left out" in said and words in said, (name, said)
    assert "'short' is left out: a contour has not the points that it says it has" in said
    assert "'swapped' is left out: a contour lies 2 image(s) away from the image that it names" in said
    assert list(found.masks()) == ["Heart"] and problems(found.built) == []
    needless = [notice.text for notice in found.built.outcome.notices if not notice.is_good_to_know]
    assert not any("'empty'" in text for text in needless) and any("'between'" in text for text in needless)


def test_a_set_without_a_structure_that_fits_is_refused(tmp_path):
    found = build(tmp_path, [LEFT_OUT["elsewhere"][0]]).built.outcome
    ((reason, detail),) = [(skipped.reason, skipped.detail) for skipped in found.skipped]
    assert reason is Reason.SEGMENTATION_UNFIT and "frame of reference" in detail and found.segmentations == 0


def test_gaps_stay_empty_doubles_count_once_and_crossing_contours_are_told(tmp_path):
    whole, first = ball("Spleen"), ball("Aorta").contours
    every_other = rt.Drawn("Spleen", whole.contours[::2])
    crossing = rt.Drawn("Aorta", [*first, (first[4][0] + 3 * rt.ALONG, "CLOSEDPLANAR_XOR")])
    doubled = rt.Drawn("Brain", [*first, first[3]])
    found = build(tmp_path, [every_other, crossing, doubled])
    said, masks = told(found.built), found.masks()
    assert "'Spleen' has no contour on 4 image(s) between others: they stay empty" in said
    assert "'Aorta' has contours that cross each other on 1 image(s)" in said
    assert "'Brain' has 1 contour(s) twice, which count once" in said
    filled_slices = np.flatnonzero(masks["Spleen"].any(axis=(1, 2)))
    assert np.array_equal(np.diff(filled_slices), [2] * (len(whole.contours[::2]) - 1))
    assert masks["Brain"].sum() > masks["Spleen"].sum()


def test_a_set_that_names_no_series_is_found_by_the_images_of_its_contours(tmp_path):
    found = build(tmp_path, [ball("Liver")], lambda dataset: dataset.__delitem__("ReferencedFrameOfReferenceSequence"))
    assert list(found.masks()) == ["Liver"] and problems(found.built) == []


def test_with_deface_the_outline_of_the_body_loses_its_masks(tmp_path):
    outline = ball("Outline", interpreted="EXTERNAL")
    found = build(tmp_path, [outline, ball("Brain")], deface=True)
    with Catalog(found.built.drive) as catalog:
        (segmentation,) = catalog.segmentations()
    assert [segment.voxels > 0 for segment in segmentation.segments] == [False, True]


@pytest.mark.parametrize("shift", [(0, 0), (0.5, 0.25), (1e-7, -1e-7)])
def test_two_parts_that_touch_share_no_pixel_and_leave_none_out(shift):
    left = np.array([[2, 2], [10, 2], [10, 7], [2, 7]]) + shift
    right = np.array([[2, 7], [10, 7], [10, 12], [2, 12]]) + shift
    masks = filled([left], (16, 16)), filled([right], (16, 16))
    assert masks[0].sum() == masks[1].sum() == 40 and not (masks[0] & masks[1]).any()
    assert np.array_equal(filled([left, right], (16, 16)), masks[0] | masks[1])


def test_where_uids_are_retained_a_mask_of_contours_does_not_take_that_of_the_set(tmp_path):
    """It would be two objects of one UID, in any archive that has the set."""
    images = rt.write_images(tmp_path / "scans" / "images")
    scans.save(rt.structure_set(images, [ball("Liver")]), tmp_path / "scans" / "plan", whole=True)
    masks = np.zeros((rt.SLICES, rt.SIZE, rt.SIZE, 1), np.uint8)
    masks[3:6, 20:30, 20:40] = 1
    made = seg.segmentation(images, masks, [seg.described(1, "Liver")], 1)
    scans.save(made, tmp_path / "scans" / "masks", whole=True)
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False, deidentify=frozenset({"uids"}))
    assert problems(built) == []
    with Catalog(built.drive) as catalog:
        found = {(each.sop_instance_uid, each.series_instance_uid) for each in catalog.segmentations()}
    (other,) = found - {(str(made.SOPInstanceUID), str(made.SeriesInstanceUID))}
    assert not {"1.2.3.4.7.1.1", "1.2.3.4.7.1"} & {*other}
    assert dcmread(next((built.drive / "DICOM").rglob("SE000001/IM000001"))).SOPInstanceUID == images[0].SOPInstanceUID
