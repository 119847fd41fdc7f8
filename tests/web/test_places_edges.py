"""Places as answers where the image is not as the question expects it: behind 3D, in no pane, or not to be read."""

from pathlib import Path

import pytest

from bundle.reading.form_file import read_form
from tests import scans
from tests.browser import Browser
from tests.conftest import build_bundle
from tests.web import opened, test_reading, test_reading_edges
from tests.web.test_answers_on_images import answer, at_the_form, place_of, press

SIZE = 96
FORM = read_form("""
title = "Places"
keep_view = true
[[question]]
id = "size"
text = "Largest diameter"
type = "measurement"
[[question]]
id = "places"
text = "Suspicious places"
type = "mark"
most = 2
""")


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of two series, and another one."""
    work = tmp_path_factory.mktemp("places")

    def change(dataset, k):
        dataset.PixelSpacing = [0.5, 0.8]

    def other(dataset, k):
        change(dataset, k)
        dataset.SeriesInstanceUID += ".7"
        dataset.SOPInstanceUID += ".7"
        dataset.SeriesNumber = 7

    def next_case(dataset, k):
        change(dataset, k)
        dataset.PatientID = "P9"
        for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
            setattr(dataset, name, dataset[name].value + ".9")

    scans.write_series(work / "scans/c", change=next_case, size=SIZE, whole=True)
    scans.write_series(work / "scans/a", change=change, size=SIZE, whole=True)
    scans.write_series(work / "scans/b", change=other, size=SIZE, whole=True)
    return build_bundle(work, work / "scans", look_into_pictures=False, form=FORM).drive


@pytest.fixture
def shown(browser: Browser, stick: Path) -> Browser:
    browser.resize(1366, 768)
    at_the_form(browser, stick)
    return browser


def test_a_place_that_is_asked_for_in_3d_is_set_on_the_slices(shown):
    shown.run("document.activeElement.blur()")
    shown.keys("n")
    shown.wait("return !!document.querySelector('.pane.body')")
    press(shown, "Mark on the image")
    shown.wait("return document.querySelector('.panes').offsetParent !== null")
    opened.see(shown)
    shown.drag([place_of(shown, 30, 20)])
    shown.wait("return document.querySelectorAll('.said')[1].textContent.startsWith('1 mark')")
    (mark,) = answer(shown, "places")
    assert abs(mark["column"] - 30) < 0.5


def test_a_distance_on_a_series_that_no_pane_shows_any_more_is_taken_by_name(shown):
    opened.press(shown, opened.HOME, "d")
    shown.drag([place_of(shown, 10, 10), place_of(shown, 40, 10)])
    opened.press(shown, opened.PAGE_DOWN)
    press(shown, "Measure on the image")
    shown.wait("return document.querySelector('.offers button')?.textContent.startsWith('Use 24.')")
    shown.run("document.querySelector('.offers button').click()")
    shown.wait("return document.querySelector('.said').textContent.startsWith('24.')")
    assert abs(answer(shown, "size")["value"] - 24) < 0.3


def test_an_image_that_cannot_be_read_for_a_moment_refuses_one_click_and_not_all_others(shown, stick):
    opened.press(shown, opened.END)
    press(shown, "Mark on the image")
    away = (stick / "DICOM").rename(stick / "AWAY")
    try:
        shown.drag([place_of(shown, 50, 20)])
        shown.wait("return document.querySelector('.form').innerText.includes('no longer there. Put it back')")
    finally:
        away.rename(stick / "DICOM")
    before = len(answer(shown, "places") or [])
    shown.drag([place_of(shown, 50, 20)])
    shown.wait("return !document.querySelector('.form').innerText.includes('no longer there')")
    assert len(answer(shown, "places")) == before + 1


def test_key_images_of_every_series_are_kept_with_the_submission(browser, stick):
    browser.open(stick / "WEB/READER.HTM")
    browser.run(test_reading_edges.FORGET)
    at_the_form(browser, stick)
    opened.press(browser, opened.HOME, "k", opened.PAGE_DOWN, opened.END, "k")
    browser.run("document.querySelector('.form .submit').click()")
    browser.wait("return document.querySelector('.form .muted').innerText.startsWith('1 of 2')")
    test_reading_edges.pause(browser)
    journals = test_reading.journals_in_browser(browser)
    (view,) = [entry.data["view"] for journal in journals for entry in journal.entries if entry.kind == "submit"]
    first, second = view["key_images"]
    assert first["series"] != second["series"]
    assert second == {name: view[name] for name in ("series", "instance", "frame")}


# The first bytes of a file, which name its image, take as long as on a slow stick.
SLOW = """
const read = Blob.prototype.arrayBuffer;
Blob.prototype.arrayBuffer = async function () {
  if (this.size <= 1024) await new Promise(done => setTimeout(done, 1000));
  return read.call(this);
};
"""


def test_the_case_that_was_submitted_is_done_though_the_reader_went_on_at_once(browser, stick):
    browser.open(stick / "WEB/READER.HTM")
    browser.run(test_reading_edges.FORGET)
    slow = browser.before_pages(SLOW)
    try:
        at_the_form(browser, stick)
    finally:
        browser.no_more_before_pages(slow)
    case = browser.text(".form h2")
    browser.run("document.querySelector('.form .submit').click()")
    test_reading.go_to(browser, 1)
    assert browser.text(".form h2") == case
    browser.wait("return document.querySelector('.form .muted').innerText.startsWith('1 of 2')")
    assert [text.split(" – ")[-1].strip() for text in browser.text(".form select").split("\n")] == ["done", "open"]
    browser.wait("return document.querySelector('.form h2').innerText === 'Case 2'")
    test_reading_edges.pause(browser)
    done = [entry.data["case"] for journal in test_reading.journals_in_browser(browser) for entry in journal.entries
            if entry.kind == "submit"]  # fmt: skip
    seen = [entry.data["case"] for journal in test_reading.journals_in_browser(browser) for entry in journal.entries
            if entry.kind == "visit"]  # fmt: skip
    assert done == seen[:1]
