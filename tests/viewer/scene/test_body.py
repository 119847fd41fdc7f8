"""The 3D view at rest: as VTK shows all voxels with fine steps, and other threads go on while it is cast."""

from dataclasses import replace
import sys
import threading

import cv2
import numpy as np
import pytest

from bench.rendering import similarity
from bundle.images.geometry import affine
from tests.viewer import bundles
from viewer.images.windowing import PixelKind, Rescale
from viewer.scene import body as body_module
from viewer.scene import unlocked
from viewer.scene.body import Body
from viewer.scene.cast import Cast, aim, set_look
from viewer.scene.raycast import RayCaster
from viewer.scene.render_presets import CT_LOOKS, SIDES, RenderPreset, Side, looks_for
from viewer.space.voxel_volume import Solid

SIZE = (260, 240)


@pytest.fixture(scope="module")
def solid() -> Solid:
    """A head of nested balls with noise, in voxels that are longer than wide."""
    return head((110, 110, 60), (1.0, 1.0, 1.8))


def head(shape: tuple[int, int, int], spacing: tuple[float, float, float], largest: float = 50.0) -> Solid:
    """Nested balls with noise, the outermost of this radius, about the middle of so many columns, rows and slices."""
    rng = np.random.default_rng(5)
    middle = (np.array(shape) - 1) / 2
    k, j, i = np.meshgrid(*(np.arange(size) for size in reversed(shape)), indexing="ij")
    places = [(index - centre) * length for index, centre, length in zip((i, j, k), middle, spacing, strict=True)]
    radius = np.sqrt(sum(place**2 for place in places)) * 50 / largest
    values = np.select([radius < 30, radius < 38, radius < 44, radius < 50], [40, 200, 900, -60], -1000)
    noisy = (values + rng.normal(0, 40, values.shape)).astype(np.float32)
    smooth = cv2.GaussianBlur(noisy.transpose(1, 2, 0), (5, 5), 1.0).transpose(2, 0, 1)  # as a scanner's kernel does
    voxels = np.rint(smooth).astype(np.int16)
    first = -middle * spacing
    matrix = affine(tuple(map(float, first)), bundles.AXIAL, spacing[:2], (0.0, 0.0, spacing[2]))
    return Solid(voxels, matrix, Rescale(1.0, 0.0), PixelKind(16, 16, True, False, None), (), "")


