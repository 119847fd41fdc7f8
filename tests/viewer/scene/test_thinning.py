"""Thinned voxels: the means of their neighbours, in the places of these; what is unknown adds nothing."""

import numpy as np
import pytest

from bundle.images.geometry import affine
from tests.viewer import bundles
from viewer.images.windowing import PixelKind, Rescale
from viewer.scene.thinning import thinned
from viewer.space.voxel_volume import Solid

MATRIX = affine((-10.0, -20.0, 30.0), bundles.AXIAL, (0.5, 0.5), (0.0, 0.0, 0.5))


def solid(voxels: np.ndarray, **more) -> Solid:
    kind = PixelKind(16, 16, True, False, None)
    return Solid(voxels, MATRIX, Rescale(1.0, 0.0), kind, more.pop("damaged", ()), "", **more)


def test_voxels_that_are_not_too_many_are_used_as_they_are():
    voxels = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    found = thinned(solid(voxels), 24)
    assert found.voxels is voxels
    assert found.steps == (1, 1, 1)


def test_each_voxel_is_the_mean_of_those_that_it_replaces_and_lies_in_their_middle():
    voxels = np.random.default_rng(1).integers(-1000, 3000, (6, 8, 10)).astype(np.int16)
    found = thinned(solid(voxels), 60)
    columns, rows, slices = found.steps
    assert (columns, rows, slices) == (2, 2, 2)
    blocks = voxels.reshape(3, 2, 4, 2, 5, 2).astype(float)
    assert np.abs(found.voxels - blocks.mean((1, 3, 5))).max() <= 0.5
    assert found.affine @ (0, 0, 0, 1) == pytest.approx(MATRIX @ (0.5, 0.5, 0.5, 1))
    assert found.affine @ (4, 3, 2, 1) == pytest.approx(MATRIX @ (8.5, 6.5, 4.5, 1))


def test_a_function_of_the_place_stays_one_however_many_voxels_are_averaged():
    k, j, i = np.meshgrid(np.arange(30), np.arange(40), np.arange(50), indexing="ij")
    voxels = (10 * i + 7 * j + 20 * k).astype(np.int16)
    for samples in (None, 2):
        for most in (60_000, 20_000, 3000, 400):
            found = thinned(solid(voxels), most, samples)
            assert found.voxels.size <= most
            where = np.argwhere(np.ones(found.voxels.shape))[:, ::-1]
            places = np.linalg.solve(MATRIX, found.affine @ np.c_[where, np.ones(len(where))].T)
            expected = 10 * places[0] + 7 * places[1] + 20 * places[2]
            assert np.abs(found.voxels.reshape(-1) - expected).max() <= 0.51


def test_padding_adds_nothing_to_a_mean_and_is_clear_where_there_is_nothing_else():
    voxels = np.full((4, 8, 8), 100, np.int16)
    voxels[1, 3, 3] = 40
    there = np.ones(voxels.shape, np.uint8)
    voxels[:, :, 4:], there[:, :, 4:] = -2000, 0
    voxels[:, 0, 0], there[:, 0, 0] = -2000, 0
    found = thinned(solid(voxels, there=there), 32)
    assert found.steps == (2, 2, 2)
    assert (found.voxels[:, :, 2:] == 40).all()
    assert found.voxels[0, 0, 0] == 100
    assert found.voxels[0, 1, 1] == round((7 * 100 + 40) / 8)


def test_a_damaged_slice_is_never_shown_and_its_neighbours_are():
    voxels = np.full((8, 8, 8), 500, np.int16)
    voxels[0], voxels[4] = 10, 3000
    found = thinned(solid(voxels, damaged=(4,)), 8 * 64 - 1)
    assert 3000 not in found.voxels
    assert found.voxels.max() == 500
