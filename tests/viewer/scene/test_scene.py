"""Volumes where they lie in the patient, rendered into a picture."""

import numpy as np
import pytest

from bundle.images.geometry import affine
from tests.viewer import bundles
from viewer.scene.camera import camera_from, filling
from viewer.scene.raycast import RayCaster
from viewer.scene.render_presets import SIDES
from viewer.scene.volume_render import _look, render_volume
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


# A ball whose middle lies 10 mm to the left, 20 mm to the back and 30 mm up from the middle of its voxels.
_SIDE, _BALL, _RADIUS = 48, np.array((10.0, 20.0, 30.0)), 12.0


@pytest.fixture
def ball():
    k, j, i = np.meshgrid(*(np.arange(_SIDE) for _ in range(3)), indexing="ij")
    places = np.stack((i * 2 - 47, j * 2 - 47, k * 2 - 47), axis=-1)  # 2 mm apart, about the origin
    inside = np.linalg.norm(places - _BALL, axis=-1) < _RADIUS
    voxels = np.where(inside, 1000.0, 0.0).astype(np.float32)
    caster = RayCaster(voxels, affine((-47, -47, -47), bundles.AXIAL, (2, 2), (0, 0, 2)))
    caster.set_property(_look(voxels))
    yield caster
    caster.close()


def look(caster, toward, up, scale=60.0, middle=(0.0, 0.0, 0.0)):
    caster.camera.SetFocalPoint(*middle)
    caster.camera.SetPosition(*(np.array(middle) + 300 * np.array(toward)))
    caster.camera.SetViewUp(*up)
    caster.camera.SetParallelScale(scale)


def middle_of(picture):
    """Where what is not black lies: mm right of and below the middle of a picture that is 120 mm high."""
    rows, columns = np.nonzero(picture[..., :3].max(axis=2) > 30)
    height, width = picture.shape[:2]
    return ((columns + 0.5).mean() - width / 2) * 120 / height, ((rows + 0.5).mean() - height / 2) * 120 / height


@pytest.mark.parametrize("coarse", [1.0, 3.0])
@pytest.mark.parametrize(
    ("toward", "up", "right_and_below"),
    [((0, -1, 0), (0, 0, 1), (10, -30)), ((1, 0, 0), (0, 0, 1), (20, -30)), ((0, 0, -1), (0, -1, 0), (10, 20))],
)
def test_a_body_is_cast_where_it_lies_in_the_patient(ball, toward, up, right_and_below, coarse):
    look(ball, toward, up)
    picture = ball.picture((300, 240), coarse)
    assert picture.shape == (int(240 / coarse), int(300 / coarse), 4)
    assert middle_of(picture) == pytest.approx(right_and_below, abs=0.5 * coarse)


@pytest.mark.parametrize("height", [1, 7, 40])
def test_rows_that_are_cast_one_after_another_are_the_whole_picture(ball, height):
    look(ball, (0.6, -0.64, 0.48), (0, 0.6, 0.8), middle=(3, -2, 5))
    whole = ball.picture((150, 121)).astype(int)
    camera = ball.camera
    before = (camera.GetPosition(), camera.GetFocalPoint(), camera.GetParallelScale())
    parts = [ball.rows((150, 121), first, min(first + height, 121)) for first in range(0, 121, height)]
    assert (camera.GetPosition(), camera.GetFocalPoint(), camera.GetParallelScale()) == before
    difference = np.abs(np.concatenate(parts).astype(int) - whole)
    assert difference.mean() < 0.02 and whole.max() > 200


def test_a_part_of_a_body_and_one_out_of_sight_are_cast_as_such(ball):
    look(ball, (0, -1, 0), (0, 0, 1), middle=(10, 0, 30 + 60))  # its upper half alone, on the lowest rows
    half = ball.picture((240, 120))[..., :3].max(axis=2)
    assert half[-8:].any() and not half[:-14].any()
    look(ball, (0, -1, 0), (0, 0, 1), middle=(1000, 0, 0))
    assert not ball.picture((240, 120))[..., :3].any()
    look(ball, (0, -1, 0), (0, 0, 1))
    assert ball.picture((240, 120))[..., :3].any()


@pytest.mark.parametrize("size", [(300, 200), (200, 300)])
def test_the_voxels_take_their_share_of_the_picture_from_every_side(size):
    # The box goes from the middle of the first voxel to that of the last: 94 mm.
    corners = np.array([(x, y, z) for x in (-47, 47) for y in (-47, 47) for z in (-47, 47)], float)
    for side in SIDES:
        camera = filling(camera_from(side, corners), corners, size, 0.9)
        assert min(size) / size[1] * 2 * camera.scale * 0.9 == pytest.approx(94)


@pytest.mark.parametrize(("right", "down"), [(30, 0), (0, 25), (-70, 40), (200, -85)])
def test_a_hand_turns_the_camera_as_vtk_s_own_does(right, down):
    from vtkmodules.vtkRenderingCore import vtkCamera

    for side in SIDES:
        mine = camera_from(side, np.array([(-10.0, -20.0, 0.0), (30.0, 10.0, 50.0)]))
        theirs = vtkCamera()
        theirs.SetFocalPoint(*mine.focus)
        theirs.SetPosition(*mine.eye)
        theirs.SetViewUp(*mine.up)
        for _ in range(3):
            mine = mine.turned(right, down)
            theirs.Azimuth(-right)
            theirs.Elevation(down)
            theirs.OrthogonalizeViewUp()
        assert mine.eye == pytest.approx(theirs.GetPosition(), abs=1e-6)
        assert mine.up == pytest.approx(theirs.GetViewUp(), abs=1e-6)
