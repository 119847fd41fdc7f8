"""Faces in head CT: found whatever the geometry, blanked, and nothing else is touched."""

import subprocess

import numpy as np
from pydicom import Dataset, Sequence, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import EnhancedCTImageStorage, MRImageStorage, RLELossless
import pytest

from builder.deface.cut import blank
from builder.deface.face import find_cuts, shows_face
from builder.deface.grid import StoredFrame, sample
from builder.pipeline.outcome import needs_a_look
from bundle.index.records import Frame
from tests import scans
from tests.conftest import build_bundle

AXIAL, CORONAL, SAGITTAL = (1, 0, 0, 0, 1, 0), (1, 0, 0, 0, 0, -1), (0, 1, 0, 0, 0, -1)
FEET_UP, PRONE = (1, 0, 0, 0, -1, 0), (-1, 0, 0, 0, -1, 0)
TILTED = (1, 0, 0, 0, 0.9483, -0.3173)
BRAIN, SKULL = 35, 1000


def ellipsoid(place, centre, radii):
    return sum(((place[axis] - centre[axis]) / radii[axis]) ** 2 for axis in range(3)) < 1


def head(x, y, z, *, body=False):
    """Hounsfield units of an invented head at places in the patient (mm, LPS; the centre of the brain is at 0)."""
    place, face = (x, y, z), (0, -38, -80)
    values = np.full(np.shape(x + y + z), -1000.0)
    values[((x**2 + (y - 15) ** 2) < 55**2) & (z < -40)] = 40
    values[ellipsoid(place, face, (62, 60, 78))] = 40
    values[ellipsoid(place, (0, 0, 0), (78, 98, 78))] = 40
    values[ellipsoid(place, (0, -100, -70), (14, 20, 20))] = 40
    values[ellipsoid(place, face, (52, 46, 64)) & ~ellipsoid(place, face, (46, 38, 58))] = SKULL
    values[ellipsoid(place, (0, 0, 0), (72, 90, 72))] = SKULL
    values[ellipsoid(place, (0, 0, 0), (66, 83, 66))] = BRAIN
    values[(x**2 + (y - 45) ** 2 < 15**2) & (z < -70)] = SKULL
    if body:
        values[((x / 170) ** 2 + ((y - 20) / 110) ** 2 < 1) & (z < -210)] = 40
        values[(((x - 70) / 60) ** 2 + ((y - 20) / 80) ** 2 < 1) & (z < -230)] = -850
        values[(((x + 70) / 60) ** 2 + ((y - 20) / 80) ** 2 < 1) & (z < -230)] = -850
    return values


class Scan:
    """Slices of the invented head, with where each of their voxels lies in the patient."""

    def __init__(self, orientation, *, span, gap=3.0, spacing=2.0, direction=None, side=128, body=False):
        row, column = np.array(orientation[:3], float), np.array(orientation[3:], float)
        along = np.cross(row, column) if direction is None else np.array(direction, float)
        centre = np.array([0, 0, -40.0]) if abs(along[2]) < 0.5 else np.zeros(3)
        corner = centre - (row + column) * spacing * (side - 1) / 2
        r, c = np.mgrid[:side, :side] * spacing
        self.frames, self.places, self.values = [], [], []
        for distance in np.arange(*span, gap):
            position = corner + along * distance
            place = [position[axis] + r * column[axis] + c * row[axis] for axis in range(3)]
            self.places.append(place)
            self.values.append(head(*place, body=body))
            self.frames.append(Frame(0, tuple(position), tuple(orientation), (spacing, spacing)))
        self.places = np.moveaxis(np.array(self.places), 1, 0)
        self.values = np.array(self.values)

    def sampled(self, step=2.0, most=400):
        return sample(self.frames, self.values.shape[1:], lambda i: StoredFrame(self.values[i]), step, most)

    def cuts(self):
        return find_cuts(self.sampled())

    def without_face(self):
        values, cuts = self.values.copy(), self.cuts()
        for picture, frame in zip(values, self.frames, strict=True):
            blank(picture, frame, cuts)
        return values