@pytest.mark.parametrize("look", CT_LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("side", [SIDES[0], SIDES[4]], ids=lambda side: side.letter)
def test_it_looks_like_all_voxels_with_a_sample_each_tenth_of_a_millimetre(solid, look, side):
    assert _likeness(solid, look, side) >= 0.95


CUT_OFF = "the block ends within the head"
# Columns, rows and slices, the millimetres of a voxel, and the radius of the head.
COARSE = {
    "coarse": head((30, 30, 24), (5.0, 5.0, 6.5), 65.0),
    CUT_OFF: head((36, 36, 40), (3.2, 3.2, 1.5), 80.0),
}


@pytest.mark.parametrize("look", CT_LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("voxels", COARSE)
def test_coarse_voxels_and_the_faces_where_they_end_look_like_that_too(voxels, look):
    if (voxels, look.name) != (CUT_OFF, "Lung"):  # there is nothing to see
        assert min(_likeness(COARSE[voxels], look, side) for side in (SIDES[0], SIDES[4])) >= 0.95


def _likeness(solid: Solid, look: RenderPreset, side: Side) -> float:
    """To the reference, where that shows something; seen somewhat from aside."""
    body = Body(solid)
    body.set_look(look)
    body.look_from(side)
    body.turn(17, 9)
    view = body.view(SIZE)
    found = np.vstack([body.rows(view, SIZE, first, first + 80) for first in (0, 80, 160)])
    body.close()
    caster = RayCaster(solid.voxels, solid.affine, step=0.1)
    set_look(caster, look)
    aim(caster, view.camera)
    reference = caster.picture(SIZE)
    caster.close()
    mask = reference[..., :3].any(axis=2)
    assert mask.mean() > 0.1
    return similarity(found, reference, mask)


def test_vtk_s_slow_steps_are_called_without_python_s_lock(solid):
    assert sys.platform in ("linux", "win32")
    for name, arguments in ((unlocked.INITIALIZE[sys.platform], 3), (unlocked.RENDER[sys.platform], 1)):
        assert unlocked.function(name, arguments) is not None


def test_other_threads_go_on_while_it_is_cast(solid):
    body = Body(solid)
    body.set_look(CT_LOOKS[1])
    body.look_from(SIDES[0])
    view, turns, ended = body.view((1400, 1400)), 0, threading.Event()

    def cast() -> None:
        body.rows(view, (1400, 1400), 0, 1400)  # one call, which takes a second or more
        ended.set()

    thread = threading.Thread(target=cast)
    thread.start()
    while not ended.wait(0.002):
        turns += 1
    thread.join()
    body.close()
    assert turns > 20


def test_a_body_closed_while_it_is_cast_gives_nothing_more(solid):
    body = Body(solid)
    body.set_look(CT_LOOKS[0])
    body.look_from(SIDES[0])
    view = body.view(SIZE)
    assert body.rows(view, SIZE, 0, 240)[..., :3].any()
    body.close()
    assert not body.rows(view, SIZE, 0, 240).any()


@pytest.mark.parametrize(("letter", "axis"), [("A", 1), ("R", 2), ("S", 0)])
def test_a_maximum_is_the_greatest_value_on_the_way_of_each_ray(letter, axis):
    values = np.full((24, 24, 24), -1000, np.float32)
    blocks = np.random.default_rng(8).integers(-200, 700, (5, 5, 5))
    values[2:22, 2:22, 2:22] = np.kron(blocks, np.ones((4, 4, 4)))
    voxels = values.astype(np.int16)
    matrix = affine((-11.5, -11.5, -11.5), bundles.AXIAL, (1.0, 1.0), (0.0, 0.0, 1.0))
    solid = Solid(voxels, matrix, Rescale(1.0, 0.0), PixelKind(16, 16, True, False, None), (), "")
    body = Body(solid)
    (look,) = (look for look in looks_for(solid, "HU", (40, 400)) if look.maximum)
    body.set_look(look)
    body.look_from(next(side for side in SIDES if side.letter == letter))
    plain = body.view((480, 480))
    view = replace(plain, camera=replace(plain.camera, scale=12.0))  # 20 pixels a voxel
    grey = body.rows(view, (480, 480), 0, 480)[..., :3].max(axis=2)
    body.close()
    found = grey[10::20, 10::20].astype(float)  # near the centres of voxels
    most = voxels.max(axis=axis).astype(float)
    shown = {"A": most[::-1], "R": most[::-1, ::-1], "S": most[:, ::-1]}[letter]
    expected = np.clip(shown / 700, 0, 1) * 255
    assert np.abs(found - expected)[1:-1, 1:-1].mean() < 12
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.97


def test_the_first_picture_is_of_few_voxels_and_those_for_movement_come_with_the_first_rows_at_rest(solid, monkeypatch):
    monkeypatch.setattr(body_module, "_FIRST_VOXELS", 3_000)
    monkeypatch.setattr(body_module, "_MOVING_VOXELS", 100_000)
    looked = []
    monkeypatch.setattr(body_module, "Cast", lambda its, thin: looked.append(thin.voxels.size) or Cast(its, thin))
    body = Body(solid)
    body.set_look(CT_LOOKS[0])
    body.look_from(SIDES[0])
    first = body.picture(SIZE, 1.0)
    assert len(looked) == 1 and looked[0] <= 3_000
    whole = body.rows(body.view(SIZE), SIZE, 0, SIZE[1])
    assert looked[1:] == [np.prod([size // 2 for size in solid.voxels.shape]), solid.voxels.size]
    moving = body.picture(SIZE, 1.0)
    mask = whole[..., :3].any(axis=2)
    assert similarity(moving, whole, mask) > similarity(first, whole, mask) + 0.1
    # The body stands where it stood: the pictures differ by the size of their voxels alone.
    middles = [np.argwhere(picture[..., :3].any(axis=2)).mean(axis=0) for picture in (first, moving, whole)]
    assert np.abs(np.array(middles) - middles[2]).max() < 3.0
    body.turn(90, 0)
    assert body.picture(SIZE, 2.0).any() and len(looked) == 3  # nothing is made again
    body.close()
