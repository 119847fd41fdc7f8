"""The body in 3D in two browsers and two ways, beside the viewer's own picture of the same voxels, preset and side."""

import base64
from collections.abc import Callable, Iterator
from io import BytesIO
import os
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom import dcmread
import pytest

from bench.rendering import similarity
from bundle.index.index import Catalog
from tests import webviewer
from tests.browser import Browser, chromium
from tests.firefox import firefox
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.web import opened, test_planes
from tests.web.conftest import make_medium
from tests.web.test_body import SHARP
from viewer.images.loading import Loader
from viewer.images.volume import LoadedStack
from viewer.scene.body import Body
from viewer.scene.render_presets import CT_LOOKS, SIDES, in_voxels, looks_for
from viewer.space.voxel_volume import Solid, make_solid

LIKE = 0.95
REAL = Path(os.environ.get("DICOM_TEST_DATA", ""), "ibsi-sts046-ge/STS_046/CT/image")
WAYS = ("processor", "card")
_PICTURE = """
const canvas = document.querySelector('.body canvas.image');
return canvas.toDataURL('image/png').split(',')[1];
"""
_WAY = "return document.querySelector('.body')?.dataset.way"
# Remembers each context that a page asks for, so that a test can take it away as a driver's crash does.
_CONTEXTS = """
window.contexts = [];
const before = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (...how) {
  const made = before.apply(this, how);
  if (how[0] === 'webgl2' && made) window.contexts.push(made);
  return made;
};
"""
_SMALL = """
const before = WebGL2RenderingContext.prototype.getParameter;
WebGL2RenderingContext.prototype.getParameter = function (name) {
  return name === this.MAX_3D_TEXTURE_SIZE ? 32 : before.call(this, name);
};
"""


def made() -> np.ndarray:
    """A chest of a kind in HU: skin, fat, flesh, ribs and spine, lungs with vessels, and an aorta with contrast."""
    k, j, i = np.mgrid[:36, :72, :80]
    x, y = (i - 40) / 38, (j - 36) / 32
    values = np.where(x**2 + y**2 < 1, -100.0, -1000.0)
    values[x**2 + y**2 < 0.8] = 50
    ribs = (abs(x**2 + y**2 - 0.68) < 0.06) & ((k + 8 * x) % 12 < 5)
    values[ribs] = 600
    for side in (-1, 1):
        lung = ((x - side * 0.4) / 0.3) ** 2 + (y / 0.5) ** 2 < 1
        values[lung] = -820
        values[lung & ((i + k) % 11 < 2) & (j % 13 < 3)] = -300
    values[(x**2 + (y - 0.65) ** 2) < 0.03] = 900
    values[((x + 0.05) ** 2 + (y - 0.35) ** 2) < 0.01] = 320
    # As a scanner blurs it.
    for axis in range(3):
        values = (np.roll(values, 1, axis) + 2 * values + np.roll(values, -1, axis)) / 4
    return np.rint(values).astype(int)


def cut() -> np.ndarray:
    """Tissue of a grain, opaque up to the faces of the block."""
    values = np.random.default_rng(5).normal(size=(40, 40, 40))
    for axis in range(3):
        values = (np.roll(values, 1, axis) + 2 * values + np.roll(values, -1, axis)) / 4
    return np.rint(600 + 1200 * values).astype(int)


def real() -> StackSpec:
    images = sorted(map(dcmread, REAL.iterdir()), key=lambda image: float(image.ImagePositionPatient[2]))
    first = images[0]
    return StackSpec(
        np.stack([image.pixel_array for image in images]),
        [tuple(map(float, image.ImagePositionPatient)) for image in images],
        orientation=tuple(map(float, first.ImageOrientationPatient)),
        pixel_spacing=tuple(map(float, first.PixelSpacing)),
        rescales=[(float(image.RescaleSlope), float(image.RescaleIntercept)) for image in images],
    )


