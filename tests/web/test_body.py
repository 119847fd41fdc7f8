"""The body in 3D, in Chromium: its greatest values from each side, against NumPy, and what pointer and keys do."""

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.browser import Browser
from tests.viewer.bundles import CaseSpec, SeriesSpec
from tests.web import opened, test_planes
from tests.web.conftest import make_medium
from tests.web.test_planes import COLUMNS, ORIGIN, ROWS, SPACING, SPECS, STEP

SERIES = ("a volume", "padding", "slices missing")
# The greatest values are black at 0 HU, and white from here on.
WHITE = 700
SHARE = 0.86
SHARP = "return document.querySelector('.body')?.dataset.state === 'sharp'"
# Which axis of the patient the rays follow, and which way the columns and rows of the picture go.
SIDES = {
    "a": (1, (1, 0, 0), (0, 0, -1)), "p": (1, (-1, 0, 0), (0, 0, -1)), "l": (0, (0, 1, 0), (0, 0, -1)),
    "r": (0, (0, -1, 0), (0, 0, -1)), "s": (2, (-1, 0, 0), (0, 1, 0)), "i": (2, (1, 0, 0), (0, 1, 0)),
}  # fmt: skip


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    series = [SeriesSpec([SPECS[name]], description=name) for name in SERIES]
    return make_medium(tmp_path_factory.mktemp("body") / "stick", [CaseSpec(series)])


@pytest.fixture
def shown(browser: Browser, medium: Path) -> Iterator[Browser]:
    browser.resize(800, 500)
    opened.open_medium(browser, medium)
    browser.keys("n")
    browser.wait(SHARP)
    browser.keys("6")
    yield browser
    browser.resize(1366, 768)


def picture(browser: Browser) -> np.ndarray:
    browser.wait(SHARP)
    script = test_planes._PANES.replace("'.plane'", "'.body'")
    ((rows, columns, text),) = browser.run(script)
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(rows, columns)


def index_of(side: str, shape: tuple[int, int]) -> np.ndarray:
    """(i, j, k) below each pixel, on the plane through the middle: (rows, columns, 3)."""
    _, right, down_ = SIDES[side]
    spacing = np.array([SPACING[1], SPACING[0], STEP])
    ends = np.array([COLUMNS - 1, ROWS - 1, 11])
    across, down = (abs((ends * spacing) @ np.array(way)) for way in (right, down_))
    # The body fills a share of the picture's height or width.
    scale = max(down, across * shape[0] / shape[1]) / SHARE / shape[0]
    row, column = np.mgrid[: shape[0], : shape[1]]
    middle = np.array(ORIGIN) + ends * spacing / 2
    across, below = (column - (shape[1] - 1) / 2)[..., None], (row - (shape[0] - 1) / 2)[..., None]
    return (middle + across * scale * np.array(right) + below * scale * np.array(down_) - ORIGIN) / spacing


def greatest(values: np.ndarray, along: int, index: np.ndarray) -> np.ndarray:
    """The greatest value behind each pixel, linear between voxels across the rays."""
    first, last = (axis for axis in (0, 1, 2) if axis != along)
    volume = np.moveaxis(values.transpose(2, 1, 0), along, 2).astype(float)
    a, b = (np.clip(index[..., axis], 0, values.shape[2 - axis] - 1.000001) for axis in (first, last))
    i, j = np.floor(a).astype(int), np.floor(b).astype(int)
    fa, fb = (a - i)[..., None], (b - j)[..., None]
    mixed = volume[i, j] * (1 - fa) * (1 - fb) + volume[i + 1, j] * fa * (1 - fb)
    mixed += volume[i, j + 1] * (1 - fa) * fb + volume[i + 1, j + 1] * fa * fb
    return mixed.max(axis=-1)


@pytest.mark.parametrize("side", SIDES)
def test_each_side_shows_the_greatest_values_behind_each_point(shown, side):
    shown.keys(side)
    found = picture(shown)
    index = index_of(side, found.shape)
    along = SIDES[side][0]
    right = greatest(SPECS["a volume"].stored, along, index)
    grey = (right / WHITE * 255).clip(0, 255)
    across = [axis for axis in (0, 1, 2) if axis != along]
    ends = np.array([COLUMNS - 1, ROWS - 1, 11])
    inside = np.all([(index[..., axis] > 0.01) & (index[..., axis] < ends[axis] - 0.01) for axis in across], axis=0)
    outside = np.any([(index[..., axis] < -0.01) | (index[..., axis] > ends[axis] + 0.01) for axis in across], axis=0)
    assert inside.mean() > 0.05
    assert np.abs(found - grey)[inside].max() <= 1
    assert not found[outside].any()
    assert "Maximum (MIP)" in shown.text(".body .topLeft")


