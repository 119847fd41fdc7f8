"""One truth, two viewers: planes and slabs in Chromium, in the viewer's own code, and by SimpleITK, pixel by pixel."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
import shutil
import subprocess

import numpy as np
from PIL import Image
import pytest
import SimpleITK

from bundle.index.index import Catalog
from tests import webviewer
from tests.browser import Browser
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec
from tests.web import opened
from tests.web.conftest import make_medium
from viewer.images.loading import Loader
from viewer.images.volume import LoadedStack
from viewer.scene import reslice
from viewer.space import mpr, plane_view
from viewer.space.mpr import MprState, Plane, Slab
from viewer.space.planes import to_patient
from viewer.space.voxel_volume import Solid, make_solid

ROWS, COLUMNS, SPACING, STEP = 40, 48, (1.3, 0.8), 2.5
ORIGIN = (-21.0, 13.0, -44.0)
WINDOW = (0.0, 800.0)
PLANES = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL, Plane.OBLIQUE)


def place_of(k: float, lean: float = 0.0) -> tuple[float, float, float]:
    return ORIGIN[0], ORIGIN[1] + lean * k, ORIGIN[2] + STEP * k


def phantom(slices: int) -> np.ndarray:
    """Every voxel tells its place: no two neighbours are alike in any direction, and no plane is like another."""
    k, j, i = np.mgrid[:slices, :ROWS, :COLUMNS]
    return np.rint(200 * np.sin(i / 3.1) + 150 * np.sin(j / 4.3 + 1) + 120 * np.sin(k / 1.7) + i - j + 4 * k).astype(
        int
    )


def with_padding(values: np.ndarray) -> np.ndarray:
    values = values.copy()
    _, j, i = np.mgrid[: len(values), :ROWS, :COLUMNS]
    values[(i - 24) ** 2 + (j - 20) ** 2 > 19**2] = -2000
    values[4:6, 18:22, 20:26] = -2000
    return values


UNEVEN = [place_of(k) for k in (0, 1, 2, 3, 7, 8, 9.4, 10.8, 12.2)]
SPECS = {
    "a volume": StackSpec(phantom(12), [place_of(k) for k in range(12)], pixel_spacing=SPACING, window=WINDOW),
    "a tilted gantry": StackSpec(
        phantom(12), [place_of(k, 0.9) for k in range(12)], pixel_spacing=SPACING, window=WINDOW
    ),
    "coronal, upside down": StackSpec(
        phantom(12), [(0.0, 2.5 * k, 0.0) for k in range(12)], orientation=CORONAL, pixel_spacing=SPACING,
        window=WINDOW, photometric="MONOCHROME1",
    ),
    "slices missing": StackSpec(phantom(9), UNEVEN, pixel_spacing=SPACING, window=WINDOW),
    "padding": StackSpec(
        with_padding(phantom(12)), [place_of(k) for k in range(12)], pixel_spacing=SPACING, window=WINDOW, padding=-2000
    ),
    "a rescale of each slice": StackSpec(
        phantom(6), [place_of(k) for k in range(6)], pixel_spacing=SPACING, window=WINDOW,
        rescales=[(0.5 + k / 7, 10.0 * k) for k in range(6)],
    ),
    "12 bits under an overlay": StackSpec(
        phantom(6) + 1024, [place_of(k) for k in range(6)], pixel_spacing=SPACING, window=WINDOW, signed=False,
        bits_stored=12, junk=0xF000, rescales=[(1.0, -1024.0)] * 6,
    ),
}  # fmt: skip
NAMES = tuple(SPECS)
SLABS = {"MIP": Slab.MAXIMUM, "MinIP": Slab.MINIMUM, "Mean": Slab.MEAN}

_PANES = """
return [...document.querySelectorAll('.plane')].map(pane => {
  const canvas = pane.querySelector('canvas.image');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let found = '';
  for (let k = 0; k < pixels.length; k += 4) found += String.fromCharCode(pixels[k]);
  return [canvas.height, canvas.width, btoa(found)];
});
"""
_SLAB = """
const slider = document.querySelector('.slab input');
slider.value = arguments[0];
slider.dispatchEvent(new Event('input'));
"""
# Longer than the pause after which the planes have all their pixels.
REST = "return new Promise(done => setTimeout(() => requestAnimationFrame(() => done(true)), 260))"


@dataclass
class Truth:
    """A stack as the viewer's own code loads it."""

    solid: Solid
    state: MprState


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    series = [SeriesSpec([replace(spec)], description=name) for name, spec in SPECS.items()]
    return make_medium(tmp_path_factory.mktemp("planes") / "stick", [CaseSpec(series)])


