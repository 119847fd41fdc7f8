"""Answers of a form on planes in the browser: word for word those of the viewer, drawn again, shown and dragged."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from bundle.reading.marks import apart
from tests import scans
from tests.browser import Browser
from tests.conftest import build_bundle
from tests.web import opened
from tests.web.test_answers_on_images import PINK, answer, at_the_form, press
from tests.web.test_planes import REST, Truth, corner, pictures
from viewer.entries import Entry, all_entries
from viewer.images.loading import Loader
from viewer.images.volume import LoadedStack
from viewer.reading.marks import length_between, mark_on_plane
from viewer.space import mpr, plane_view
from viewer.space.mpr import Plane, Slab
from viewer.space.planes import to_patient
from viewer.space.voxel_volume import make_solid

PLANES = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL, Plane.OBLIQUE)
FORM = read_form("""
title = "Planes"
keep_view = true
[[question]]
id = "size"
text = "Largest diameter"
type = "measurement"
[[question]]
id = "places"
text = "Suspicious places"
type = "mark"
rating = { from = 0, to = 100, text = "How suspicious?" }
""")
SIZE, SLICES = 48, 24
WHERE = "return [...document.querySelectorAll('.said')].map(found => found.textContent)"
PINK_ON_PLANES = PINK.replace(
    "document.querySelector('canvas.over')", "document.querySelectorAll('.plane canvas.over')[arguments[0]]"
)


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("on-planes")

    def change(dataset, k):
        dataset.PixelSpacing = [0.9, 0.7]

    scans.write_series(work / "scans", SLICES, change=change, size=SIZE, whole=True)
    return build_bundle(work, work / "scans", look_into_pictures=False, form=FORM).drive


@pytest.fixture(scope="module")
def truth(stick: Path) -> tuple[Entry, LoadedStack, Truth]:
    """The stack as the viewer's own code has it, at the place where the planes open."""
    with Catalog(stick) as catalog:
        (entry,) = all_entries(catalog)
        loaded = LoadedStack(entry.stack, catalog.frames(entry.stack.stack_id))
        Loader(stick, loaded, 0, lambda index: None).run()
        solid = make_solid(loaded)
        middle = entry.stack.columns / 2, entry.stack.rows / 2
        point = to_patient(entry.stack, loaded.frames[entry.stack.preview_frame], middle)
        return entry, loaded, Truth(solid, mpr.move_to(mpr.start(solid), solid, np.array(point)))


@pytest.fixture
def planes(browser: Browser, stick: Path) -> Iterator[Browser]:
    browser.resize(1366, 768)
    opened.forget_answers(browser, stick)
    at_the_form(browser, stick)
    browser.keys("m")
    browser.wait("return document.querySelectorAll('.plane').length === 4")
    browser.run(REST)
    yield browser
    opened.forget_answers(browser, stick)


def click(browser: Browser, plane: Plane, right: float, down: float) -> tuple[float, float]:
    """Click so far from the middle of a pane; the pixel of its picture that was hit."""
    rows, columns = pictures(browser)[plane].shape
    left, top = corner(browser, PLANES.index(plane))
    place = round(left + columns / 2 + right), round(top + rows / 2 + down)
    browser.drag([place])
    browser.run(REST)
    return place[0] - left - 0.5, place[1] - top - 0.5


def of_viewer(truth, browser: Browser, plane: Plane, place: tuple[float, float], thickness=0.0, slab=Slab.MAXIMUM):
    """The mark that the viewer's own code makes of the same click."""
    entry, loaded, solid = truth
    rows, columns = pictures(browser)[plane].shape
    cut = plane_view.cut_through(solid.state, plane_view.Lens(), solid.solid, plane, (columns, rows), 1.0)
    position, normal = cut.point_at(*place), solid.state.facings[plane].normal
    return mark_on_plane(
        entry, loaded.frames[0], tuple(map(float, position)), tuple(map(float, normal)), thickness, slab.value
    )


@pytest.mark.parametrize("plane", PLANES)
def test_a_measurement_on_a_plane_is_kept_as_the_viewer_keeps_it(planes, truth, plane):
    press(planes, "Measure on the image")
    ends = [click(planes, plane, *spot) for spot in ((-70, -40), (60, 50))]
    planes.wait("return document.querySelector('.said').textContent.includes(' mm')")
    right = length_between(truth[0].stack, [of_viewer(truth, planes, plane, end) for end in ends])
    value = answer(planes, "size")
    # Not only equal: the same words in the same order.
    assert repr(value) == repr(right)
    assert apart(value["points"]) == ""
    assert planes.run(WHERE)[0] == f"{value['value']:.1f} mm, MPR plane"
    length = float(np.linalg.norm(np.subtract(value["points"][0]["position"], value["points"][1]["position"])))
    assert abs(length - value["value"]) < 0.01
    assert planes.run(PINK_ON_PLANES, PLANES.index(plane)) > 20


def test_a_mark_through_a_slab_names_it_and_takes_its_rating(planes, truth):
    planes.run(
        "const s = document.querySelector('.slab input'); s.value = 6; s.dispatchEvent(new Event('input'));"
        "[...document.querySelectorAll('.slab button')].find(made => made.innerText === 'Mean').click()"
    )
    planes.run(REST)
    press(planes, "Mark on the image")
    place = click(planes, Plane.CORONAL, 30, -45)
    planes.wait("return !!document.querySelector('.rated output')")
    planes.keys("7", "5")
    planes.run("document.activeElement.blur()")
    (mark,) = answer(planes, "places")
    right = of_viewer(truth, planes, Plane.CORONAL, place, 6.0, Slab.MEAN)
    assert mark == right | {"rating": 75}
    assert list(mark["slab"].items()) == [("thickness", 6.0), ("projection", "mean")]


