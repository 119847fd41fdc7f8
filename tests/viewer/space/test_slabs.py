"""Slabs, padding and gaps in planes through linear phantoms: the picture is the function of the place, or nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.space.test_mpr import load, well_inside
from viewer.annotation import Nothing
from viewer.scene.reslice import Reslicer
from viewer.scene.thinning import thinned
from viewer.space import mpr, plane_view
from viewer.space.mpr import Plane, Slab
from viewer.space.slice_runs import place_at
from viewer.space.voxel_volume import Solid, make_solid

SHAPE, SPACING, STEP = (24, 40, 56), (1.3, 0.8), 2.5
ORIGIN = np.array((-9.0, -46.35, 8.25))
SLOPE = np.array((7.0, 11.0, 13.0)) / 3
HOW = {Slab.MAXIMUM: np.max, Slab.MINIMUM: np.min, Slab.MEAN: np.mean}
PADDING = -2000


def function(points: np.ndarray) -> np.ndarray:
    """The phantom's value at places in the patient."""
    return points @ SLOPE


def places(steps: list[float], lean: float = 0.0) -> list[tuple[float, float, float]]:
    return [tuple(ORIGIN + np.array((0.0, lean * way, way))) for way in np.cumsum([0.0, *steps])]


def stored(where: list[tuple[float, float, float]]) -> np.ndarray:
    _, j, i = np.mgrid[: len(where), : SHAPE[1], : SHAPE[2]]
    points = np.array(where)[:, None, None, :] + np.stack([i * SPACING[1], j * SPACING[0], 0 * i], axis=-1)
    return np.rint(function(points)).astype(np.int64)


def phantom(root: Path, steps: list[float] | None = None, lean: float = 0.0, **more: object) -> Solid:
    where = places(steps or [STEP] * (SHAPE[0] - 1), lean)
    values = more.pop("values", None)
    spec = StackSpec(stored(where) if values is None else values, where, pixel_spacing=SPACING, **more)
    return make_solid(load(root, spec))


def points_of(cut: mpr.Cut, layer: float = 0.0) -> np.ndarray:
    """The patient places of a picture's pixels, or of those of a layer of its slab, (rows, columns, 3)."""
    x, y = np.meshgrid(np.arange(cut.columns), np.arange(cut.rows))
    return (cut.matrix @ np.stack([x, y, 0 * x + layer, 0 * x + 1]).reshape(4, -1))[:3].T.reshape(*x.shape, 3)


def over_layers(solid: Solid, cut: mpr.Cut, how) -> tuple[np.ndarray, np.ndarray]:
    """The function over those layers that lie between the outermost voxels, by NumPy, and where there is one."""
    offsets = np.arange(cut.samples) - (cut.samples - 1) / 2
    layers = np.stack([points_of(cut, offset) for offset in offsets])
    inside = np.stack([well_inside(solid, layer) for layer in layers])
    values = np.ma.MaskedArray(function(layers), ~inside)
    return {np.max: values.max, np.min: values.min, np.mean: values.mean}[how](axis=0).filled(0), inside.any(axis=0)


TURNS = {"straight": [], "oblique": [(Plane.AXIAL, 25), (Plane.CORONAL, -40), (Plane.SAGITTAL, 10)]}


