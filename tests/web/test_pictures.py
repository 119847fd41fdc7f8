"""Every grey level on the canvas is that of PS3.3 C.11, computed by NumPy from the stored values, slice by slice."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.browser import Browser
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec
from tests.web import opened
from tests.web.conftest import make_medium

SIZE = 480
VALUES = np.random.default_rng(7).integers(-2000, 2000, (3, SIZE, SIZE))
SHARED = {"window": (40.0, 400.0)}
# One of each: signs and bits, photometric interpretation, padding, functions, rescale, several frames in a file.
SPECS = {
    "signed 16": StackSpec(VALUES, **SHARED),
    "unsigned 12 under an overlay": StackSpec(
        VALUES % 4096, signed=False, bits_stored=12, junk=0xF000, rescales=[(1.0, -1024.0)] * 3, **SHARED
    ),
    "signed 12 under an overlay": StackSpec(VALUES, bits_stored=12, junk=0xA000, **SHARED),
    "8 bits": StackSpec(VALUES % 256, bits_allocated=8, bits_stored=8, signed=False, window=(100.0, 120.0)),
    "signed 8": StackSpec(VALUES % 256 - 128, bits_allocated=8, bits_stored=8, window=(-10.0, 90.0)),
    "32 bits": StackSpec(VALUES * 1000, bits_allocated=32, bits_stored=32, window=(0.0, 2_000_000.0)),
    "unsigned 32": StackSpec(
        (VALUES + 2000) * 1_000_000, bits_allocated=32, bits_stored=32, signed=False, window=(2e9, 3e9)
    ),
    "MONOCHROME1": StackSpec(VALUES, photometric="MONOCHROME1", **SHARED),
    "padding": StackSpec(VALUES // 100 * 100, padding=-2000, **SHARED),
    "padding in MONOCHROME1": StackSpec(VALUES // 100 * 100, padding=100, photometric="MONOCHROME1", **SHARED),
    "a range of padding": StackSpec(VALUES, paddings=[(-1500, -2000), (None, None), (0, 50)], **SHARED),
    "LINEAR_EXACT": StackSpec(VALUES, voi="LINEAR_EXACT", window=(10.0, 333.0)),
    "SIGMOID": StackSpec(VALUES, voi="SIGMOID", **SHARED),
    "a function of each slice": StackSpec(VALUES, vois=["SIGMOID", "", "LINEAR_EXACT"], **SHARED),
    "a rescale of each slice": StackSpec(VALUES, rescales=[(0.5, 3.0), (2.25, -7.0), (-1.0, 0.0)], **SHARED),
    "width 1": StackSpec(VALUES, window=(5.0, 1.0)),
    "a narrow window": StackSpec(VALUES, rescales=[(0.001, 0.0)] * 3, voi="LINEAR_EXACT", window=(0.1, 0.5)),
    "many frames in a file": StackSpec(VALUES, one_file=True, **SHARED),
    "read from head to feet": StackSpec(VALUES, orientation=CORONAL, positions=[(0.0, 2.0 * k, 0.0) for k in range(3)]),
}


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    series = [SeriesSpec([replace(spec)], description=name) for name, spec in SPECS.items()]
    return make_medium(tmp_path_factory.mktemp("pictures") / "stick", [CaseSpec(series)])


@pytest.fixture(scope="module")
def shown(browser: Browser, medium: Path) -> Browser:
    opened.open_medium(browser, medium)
    opened.fit_to(browser, SIZE)
    return browser


def by_the_standard(spec: StackSpec, k: int, window: tuple[float, float] | None = None) -> np.ndarray:
    """PS3.3 C.11.2.1.2.1 and C.11.2.1.3 in the range 0 to 255, rounded to the nearest; padding is black."""
    slope, intercept = spec.rescales[k] if spec.rescales else (1.0, 0.0)
    padding, limit = spec.paddings[k] if spec.paddings else (spec.padding, None)
    stored, (c, w) = spec.stored[k], window or spec.window
    x = stored * slope + intercept
    match (spec.vois[k] if spec.vois else "") or spec.voi:
        case "SIGMOID":
            y = 255 / (1 + np.exp(-4 * (x - c) / w))
        case "LINEAR_EXACT":
            y = np.select([x <= c - w / 2, x > c + w / 2], [0.0, 255.0], ((x - c) / w + 0.5) * 255)
        case _:
            between = ((x - (c - 0.5)) / max(w - 1, 1e-9) + 0.5) * 255
            y = np.select([x <= c - 0.5 - (w - 1) / 2, x > c - 0.5 + (w - 1) / 2], [0.0, 255.0], between)
    grey = np.floor(y + 0.5)
    grey = 255 - grey if spec.photometric == "MONOCHROME1" else grey
    if padding is not None:
        ends = sorted((padding, padding if limit is None else limit))
        grey[(stored >= ends[0]) & (stored <= ends[1])] = 0
    return grey.astype(np.uint8)


def picture(browser: Browser) -> np.ndarray:
    """The part of the canvas where the image is; the rest is black."""
    found = opened.greys(browser)
    left = round(found.shape[1] / 2 - SIZE / 2)
    assert not found[:, :left].any()
    assert not found[:, left + SIZE :].any()
    return found[:, left : left + SIZE]


@pytest.mark.parametrize("name", SPECS)
def test_each_slice_has_the_greys_of_the_standard(shown, name):
    spec = SPECS[name]
    opened.choose(shown, list(SPECS).index(name))
    opened.press(shown, opened.HOME)
    # Scrolling down goes to the feet, to the back: against the order of an axial stack, with that of a coronal one.
    order = range(3) if spec.orientation == CORONAL else range(2, -1, -1)
    for place, k in enumerate(order):
        assert f"Slice {place + 1} / 3" in shown.text(".bottomLeft")
        np.testing.assert_array_equal(picture(shown), by_the_standard(spec, k))
        opened.press(shown, opened.ARROW_DOWN)


def test_a_preset_and_inversion_change_every_grey(shown):
    spec = SPECS["padding"]
    opened.choose(shown, list(SPECS).index("padding"))
    opened.press(shown, opened.END, "8", "x")
    np.testing.assert_array_equal(picture(shown), 255 - by_the_standard(spec, 0, (400.0, 1800.0)))
    assert "W 1800   C 400" in shown.text(".bottomRight")
    assert "Inverted" in shown.text(".bottomRight")
    opened.press(shown, opened.ESCAPE)
    np.testing.assert_array_equal(picture(shown), by_the_standard(spec, 0))


def test_the_right_button_changes_the_window_by_its_own_width_over_300_pixels(shown):
    spec = SPECS["signed 16"]
    opened.choose(shown, list(SPECS).index("signed 16"))
    opened.press(shown, opened.END, opened.ESCAPE)
    left, top, width, height = opened.area(shown)
    middle = (left + width / 2, top + height / 2)
    shown.drag([middle, (middle[0] + 150, middle[1] - 75)], button=2)
    opened.see(shown)
    np.testing.assert_array_equal(picture(shown), by_the_standard(spec, 0, (-60.0, 600.0)))
    opened.press(shown, opened.ESCAPE)
