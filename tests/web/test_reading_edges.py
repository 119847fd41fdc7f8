"""What a reader does by the way must change no answer, and none may be lost where the browser keeps them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bundle.reading.form_file import read_form
from bundle.reading.journal import Journal
from tests.browser import Browser
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web.conftest import make_medium
from tests.web.test_reading import ENTER, go_to, journals_in_browser

FORM = read_form("""
title = "Livers"
lock = true
[[question]]
id = "chance"
text = "Chance of a lesion"
type = "slider"
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
""")
READER = "Quill"


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cases = [CaseSpec([SeriesSpec([StackSpec(head_like(4))])], f"P-{k}") for k in range(2)]
    return make_medium(tmp_path_factory.mktemp("edges") / "stick", cases, FORM)


@pytest.fixture
def shown(browser: Browser, stick: Path) -> Iterator[Browser]:
    """The first case with its questions; what the browser keeps is forgotten in the end."""
    at_the_form(browser, stick)
    yield browser
    browser.run("window.onbeforeunload = null; indexedDB.deleteDatabase('mkbundle-readings')")


def at_the_form(browser: Browser, stick: Path) -> None:
    browser.resize(1366, 768)
    browser.open(stick / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('#folder')")
    browser.fill("#folder", str(stick))
    browser.wait("return !!document.querySelector('.who input')")
    browser.keys(*READER, ENTER)
    browser.wait("return !!document.querySelector('.form')")


def submit(browser: Browser, text: str) -> None:
    done = browser.text(".form .muted")
    browser.run("document.querySelector('.form textarea').focus()")
    browser.keys(*text)
    browser.run("document.querySelector('.form .submit').click()")
    browser.wait("return document.querySelector('.form .muted').innerText !== arguments[0]", done)


def pause(browser: Browser) -> None:
    """Longer than typed text waits, and than the clock of the form ticks."""
    browser.run("return new Promise(done => setTimeout(() => done(true), 1900))")


def kinds(journals: list[Journal]) -> list[str]:
    return [entry.kind for journal in journals for entry in journal.entries]


def test_a_click_on_the_slider_of_a_locked_case_is_no_answer_and_opens_nothing(shown):
    middle = """
    const r = document.querySelector('.points input').getBoundingClientRect();
    return [r.left + r.width / 2, r.top + r.height / 2];
    """
    submit(shown, "cyst")
    go_to(shown, 0)
    shown.wait("return document.querySelector('.form h2').innerText === 'Case 1'")
    shown.drag([shown.run(middle)])
    pause(shown)
    assert shown.text(".points output") == "–"
    assert shown.text(".form .muted").startswith("1 of 2 done")
    assert kinds(journals_in_browser(shown)).count("answer") == 1
    assert "reopen" not in kinds(journals_in_browser(shown))
    go_to(shown, 1)
    shown.wait("return document.querySelector('.form h2').innerText === 'Case 2'")
    shown.drag([shown.run(middle)], button=2)
    assert shown.text(".points output") == "–"
    shown.drag([shown.run(middle)])
    assert shown.text(".points output") == "50"
