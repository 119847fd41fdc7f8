"""Volumes where they lie in the patient, rendered into a picture."""

import numpy as np
import pytest

from bundle.geometry import affine
from tests.viewer import bundles
from viewer.scene.volume_render import render_volume
from viewer.scene.vtk_image import to_vtk_image

TILTED = affine((-10.0, -20.0, 30.0), (1, 0, 0, 0, 0.95, -0.3122), (0.5, 0.4), (0.0, 0.3, 2.0))


def test_every_voxel_lies_where_the_affine_says_also_in_a_sheared_stack():
    volume = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    image, matrix = to_vtk_image(volume, TILTED)
    assert image.GetDimensions() == (4, 3, 2)
    for k, j, i in np.ndindex(volume.shape):
        assert image.GetScalarComponentAsDouble(i, j, k, 0) == volume[k, j, i]
        point = matrix.MultiplyPoint((*image.GetPoint(image.ComputePointId((i, j, k))), 1.0))
        assert point == pytest.approx(TILTED @ (i, j, k, 1))


def test_a_head_is_rendered_head_up_and_not_empty():
    head = bundles.head_like(24, 48, 48).astype(np.float32)
    head[:12] = -1000  # only the upper half, towards the head
    picture = render_volume(head, affine((0, 0, 0), bundles.AXIAL, (4, 4), (0, 0, 6)), (200, 200))
    grey = picture[..., :3].max(axis=2)
    assert grey.shape == (200, 200)
    assert len(np.unique(grey)) > 20
    assert grey[:100].mean() > 4 * grey[100:].mean()


def test_the_left_of_the_patient_is_on_the_right_from_the_front():
    block = np.full((20, 20, 20), -1000, np.float32)
    block[5:15, 5:15, 12:18] = 1000 + np.arange(6)
    block[0, 0, 0] = -999
    picture = render_volume(block, affine((0, 0, 0), bundles.AXIAL, (5, 5), (0, 0, 5)), (200, 200))
    grey = picture[..., :3].max(axis=2)
    assert grey[:, 100:].mean() > 2 * grey[:, :100].mean()