def specs() -> dict[str, StackSpec]:
    found = {
        "made": StackSpec(made(), [(-30.0, 20.0, 4.0 * k) for k in range(36)], pixel_spacing=(3.1, 2.9)),
        "missing": test_planes.SPECS["slices missing"],
        "cut": StackSpec(cut(), [(-30.0, 20.0, 3.2 * k) for k in range(40)], pixel_spacing=(3.2, 3.2)),
        "cut elsewhere": StackSpec(cut(), [(-30.0, 20.0, 3.2 * k) for k in range(40)], pixel_spacing=(3.07, 3.07)),
    }
    return found | ({"real": real()} if REAL.is_dir() else {})


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    series = [SeriesSpec([spec], description=name) for name, spec in specs().items()]
    return make_medium(tmp_path_factory.mktemp("rendering") / "stick", [CaseSpec(series)])


@pytest.fixture(scope="module")
def solids(medium: Path) -> dict[str, Solid]:
    """As the viewer loads them."""
    found = {}
    with Catalog(medium) as catalog:
        for series in (series for study in catalog.studies() for series in study.series):
            loaded = LoadedStack(series.stacks[0], catalog.frames(series.stacks[0].stack_id))
            Loader(medium, loaded, 0, lambda index: None).run()
            found[series.description] = make_solid(loaded)
    return found


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest, browser: Browser, medium: Path) -> Iterator[str]:
    """3D is open and drawn in this way, in a small window."""
    browser.resize(900, 520)
    opened.open_medium(browser, medium)
    yield request.param
    browser.resize(1366, 768)


def show(browser: Browser, way: str, name: str, names: list[str]) -> None:
    opened.choose(browser, names.index(name))
    if not browser.run("return !!document.querySelector('.stage:not([hidden])')"):
        browser.keys("n")
    browser.wait("return !!document.querySelector('.body')?.dataset.way")
    if browser.run(_WAY) != way:
        browser.click("button.card")
    browser.wait(SHARP)
    assert browser.run(_WAY) == way


def picture(browser: Browser) -> np.ndarray:
    browser.wait(SHARP)
    return np.asarray(Image.open(BytesIO(base64.b64decode(browser.run(_PICTURE)))).convert("RGB"))


def of_the_viewer(solid: Solid, number: int, letter: str, shape: tuple[int, ...]) -> np.ndarray:
    """Its picture at rest."""
    body, (rows, columns) = Body(solid), shape[:2]
    body.set_look(in_voxels(CT_LOOKS[number], solid))
    body.look_from(next(side for side in SIDES if side.letter == letter))
    size = (columns, rows)
    try:
        return body.rows(body.view(size), size, 0, rows)[..., :3]
    finally:
        body.close()


def likeness(browser: Browser, solid: Solid, number: int, letter: str) -> float:
    browser.keys(str(number + 1), letter.lower())
    found = picture(browser)
    right = of_the_viewer(solid, number, letter, found.shape)
    seen = right.any(axis=2)
    assert seen.mean() > 0.005
    # Nothing beside it, either.
    assert ((found.max(axis=2) > 4) & ~seen).mean() < 0.01
    return similarity(found, right, seen)


# Every preset, and every side.
VIEWS = [(0, "A"), (1, "P"), (2, "L"), (3, "R"), (4, "S"), (5, "I")]
# The processor plays the graphics card here, and takes its time.
FEW = [(0, "A"), (2, "S"), (5, "I")]


@pytest.mark.parametrize("name", ["made", "real"])
def test_the_picture_at_rest_is_that_of_the_viewer(browser, way, solids, name):
    if name not in solids:
        pytest.skip("without the real scans")
    show(browser, way, name, list(solids))
    views = FEW if (way, name) == ("card", "real") else VIEWS
    found = {
        (CT_LOOKS[number].name, letter): likeness(browser, solids[name], number, letter) for number, letter in views
    }
    assert {view: like for view, like in found.items() if like < LIKE} == {}


def test_slices_that_are_missing_are_missing_as_in_the_viewer(browser, way, solids):
    show(browser, way, "missing", list(solids))
    assert likeness(browser, solids["missing"], 0, "A") >= LIKE


@pytest.mark.parametrize("name", ["cut", "cut elsewhere"])
def test_samples_begin_where_those_of_the_viewer_do_behind_a_face_of_tissue(browser, way, solids, name):
    show(browser, way, name, list(solids))
    found = {letter: likeness(browser, solids[name], 4, letter) for letter in "AL"}
    assert {letter: like for letter, like in found.items() if like < LIKE} == {}