GEOMETRIES = {
    "axial": Scan(AXIAL, span=(-170, 95)),
    "thick slices": Scan(AXIAL, span=(-170, 95), gap=5.0),
    "feet first, upside down": Scan(FEET_UP, span=(-95, 170)),
    "prone": Scan(PRONE, span=(-170, 95)),
    "coronal": Scan(CORONAL, span=(-120, 120)),
    "sagittal": Scan(SAGITTAL, span=(-100, 100)),
    "oblique planes": Scan(TILTED, span=(-170, 110)),
    "gantry tilt": Scan(TILTED, span=(-170, 110), direction=(0, 0, 1)),
    "head and body": Scan(AXIAL, span=(-600, 95), body=True, gap=5.0, side=180),
}  # fmt: skip


@pytest.mark.parametrize("name", GEOMETRIES)
def test_a_face_is_found_and_cut_away_whatever_the_geometry(name):
    scan = GEOMETRIES[name]
    assert shows_face(scan.sampled(4.0, 24)), "seen in a few slices"
    before, after = scan.values, scan.without_face()
    x, y, z = scan.places
    changed = after != before
    assert set(np.unique(after[changed])) == {-1000}
    assert not changed[(before == BRAIN) | (before == SKULL)].any()
    assert not changed[(y > -25) | (z < -190) | (z > 45)].any()
    nose = ellipsoid((x, y, z), (0, -100, -70), (14, 20, 20)) & (y < -90)
    assert nose.any()
    assert (after[nose] == -1000).mean() > 0.98
    # What was skin from ear to ear is skin no more.
    skin = (before == 40) & (y < -60) & (abs(x) < 40) & (z > -130) & (z < -45)
    shallow = skin & (head(x, y - 6, z) == -1000)
    assert shallow.any()
    assert (after[shallow] == -1000).mean() > 0.98


@pytest.mark.parametrize("span", [(0, 95), (-400, -100), (-600, -230)], ids=["calvaria", "neck", "chest"])
@pytest.mark.parametrize("step", [2.0, 4.0])
def test_what_shows_no_face_is_left_alone(span, step):
    sampled = Scan(AXIAL, span=span, body=True, side=180).sampled(step)
    assert find_cuts(sampled) == ()
    assert not shows_face(sampled)


@pytest.mark.parametrize("degrees", [-30, -15, 15, 30])
def test_a_head_that_nods_loses_its_face_too(degrees):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))

    def nod(x, y, z):
        return np.broadcast_arrays(x, cosine * y - sine * z, sine * y + cosine * z)

    scan = Scan(AXIAL, span=(-190, 95), side=150)
    x, y, z = nod(*scan.places)
    before = scan.values = head(x, y, z)
    after = scan.without_face()
    assert (after[(before == BRAIN) | (before == SKULL)] > 0).all()
    skin = (before == 40) & (y < -60) & (abs(x) < 40) & (z > -130) & (z < -45) & (head(x, y - 6, z) == -1000)
    assert skin.any()
    assert (after[skin] == -1000).mean() > 0.95


def test_values_without_an_offset_and_signed_ones_with_padding_are_cut_alike():
    scan = GEOMETRIES["axial"]
    plain = scan.cuts()
    shifted = Scan(AXIAL, span=(-170, 95))
    shifted.values = shifted.values + 1000
    for cut, other in zip(plain, shifted.cuts(), strict=True):
        assert other.shift == -1000
        assert np.array_equal(cut.front, other.front)
    frame = Frame(0, scan.frames[20].image_position_patient, AXIAL, (2.0, 2.0), 0.5, -1024.0)
    stored = np.round((scan.values[20] + 1024) * 2).astype(np.int16)
    stored[0, 0] = -2000
    face = blank(stored, frame, plain)
    assert face.any()
    assert set(stored[face]) == {48}


def test_single_cut_aloneand_images_without_a_place_show_no_face():
    assert sample([Frame(0, None, None, None)] * 9, (8, 8), lambda _: StoredFrame(np.zeros((8, 8))), 2.0, 9) is None
    assert sample(GEOMETRIES["axial"].frames[:1], (8, 8), lambda _: StoredFrame(np.zeros((8, 8))), 2.0, 9) is None