def test_a_distance_must_end_on_its_plane(planes):
    press(planes, "Measure on the image")
    click(planes, Plane.CORONAL, -40, 0)
    click(planes, Plane.SAGITTAL, 40, 10)
    said = planes.run(WHERE)[0]
    assert said == "The distance begins on another plane, and must end there, too. Esc cancels"
    planes.keys(opened.ESCAPE)
    planes.run(REST)
    assert planes.run(WHERE)[0] == "none yet"


def test_answers_on_planes_are_there_when_the_case_is_opened_again_and_are_shown_and_dragged(planes, stick, truth):
    press(planes, "Measure on the image")
    ends = [click(planes, Plane.SAGITTAL, *spot) for spot in ((-60, -30), (50, 40))]
    planes.wait("return document.querySelector('.said').textContent.includes(' mm')")
    first = answer(planes, "size")
    at_the_form(planes, stick)
    planes.wait("return document.querySelector('.said').textContent.includes('MPR plane')")
    opened.press(planes, opened.END)
    press(planes, "Show")
    planes.wait("return document.querySelectorAll('.plane').length === 4")
    planes.run(REST)
    assert planes.run(PINK_ON_PLANES, 2) > 20
    # The cross-hair is where the first end lies, so the plane has the whole answer.
    said = planes.run("return document.querySelectorAll('.plane .spoken')[2].textContent")
    assert said == f"Largest diameter; {first['value']:.1f} mm"
    left, top = corner(planes, 2)
    grip = (left + ends[1][0] + 0.5, top + ends[1][1] + 0.5)
    planes.run("document.activeElement.blur()")
    planes.keys("v")
    planes.drag([grip, (grip[0] - 15, grip[1] + 10), (grip[0] - 30, grip[1] + 25)])
    planes.run(REST)
    moved = answer(planes, "size")
    assert moved["points"][0] == first["points"][0]
    right = of_viewer(truth, planes, Plane.SAGITTAL, (ends[1][0] - 30, ends[1][1] + 25))
    assert np.allclose(moved["points"][1]["position"], right["position"], atol=0.002)
    assert {**moved["points"][1], "position": 0} == {**right, "position": 0}
    assert apart(moved["points"]) == ""
    assert planes.run(WHERE)[0] == f"{moved['value']:.1f} mm, MPR plane"


def test_a_distance_that_was_measured_on_a_plane_is_offered_and_used_once(planes):
    planes.keys("d")
    for spot in ((-50, 0), (50, 10)):
        click(planes, Plane.CORONAL, *spot)
    length = planes.run("return document.querySelectorAll('.plane .spoken')[1].textContent")
    press(planes, "Measure on the image")
    offer = "return document.querySelector('.offers button')?.textContent ?? ''"
    assert planes.run(offer) == f"Use {length} on MPR plane"
    planes.run("document.querySelector('.offers button').click()")
    planes.wait("return document.querySelector('.said').textContent.includes('MPR plane')")
    value = answer(planes, "size")
    assert apart(value["points"]) == ""
    assert f"{value['value']:.1f} mm" == length
    press(planes, "Measure on the image")
    assert planes.run(offer) == ""


def show_again(browser: Browser) -> None:
    """The case as if the reader came back to it, and its planes."""
    browser.run("document.querySelector('.form select').dispatchEvent(new Event('change'))")
    browser.wait("return document.querySelectorAll('.plane').length === 0")
    opened.see(browser)
    browser.keys("m")
    browser.wait("return document.querySelectorAll('.plane').length === 4")
    browser.run(REST)


def test_what_has_begun_on_planes_ends_with_the_case(planes):
    framed = "return getComputedStyle(document.querySelector('.plane'), '::after').content !== 'none'"
    press(planes, "Measure on the image")
    assert planes.run(framed)
    show_again(planes)
    assert not planes.run(framed)
    press(planes, "Measure on the image")
    ends = [click(planes, Plane.SAGITTAL, *spot) for spot in ((-60, -30), (50, 40))]
    planes.wait("return document.querySelector('.said').textContent.includes(' mm')")
    first = answer(planes, "size")
    left, top = corner(planes, 2)
    grip = (round(left + ends[1][0] + 0.5), round(top + ends[1][1] + 0.5))
    planes.run("document.activeElement.blur()")
    planes.keys("v")
    # The button stays down while the case changes.
    planes.hold([grip, (grip[0] - 15, grip[1] + 10), (grip[0] - 30, grip[1] + 25)])
    show_again(planes)
    planes.let_go()
    planes.run(REST)
    assert answer(planes, "size") == first


def test_what_was_measured_on_a_plane_is_there_when_the_reader_comes_back_to_the_case(planes):
    planes.keys("d")
    for spot in ((-50, 0), (50, 10)):
        click(planes, Plane.CORONAL, *spot)
    said = "return document.querySelectorAll('.plane .spoken')[1].textContent"
    length = planes.run(said)
    assert length.endswith(" mm")
    show_again(planes)
    assert planes.run(said) == length
    press(planes, "Measure on the image")
    assert planes.run("return document.querySelector('.offers button')?.textContent") == f"Use {length} on MPR plane"
