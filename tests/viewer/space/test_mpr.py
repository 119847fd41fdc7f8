"""Planes through a phantom whose voxels encode their position: position, letters and measurements in every plane."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest
import SimpleITK

from bundle.index.index import Catalog
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer.images.loading import Loader
from viewer.images.volume import LoadedStack
from viewer.images.windowing import PixelKind, Rescale
from viewer.scene.reslice import Reslicer
from viewer.space import mpr
from viewer.space.mpr import Plane, Slab
from viewer.space.voxel_volume import NoSolid, Solid, make_solid

# Values are hundredths of a millimetre: a tenth of the thinnest voxel (0.7 mm) is 7 of them.
UNIT = 0.01
SHAPE = (14, 18, 22)
SPACING = (1.3, 0.7)
OBLIQUE = tuple(np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))[0].T.ravel()[:6].tolist())
ORIENTATIONS = {
    "axial": (1, 0, 0, 0, 1, 0), "axial, feet first": (-1, 0, 0, 0, 1, 0), "coronal": (1, 0, 0, 0, 0, -1),
    "sagittal": (0, 1, 0, 0, 0, -1), "oblique": OBLIQUE,
}  # fmt: skip
KIND = PixelKind(16, 16, signed=True, monochrome1=False, padding=None)
ORIGIN = np.array([-21.0, 13.0, -44.0])


def positions(orientation: tuple[float, ...], steps: list[float], lean: float = 0.0) -> list[tuple[float, ...]]:
    """Slices along the normal, each `lean` mm further along its columns for a mm of way, as with a tilted gantry."""
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    along = np.cumsum([0.0, *steps])
    return [tuple(ORIGIN + way * (np.cross(row, column) + lean * column)) for way in along]


def phantom(axis: int, orientation: tuple[float, ...], places: list[tuple[float, ...]]) -> np.ndarray:
    """One coordinate (LPS) of each voxel's centre, by the equation of PS3.3 C.7.6.2.1.1 and nothing of this program."""
    _, j, i = np.mgrid[: len(places), : SHAPE[1], : SHAPE[2]]
    row, column = orientation[:3], orientation[3:]
    place = np.array(places)[:, axis][:, None, None] + i * SPACING[1] * row[axis] + j * SPACING[0] * column[axis]
    return np.rint(place / UNIT).astype(np.int64)


def load(root: Path, spec: StackSpec) -> LoadedStack:
    bundles.make_bundle(root, [CaseSpec([SeriesSpec([spec])])])
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    Loader(root, loaded, 0, lambda index: None).run()
    return loaded


def solids(root: Path, orientation, places, **more) -> list[Solid]:
    """The phantom of x, y and z."""
    return [
        make_solid(load(root / str(axis), StackSpec(
            phantom(axis, orientation, places), places, orientation=orientation, pixel_spacing=SPACING, **more)))
        for axis in range(3)
    ]  # fmt: skip


