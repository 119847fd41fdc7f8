"""The rays of a body that moves: as many as the PC casts in time."""

import pytest

from viewer.scene.pace import Pace

SIZE = (900, 800)


def rays_after(seconds_a_ray: float, pictures: int = 60) -> tuple[float, float]:
    """The rays of a picture on a PC that takes so long for each, and the seconds of the last picture."""
    pace = Pace()
    for _ in range(pictures):
        took = SIZE[0] * SIZE[1] / pace.coarse(SIZE) ** 2 * seconds_a_ray
        pace.took(took)
    return SIZE[0] * SIZE[1] / pace.coarse(SIZE) ** 2, took


def test_a_quick_pc_casts_all_rays_and_a_slow_one_as_many_as_it_can_in_time():
    assert rays_after(0.02 / 60_000)[0] == pytest.approx(60_000)
    rays, seconds = rays_after(0.1 / 60_000)
    assert rays == pytest.approx(30_000, rel=0.1) and seconds <= 0.06
    assert rays_after(1.0 / 60_000)[0] == pytest.approx(20_000)  # fewer show nothing


def test_one_slow_picture_is_soon_forgotten():
    pace = Pace()
    before = pace.coarse(SIZE)
    pace.took(2.0)
    assert pace.coarse(SIZE) > before
    for _ in range(4):
        pace.took(0.02)
    assert pace.coarse(SIZE) == before