@pytest.fixture(scope="module")
def truths(medium: Path) -> dict[str, Truth]:
    return truths_of(medium)


def truths_of(medium: Path) -> dict[str, Truth]:
    """The stacks of a medium by the descriptions of their series."""
    made = {}
    with Catalog(medium) as catalog:
        for series in catalog.studies()[0].series:
            (stack,) = series.stacks
            loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
            Loader(medium, loaded, 0, lambda index: None).run()
            solid = make_solid(loaded)
            # They open at the place that the reader looks at: the middle of the slice that opens.
            point = to_patient(stack, loaded.frames[stack.preview_frame], (stack.columns / 2, stack.rows / 2))
            state = mpr.move_to(mpr.start(solid), solid, np.array(point))
            made[series.description] = Truth(solid, state)
    return made


@pytest.fixture(scope="module")
def shown(browser: Browser, medium: Path) -> Browser:
    browser.resize(1366, 768)
    opened.open_medium(browser, medium)
    return browser


@pytest.fixture
def planes(shown: Browser) -> Iterator[Browser]:
    """The page of planes; afterwards the slices are back."""
    shown.keys("m")
    yield shown
    shown.keys("m")
    opened.see(shown)


def open_planes(browser: Browser, name: str) -> None:
    browser.run("document.querySelectorAll('.row')[arguments[0]].click()", NAMES.index(name))
    browser.wait("return document.querySelectorAll('.plane').length === 4")
    browser.run(REST)


def corner(browser: Browser, number: int) -> tuple[float, float]:
    """Left and top of a pane of the planes."""
    script = (
        "const r = document.querySelectorAll('.plane')[arguments[0]].getBoundingClientRect(); return [r.left, r.top]"
    )
    left, top = browser.run(script, number)
    return left, top


def pictures(browser: Browser) -> dict[Plane, np.ndarray]:
    found = browser.run(_PANES)
    greys = (np.frombuffer(base64.b64decode(text), np.uint8).reshape(rows, columns) for rows, columns, text in found)
    return dict(zip(PLANES, greys, strict=True))


def cut_of(truth: Truth, plane: Plane, shape: tuple[int, ...]) -> mpr.Cut:
    return plane_view.cut_through(
        truth.state, plane_view.Lens(), truth.solid, plane, (shape[1], shape[0]), 1.0
    )  # fmt: skip


def places(cut: mpr.Cut) -> np.ndarray:
    """The patient place of each pixel, (rows, columns, 3)."""
    row, column = np.mgrid[: cut.rows, : cut.columns]
    return column[..., None] * cut.matrix[:3, 0] + row[..., None] * cut.matrix[:3, 1] + cut.matrix[:3, 3]


def inside(truth: Truth, cut: mpr.Cut) -> np.ndarray:
    """Which pixels show voxels: not those within a hundredth of a voxel of an edge, which may fall either way."""
    solid = truth.solid
    index = (places(cut) - solid.affine[:3, 3]) @ np.linalg.inv(solid.affine[:3, :3]).T
    low, high = solid.edges
    found = ((index > low + 0.01) & (index < high - 0.01)).all(axis=2)
    for start, end in solid.gaps:
        found &= (index[..., 2] < start - 0.01) | (index[..., 2] > end + 0.01)
    return found


def differing(browser: Browser, truth: Truth) -> list[Plane]:
    """The planes of which any pixel has another grey than the viewer's own code gives it."""
    reslicer, found = reslice.Reslicer(truth.solid), []
    for plane, picture in pictures(browser).items():
        cut = cut_of(truth, plane, picture.shape)
        right = plane_view.grey_of(*reslicer.see(cut), truth.solid, WINDOW, inverted=False)
        voxels = inside(truth, cut)
        assert voxels.mean() > 0.01
        # One level for rounding; a pixel in a thousand may lie on the edge of padding, within rounding.
        off = np.abs(picture.astype(int) - right)[voxels]
        if (off > 1).mean() > 0.001:
            found.append(plane)
    reslicer.close()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_each_plane_has_the_greys_of_the_viewer(planes, truths, name):
    open_planes(planes, name)
    assert differing(planes, truths[name]) == []


@pytest.mark.parametrize("kind", SLABS)
@pytest.mark.parametrize("name", ["a volume", "slices missing", "padding"])
def test_each_slab_has_the_greys_of_the_viewer(planes, truths, name, kind):
    open_planes(planes, name)
    planes.run(_SLAB, 9)
    planes.run("[...document.querySelectorAll('.slab button')].find(b => b.innerText === arguments[0]).click()", kind)
    planes.run(REST)
    thick = replace(truths[name].state, thickness=9.0, slab=SLABS[kind])
    assert differing(planes, replace(truths[name], state=thick)) == []
    assert f"{kind} over 9 mm" in planes.text(".plane .topLeft")


