"""The page in WebKitGTK, the engine of Safari, from a mounted stick: slices, planes, answers, and the file to send."""

from collections.abc import Iterator
from pathlib import Path
import time

import numpy as np
import pytest

from bundle.reading.journal import Journal, parse_journal
from bundle.reading.sent import unpack_journals
from tests.browser import Browser
from tests.mounted import mounted
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web import opened, test_planes
from tests.web.conftest import make_medium
from tests.web.test_pictures import SPECS, by_the_standard, picture
from tests.web.test_reading import (
    FORM,
    READER,
    Hand,
    hold,
    journals_in_browser,
    kept,
    press,
    table,
)  # fmt: skip
from tests.webkit import webkit

ALL = SPECS | {f"planes: {name}": spec for name, spec in test_planes.SPECS.items()}


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    work = tmp_path_factory.mktemp("webkit")
    series = [SeriesSpec([spec], description=name) for name, spec in ALL.items()]
    with mounted(make_medium(work / "stick", [CaseSpec(series)], full=True), work) as place:
        yield place


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with webkit(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def shown(driven: Browser, stick: Path) -> Browser:
    """Nothing is clicked: the page opens, and shows."""
    driven.open(stick / "WEB/READER.HTM")
    assert driven.run("return fetch('INDEX.JS').then(() => 'fetched', () => 'refused')") == "refused"
    driven.wait("return !!document.querySelector('.pane')")
    opened.see(driven)
    return driven


@pytest.mark.parametrize("name", SPECS)
def test_each_grey_of_each_slice_is_that_of_the_standard(shown, name):
    spec = SPECS[name]
    # No size of its window makes the pane as high as the image.
    shown.run("const p = document.querySelector('.panes'); p.style.alignSelf = 'start'; p.style.height = '480px'")
    opened.choose(shown, list(ALL).index(name))
    opened.press(shown, opened.HOME)
    for k in range(3) if spec.orientation == CORONAL else (2, 1, 0):  # to the back; to the feet
        np.testing.assert_array_equal(picture(shown), by_the_standard(spec, k))
        opened.press(shown, opened.ARROW_DOWN)


@pytest.fixture(scope="module")
def truths(stick: Path) -> dict[str, test_planes.Truth]:
    return test_planes.truths_of(stick)


@pytest.mark.parametrize("name", test_planes.SPECS)
def test_the_planes_are_those_that_the_viewer_cuts(shown, truths, name):
    opened.choose(shown, list(ALL).index(f"planes: {name}"))
    shown.keys("m")
    shown.wait("return document.querySelectorAll('.plane').length === 4")
    shown.run(test_planes.REST)
    assert test_planes.differing(shown, truths[f"planes: {name}"]) == []
    shown.keys("m")
    opened.see(shown)


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Path]:
    cases = [CaseSpec([SeriesSpec([StackSpec(head_like(4))])], f"P-{k}") for k in range(4)]
    with mounted(make_medium(tmp_path / "made", cases, FORM, full=True), tmp_path) as place:
        yield place


def begin(browser: Browser, stick: Path) -> None:
    """As somebody does whose browser cannot choose a folder."""
    browser.open(stick / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('.who input')")
    assert "kept in this browser" in browser.text(".who")
    browser.keys(*READER, "\ue007")
    browser.wait("return !!document.querySelector('.who .questions, .form')")
    if browser.text(".who h1"):
        browser.keys(*"12")
        browser.click(".who .open")
    browser.wait("return !!document.querySelector('.form')")
    opened.see(browser)


def test_a_study_is_read_without_a_folder_survives_a_killed_browser_and_is_sent(reading, tmp_path):
    home, given = tmp_path / "home", {}
    home.mkdir()
    with webkit(home) as browser:
        begin(browser, reading)
        Hand(browser, given).read_on(11)
        time.sleep(1)
        browser.kill()
        died = time.monotonic()
    with webkit(home) as browser:
        begin(browser, reading)
        hold(given, journals_in_browser(browser), died)
        assert Hand(browser, given).read_on(1000)
        assert opened.greys(browser).max() > 200
        source = saved(browser, home)
        press(browser, "I have sent it: erase the answers from this browser")
        browser.wait("return !!document.querySelector('dialog')")
        press(browser, "Erase")
        browser.wait("return document.body.innerText.includes('were erased from this browser')")
        assert journals_in_browser(browser) == []
    journals = journals_in(source)
    answers = kept(journals)
    assert {slot: found.answers["diagnosis", ""] for slot, found in answers.items()} == {
        slot: said["diagnosis"][0] for slot, said in given.items()
    }
    assert {journal.opening["viewer"] for journal in journals} == {"0.1.0 browser"}
    assert len(table(tmp_path, reading, source)) == len(given)


def saved(browser: Browser, home: Path) -> Path:
    """The file to send, where this browser puts what it saves."""
    assert "kept in this browser, not on the medium" in browser.text(".trouble")
    press(browser, "Save a copy to send")
    end = time.monotonic() + 20
    while not (found := list(home.rglob("readings-*.json"))) and time.monotonic() < end:
        time.sleep(0.1)
    return found[0]


def journals_in(file: Path) -> list[Journal]:
    return [parse_journal(name, content) for name, content in unpack_journals(file.read_text()).items()]


def test_a_browser_that_gives_no_folder_is_told_from_a_wrong_folder(driven, reading):
    driven.open(reading / "WEB/READER.HTM")
    driven.wait("return !!document.querySelector('.who input')")
    press(driven, "Choose the folder")
    driven.wait("return !!document.querySelector('#folder')")
    driven.fill("#folder", str(reading / "WEB/INDEX.JS"))
    driven.wait("return document.querySelector('[role=alert]').textContent")
    assert "gives a page single files, not a folder" in driven.text("[role=alert]")