def test_it_says_by_what_it_is_drawn(browser, way, solids):
    show(browser, way, "made", list(solids))
    said = {"processor": "Drawn by the processor", "card": "Drawn by the graphics card"}
    assert browser.text(".body .bottomRight").split("\n")[0] == said[way]
    assert browser.run("return document.querySelector('button.card').getAttribute('aria-pressed')") == (
        "true" if way == "card" else "false"
    )


def opened_in_3d(browser: Browser, medium: Path) -> None:
    browser.resize(900, 520)
    opened.open_medium(browser, medium)
    opened.choose(browser, 0)
    browser.keys("n")
    browser.wait(SHARP)


@pytest.fixture
def changed(browser: Browser) -> Iterator[Callable[[str], None]]:
    """Runs a script before the page's own."""
    names: list[str] = []
    yield lambda script: names.append(browser.before_pages(script))
    for name in names:
        browser.no_more_before_pages(name)
    browser.resize(1366, 768)


def test_a_processor_that_plays_the_graphics_card_is_not_taken_for_one(browser, medium, changed):
    opened_in_3d(browser, medium)
    # Chromium without a graphics card offers SwiftShader.
    assert browser.run(_WAY) == "processor"


def test_a_card_that_is_lost_gives_way_to_the_processor(browser, medium, solids, changed):
    changed(_CONTEXTS)
    opened_in_3d(browser, medium)
    browser.click("button.card")
    browser.wait("return document.querySelector('.body').dataset.way === 'card'")
    browser.wait(SHARP)
    browser.run("window.contexts.at(-1).getExtension('WEBGL_lose_context').loseContext()")
    browser.keys("l")
    browser.wait("return document.querySelector('.body').dataset.way === 'processor'")
    assert likeness(browser, solids["made"], 0, "A") >= LIKE
    assert "Drawn by the processor" in browser.text(".body .bottomRight")


def test_a_card_with_small_textures_gets_fewer_voxels_and_that_is_said(browser, medium, changed):
    changed(_SMALL)
    opened_in_3d(browser, medium)
    assert "averaged" not in browser.text(".body .bottomLeft")
    browser.click("button.card")
    browser.wait("return document.querySelector('.body').dataset.way === 'card'")
    browser.wait(SHARP)
    assert "3 × 3 × 2 voxels averaged into one" in browser.text(".body .bottomLeft")
    assert picture(browser).any()


def test_the_page_answers_while_a_picture_is_cast(browser, medium, changed):
    opened_in_3d(browser, medium)
    # Turns of the event loop until the picture at rest is there, one each millisecond at best.
    script = """
    const body = document.querySelector('.body');
    document.querySelectorAll('.looks .side')[2].click();
    return new Promise(done => {
      let turns = 0;
      const look = () => body.dataset.state === 'sharp' ? done(turns) : (turns++, setTimeout(look));
      look();
    });
    """
    assert browser.run(script) >= 10


def test_without_webgl_the_processor_draws_and_the_button_says_why(medium, solids):
    with chromium(options=["--disable-3d-apis"]) as alone:
        opened_in_3d(alone, medium)
        assert alone.run(_WAY) == "processor"
        alone.click("button.card")
        alone.wait(SHARP)
        assert alone.run(_WAY) == "processor"
        assert "This browser offers no graphics card" in alone.text(".body .bottomLeft")
        assert likeness(alone, solids["made"], 1, "A") >= LIKE


def test_firefox_draws_the_same(medium, solids):
    with firefox() as driven:
        driven.resize(900, 620)
        driven.open(medium / "WEB/READER.HTM")
        assert driven.run("return fetch('INDEX.JS').then(() => 'fetched', () => 'refused')") == "refused"
        driven.choose_folder(medium, "button.open")
        driven.wait("return !!document.querySelector('.pane')")
        opened.choose(driven, 0)
        driven.keys("n")
        found = [likeness(driven, solids["made"], number, letter) for number, letter in ((0, "A"), (3, "L"), (5, "S"))]
        assert min(found) >= LIKE


def test_the_presets_are_those_of_the_viewer_and_have_german_names(solids):
    assert webviewer.LOOKS.read_bytes() == webviewer.looks()
    german = (webviewer.SOURCE / "src/languages.ts").read_text("utf-8").partition("GERMAN: Texts = {")[2]
    looks = [*CT_LOOKS, *looks_for(solids["made"], "", (0.0, 1.0))]
    assert [look.name for look in looks if f'"{look.name}":' not in german] == []