def write_head(folder, flip):
    """The head CT of invesalius-examples, whose rows begin at the back of the head."""
    rows = {"ImageOrientationPatient": list(FEET_UP if flip else AXIAL), "PixelSpacing": [0.957031, 0.957031]}
    for k, plane in enumerate(scans.cranium_volume()):
        place = (-122.5, 122.5 if flip else -122.5, 1.5 * k)
        scans.save(scans.ct_slice(plane, place, k + 1, **rows), folder / f"C{k:04d}")
    return folder


def test_a_head_of_full_size_loses_its_face_and_nothing_behind_it(tmp_path):
    built = build_bundle(tmp_path, write_head(tmp_path / "in", flip=True), deface=True)
    written = sorted(
        (dcmread(built.drive / path) for path in built.outcome.written),
        key=lambda dataset: dataset.ImagePositionPatient[2],
    )
    old, new = scans.cranium_volume(), np.stack([dataset.pixel_array for dataset in written])
    assert (old.shape, built.outcome.faceless) == (new.shape, len(old))
    assert not [notice for notice in built.outcome.notices if notice.kind.startswith("face")]
    # The last row is the front: the depth of the first tissue, from the eyes to the nose.
    depth = [(volume[:40, ::-1] > -300).argmax(axis=1)[:, 95:165] for volume in (old, new)]
    assert (depth[1] > depth[0]).mean() > 0.9
    assert np.median((depth[1] - depth[0])[depth[1] > depth[0]]) * 0.957 > 10
    assert (old[old >= 300] == new[old >= 300]).all()
    assert (old[:, :160] == new[:, :160]).all()
    # Behind a hole in this forehead, beside the frontal sinus, lies brain, which the cut must not enter.
    assert (old[56:, :188, 84:170] == new[56:, :188, 84:170]).all()


def test_a_slice_with_damaged_pixels_or_a_broken_place_costs_the_others_nothing(tmp_path):
    folder = write_head(tmp_path / "in", flip=True)
    for k in range(0, 108, 2):  # half of it is enough of a head
        (folder / f"C{k:04d}").unlink()
    damaged, displaced = folder / "C0051", folder / "C0031"
    slice_ = dcmread(damaged)
    slice_.compress(RLELossless)
    slice_.PixelData = encapsulate([bytes(range(256))])
    slice_.save_as(damaged)
    content = displaced.read_bytes()
    assert content.count(b"0.957031\\0.957031") == 1
    displaced.write_bytes(content.replace(b"0.957031\\0.957031", b"Quillfea\\Ottoline"))
    built = build_bundle(tmp_path, folder, deface=True)
    assert [skipped.path for skipped in built.outcome.skipped] == [damaged]
    assert (len(built.outcome.written), built.outcome.faceless) == (53, 52)
    kept = [dcmread(built.drive / path) for path, source in built.outcome.written.items() if source == displaced]
    assert [("PixelSpacing" in dataset, "RecognizableVisualFeatures" in dataset) for dataset in kept] == [
        (False, False)
    ]


def group(**attributes):
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return [item]


def write_enhanced_head(path, order):
    """The same head as `write_head`, the frames of one enhanced CT in this order, each with a rescale of its own."""
    volume = scans.cranium_volume()
    dataset = scans.ct_slice(volume[0], (0, 0, 0), 1)
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope",
                    "RescaleIntercept", "SliceThickness"):  # fmt: skip
        dataset.pop(keyword, None)
    dataset.SOPClassUID = EnhancedCTImageStorage
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    dataset.NumberOfFrames = len(order)
    dataset.SharedFunctionalGroupsSequence = group(
        PixelMeasuresSequence=group(PixelSpacing=[0.957031, 0.957031], SliceThickness=1.5),
        PlaneOrientationSequence=group(ImageOrientationPatient=list(FEET_UP)),
    )
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        group(
            PlanePositionSequence=group(ImagePositionPatient=[-122.5, 122.5, 1.5 * k]),
            PixelValueTransformationSequence=group(RescaleSlope=1, RescaleIntercept=int(k % 3) - 1, RescaleType="HU"),
        )[0]
        for k in order
    )
    stored = np.stack([volume[k] - (k % 3 - 1) for k in order]).astype("<i2")
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 15, 1
    dataset.PixelData = stored.tobytes()
    return scans.save(dataset, path), stored