def test_a_turned_plane_has_the_greys_of_the_viewer_and_says_by_how_much_it_is_turned(planes, truths):
    open_planes(planes, "a volume")
    left, top = corner(planes, 0)
    shape = pictures(planes)[Plane.AXIAL].shape
    column, row = cut_of(truths["a volume"], Plane.AXIAL, shape).place_of(np.array(truths["a volume"].state.point))
    middle = left + column + 0.5, top + row + 0.5
    # By its outer part, from the horizontal to 30 degrees below it on the right.
    far = 120
    end = middle[0] + far * np.cos(np.pi / 6), middle[1] + far * np.sin(np.pi / 6)
    planes.drag([(middle[0] + far, middle[1]), end])
    planes.run(REST)
    said = planes.run("return document.querySelectorAll('.plane .topLeft')[1].innerText")
    degrees = float(said.removeprefix("Oblique, ").partition("°")[0])
    assert 29 < degrees < 31
    assert said.endswith("from coronal")
    truth = truths["a volume"]
    # The pointer is on whole pixels: the angle between the two places, as the page takes it.
    first, last = ((round(middle[0] + far) + 0.0, round(middle[1])), tuple(map(round, end)))
    angles = [np.degrees(np.arctan2(y - (middle[1]), x - (middle[0]))) for x, y in (first, last)]
    state = mpr.turn(truth.state, Plane.AXIAL, angles[1] - angles[0])
    assert differing(planes, Truth(truth.solid, state)) == []


@pytest.mark.parametrize("plane", PLANES[:3])
def test_a_plane_has_the_values_that_simpleitk_interpolates(planes, plane):
    """Nothing of this program: the geometry of PS3.3 C.7.6.2.1.1, the fit by hand, the window by PS3.3 C.11.2.1.2.1."""
    open_planes(planes, "a volume")
    picture = pictures(planes)[plane]
    image = SimpleITK.GetImageFromArray(SPECS["a volume"].stored.astype(np.float64))
    image.SetSpacing((SPACING[1], SPACING[0], STEP))
    image.SetOrigin(ORIGIN)
    size = np.array([COLUMNS * SPACING[1], ROWS * SPACING[0], 12 * STEP])
    center = np.array(ORIGIN) + (size - [SPACING[1], SPACING[0], STEP]) / 2
    rows, columns = picture.shape
    axes = {Plane.AXIAL: (0, 1), Plane.CORONAL: (0, 2), Plane.SAGITTAL: (1, 2)}
    scale = max(max(size[a] / columns, size[b] / rows) for a, b in axes.values())
    across, down = axes[plane]
    (through,) = {0, 1, 2} - {across, down}
    right, below = np.eye(3)[across], np.eye(3)[down] * (-1 if down == 2 else 1)
    # The cross-hair is in the middle of the slice that opens, the seventh.
    point = center.copy()
    point[2] = ORIGIN[2] + 6 * STEP
    start = center.copy()
    start[through] = point[through]
    start = start - right * scale * (columns - 1) / 2 - below * scale * (rows - 1) / 2
    grid = SimpleITK.Image(columns, rows, 1, SimpleITK.sitkFloat64)
    grid.SetOrigin(start.tolist())
    grid.SetSpacing((scale, scale, 1.0))
    grid.SetDirection(np.column_stack([right, below, np.cross(right, below)]).ravel().tolist())
    found = SimpleITK.GetArrayFromImage(
        SimpleITK.Resample(image, grid, SimpleITK.Transform(), SimpleITK.sitkLinear, -9999)
    )[0]
    center_, width = WINDOW
    grey = np.floor((((np.floor(found + 0.5) - (center_ - 0.5)) / (width - 1) + 0.5) * 255).clip(0, 255) + 0.5)
    # SimpleITK has no value in the outer half of the outermost voxels; there the page shows that of their centres.
    there = found != -9999
    assert there.mean() > 0.1
    assert np.abs(picture - grey)[there].max() <= 1