def check_every_plane(phantoms: list[Solid], state: mpr.MprState, size=(61, 47), mm=0.6) -> None:
    """The positions in the voxels at each pixel, against the picture's geometry."""
    for plane in Plane:
        cut = mpr.cut(state, phantoms[0], plane, size, mm)
        seen = np.stack([phantom.rescale.apply(Reslicer(phantom).cut(cut)) for phantom in phantoms], axis=-1) * UNIT
        x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
        wanted = (cut.matrix @ np.stack([x, y, 0 * x, 0 * x + 1]).reshape(4, -1))[:3].T.reshape(*x.shape, 3)
        inside = well_inside(phantoms[0], wanted)
        assert inside.sum() > 200, plane
        assert np.abs(seen - wanted)[inside].max() < 0.1 * min(SPACING), plane
        sides = mpr.letters(state.facings[plane])
        middle = np.argwhere(inside)[len(np.argwhere(inside)) // 2]
        check_letters(seen, inside, middle, sides.right, sides.bottom)
        (a, b), (c, d) = np.argwhere(inside)[[0, -1]][:, ::-1]
        assert cut.distance((a, b), (c, d)) == pytest.approx(np.linalg.norm(seen[d, c] - seen[b, a]), abs=0.07)


def well_inside(solid: Solid, points: np.ndarray) -> np.ndarray:
    index = (points - solid.affine[:3, 3]) @ np.linalg.inv(solid.affine[:3, :3]).T
    return np.all((index >= 0) & (index <= solid.ends), axis=-1)


def check_letters(seen, inside, middle, right: str, bottom: str) -> None:
    """Walking along the picture, the voxels' own coordinate grows most towards the first letter."""
    row, column = middle
    for letter, step in ((right, (0, 2)), (bottom, (2, 0))):
        other = (row - step[0], column - step[1]) if not inside[row + step[0], column + step[1]] else None
        here, there = (other, (row, column)) if other else ((row, column), (row + step[0], column + step[1]))
        if not (inside[here] and inside[there]):
            continue
        way = seen[there] - seen[here]
        axis = {"L": 0, "R": 0, "P": 1, "A": 1, "S": 2, "I": 2}[letter[0]]
        assert (way[axis] > 0) == (letter[0] in "LPS")
        assert abs(way[axis]) >= np.abs(way).max() - 0.05


TURNS = {"straight": [], "turned": [(Plane.AXIAL, 25), (Plane.CORONAL, -40), (Plane.SAGITTAL, 10)]}


@pytest.mark.parametrize("turns", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize("orientation", ORIENTATIONS.values(), ids=ORIENTATIONS)
def test_every_pixel_of_every_plane_shows_the_voxels_that_lie_there(tmp_path, orientation, turns):
    phantoms = solids(tmp_path, orientation, positions(orientation, [2.1] * 13))
    state = mpr.start(phantoms[0])
    for plane, degrees in turns:
        state = mpr.turn(state, plane, degrees)
    check_every_plane(phantoms, state)
    check_every_plane(phantoms, mpr.move_to(state, phantoms[0], phantoms[0].center + np.array([2.3, -1.7, 3.1])))


@pytest.mark.parametrize("lean", [0.3, -0.2])
def test_a_tilted_gantry_is_put_straight_and_said(tmp_path, lean):
    axial = ORIENTATIONS["axial"]
    phantoms = solids(tmp_path, axial, positions(axial, [2.1] * 13, lean))
    check_every_plane(phantoms, mpr.start(phantoms[0]))
    # The sign is that of Gantry/Detector Tilt, as dcm_qa_ct-philips has it: negative if slices shift forwards going up.
    tilt = f"{np.degrees(np.arctan(lean)):.1f}".replace("-", "\N{MINUS SIGN}")
    assert f"gantry tilt of {tilt}° corrected" in phantoms[0].note


@pytest.mark.parametrize("turns", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize("steps", [[1.5] * 6 + [2.5] * 7, [1.0] * 7 + [3.3] * 6, [4.0] * 6 + [1.08] + [7.0] * 6])
@pytest.mark.parametrize(("orientation", "lean"), [("axial", 0.0), ("oblique", 0.0), ("axial", 0.25)])
def test_uneven_slices_stand_where_they_are_and_it_is_said(tmp_path, orientation, lean, steps, turns):
    way = ORIENTATIONS[orientation]
    phantoms = solids(tmp_path, way, positions(way, steps, lean))
    state = mpr.start(phantoms[0])
    for plane, degrees in turns:
        state = mpr.turn(state, plane, degrees)
    check_every_plane(phantoms, state)
    assert not phantoms[0].gaps
    assert f"uneven spacing, {min(steps):.2f} to {max(steps):.2f} mm" in phantoms[0].note
    assert np.shares_memory(phantoms[0].voxels, phantoms[0].voxels.base)


@pytest.mark.parametrize(
    ("places", "reason"),
    [
        ([(3.0 * (k % 2), 0.0, 2.0 * k) for k in range(14)], "shifted against each other"),
        ([(0.0, 0.0, 0.0)], "a single image"),
    ],
)
def test_what_would_be_guessing_is_refused_in_words(tmp_path, places, reason):
    values = phantom(0, ORIENTATIONS["axial"], places)
    with pytest.raises(NoSolid, match=reason):
        make_solid(load(tmp_path / "b", StackSpec(values, places, pixel_spacing=SPACING)))


def test_the_voxels_are_the_stacks_own_bytes(tmp_path):
    axial = ORIENTATIONS["axial"]
    places = positions(axial, [2.0] * 13)
    loaded = load(tmp_path / "b", StackSpec(phantom(2, axial, places), places, pixel_spacing=SPACING))
    assert np.shares_memory(make_solid(loaded).voxels, loaded.voxels)


@pytest.mark.parametrize("signed", [True, False])
def test_unused_bits_and_rescale_are_taken_into_account(tmp_path, signed):
    axial = ORIENTATIONS["axial"]
    places = positions(axial, [2.0] * 13)
    values = (phantom(0, axial, places) // 2) % 1900
    spec = StackSpec(values, places, pixel_spacing=SPACING, bits_stored=12, junk=0xA000, signed=signed,
                     rescales=[(0.5, -1024.0)] * 14)  # fmt: skip
    loaded = load(tmp_path / "b", spec)
    solid = make_solid(loaded)
    assert np.array_equal(solid.rescale.apply(solid.voxels), values * 0.5 - 1024)
    assert np.array_equal(loaded.modality_values(3), values[3] * 0.5 - 1024)


def test_a_slope_for_each_slice_is_applied_before_anything_is_mixed(tmp_path):
    places = positions(ORIENTATIONS["axial"], [2.0] * 13)
    rescales = [(1.0 + k, 0.0) for k in range(14)]
    values = np.full(SHAPE, 100)
    solid = make_solid(load(tmp_path / "b", StackSpec(values, places, pixel_spacing=SPACING, rescales=rescales)))
    assert solid.voxels[:, 3, 3].tolist() == [100.0 * (k + 1) for k in range(14)]


def test_a_damaged_slice_is_never_part_of_a_picture(tmp_path):
    axial = ORIENTATIONS["axial"]
    places = positions(axial, [2.0] * 13)
    root = tmp_path / "b"
    spec = StackSpec(phantom(2, axial, places), places, pixel_spacing=SPACING)
    bundles.make_bundle(root, [CaseSpec([SeriesSpec([spec])])])
    path = root / "DICOM/PT000001/ST000001/SE000001/IM000006"
    path.write_bytes(path.read_bytes()[:-2])
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    Loader(root, loaded, 0, lambda index: None).run()
    solid = make_solid(loaded)
    assert solid.damaged == (5,)
    state = mpr.start(solid)
    cut = mpr.cut(state, solid, Plane.CORONAL, (61, 121), 0.3)
    (polygon,) = mpr.damaged_parts(cut, solid)
    heights = [cut.point_at(*corner)[2] for corner in polygon]
    assert (min(heights), max(heights)) == pytest.approx((places[4][2], places[6][2]))
    thick = mpr.cut(replace(state, thickness=4.0), solid, Plane.AXIAL, (61, 47), 0.6)
    assert not mpr.damaged_parts(mpr.cut(state, solid, Plane.AXIAL, (61, 47), 0.6), solid)
    lower = mpr.move_to(state, solid, np.array([0, 0, places[7][2]]))
    assert not mpr.damaged_parts(mpr.cut(lower, solid, Plane.AXIAL, (61, 47), 0.6), solid)
    assert mpr.damaged_parts(mpr.cut(replace(lower, thickness=8.0), solid, Plane.AXIAL, (61, 47), 0.6), solid)
    assert thick.samples == 2


def test_the_outline_is_where_the_voxels_end(tmp_path):
    axial = ORIENTATIONS["axial"]
    solid = solids(tmp_path, axial, positions(axial, [2.1] * 13, 0.2))[0]
    for plane in Plane:
        cut = mpr.cut(mpr.turn(mpr.start(solid), Plane.AXIAL, 20), solid, plane, (101, 101), 0.6)
        ends = np.array([solid.index_of(cut.point_at(*corner)) for corner in mpr.outline(cut, solid)])
        assert len(ends) >= 4
        off = np.minimum(np.abs(ends + 0.5), np.abs(ends - (np.array(solid.shape) - 0.5))).min(axis=1)
        assert off.max() < 1e-6


@pytest.mark.parametrize("thickness", [2.0, 4.0, 6.0, 8.0, 9.0, 10.0])
@pytest.mark.parametrize("height", [12.0, 13.0, 13.3])
@pytest.mark.parametrize(("slab", "how"), [(Slab.MAXIMUM, np.max), (Slab.MINIMUM, np.min), (Slab.MEAN, np.mean)])
def test_slabs_lie_evenly_about_their_plane(thickness, height, slab, how):
    values = np.random.default_rng(1).integers(-1000, 1000, (14, 18, 22))
    solid = Solid(values.astype(np.int16), np.diag([1.0, 1.0, 2.0, 1.0]), Rescale(), KIND, (), "")
    state = mpr.move_to(mpr.start(solid), solid, np.array([10.0, 8.0, height]))
    cut = mpr.cut(replace(state, thickness=thickness, slab=slab), solid, Plane.AXIAL, (22, 18), 1.0)
    number = int(np.ceil(thickness / 2))
    assert cut.samples == number
    places = (height - thickness / 2 + (np.arange(number) + 0.5) * thickness / number) / 2
    layers = [values[int(k)] * (1 - k % 1) + values[int(k) + 1] * (k % 1) for k in places]
    assert np.abs(Reslicer(solid).cut(cut) - how(layers, axis=0)).max() <= 1


def trilinear(solid: Solid, cut: mpr.Cut) -> tuple[np.ndarray, np.ndarray]:
    """(values, which of them lie inside), by NumPy alone."""
    y, x = np.mgrid[: cut.rows, : cut.columns]
    points = np.stack([x, y, 0 * x, 0 * x + 1]).reshape(4, -1).astype(float)
    index = (np.linalg.inv(solid.affine) @ cut.matrix @ points)[:3]
    high = np.array(solid.shape)[:, None] - 1
    inside = np.all((index >= 0) & (index <= high), axis=0).reshape(y.shape)
    below = np.clip(np.floor(index), 0, high - 1).astype(int)
    share = index - below
    values = np.zeros(index.shape[1])
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod([s if bit else 1 - s for s, bit in zip(share, corner, strict=True)], axis=0)
        i, j, k = np.clip(below + np.array(corner)[:, None], 0, high)
        values += weight * solid.voxels[k, j, i]
    return values.reshape(y.shape), inside


@pytest.fixture(scope="module")
def noise(tmp_path_factory) -> Solid:
    values = np.random.default_rng(2).integers(-1000, 2000, (14, 18, 22))
    places = positions(OBLIQUE, [2.1] * 13, 0.2)
    spec = StackSpec(values, places, orientation=OBLIQUE, pixel_spacing=SPACING)
    return make_solid(load(tmp_path_factory.mktemp("noise") / "b", spec))


def turned(solid: Solid, plane: Plane, degrees: float, shift: tuple[float, float, float]) -> mpr.MprState:
    return mpr.move_to(mpr.turn(mpr.start(solid), plane, degrees), solid, solid.center + shift)


SHIFTS = st.tuples(*[st.floats(-6, 6)] * 3)


@settings(max_examples=40, deadline=None)
@given(plane=st.sampled_from(list(mpr.SQUARE)), degrees=st.floats(-180, 180), shift=SHIFTS)
def test_any_plane_equals_the_interpolation_computed_by_numpy(noise, plane, degrees, shift):
    state = turned(noise, plane, degrees, shift)
    for seen in Plane:
        cut = mpr.cut(state, noise, seen, (33, 29), 0.7)
        wanted, inside = trilinear(noise, cut)
        assert np.abs(Reslicer(noise).cut(cut) - wanted)[inside].max(initial=0) <= 1


def test_any_plane_equals_that_of_simpleitk(noise):
    image = SimpleITK.GetImageFromArray(noise.voxels.astype(np.float64))  # at voxel numbers; the matrix does the rest
    state = turned(noise, Plane.CORONAL, 33.0, (1.0, 2.0, -3.0))
    for plane in Plane:
        cut = mpr.cut(state, noise, plane, (41, 37), 0.7)
        matrix = np.linalg.inv(noise.affine) @ cut.matrix
        matrix[:3, 2] = np.cross(matrix[:3, 0], matrix[:3, 1])
        place = SimpleITK.AffineTransform(matrix[:3, :3].ravel().tolist(), matrix[:3, 3].tolist())
        made = SimpleITK.Resample(image, (cut.columns, cut.rows, 1), place, SimpleITK.sitkLinear, (0, 0, 0), (1, 1, 1))
        _, inside = trilinear(noise, cut)
        difference = np.abs(Reslicer(noise).cut(cut) - SimpleITK.GetArrayFromImage(made)[0])
        assert difference[inside].max() <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(mpr.SQUARE)), st.floats(-90, 90)), max_size=30))