def test_an_enhanced_head_loses_its_face_in_whatever_order_its_frames_are(tmp_path):
    order = np.random.default_rng(3).permutation(len(scans.cranium_volume()))
    path, stored = write_enhanced_head(tmp_path / "in" / "E", order)
    built = build_bundle(tmp_path, path.parent, deface=True)
    (written,) = built.outcome.written
    dataset = dcmread(built.drive / written)
    assert (dataset.RecognizableVisualFeatures, built.outcome.faceless) == ("NO", 1)
    assert "113102" in [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]
    assert not [notice for notice in built.outcome.notices if notice.kind.startswith("face")]
    assert not [found for found in built.outcome.findings if found.severity == "error"]
    # In slices from the feet to the head it is the same cut as through the same head in single images.
    single = build_bundle(tmp_path / "single", write_head(tmp_path / "slices", flip=True), deface=True)
    cut_alone = (dcmread(single.drive / name) for name in single.outcome.written)
    slices = {round(image.ImagePositionPatient[2] / 1.5): image.pixel_array for image in cut_alone}
    for index, k in enumerate(order):
        cut = slices[k] != scans.cranium_volume()[k]
        assert (dataset.pixel_array[index][~cut] == stored[index][~cut]).all()
        assert not cut.any() or (dataset.pixel_array[index][cut] != stored[index][cut]).mean() > 0.95


def test_a_face_on_the_wrong_side_is_reported_though_it_cannot_be_removed(tmp_path):
    built = build_bundle(tmp_path, write_head(tmp_path / "in", flip=False), deface=True)
    assert [notice.kind for notice in built.outcome.notices] == ["face left"]
    assert built.outcome.faceless == 0
    assert needs_a_look(built.outcome)


@pytest.fixture(scope="module")
def real_heads(tmp_path_factory, real_scans):
    """The same real scans, a head, a phantom's skull and a trunk, with their faces and without."""
    sources = [real_scans / name for name in ("slicer-cthead", "ibsi-sts046-ge", "dcm_qa_ct-philips")]
    folder = tmp_path_factory.mktemp("heads")
    built = [build_bundle(folder / name, *sources, deface=name == "without") for name in ("with", "without")]
    return built[0], built[1]


def images(built):
    by_uid = {}
    for path in built.outcome.written:
        dataset = dcmread(built.drive / path)
        by_uid[dataset.SOPInstanceUID] = dataset
    return by_uid


def test_a_real_face_is_reported_and_nothing_else_is(real_heads):
    with_face, without = real_heads
    assert [notice.text.split(" in ")[0] for notice in with_face.outcome.notices if notice.kind == "face"] == [
        "A face can be reconstructed from the 93 CT slices"
    ]
    assert [notice for notice in without.outcome.notices if notice.kind == "face"] == []
    assert (with_face.outcome.faceless, without.outcome.faceless) == (0, 93)
    assert not [finding for finding in without.outcome.findings if finding.severity == "error"]


def test_a_real_head_loses_its_face_and_nothing_behind_it(real_heads):
    before, after = map(images, real_heads)
    assert before.keys() == after.keys()
    changed = [uid for uid in before if before[uid].PixelData != after[uid].PixelData]
    said = {uid for uid in after if after[uid].get("RecognizableVisualFeatures") == "NO"}
    assert set(changed) <= said
    assert len(said) == 93
    for uid, dataset in after.items():
        codes = [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]
        assert ("113102" in codes) == (uid in said)
        assert "RecognizableVisualFeatures" not in before[uid]
    ordered = sorted(said, key=lambda uid: float(before[uid].ImagePositionPatient[2]))
    old, new = (np.stack([files[uid].pixel_array.astype(int) for uid in ordered]) for files in (before, after))
    # Seen from the front (row 0), the depth of the first tissue changes over most of the face, ...
    first = [(volume > 700).argmax(axis=1)[:60, 22:42] for volume in (old, new)]
    assert (first[1] > first[0]).mean() > 0.8
    assert (first[1] >= first[0]).all()
    # ... and no bone, nor anything in the back half of the head, is another.
    assert (old[old >= 1300] == new[old >= 1300]).all()
    assert (old[:, 34:] == new[:, 34:]).all()
    assert (new[old != new] == 0).all()


