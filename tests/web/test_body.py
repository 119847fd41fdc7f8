"""The body in 3D, in Chromium: its greatest values from each side, against NumPy."""

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.browser import Browser
from tests.viewer.bundles import CaseSpec, SeriesSpec
from tests.web import opened, test_planes
from tests.web.conftest import make_medium
from tests.web.test_planes import COLUMNS, ORIGIN, ROWS, SPACING, SPECS, STEP, WINDOW

SERIES = ("a volume", "padding", "slices missing")
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
    yield browser
    browser.resize(1366, 768)


def picture(browser: Browser) -> np.ndarray:
    browser.wait(SHARP)
    script = test_planes._PANES.replace("'.plane'", "'.body'")
    ((rows, columns, text),) = browser.run(script)
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(rows, columns)


def index_of(side: str, shape: tuple[int, int]) -> np.ndarray:
    """(i, j, k) below each pixel, on the plane through the middle: (rows, columns, 3)."""
    _, right, down = SIDES[side]
    spacing = np.array([SPACING[1], SPACING[0], STEP])
    ends = np.array([COLUMNS - 1, ROWS - 1, 11])
    scale = np.linalg.norm(ends * spacing) / min(shape)
    row, column = np.mgrid[: shape[0], : shape[1]]
    middle = np.array(ORIGIN) + ends * spacing / 2
    across, below = (column - (shape[1] - 1) / 2)[..., None], (row - (shape[0] - 1) / 2)[..., None]
    return (middle + across * scale * np.array(right) + below * scale * np.array(down) - ORIGIN) / spacing


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
    center, width = WINDOW
    grey = np.floor((((np.floor(right + 0.5) - (center - 0.5)) / (width - 1) + 0.5) * 255).clip(0, 255) + 0.5)
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
    x, y = 500, 300
    shown.drag([(x, y), (x + 180, y)])
    side = picture(shown)
    # By half a degree for a pixel of the screen: a quarter turn, to the right of the patient.
    letters = shown.run("return [...document.querySelectorAll('.body .letter')].map(e => e.innerText)")
    assert letters[:2] == ["P", "A"]
    shown.keys("r")
    assert (np.abs(picture(shown).astype(int) - side) > 1).mean() < 0.01
    shown.keys(opened.ESCAPE)
    assert (picture(shown) == front).all()


def test_neither_padding_nor_a_gap_is_seen(shown):
    shown.run("document.querySelectorAll('.row')[2].click()")
    said = "document.querySelector('.body .bottomLeft')?.innerText.includes('Slices missing')"
    shown.wait(f"return {said}")
    found = picture(shown)
    lit = np.flatnonzero(found[:, found.shape[1] // 2])
    # No slice between the fourth and the fifth, which are 4 of 12.2 steps apart.
    steps = np.diff(lit)
    assert (steps > 1).sum() == 1
    assert steps.max() / (lit[-1] - lit[0]) == pytest.approx(4 / 12.2, abs=0.03)
    shown.run("document.querySelectorAll('.row')[1].click()")
    shown.wait(f"return {said} === false")
    shown.keys("i")
    found = picture(shown)
    rows, columns = found.shape
    index = index_of("i", found.shape)
    far = (index[..., 0] - 24) ** 2 + (index[..., 1] - 20) ** 2 > 21**2
    assert not found[far].any()
    assert found[rows // 2, columns // 2] > 0
