"""What a reader does by the way must change no answer, and none may be lost where the browser keeps them."""

from pathlib import Path
import shutil
import time

import pytest

from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from bundle.reading.journal import Journal, file_prefix, parse_journal, read_journal
from bundle.reading.sent import unpack_journals
from tests.browser import Browser
from tests.journals import readings_of
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web import test_reading
from tests.web.conftest import make_medium
from tests.web.test_reading import ENTER, come_back, go_to, journals_in_browser, press
from viewer.reading.session import Session

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
FORGET = """
return new Promise((done, failed) => {
  const asked = indexedDB.deleteDatabase('mkbundle-readings');
  asked.onsuccess = () => done(true);
  asked.onerror = failed;
});
"""


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cases = [CaseSpec([SeriesSpec([StackSpec(head_like(4))])], f"P-{k}") for k in range(2)]
    return make_medium(tmp_path_factory.mktemp("edges") / "stick", cases, FORM)


@pytest.fixture
def shown(browser: Browser, stick: Path) -> Browser:
    """The first case with its questions, of a browser that keeps nothing yet."""
    browser.open(stick / "WEB/READER.HTM")
    browser.run(FORGET)
    at_the_form(browser, stick)
    return browser


def at_the_form(browser: Browser, stick: Path) -> None:
    browser.resize(1366, 768)
    come_back(browser, stick, READER)


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


# Whether the page asks before it is left.
ASKS = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))"


def copy(browser: Browser, folder: Path) -> list[Journal]:
    """The journals of the file to send."""
    folder.mkdir()
    browser.save_into(folder)
    press(browser, "Save a copy to send")
    end = time.monotonic() + 20
    while not (found := list(folder.glob("readings-*.json"))) and time.monotonic() < end:
        time.sleep(0.05)
    return [parse_journal(name, content) for name, content in unpack_journals(found[0].read_text()).items()]


def test_a_copy_that_was_not_saved_is_made_good_by_the_next_where_nothing_else_keeps_answers(browser, stick, tmp_path):
    refused = browser.before_pages("indexedDB.open = () => { throw new DOMException('', 'InvalidStateError') }")
    try:
        at_the_form(browser, stick)
        submit(browser, "cyst")
        browser.wait("return document.querySelector('.trouble').innerText.includes('could not be saved')")
        assert browser.run(ASKS)
        copy(browser, tmp_path / "cancelled")
        submit(browser, "none")
        journals = copy(browser, tmp_path / "kept")
    finally:
        browser.no_more_before_pages(refused)
    assert not browser.run(ASKS)
    assert [problem for journal in journals for problem in journal.problems] == []
    cases = readings_of(journals, READER).cases
    assert [reading.answers["diagnosis", ""] for reading in cases.values()] == ["cyst", "none"]
    assert all(reading.submitted for reading in cases.values())


def test_after_the_answers_were_erased_nothing_is_kept_and_the_page_can_be_closed(shown, tmp_path):
    submit(shown, "cyst")
    assert kinds(copy(shown, tmp_path / "sent")).count("submit") == 1
    press(shown, "I have sent it: erase the answers from this browser")
    shown.wait("return !!document.querySelector('dialog')")
    press(shown, "Erase")
    shown.wait("return document.body.innerText.includes('were erased from this browser')")
    pause(shown)
    shown.run("dispatchEvent(new Event('pagehide'))")
    pause(shown)
    assert journals_in_browser(shown) == []
    assert not shown.run(ASKS)


def test_a_journal_whose_way_onto_the_medium_was_cut_off_is_brought_there_whole(stick, tmp_path):
    stick = shutil.copytree(stick, tmp_path / "stick")
    with test_reading.at_the_form(stick, tmp_path / "profile", on_medium=False) as browser:
        submit(browser, "cyst")
        browser.wait(f"{test_reading.STORED.strip().removesuffix(';')}.then(all => all[0]?.[1].includes('submit'))")
        ((name, text),) = browser.run(test_reading.STORED)
    readings = stick / "READINGS"
    readings.mkdir()
    (readings / name).write_text(text[: len(text) // 2])
    with test_reading.at_the_form(stick, tmp_path / "profile", on_medium=True) as browser:
        assert browser.text(".form .muted").startswith("1 of 2 done")
        assert browser.run(test_reading.STORED) == []
    assert (readings / name).read_text().startswith(text)
    assert read_journal(readings / name).problems == []


def test_a_journal_that_changes_while_the_name_is_typed_takes_no_other_with_it(browser, stick, tmp_path):
    """A browser refuses a file that has changed since its folder was chosen: somebody reads in the viewer meanwhile."""
    stick = shutil.copytree(stick, tmp_path / "stick")
    for reader in (READER, "Okafor"):
        with Catalog(stick) as catalog:
            session = Session(stick, catalog.studies(), FORM, reader)
        session.show()
        session.submit()
        session.close()
    browser.open(stick / "WEB/READER.HTM")
    browser.run(FORGET)
    browser.wait("return !!document.querySelector('#folder')")
    browser.fill("#folder", str(stick))
    browser.wait("return !!document.querySelector('.who input')")
    (other,) = (stick / "READINGS").glob(f"{file_prefix('Okafor')}*")
    other.write_bytes(other.read_bytes() * 2)
    browser.keys(*READER, ENTER)
    browser.wait("return !!document.querySelector('.form')")
    assert browser.text(".form .muted").startswith("1 of 2 done")


# Journals take as long to read as on a slow stick.
SLOW = """
const read = Blob.prototype.text;
Blob.prototype.text = async function () {
  await new Promise(done => setTimeout(done, 700));
  return read.call(this);
};
"""


def test_a_second_press_while_a_slow_medium_is_read_begins_no_second_session(browser, stick, tmp_path):
    stick = shutil.copytree(stick, tmp_path / "stick")
    with Catalog(stick) as catalog:
        session = Session(stick, catalog.studies(), FORM, READER)
    session.show()
    session.close()
    slow = browser.before_pages(SLOW)
    try:
        browser.open(stick / "WEB/READER.HTM")
        browser.run(FORGET)
        browser.wait("return !!document.querySelector('#folder')")
        browser.fill("#folder", str(stick))
        browser.wait("return !!document.querySelector('.who input')")
        browser.keys(*READER, ENTER)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            browser.keys(ENTER)
            browser.run("return new Promise(done => setTimeout(() => done(true), 50))")
    finally:
        browser.no_more_before_pages(slow)
    assert browser.run("return document.querySelectorAll('.form').length") == 1
    assert len(journals_in_browser(browser)) == 1