def test_a_drag_turns_the_body_and_escape_brings_it_back(shown):
    front = picture(shown)
    x, y = middle(shown)
    shown.drag([(x - 100, y), (x + 125, y)])
    side = picture(shown)
    # By 0.4 degrees for a pixel of the screen: a quarter turn, to the right of the patient.
    assert letters(shown)[:2] == ["P", "A"]
    shown.keys("r")
    fits = picture(shown)
    # From a side the body fills the picture: after a drag it keeps its scale.
    assert same(side.any(axis=0).sum() / side.any(axis=1).sum(), fits.any(axis=0).sum() / fits.any(axis=1).sum())
    shown.keys(opened.ESCAPE, "6")
    assert (picture(shown) == front).all()


def same(one: float, other: float) -> bool:
    return one == pytest.approx(other, rel=0.03)


def middle(browser: Browser) -> tuple[float, float]:
    """Of the body's picture in the window."""
    script = "const r = document.querySelector('.body').getBoundingClientRect(); return [r.x, r.y, r.width, r.height]"
    left, top, width, height = browser.run(script)
    return left + width / 2, top + height / 2


def letters(browser: Browser) -> list[str]:
    return browser.run("return [...document.querySelectorAll('.body .letter')].map(e => e.innerText)")


def test_keys_turn_and_zoom_and_two_fingers_zoom(shown):
    front = picture(shown)
    shown.keys(*["\ue014"] * 9)  # the right arrow, ten degrees each
    assert letters(shown)[:2] == ["P", "A"]
    shown.keys(opened.ESCAPE, "6", "+")
    larger = picture(shown)
    assert same(larger.any(axis=0).sum() / front.any(axis=0).sum(), 1.25)
    shown.keys("-")
    assert (picture(shown) == front).all()
    x, y = middle(shown)
    shown.pinch([(x - 40, y), (x + 40, y)], [(x - 60, y), (x + 60, y)])
    assert same(picture(shown).any(axis=0).sum() / front.any(axis=0).sum(), 1.5)


def test_a_drag_with_shift_moves_the_preset_and_says_so_until_0_restores_it(shown):
    front = picture(shown)
    x, y = middle(shown)
    shown.shift_drag([(x, y - 50), (x, y + 50)])
    darker = picture(shown)
    assert darker.mean() < front.mean() - 5
    assert "Shown from 140 HU: preset moved by 140 HU (0 restores it)" in shown.text(".body .bottomLeft")
    shown.keys("0")
    assert (picture(shown) == front).all()
    assert "preset moved" not in shown.text(".body .bottomLeft")


def test_neither_padding_nor_a_gap_is_seen(shown):
    shown.run("document.querySelectorAll('.row')[2].click()")
    said = "document.querySelector('.body .bottomLeft')?.innerText.includes('Slices missing')"
    shown.wait(f"return {said}")
    shown.wait(SHARP)
    shown.keys("6")
    found = picture(shown)
    lit = np.flatnonzero(found[:, found.shape[1] // 2])
    # No slice between the fourth and the fifth, which are 4 of 12.2 steps apart: as in the viewer, values fade within
    # one step beside them, and nothing is between.
    steps = np.diff(lit)
    assert (steps > 1).sum() == 1
    assert 2 / 12.2 < steps.max() / (lit[-1] - lit[0]) < 4.2 / 12.2
    assert lit[steps.argmax()] / 2 + lit[steps.argmax() + 1] / 2 == pytest.approx(
        lit[-1] - (lit[-1] - lit[0]) * 5 / 12.2, abs=4
    )
    shown.run("document.querySelectorAll('.row')[1].click()")
    shown.wait(f"return {said} === false")
    shown.wait(SHARP)
    shown.keys("6", "i")
    found = picture(shown)
    rows, columns = found.shape
    index = index_of("i", found.shape)
    far = (index[..., 0] - 24) ** 2 + (index[..., 1] - 20) ** 2 > 21**2
    assert not found[far].any()
    assert found[rows // 2, columns // 2] > 0