FAULTS = {
    "half a voxel off": ("(w - run.start) / run.step;", "(w - run.start) / run.step + 0.5;"),
    "no mixture of two slices": ("const fz = z - z0;", "const fz = 0;"),
    "left for right": ("const x = i < 0 ? 0 :", "const x = lastColumn - i < 0 ? 0 : i > 0 ? lastColumn - i :"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_in_the_page_is_found(browser, medium, truths, tmp_path, fault):
    source = tmp_path / "webviewer"
    shutil.copytree(webviewer.SOURCE, source)
    path = source / "src/planes/cut.ts"
    right, wrong = FAULTS[fault]
    assert path.read_text("utf-8").count(right) == 1
    path.write_text(path.read_text("utf-8").replace(right, wrong), "utf-8")
    command = ["esbuild", "src/main.ts", "--bundle", "--format=iife", "--charset=ascii"]
    made = subprocess.run(command, cwd=source, capture_output=True, check=True)
    stick = tmp_path / "stick"
    shutil.copytree(medium, stick)
    (stick / "WEB/READER.JS").write_bytes(made.stdout)
    opened.open_medium(browser, stick)
    browser.keys("m")
    open_planes(browser, "a volume")
    assert differing(browser, truths["a volume"]) != []


def test_a_fault_planted_in_the_viewer_is_found(shown, medium, truths, monkeypatch):
    opened.open_medium(shown, medium)
    shown.keys("m")
    open_planes(shown, "a volume")
    assert differing(shown, truths["a volume"]) == []
    usual = reslice._Grid._to_slices

    def shifted(grid, to_index):
        made = usual(grid, to_index)
        made[2, 3] += 0.5
        return made

    monkeypatch.setattr(reslice._Grid, "_to_slices", shifted)
    assert differing(shown, truths["a volume"]) == [Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL, Plane.OBLIQUE]
    shown.keys("m")
    opened.see(shown)


def test_missing_slices_are_a_band_of_orange_and_are_said(planes, truths):
    open_planes(planes, "slices missing")
    assert "Slices missing from −36.5 to −26.5 mm" in planes.text(".plane .bottomLeft")
    left, top = corner(planes, 1)
    picture = pictures(planes)[Plane.CORONAL]
    truth = truths["slices missing"]
    cut = cut_of(truth, Plane.CORONAL, picture.shape)
    index = (places(cut) - truth.solid.affine[:3, 3]) @ np.linalg.inv(truth.solid.affine[:3, :3]).T
    ((low, high),) = truth.solid.gaps
    gap = (
        (index[..., 2] > low + 0.2) & (index[..., 2] < high - 0.2) & (index[..., 0] > 0) & (index[..., 0] < COLUMNS - 1)
    )
    screen = np.asarray(Image.open(BytesIO(planes.screenshot())).convert("RGB")).astype(int)
    seen = screen[round(top) : round(top) + picture.shape[0], round(left) : round(left) + picture.shape[1]]
    band = seen[gap]
    orange = (band[:, 0] > 60) & (band[:, 0] > band[:, 2] + 25)
    assert orange.mean() > 0.85
    assert not picture[gap].any()


def test_the_planes_open_where_the_reader_looks_and_give_their_place_back(shown):
    opened.choose(shown, 0)
    opened.press(shown, opened.HOME)
    shown.keys("m")
    shown.wait("return document.querySelectorAll('.plane').length === 4")
    shown.run(REST)
    assert "S " not in shown.text(".plane .bottomLeft")
    assert "I 16.5 mm" in shown.text(".plane .bottomLeft")
    shown.keys(*[opened.ARROW_DOWN] * 3)
    shown.run(REST)
    assert "I 24 mm" in shown.text(".plane .bottomLeft")
    shown.keys("m")
    opened.see(shown)
    assert "Slice 4 / 12" in shown.text(".bottomLeft")


def test_keys_act_on_the_planes_that_are_seen_and_not_on_the_slices_behind_them(shown):
    opened.choose(shown, 0)
    opened.press(shown, opened.HOME)
    shown.keys("m")
    shown.wait("return document.querySelectorAll('.plane').length === 4")
    shown.run(REST)
    greys = pictures(shown)[Plane.AXIAL]
    shown.keys("i", "i")
    shown.run(REST)
    assert shown.text(".plane .topLeft") == shown.text(".plane .bottomRight") == ""
    shown.keys("i")
    shown.run(REST)
    assert shown.text(".plane .topLeft") == "Axial"
    shown.keys("x")
    shown.run(REST)
    assert "Inverted" in shown.text(".plane .bottomRight")
    shown.keys("x", opened.END, "k", "+")
    shown.run(REST)
    assert (pictures(shown)[Plane.AXIAL] == greys).all()
    shown.keys("m")
    opened.see(shown)
    assert "Slice 1 / 12" in shown.text(".bottomLeft")
    assert "(fit)" in shown.text(".bottomRight")
    assert "Key image" not in shown.text(".topRight")
