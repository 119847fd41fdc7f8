"""What lies behind a shape on the picture is cut away, voxel for voxel, as the picture shows it."""

import functools
import itertools

import cv2
from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
from shapely import LineString, Polygon, contains_xy, distance, points

from bundle.images.geometry import affine
from tests.viewer import bundles
from viewer.images.windowing import PixelKind, Rescale
from viewer.scene.body import Body
from viewer.scene.render_presets import CT_LOOKS, SIDES
from viewer.scene.sculpting.components import components
from viewer.scene.sculpting.cuts import filled
from viewer.scene.sculpting.hulls import hulls
from viewer.scene.sculpting.sculpture import sculpted
from viewer.scene.sculpting.windows import narrowed, widened
from viewer.scene.thinning import thinned
from viewer.space.voxel_volume import Solid
from viewer.ui.rendering.sculptor import cut_of

SIZE = (320, 240)


def block() -> Solid:
    """Noise everywhere, in voxels that are longer than wide, leaning as in a tilted gantry."""
    voxels = np.random.default_rng(3).integers(300, 900, (30, 50, 60)).astype(np.int16)
    matrix = affine((-30.0, -25.0, -40.0), bundles.AXIAL, (0.9, 1.1), (0.0, 0.7, 2.5))
    return Solid(voxels, matrix, Rescale(1.0, 0.0), PixelKind(16, 16, True, False, None), (), "")


def on_the_picture(body: Body, solid: Solid) -> np.ndarray:
    """Where each voxel's centre lies on a picture of SIZE, (slices, rows, columns, 2): by the camera's own vectors."""
    camera = body.view(SIZE).camera
    k, j, i = np.indices(solid.voxels.shape)
    places = np.stack([i, j, k, np.ones_like(i)], axis=-1) @ solid.affine.T
    ways = np.stack([camera.right, camera.down])
    return (places[..., :3] - camera.focus) @ ways.T * SIZE[1] / (2 * camera.scale) + np.array(SIZE) / 2


OUTLINES = st.lists(st.tuples(st.floats(10, 310), st.floats(10, 230)), min_size=3, max_size=9)


@settings(max_examples=25, deadline=None)
@given(OUTLINES, st.booleans(), st.integers(0, 5), st.floats(-90, 90), st.floats(-60, 60))
def test_exactly_the_voxels_within_the_outline_go_or_stay(outline, keep, side, right, down):
    solid, thin = block(), None
    body = Body(solid)
    body.set_look(CT_LOOKS[0])
    body.look_from(SIDES[side])
    body.view(SIZE)
    body.turn(right, down)
    body.move(0.1, -0.05)
    cut = cut_of(body, SIZE, outline, keep=keep)
    thin = thinned(solid, 1 << 40)
    left = sculpted(thin, body.sculpture.with_cut(cut), -32768)
    at = on_the_picture(body, solid)
    body.close()
    corners = np.array(outline)
    x, y = at[..., 0], at[..., 1]
    inside, near = np.zeros(x.shape, bool), np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:  # the even-odd rule, by rays to the right
            inside ^= ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
        share = np.clip(
            ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / max((x1 - x0) ** 2 + (y1 - y0) ** 2, 1e-9), 0, 1
        )
        near |= np.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0)) < 0.5  # half a pixel
    gone = left == -32768
    assert ((gone != (inside ^ keep)) & ~near).sum() == 0
    assert (left[~gone] == solid.voxels[~gone]).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 60), st.floats(1, 40)), min_size=3, max_size=8))
def test_a_shape_is_filled_by_the_even_odd_rule(corners):
    """Shapely's: the even-odd rule is the symmetric difference of the triangles that a corner spans with each edge."""
    found = filled(np.array(corners), 64, 44)
    fan = [Polygon([corners[0], *pair]) for pair in itertools.pairwise(corners[1:])]
    truth = functools.reduce(lambda first, second: first.symmetric_difference(second), fan)
    y, x = np.mgrid[0:44, 0:64] + 0.5
    off_the_line = distance(points(x, y), LineString([*corners, corners[0]])) > 1e-6
    assert np.array_equal(found[off_the_line], contains_xy(truth, x, y)[off_the_line])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.7))
def test_components_are_those_of_simpleitk(seed, share):
    import SimpleITK

    mask = np.random.default_rng(seed).random((7, 11, 13)) < share
    found = components(mask)
    image = SimpleITK.ConnectedComponent(SimpleITK.GetImageFromArray(mask.astype(np.uint8)), False)
    expected = SimpleITK.GetArrayFromImage(image)
    assert found.number == expected.max()
    assert found.sizes.sum() == mask.sum()
    other = np.random.default_rng(seed + 1).random(mask.shape) < 0.5
    for number in range(found.number):
        mine = found.mask(np.arange(found.number) == number)
        assert len(np.unique(expected[mine])) == 1
        assert mine.sum() == found.sizes[number] == (expected == expected[mine][0]).sum()
        assert tuple(found.spans[number]) == tuple(np.ptp(places) + 1 for places in np.nonzero(mine))
        assert found.count(other)[number] == (mine & other).sum()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_masks_are_narrowed_and_widened_as_opencv_does(seed, by):
    mask = np.random.default_rng(seed).random((3, 20, 24)) < 0.7
    square = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    for found, expected in (
        (narrowed(mask, by), [cv2.erode(part.astype(np.uint8), square) for part in mask]),
        (widened(mask, by), [cv2.dilate(part.astype(np.uint8), square) for part in mask]),
    ):
        assert np.array_equal(found, np.stack(expected).astype(bool))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.005, 0.2))
def test_a_hull_is_that_of_opencv(seed, share):
    mask = np.random.default_rng(seed).random((1, 30, 40)) < share
    found = hulls(mask)[0]
    if not mask.any():
        assert not found.any()
        return
    corners = cv2.convexHull(np.argwhere(mask[0])[:, ::-1].astype(np.int32)).astype(np.float32)
    expected = np.array(
        [[cv2.pointPolygonTest(corners, (float(x), float(y)), True) for x in range(40)] for y in range(30)]
    )
    assert found[expected > 1e-3].all()
    assert not found[expected < -1e-3].any()
    assert found[mask[0]].all()
