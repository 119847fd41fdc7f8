"""Places as answers in the browser: set with the mouse, kept with the place in the patient, shown and dragged again."""

from pathlib import Path

import numpy as np
from pydicom import dcmread
import pytest

from bundle.reading.form_file import read_form
from bundle.reading.journal import parse_journal
from bundle.reading.questions import Value
from tests import scans
from tests.browser import Browser
from tests.conftest import build_bundle
from tests.journals import readings_of
from tests.web import opened

SIZE, SPACING = 96, (0.5, 0.8)
FORM = read_form("""
title = "Places"
keep_view = true
[[question]]
id = "size"
text = "Largest diameter"
type = "measurement"
unit = "cm"
[[question]]
id = "places"
text = "Suspicious places"
type = "mark"
most = 2
rating = { from = 0, to = 100, text = "How suspicious?" }
""")
ENTER, SPACE = "\ue007", " "
PINK = """
const canvas = document.querySelector('canvas.over'), pixels = canvas.getContext('2d')
  .getImageData(0, 0, canvas.width, canvas.height).data;
let found = 0;
for (let k = 0; k < pixels.length; k += 4) found += pixels[k] === 243 && pixels[k + 1] === 166 && pixels[k + 2] === 208;
return found;
"""


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One series whose pixels are no squares."""
    work = tmp_path_factory.mktemp("places")

    def change(dataset, k):
        dataset.PixelSpacing = list(SPACING)

    scans.write_series(work / "scans", change=change, size=SIZE, whole=True)
    return build_bundle(work, work / "scans", look_into_pictures=False, form=FORM).drive


@pytest.fixture
def shown(browser: Browser, stick: Path) -> Browser:
    browser.resize(1366, 768)
    at_the_form(browser, stick)
    return browser


def at_the_form(browser: Browser, stick: Path) -> None:
    browser.open(stick / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('#folder')")
    browser.fill("#folder", str(stick))
    browser.wait("return !!document.querySelector('.who input')")
    browser.keys(*"R1", ENTER)
    browser.wait("return !!document.querySelector('.form')")
    opened.see(browser)


def place_of(browser: Browser, column: float, row: float) -> tuple[float, float]:
    """Where the middle of a pixel is in the window: the whole image just fits, with square millimetres."""
    left, top, width, height = opened.area(browser)
    scale = min(width / (SIZE * SPACING[1]), height / (SIZE * SPACING[0]))
    x = width / 2 + scale * (column + 0.5 - SIZE / 2) * SPACING[1]
    return left + x, top + height / 2 + scale * (row + 0.5 - SIZE / 2) * SPACING[0]


def press(browser: Browser, text: str) -> None:
    browser.run(
        "[...document.querySelectorAll('.form button')].find(made => made.textContent === arguments[0]).click()", text
    )


def answer(browser: Browser, question: str) -> Value:
    """What the browser has kept, a second after the last click."""
    script = """
    const lines = kept => [kept.name, new TextDecoder().decode(kept.text)];
    return new Promise(done => setTimeout(done, 1200)).then(() => new Promise(done => {
      const asked = indexedDB.open('mkbundle-readings', 1);
      asked.onsuccess = () => {
        const all = asked.result.transaction('journals').objectStore('journals').getAll();
        all.onsuccess = () => { asked.result.close(); done(all.result.map(lines)); };
      };
    }));
    """
    journals = [parse_journal(name, text.encode()) for name, text in browser.run(script)]
    (case,) = readings_of(journals, "R1").cases.values()
    return case.answers.get((question, ""))


def in_patient(stick: Path, mark: dict[str, Value]) -> np.ndarray:
    """PS3.3 C.7.6.2.1.1, equation (1), from the file that the place names."""
    images = {image.SOPInstanceUID: image for image in map(dcmread, (stick / "DICOM").rglob("IM*"))}
    image = images[mark["instance"]]
    cosines = np.array(image.ImageOrientationPatient, float).reshape(2, 3)
    down, across = map(float, image.PixelSpacing)
    assert mark["series"] == image.SeriesInstanceUID
    return (
        np.array(image.ImagePositionPatient, float)
        + cosines[0] * across * mark["column"]
        + cosines[1] * down * mark["row"]
    )


def test_a_measurement_is_the_distance_in_the_patient_and_is_there_after_a_reload(shown, stick):
    opened.press(shown, opened.END)
    press(shown, "Measure on the image")
    for column, row in ((20, 30), (70, 60)):
        shown.drag([place_of(shown, column, row)])
    shown.wait("return document.querySelector('.said').textContent.includes(' cm')")
    value = answer(shown, "size")
    exact = float(np.hypot((70 - 20) * SPACING[1], (60 - 30) * SPACING[0]))
    assert abs(value["value"] - exact) < 0.3
    ends = [in_patient(stick, mark) for mark in value["points"]]
    for mark, place in zip(value["points"], ends, strict=True):
        np.testing.assert_allclose(mark["position"], place, atol=0.001)
    assert abs(float(np.linalg.norm(ends[0] - ends[1])) - value["value"]) < 0.01
    slice_ = shown.text(".bottomLeft").splitlines()[0]
    at_the_form(shown, stick)
    shown.wait("return document.querySelector('.said').textContent.includes('slice')")
    assert f"{value['value'] / 10:.2f} cm" in shown.text(".said")
    assert slice_ not in shown.text(".bottomLeft")
    assert shown.run(PINK) == 0
    press(shown, "Show")
    opened.see(shown)
    assert slice_ in shown.text(".bottomLeft")
    assert shown.run(PINK) > 50


def test_a_distance_that_ends_on_another_slice_is_refused_with_the_reason(shown):
    opened.press(shown, opened.HOME)
    press(shown, "Measure on the image")
    shown.drag([place_of(shown, 20, 30)])
    shown.wait("return document.querySelector('.said').textContent.includes('distance ends')")
    opened.press(shown, opened.END)
    shown.drag([place_of(shown, 40, 30)])
    shown.wait("return document.querySelector('.said').textContent.includes('must end there, too')")
    opened.press(shown, opened.ESCAPE)
    assert "must end" not in shown.text(".said")


def test_marks_are_rated_and_a_dragged_one_keeps_its_rating(shown, stick):
    opened.press(shown, opened.HOME)
    for (column, row), rating in (((30, 20), "85"), ((60, 70), "10")):
        press(shown, "Mark on the image")
        shown.drag([place_of(shown, column, row)])
        shown.wait("return document.activeElement.type === 'range'")
        shown.keys(*rating)
        shown.wait("return document.activeElement.value === arguments[0]", rating)
    press(shown, "Mark on the image")
    assert "No more than 2 marks" in shown.text(".form")
    shown.run("document.activeElement.blur()")
    opened.press(shown, "v")
    shown.drag([place_of(shown, 60, 70), place_of(shown, 65, 75), place_of(shown, 80, 80)])
    shown.wait(
        "return [...document.querySelectorAll('.rated output')].map(found => found.textContent).join() === '85,10'"
    )
    opened.see(shown)
    first, second = answer(shown, "places")
    assert (first["rating"], second["rating"]) == (85, 10)
    assert abs(second["column"] - 80) < 0.5
    assert abs(second["row"] - 80) < 0.5
    np.testing.assert_allclose(second["position"], in_patient(stick, second), atol=0.001)


def test_a_distance_that_was_measured_before_is_offered_by_name_and_used_once(shown):
    opened.press(shown, opened.HOME, "d")
    shown.drag([place_of(shown, 10, 10), place_of(shown, 40, 10)])
    opened.see(shown)
    press(shown, "Measure on the image")
    offer = "return document.querySelector('.offers button')?.textContent ?? ''"
    assert shown.run(offer).startswith("Use 2.4")
    shown.run("document.querySelector('.offers button').click()")
    shown.wait("return document.querySelector('.said').textContent.startsWith('2.4')")
    assert abs(answer(shown, "size")["value"] - 24) < 0.3
    press(shown, "Measure on the image")
    assert shown.run(offer) == ""