def test_however_it_is_turned_the_planes_stand_square_and_go_through_the_point(noise, turns):
    state = mpr.start(noise)
    for plane, degrees in turns:
        state = mpr.turn(state, plane, degrees)
    normals = np.array([state.facings[plane].normal for plane in mpr.SQUARE])
    assert np.abs(np.abs(normals @ normals.T) - np.eye(3)).max() < 1e-9
    for plane in Plane:
        cut = mpr.cut(state, noise, plane, (50, 40), 0.5)
        assert cut.point_at(*cut.place_of(np.array(state.point))) == pytest.approx(state.point, abs=1e-9)


def test_turning_in_a_plane_leaves_its_own_picture_and_turns_the_lines_clockwise(noise):
    before = mpr.start(noise)
    after = mpr.turn(before, Plane.AXIAL, 30)
    assert after.facings[Plane.AXIAL] == before.facings[Plane.AXIAL]
    assert after.facings[Plane.OBLIQUE] == before.facings[Plane.OBLIQUE]
    right, down = mpr.line(after, Plane.AXIAL, Plane.CORONAL)
    assert abs(np.degrees(np.arctan(down / right)) - 30) < 1e-9  # down grows downwards: clockwise
    alone = mpr.turn(before, Plane.AXIAL, 30, oblique=True)
    assert alone.facings[Plane.CORONAL] == before.facings[Plane.CORONAL]
    assert alone.facings[Plane.OBLIQUE] != before.facings[Plane.OBLIQUE]


