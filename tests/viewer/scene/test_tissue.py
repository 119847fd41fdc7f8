"""MR in 3D: a preset by the values of the body itself, bright whatever the window of the slices."""

import numpy as np
import pytest

from bundle.images.geometry import affine
from tests.viewer import bundles
from viewer.images.windowing import PixelKind, Rescale
from viewer.scene.body import Body
from viewer.scene.render_presets import SIDES, in_voxels, looks_for
from viewer.space.voxel_volume import Solid

SIZE = (220, 200)


def head(scale: float, slope: float = 1.0) -> Solid:
    """A head as MR shows it, in arbitrary units: background with noise, grey tissue, a few bright spots."""
    k, j, i = np.meshgrid(*[np.arange(60)] * 3, indexing="ij")
    radius = np.sqrt((i - 29.5) ** 2 + (j - 29.5) ** 2 + (k - 29.5) ** 2)
    rng = np.random.default_rng(2)
    values = np.where(radius < 24, rng.normal(300, 30, radius.shape), np.abs(rng.normal(0, 12, radius.shape)))
    values[rng.random(values.shape) > 0.999] = 2500
    stored = np.rint(values * scale / slope).astype(np.int16)
    matrix = affine((-30.0, -30.0, -30.0), bundles.AXIAL, (1.0, 1.0), (0.0, 0.0, 1.0))
    return Solid(stored, matrix, Rescale(slope, 0.0), PixelKind(16, 16, True, False, None), (), "")


@pytest.mark.parametrize(("scale", "slope"), [(1.0, 1.0), (10.0, 1.0), (0.2, 1.0), (1.0, 0.5)])
def test_the_first_preset_of_mr_shows_tissue_brightly_and_no_background(scale, slope):
    solid = head(scale, slope)
    look = looks_for(solid, "", (1250 * scale, 2500 * scale))[0]
    assert look.name == "Tissue"
    start, end = look.points[0][0], look.points[-1][0]
    assert 40 * scale < start < 230 * scale  # above the noise of the background, below the tissue
    assert 290 * scale < end < 1000 * scale  # not at the few bright spots
    body = Body(solid)
    body.set_look(in_voxels(look, solid))
    body.look_from(SIDES[0])
    grey = body.rows(body.view(SIZE), SIZE, 0, SIZE[1])[..., :3].max(axis=2).astype(float)
    body.close()
    rows, columns = np.indices(grey.shape)
    away = np.hypot(rows - 99.5, columns - 109.5)
    within = SIZE[1] * 0.86 / 59 * 24
    assert np.median(grey[away < within * 0.8]) > 90
    assert (grey[away > within * 1.1] > 40).mean() < 0.1