@pytest.mark.parametrize("lean", [0.0, 0.3])
@pytest.mark.parametrize("turns", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize("slab", HOW)
def test_a_slab_at_the_first_and_last_slice_is_made_of_the_layers_inside(tmp_path, slab, turns, lean):
    solid = phantom(tmp_path / "b", lean=lean)
    reslicer = Reslicer(solid)
    for end in (0.0, 1.0, 0.5):
        state = replace(mpr.start(solid), thickness=10.0, slab=slab)
        for plane, degrees in turns:
            state = mpr.turn(state, plane, degrees)
        state = mpr.move_to(state, solid, solid.point_of(solid.ends * (0.5, 0.5, end)))
        for plane in Plane:
            cut = mpr.cut(state, solid, plane, (61, 47), 0.9)
            seen = reslicer.see(cut)
            wanted, known = over_layers(solid, cut, HOW[slab])
            known &= well_inside(solid, points_of(cut))
            assert known.sum() > 100
            assert np.abs(solid.rescale.apply(seen.values) - wanted)[known].max() <= 1.0, (plane, end)
            assert seen.there is None or seen.there[known].all()


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("fine", [True, False])
def test_a_slab_beyond_the_end_does_not_count_what_is_outside_as_stored_zero(tmp_path, signed, fine):
    values = stored(places([STEP] * 23)) + (0 if signed else 1000)
    rescales = (
        [(1.0, 0.0 if signed else -1000.0)] * 24
        if fine
        else [(1.0 + k / 1e6, -1000.0 * (not signed)) for k in range(24)]
    )
    solid = phantom(tmp_path / "b", values=values, signed=signed, rescales=rescales)
    state = replace(mpr.start(solid), thickness=10.0, slab=Slab.MEAN)
    last = mpr.move_to(state, solid, solid.center + np.array((0, 0, 1000)))
    cut = mpr.cut(last, solid, Plane.AXIAL, (21, 21), 1.0)
    middle = function(cut.point_at(10, 10)) - 2.5 * SLOPE[2]  # layers 1.25 and 3.75 mm below the last slice
    assert solid.rescale.apply(Reslicer(solid).cut(cut))[10, 10] == pytest.approx(middle, abs=1)


# Padding


def padded(k: int = SHAPE[0]) -> np.ndarray:
    """Where padding lies: outside a circle, as in reconstructions of a round field of view."""
    _, j, i = np.mgrid[:k, : SHAPE[1], : SHAPE[2]]
    return (i * SPACING[1] - 22) ** 2 + (j * SPACING[0] - 25) ** 2 > 18**2


KINDS = {
    "one value": {"padding": PADDING},
    "a range": {"paddings": [(-2000, -1950)] * 24},
    "a range, turned round": {"paddings": [(-1950, -2000)] * 24},
    "another in each slice": {"paddings": [(-2000 - 3 * k, None) for k in range(24)]},
    "in some slices only": {"paddings": [(-2000, None) if k % 2 else (None, None) for k in range(24)]},
    "another slope in each slice": {
        "paddings": [(-2000, None)] * 24,
        "rescales": [(1 + k / 1e5, 0.0) for k in range(24)],
    },
}


def with_padding(root: Path, kind: str, lean: float = 0.0, **more: object) -> tuple[Solid, np.ndarray]:
    """The phantom with padding of a kind, and which of its voxels are none."""
    values, empty = stored(places([STEP] * 23, lean)), padded()
    for k, (value, limit) in enumerate(KINDS[kind].get("paddings", [(PADDING, None)] * 24)):
        if value is None:
            empty[k] = False
            continue
        spread = 0 if limit is None else limit - value
        values[k][empty[k]] = value + (np.arange(empty[k].sum()) * (1 if spread >= 0 else -1)) % (
            abs(spread) + 1
        ) * np.sign(spread)
    if kind == "a range, turned round":
        values[empty] = -1950 - np.arange(empty.sum()) % 51
    return phantom(root, lean=lean, values=values, **KINDS[kind], **more), ~empty


@pytest.mark.parametrize("turns", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize("kind", KINDS)
def test_padding_is_mixed_into_no_plane_and_no_slab(tmp_path, kind, turns):
    solid, known = with_padding(tmp_path / "b", kind, lean=0.2)
    assert np.array_equal(solid.there.astype(bool), known)
    for slab, thickness in ((Slab.MEAN, 0.0), (Slab.MEAN, 10.0), (Slab.MAXIMUM, 10.0), (Slab.MINIMUM, 10.0)):
        state = replace(mpr.start(solid), thickness=thickness, slab=slab)
        for plane, degrees in turns:
            state = mpr.turn(state, plane, degrees)
        for plane in Plane:
            cut = mpr.cut(state, solid, plane, (61, 47), 0.9)
            values, there = Reslicer(solid).see(cut)
            inside = well_inside(solid, points_of(cut)) & there
            assert inside.sum() > 100
            # Within a slab the function changes by so much from its middle, and within a voxel where padding is near.
            reach = thickness / 2 * np.linalg.norm(SLOPE) + 0.5 * (SLOPE * (0.8, 1.3, 2.5)).sum() + 1
            off = np.abs(solid.rescale.apply(values) - function(points_of(cut)))[inside]
            assert off.max() <= reach, (plane, slab)
            assert off.max() < 200  # padding would be off by 2,000 times its share


def test_padding_is_left_out_where_it_takes_the_larger_part_of_what_is_mixed(tmp_path):
    solid, known = with_padding(tmp_path / "b", "one value")
    state = mpr.move_to(mpr.start(solid), solid, solid.point_of(np.array((28.0, 20.0, 10.0))))
    cut = mpr.cut(state, solid, Plane.AXIAL, (56, 40), 0.8)
    values, there = Reslicer(solid).see(cut)
    index = np.rint([[solid.index_of(cut.point_at(x, y)) for x in range(56)] for y in range(40)]).astype(int)
    inside = np.all((index >= 0) & (index < solid.shape), axis=-1)
    nearest = known[10][np.clip(index[..., 1], 0, 39), np.clip(index[..., 0], 0, 55)]
    assert (there == nearest)[inside].mean() > 0.98
    grey = plane_view.grey_of(values, there, solid, (0.0, 800.0), inverted=False)
    assert grey[~there].max() == 0 and grey[there & inside].min() > 0
    column, row = np.argwhere(inside & ~there)[0][::-1]
    assert plane_view.value_at(values, there, cut, solid, (column, row)) is Nothing.PADDING


def test_padding_is_never_seen_in_3d(tmp_path):
    solid, known = with_padding(tmp_path / "b", "a range")
    voxels, _, _ = thinned(solid, 1 << 24)
    assert voxels.min() == solid.voxels[known].min()
    assert np.array_equal(voxels[known], solid.voxels[known]) and (voxels[~known] == voxels.min()).all()


def test_a_stack_of_the_first_bundles_has_the_padding_of_the_stack(tmp_path):
    values = stored(places([STEP] * 23))
    values[:, :5] = PADDING
    solid = phantom(tmp_path / "b", values=values, padding=PADDING, paddings=[(None, None)] * 24)
    assert not solid.there[:, :5].any() and solid.there[:, 5:].all()


# Gaps


GAP = [2.0] * 11 + [4.0] + [2.0] * 18


@pytest.fixture
def gap(tmp_path) -> Solid:
    """Slice 12 of 31 is missing."""
    return phantom(tmp_path / "b", GAP)


def test_a_gap_is_neither_filled_nor_does_it_move_a_slice(gap):
    assert [tuple(round(end * 2.0, 6) for end in ends) for ends in gap.gaps] == [(23.0, 25.0)]
    missing = ORIGIN[2] + 24.0
    for plane in (Plane.CORONAL, Plane.SAGITTAL):
        cut = mpr.cut(mpr.start(gap), gap, plane, (61, 181), 0.4)
        values, there = Reslicer(gap).see(cut)
        points = points_of(cut)
        inside = well_inside(gap, points)
        heights = points[..., 2]
        assert not there[inside & (np.abs(heights - missing) < 0.99)].any()
        sure = inside & (np.abs(heights - missing) > 2.0)
        assert there[sure].all()
        assert np.abs(values - function(points))[sure].max() <= 1
        (polygon,) = mpr.gap_parts(cut, gap)
        ends = [cut.point_at(*corner)[2] for corner in polygon]
        assert (min(ends), max(ends)) == pytest.approx((missing - 1, missing + 1))
        column, row = np.argwhere(inside & (np.abs(heights - missing) < 0.5))[0][::-1]
        assert plane_view.value_at(values, there, cut, gap, (column, row)) is Nothing.GAP


def test_a_slab_over_a_gap_is_made_of_the_slices_that_are_there(gap):
    above = mpr.move_to(
        replace(mpr.start(gap), thickness=6.0, slab=Slab.MAXIMUM), gap, ORIGIN + np.array((22, 25, 22.0))
    )
    cut = mpr.cut(above, gap, Plane.AXIAL, (21, 21), 1.0)
    values, there = Reslicer(gap).see(cut)
    # Layers at 20, 22 and 24 mm, of which the last lies where nothing is known.
    assert there is None or there.all()
    assert values[10, 10] == pytest.approx(function(cut.point_at(10, 10)), abs=1)
    within = mpr.move_to(above, gap, ORIGIN + np.array((22, 25, 24.0)))
    assert not Reslicer(gap).see(mpr.cut(within, gap, Plane.AXIAL, (21, 21), 1.0)).there.any()


def test_the_wheel_goes_from_slice_to_slice_however_far_apart(gap):
    state = mpr.move_to(mpr.start(gap), gap, ORIGIN + np.array((22, 25, 20.0)))
    heights = [round(mpr.scroll(state, gap, Plane.AXIAL, steps).point[2] - ORIGIN[2], 6) for steps in range(-2, 5)]
    assert heights == [16, 18, 20, 22, 26, 28, 30]
    between = mpr.move_to(state, gap, ORIGIN + np.array((22, 25, 24.0)))
    assert [round(mpr.scroll(between, gap, Plane.AXIAL, n).point[2] - ORIGIN[2], 6) for n in (-1, 1)] == [22, 26]
    assert mpr.scroll(state, gap, Plane.AXIAL, 1000).point[2] == pytest.approx(ORIGIN[2] + sum(GAP))


def test_a_gap_is_empty_in_3d_and_slices_stand_where_they_are(gap):
    voxels, matrix, _ = thinned(gap, 1 << 24)
    heights = (matrix @ np.array([[0, 0, k, 1] for k in range(len(voxels))]).T)[2] - ORIGIN[2]
    assert heights == pytest.approx(np.arange(len(voxels)) * 2.0)
    least = gap.voxels.min()
    assert [k for k in range(len(voxels)) if (voxels[k] == least).all()] == [12]
    for k, height in enumerate(heights):
        if k != 12:
            number = 2 * (height > 23) and 1
            assert np.array_equal(voxels[k], gap.voxels[k - number])


@pytest.mark.parametrize("steps", [[4.0] * 12 + [1.08] + [7.0] * 10, [5.0, 5.0, 10.0], [1.0, 1.0, 1.0, 2.6, 1.0, 1.0]])
def test_every_slice_is_seen_as_it_is_where_it_stands(tmp_path, steps):
    where = places(steps)
    values = np.random.default_rng(4).integers(-1000, 1000, (len(where), *SHAPE[1:]))
    solid = make_solid(load(tmp_path / "b", StackSpec(values, where, pixel_spacing=(1.0, 1.0))))
    for k in range(len(where)):
        state = mpr.move_to(mpr.start(solid), solid, solid.point_of(np.array((27.5, 19.5, place_at(solid.runs, k)))))
        cut = mpr.cut(state, solid, Plane.AXIAL, (56, 40), 1.0)
        assert np.array_equal(Reslicer(solid).cut(cut), values[k]), k
        assert cut.point_at(0, 0)[2] == pytest.approx(where[k][2])


def test_a_gap_is_told_with_the_places_between_which_nothing_is_known(gap):
    low, high = ORIGIN[2] + 22, ORIGIN[2] + 26
    assert f"slices missing from {low:.1f} to {high:.1f} mm" in gap.note.replace("−", "-")


def test_a_damaged_slice_beside_a_gap_takes_its_neighbours_with_it(tmp_path):
    root, where = tmp_path / "b", places(GAP)
    bundles.make_bundle(root, [CaseSpec([SeriesSpec([StackSpec(stored(where), where, AXIAL, pixel_spacing=SPACING)])])])
    path = root / "DICOM/PT000001/ST000001/SE000001/IM000012"
    path.write_bytes(path.read_bytes()[:-2])
    from bundle.index.index import Catalog
    from viewer.images.loading import Loader
    from viewer.images.volume import LoadedStack

    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    Loader(root, loaded, 0, lambda index: None).run()
    solid = make_solid(loaded)
    assert solid.damaged == (11,)
    cut = mpr.cut(mpr.start(solid), solid, Plane.CORONAL, (61, 181), 0.4)
    (polygon,) = mpr.damaged_parts(cut, solid)
    ends = [cut.point_at(*corner)[2] - ORIGIN[2] for corner in polygon]
    assert (min(ends), max(ends)) == pytest.approx((20, 26))