def test_planes_that_are_parallel_have_no_line(noise):
    state = mpr.turn(mpr.start(noise), Plane.AXIAL, -45, oblique=True)
    assert mpr.line(state, Plane.CORONAL, Plane.OBLIQUE) is None


def test_the_cross_hair_stays_within_the_voxels(noise):
    state = mpr.move_to(mpr.start(noise), noise, np.array([1000.0, 0.0, 0.0]))
    index = noise.index_of(np.array(state.point))
    assert np.all(index > -1e-9)
    assert np.all(index < np.array(noise.shape) - 1 + 1e-9)


def test_everything_fits_into_the_pane(noise):
    state = mpr.turn(mpr.start(noise), Plane.SAGITTAL, 17)
    for plane in Plane:
        mm = mpr.fit_mm_per_pixel(state, noise, plane, (80, 60))
        corners = np.array(mpr.outline(mpr.cut(state, noise, plane, (80, 60), mm), noise))
        assert np.all((corners > -0.5 - 1e-6) & (corners < (79.5 + 1e-6, 59.5 + 1e-6)))


def test_the_bytes_are_given_back(tmp_path):
    import gc
    import weakref

    places = [(0.0, 0.0, 2.0 * k) for k in range(14)]
    loaded = load(tmp_path / "b", StackSpec(np.zeros(SHAPE, int), places))
    block = weakref.ref(loaded.voxels)
    solid = make_solid(loaded)
    reslicer = Reslicer(solid)
    reslicer.cut(mpr.cut(mpr.start(solid), solid, Plane.AXIAL, (20, 20), 1.0))
    reslicer.close()
    del loaded, solid
    gc.collect()
    assert block() is None


def test_planes_along_the_voxels_are_known_from_those_askew(noise):
    straight, lean = replace(noise, affine=np.diag([0.7, 1.3, 2.1, 1.0])), np.eye(4)
    lean[1, 2] = 0.2
    leaning = replace(straight, affine=lean @ straight.affine)
    state = mpr.start(straight)
    assert along_voxels(straight, state) == [True, True, True, False]
    assert along_voxels(straight, mpr.turn(state, Plane.AXIAL, 10)) == [True, False, False, False]
    assert along_voxels(leaning, state) == [True, False, False, False]


def along_voxels(solid: Solid, state: mpr.MprState) -> list[bool]:
    return [mpr.along_voxels(solid, state.facings[plane]) for plane in Plane]
