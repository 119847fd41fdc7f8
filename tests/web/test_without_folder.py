"""A form beside images for browsers: it is read without any folder, and no message has the path of a file."""

from collections.abc import Iterator
from pathlib import Path
import shutil

import numpy as np
from pydicom import dcmread
import pytest

from bundle.reading.form_file import read_form
from tests import scans
from tests.browser import Browser
from tests.conftest import Built, build_bundle
from tests.web import opened
from tests.web.test_answers_on_images import answer, in_patient, press
from tests.web.test_answers_on_planes import PLANES, click
from tests.web.test_planes import REST
from viewer.space.mpr import Plane

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
""")
SIZE = 64


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    work = tmp_path_factory.mktemp("without")
    scans.write_series(work / "scans", 20, size=SIZE, whole=True)
    return build_bundle(work, work / "scans", look_into_pictures=False, form=FORM, web_full=True)


@pytest.fixture
def stick(browser: Browser, built: Built) -> Iterator[Path]:
    yield built.drive
    opened.forget_answers(browser, built.drive)


def begin(browser: Browser, stick: Path) -> None:
    browser.resize(1366, 768)
    opened.forget_answers(browser, stick)
    browser.open(stick / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('.who input')")


def go_on(browser: Browser) -> None:
    browser.keys(*"R1", "\ue007")
    browser.wait("return !!document.querySelector('.form')")
    opened.see(browser)


def test_the_build_is_sound(built):
    assert [found for found in built.outcome.findings if found.severity == "error"] == []


def test_a_study_is_read_without_a_folder_and_each_place_names_its_file(browser, stick):
    begin(browser, stick)
    said = browser.text(".who")
    assert "Your answers are kept in this browser, on this PC; at the end you save them as a file and send it." in said
    assert "choose its folder" in said
    go_on(browser)
    press(browser, "Mark on the image")
    left, top, width, height = opened.area(browser)
    browser.drag([(left + width / 2 + 31, top + height / 2 - 45)])
    browser.wait("return document.querySelectorAll('.said')[1].textContent.includes('slice')")
    (mark,) = answer(browser, "places")
    np.testing.assert_allclose(mark["position"], in_patient(stick, mark), atol=0.001)
    browser.run("document.activeElement.blur()")
    browser.keys("m")
    browser.wait("return document.querySelectorAll('.plane').length === 4")
    browser.run(REST)
    press(browser, "Measure on the image")
    assert browser.text(".hint") == "Largest diameter: Click where the distance starts (Esc cancels)"
    for spot in ((-40, -20), (30, 25)):
        click(browser, Plane.SAGITTAL, *spot)
    browser.wait("return document.querySelector('.said').textContent.includes('MPR plane')")
    assert not browser.run("return !!document.querySelector('.hint')")
    first, _ = answer(browser, "size")["points"]
    images = {image.SOPInstanceUID: image for image in map(dcmread, (stick / "DICOM").rglob("IM*"))}
    assert first["volume"]["instance"] in images
    assert first["frame_of_reference"] == images[first["volume"]["instance"]].FrameOfReferenceUID
    assert PLANES.index(Plane.SAGITTAL) == 2
    press(browser, "Submit")
    browser.wait("return document.querySelector('.state').textContent.includes('All cases are done')")


def test_the_folder_can_be_chosen_after_all_or_not(browser, stick):
    begin(browser, stick)
    folder = "[...document.querySelectorAll('button')].find(made => made.textContent === arguments[0]).click()"
    browser.run(folder, "Choose the folder")
    browser.wait("return !!document.querySelector('#folder')")
    browser.run(folder, "Back")
    browser.wait("return !!document.querySelector('.who input')")
    browser.run(folder, "Choose the folder")
    browser.wait("return !!document.querySelector('#folder')")
    browser.fill("#folder", str(stick))
    browser.wait("return !!document.querySelector('.who input')")
    assert "choose its folder" not in browser.text(".who")
    go_on(browser)
    assert browser.text(".topLeft") == "Case 1"


def damaged(stick: Path, root: Path, what: str) -> Path:
    """A copy of the stick without any sound image for the slice that opens."""
    shutil.copytree(stick, root)
    for path in root.rglob(what):
        content = bytearray(path.read_bytes())
        content[200] ^= 1
        path.write_bytes(content[: len(content) // 2] if path.suffix == ".JS" else content)
    return root


@pytest.mark.parametrize("way", ["chunks", "chunks that are gone", "folder"])
def test_no_message_of_a_blinded_reading_names_a_file(browser, stick, tmp_path, way):
    root = damaged(stick, tmp_path / "stick", "IM*" if way == "folder" else "0001*.JS")
    if way == "chunks that are gone":
        for path in root.rglob("0001*.JS"):
            path.unlink()
    begin(browser, root)
    if way == "folder":
        browser.run("[...document.querySelectorAll('button')].at(-1).click()")
        browser.fill("#folder", str(root))
        browser.wait("return !!document.querySelector('.who input')")
    browser.keys(*"R1", "\ue007")
    browser.wait("return document.querySelector('.message')?.textContent.includes('This image cannot be shown')")
    said = browser.text(".message")
    assert "The file of this image" in said
    assert "PT0" not in browser.text("body") and "IM0" not in browser.text("body")