def test_a_head_in_mr_is_reported_by_its_body_part_and_needs_a_look_where_faces_were_to_go(tmp_path):
    def brain(dataset, k):
        dataset.SOPClassUID, dataset.Modality, dataset.BodyPartExamined = MRImageStorage, "MR", "BRAIN"

    scans.write_series(tmp_path / "in", 40, brain)
    plain = build_bundle(tmp_path / "plain", tmp_path / "in").outcome
    asked = build_bundle(tmp_path / "asked", tmp_path / "in", deface=True).outcome
    assert [notice.kind for notice in plain.notices] == ["face"]
    assert [notice.kind for notice in asked.notices] == ["face left"]
    assert "40 MR slices in DICOM/PT000001/ST000001/SE000001; it cannot be removed" in asked.notices[0].text
    assert needs_a_look(asked)
    assert not needs_a_look(plain)


def write_teeth(folder, *, front=-135.0, gap=0.5, **more):
    """Jaws in cubes, as a cone beam takes them: the field ends below the brain."""
    heights = np.arange(-110, -60, gap)
    r, c = np.mgrid[:240, :240] * 0.5
    for number, z in enumerate(heights, start=1):
        values = head(c - 60, r + front, np.full_like(r, z))
        place = (-60.0, front, float(z))
        scans.save(scans.ct_slice(values, place, number, PixelSpacing=[0.5, 0.5], SliceThickness=gap, **more),
                   folder / f"I{number:03d}")  # fmt: skip
    return folder


@pytest.mark.parametrize(
    ("how", "said"),
    [({}, True), ({"BodyPartExamined": "HEAD"}, True), ({"BodyPartExamined": "HAND"}, False), ({"gap": 2.0}, False),
     ({"front": -60.0}, False)],
    ids=["no part of the body", "a head", "a hand", "no cubes", "a field within the head"],
)  # fmt: skip
def test_a_dental_scan_is_said_to_show_a_face_though_there_is_no_brain_in_it(tmp_path, how, said):
    built = build_bundle(tmp_path, write_teeth(tmp_path / "scans", **how), deface=True, look_into_pictures=False)
    notices = [notice.text for notice in built.outcome.notices if notice.kind == "face left"]
    assert len(notices) == said
    assert not said or "A face may be recognised in the 100 CT slices" in notices[0]


def test_all_time_points_of_a_series_are_one_line(tmp_path):
    def brain(dataset, k):
        dataset.SOPClassUID, dataset.Modality, dataset.BodyPartExamined = MRImageStorage, "MR", "BRAIN"
        dataset.ImagePositionPatient = [-8, -8, 6.0 * (k % 20)]
        dataset.TemporalPositionIdentifier, dataset.NumberOfTemporalPositions = k // 20 + 1, 3

    scans.write_series(tmp_path / "in", 60, brain)
    built = build_bundle(tmp_path, tmp_path / "in")
    (said,) = (notice.text for notice in built.outcome.notices if notice.kind == "face")
    assert "in the 60 MR slices in DICOM/PT000001/ST000001/SE000001;" in said


def test_dcmtk_reads_a_file_without_its_face(real_heads):
    _, built = real_heads
    path = next(path for path in built.outcome.written if dcmread(built.drive / path).get("RecognizableVisualFeatures"))
    told = subprocess.run(["dcmdump", str(built.drive / path)], capture_output=True, text=True, check=True).stdout
    assert "(0028,0302) CS [NO]" in told
    assert "113102" in told
