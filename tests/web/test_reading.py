"""A study is read in a real browser by keyboard, and collected like one that was read in the viewer."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import csv
from dataclasses import dataclass, field
from http.client import HTTPException
import os
from pathlib import Path
import random
import shutil
from threading import Timer
import time
from typing import Any

from click.testing import CliRunner
import pytest

from builder.check import check_bundle
from builder.cli.main import cli
from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from bundle.reading.journal import Journal, journal_paths, parse_journal, read_journal
from bundle.reading.order import Slot, slots_of
from bundle.reading.readings import CaseReading
from bundle.reading.sent import unpack_journals
from tests.browser import Browser, Refused, chromium
from tests.journals import readings_of
from tests.screen import xdotool
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web.conftest import make_medium
from viewer.reading.session import Session

TAB, SPACE, ENTER, RIGHT, CONTROL, F6 = "\ue004", " ", "\ue007", "\ue014", "\ue009", "\ue036"
READER = "Dr Quill"
# What a crash may lose, in seconds.
LOST = 2.0
# A whole study by hand: MKBUNDLE_CASES=100 MKBUNDLE_KILLS=12, as CONTRIBUTING.md says.
COUNT = int(os.environ.get("MKBUNDLE_CASES", "4"))
KILLS = int(os.environ.get("MKBUNDLE_KILLS", "2"))
FORM = read_form("""
title = "Livers"
introduction = "Please read each case."
lock = true
keep_view = false
[order]
shuffle = true
seed = 7
repeat = 1
training = ["CASE-002"]
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
required = true
[[question]]
id = "lesion"
text = "Is there a lesion?"
type = "yesno"
required = true
[[question]]
id = "side"
text = "Which side?"
type = "choice"
options = ["left", "right"]
only_if = { question = "lesion", is = "yes" }
required = true
[[question]]
id = "sure"
text = "How sure are you?"
type = "scale"
from = 1
to = 5
anchors = { 1 = "not at all", 5 = "certain" }
[[question]]
id = "chance"
text = "Chance of a lesion"
type = "slider"
[[question]]
id = "signs"
text = "Signs"
type = "choices"
options = ["fat", "gas"]
[[question]]
id = "size"
text = "Size"
type = "number"
unit = "mm"
[[reader_question]]
id = "years"
text = "Years of experience"
type = "number"
required = true
[feedback.CASE-002]
case = "A haemangioma."
""")
CASES = [f"CASE-{k:03d}" for k in range(1, COUNT + 1)]
SLOTS = slots_of(FORM, CASES, READER)
# Of a table, what depends on when, with which program and with how many pauses in typing somebody read.
WHEN = {
    "first_look", "first_answer", "first_submitted", "submitted", "seconds", "seconds_to_submission", "idle", "looks",
    "seconds_after_submission", "windows", "viewer", "feedback", "changes",
}  # fmt: skip


def answers_to(slot: Slot) -> dict[str, Any]:
    """What the reader thinks of a case."""
    number = 10 * int(slot.case[-3:]) + slot.occurrence
    lesion = number % 3 > 0
    return {
        "diagnosis": f"cyst {number}, „fraglich“",
        "lesion": lesion,
        **({"side": "right"} if lesion else {}),
        "sure": number % 5 + 1,
        "chance": number % 101,
        "signs": ["fat", "gas"] if lesion else ["gas"],
        "size": number + 0.5,
    }


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    cases = [CaseSpec([SeriesSpec([StackSpec(head_like(4))])], f"P-{k}") for k in range(len(CASES))]
    return make_medium(tmp_path / "stick", cases, FORM)


@contextmanager
def at_the_form(stick: Path, profile: Path, *, on_medium: bool) -> Iterator[Browser]:
    """The page with a case and its questions, where the browser may save on the medium, or not."""
    with chromium(profile=profile, shown=on_medium) as browser:
        browser.open(stick / "WEB/READER.HTM")
        browser.wait("return !!document.querySelector('#folder')")
        assert "CASE-" not in browser.text("body")
        if on_medium:
            browser.drop((600, 300), stick)
        else:
            browser.fill("#folder", str(stick))
        browser.wait("return !!document.querySelector('.who input')")
        browser.keys(*READER, ENTER)
        if on_medium:
            allow()
        browser.wait("return !!document.querySelector('.who .questions, .form')")
        if browser.text(".who h1"):
            browser.keys(*"12")
            browser.click(".who .open")
        browser.wait("return !!document.querySelector('.form')")
        yield browser


def allow() -> None:
    """Press 'Save changes' in Chromium's own question, which no driver reaches."""
    time.sleep(2.5)
    xdotool("key", "Tab")
    time.sleep(0.3)
    xdotool("key", "Return")


def slot_of(browser: Browser) -> Slot:
    number = int(browser.text(".form h2").split()[1])
    return next(slot for slot in SLOTS if slot.number == number)


def steps_of(answers: dict[str, Any], *, again: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(question, keys) one after the other, beginning with the first field; a field may be answered already."""
    old = [CONTROL + "a", CONTROL] if again else []
    yield "diagnosis", (*old, *answers["diagnosis"])
    yield "lesion", (TAB, SPACE) if answers["lesion"] else (TAB, RIGHT)
    if answers["lesion"]:
        yield "side", (TAB, RIGHT)
    yield "sure", (TAB, str(answers["sure"]))
    yield "chance", (TAB, *str(answers["chance"]))
    yield "signs", (TAB, *((SPACE,) if "fat" in answers["signs"] else ()), TAB, SPACE)
    yield "size", (TAB, *str(answers["size"]))


@dataclass
class Hand:
    """A reader at the keyboard; `given` is what was answered and when, by slot and question."""

    browser: Browser
    given: dict[tuple[str, int], dict[str, tuple[Any, float]]] = field(default_factory=dict)

    def read_on(self, most: int) -> bool:
        """Answer up to so many questions, from the first open case on; whether all cases are done."""
        while "All cases are done" not in self.browser.text(".state"):
            slot = slot_of(self.browser)
            answers = answers_to(slot)
            self.browser.keys(F6)
            self.browser.run(EMPTY)
            for question, keys in steps_of(answers, again=False):
                if most == 0:
                    return False
                self.browser.keys(*keys)
                self.given.setdefault(slot.key, {})[question] = (answers[question], time.monotonic())
                most -= 1
            self.submit()
        return True

    def submit(self) -> None:
        done = self.browser.text(".form .muted")
        self.browser.run("document.querySelector('.form .submit').focus()")
        self.browser.keys(ENTER)
        self.browser.wait("return document.querySelector('.form .muted').innerText !== arguments[0]", done)
        if "Reference" in self.browser.text(".questions"):
            self.browser.keys(ENTER)
            self.browser.wait("return !document.querySelector('.reference')")


# A case that was half answered when the browser died is answered anew from its first field.
EMPTY = """
const edit = document.querySelector('.form textarea');
edit.select();
for (const box of document.querySelectorAll('.form input:checked')) box.checked = false;
for (const text of document.querySelectorAll('.form .number input')) text.value = '';
edit.focus();
"""


def kept(journals: list[Journal]) -> dict[tuple[str, int], CaseReading]:
    return dict(readings_of(journals, READER).cases)


def hold(given: dict[tuple[str, int], dict[str, tuple[Any, float]]], journals: list[Journal], died: float) -> None:
    """Every answer that was older than two seconds is in the journals, which are whole but for a torn end."""
    assert [problem for journal in journals for problem in journal.problems] == []
    found = kept(journals)
    for key, answers in given.items():
        for question, (value, when) in answers.items():
            if died - when > LOST:
                assert found[key].answers[question, ""] == value, (key, question)


def journals_in_browser(browser: Browser) -> list[Journal]:
    return [parse_journal(name, text.encode()) for name, text in browser.run(STORED)]


STORED = """
const lines = kept => [kept.name, new TextDecoder().decode(kept.text)];
return new Promise((done, failed) => {
  const asked = indexedDB.open('mkbundle-readings', 1);
  asked.onerror = failed;
  asked.onsuccess = () => {
    const all = asked.result.transaction('journals').objectStore('journals').getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map(lines)); };
  };
});
"""


def table(folder: Path, *sources: Path) -> list[dict[str, str]]:
    """What `mkbundle collect` makes of them, without what depends on time and program."""
    out = folder / "table.csv"
    done = CliRunner().invoke(cli, ["collect", *map(str, sources), "-o", str(out)], standalone_mode=False)
    assert done.exception is None, done.output
    with out.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [{name: text for name, text in row.items() if name not in WHEN} for row in rows]


def read_in_the_viewer(stick: Path) -> None:
    """The same answers, given to the viewer's own session."""
    with Catalog(stick) as catalog:
        session = Session(stick, catalog.studies(), FORM, READER)
    for question in session.unasked():
        session.answer_about(question, 12)
    while (slot := session.first_open()) is not None:
        session.go_to(slot)
        session.show()
        for question in FORM.questions:
            if question.id in answers_to(slot):
                session.answer(question, "", answers_to(slot)[question.id])
        session.submit()
        session.note_feedback()
    session.close()


@pytest.mark.parametrize("on_medium", [True, False], ids=["on the medium", "in the browser"])
def test_a_study_survives_a_browser_that_is_killed_and_is_collected_as_if_read_in_the_viewer(
    stick, tmp_path, on_medium
):
    chance = random.Random(20)
    profile, given = tmp_path / "profile", {}
    twin = shutil.copytree(stick, tmp_path / "twin")
    died = 0.0
    for _ in range(KILLS):
        with at_the_form(stick, profile, on_medium=on_medium) as browser:
            if not on_medium:
                hold(given, journals_in_browser(browser), died)
            died = read_until_killed(Hand(browser, given), chance.uniform(1, 10))
        if on_medium:
            hold(given, [read_journal(path) for path in journal_paths(stick / "READINGS")], died)
    with at_the_form(stick, profile, on_medium=on_medium) as browser:
        if not on_medium:
            hold(given, journals_in_browser(browser), died)
        assert given
        assert Hand(browser, given).read_on(1000)
        receipt = browser.text(".state").split("Receipt: ")[1].split()[0]
        again = tmp_path / "again"
        source = stick if on_medium else saved(browser, tmp_path)
        if not on_medium:
            # Who comes back after the last answer is told where it is, and can still send and erase it.
            come_back(browser, stick)
            source = saved(browser, again)
            forgotten(browser, stick)
    read_in_the_viewer(twin)
    sources = [stick] if on_medium else [stick, source]
    assert table(tmp_path, *sources) == table(tmp_path, twin)
    journals = journals_of(source)
    assert {journal.opening["viewer"] for journal in journals} == {"0.1.0 browser"}
    assert receipt in {
        entry.data["code"] for journal in journals for entry in journal.entries if entry.kind == "receipt"
    }
    assert [found for found in check_bundle(stick) if found.check.startswith("readings.")] == []
    assert bool(journal_paths(stick / "READINGS")) == on_medium


def come_back(browser: Browser, stick: Path, reader: str = READER) -> None:
    browser.open(stick / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('#folder')")
    browser.fill("#folder", str(stick))
    browser.wait("return !!document.querySelector('.who input')")
    browser.keys(*reader, ENTER)
    browser.wait("return !!document.querySelector('.form')")


def read_until_killed(hand: Hand, seconds: float) -> float:
    """Read on until the browser dies at a moment that the hand does not know, or has a rest; when it died.

    Something is left to be answered for the times after the last kill.
    """
    power_cut = Timer(seconds, hand.browser.kill)
    power_cut.start()
    with suppress(Refused, OSError, HTTPException):
        hand.read_on(len(SLOTS) * len(FORM.questions) // (KILLS + 2))
    power_cut.join()
    return hand.browser.died


def journals_of(source: Path) -> list[Journal]:
    if source.is_dir():
        return [read_journal(path) for path in journal_paths(source / "READINGS")]
    return [parse_journal(name, content) for name, content in unpack_journals(source.read_text()).items()]


def saved(browser: Browser, folder: Path) -> Path:
    """The file to send, as the browser saves it."""
    assert "kept in this browser, not on the medium" in browser.text(".trouble")
    browser.save_into(folder)
    press(browser, "Save a copy to send")
    end = time.monotonic() + 20
    while not (found := list(folder.glob("readings-*.json"))) and time.monotonic() < end:
        time.sleep(0.1)
    return found[0]


def forgotten(browser: Browser, stick: Path) -> None:
    """The answers leave the browser when the reader says that they were sent."""
    press(browser, "I have sent it: erase the answers from this browser")
    browser.wait("return !!document.querySelector('dialog')")
    press(browser, "Erase")
    browser.wait("return document.body.innerText.includes('were erased from this browser')")
    assert journals_in_browser(browser) == []
    browser.open(stick / "WEB/READER.HTM")
    assert journals_in_browser(browser) == []


def press(browser: Browser, text: str) -> None:
    browser.run(
        "[...document.querySelectorAll('button')].find(made => made.textContent === arguments[0]).click()", text
    )


def test_a_stick_that_is_pulled_out_leaves_the_answers_in_the_browser_and_none_is_lost(stick, tmp_path):
    with at_the_form(stick, tmp_path / "profile", on_medium=True) as browser:
        hand = Hand(browser)
        hand.read_on(9)
        time.sleep(LOST)
        assert browser.text(".trouble") == ""
        pulled = stick.rename(tmp_path / "pulled")
        slot = slot_of(browser)
        browser.run("document.querySelector('.form textarea').select()")
        browser.keys(*"said later")
        browser.wait("return document.querySelector('.trouble').innerText.includes('kept in this browser')")
        source = saved(browser, tmp_path)
    on_stick = [read_journal(path) for path in journal_paths(pulled / "READINGS")]
    found = kept([*on_stick, *journals_of(source)])[slot.key].answers
    assert found["diagnosis", ""] == "said later"
    assert found["lesion", ""] == answers_to(slot)["lesion"]
    (row,) = [row for row in table(tmp_path, pulled, source) if row["case"] == slot.case and row["occurrence"] == "1"]
    assert row["diagnosis"] == "said later"
    assert row["conflicts"] == ""


def test_another_stick_of_another_study_is_refused_and_gets_no_answer(stick, tmp_path, browser):
    other = make_medium(tmp_path / "other", [CaseSpec([SeriesSpec([StackSpec(head_like(4))])])], FORM)
    browser.open(stick / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('#folder')")
    browser.fill("#folder", str(other))
    browser.wait("return document.querySelector('[role=alert]').textContent")
    assert "not the folder of the medium" in browser.text("[role=alert]")


@contextmanager
def typed(browser: Browser, stick: Path, name: str) -> Iterator[None]:
    """The page after somebody gave a name; the answers that it keeps are forgotten in the end."""
    browser.open(stick / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('#folder')")
    browser.fill("#folder", str(stick))
    browser.wait("return !!document.querySelector('.who input')")
    browser.keys(*name, ENTER)
    browser.wait("return !!document.querySelector('.who .questions, .form, dialog')")
    yield
    browser.run("indexedDB.deleteDatabase('mkbundle-readings')")


def test_a_name_that_may_be_a_new_spelling_is_asked_about(stick, browser):
    with Catalog(stick) as catalog:
        session = Session(stick, catalog.studies(), FORM, READER)
    session.show()
    session.close()
    with typed(browser, stick, "quil"):
        assert browser.text("dialog h2") == "New reader, or Dr Quill?"
        assert "There are answers by Dr Quill, and none by quil." in browser.text("dialog")
        press(browser, "Dr Quill")
        browser.wait("return !!document.querySelector('.who .questions, .form')")
        browser.keys(*"12")
        browser.click(".who .open")
        browser.wait("return !!document.querySelector('.form')")
        assert "Dr Quill" in browser.text(".form .muted")


def test_another_reader_sees_neither_the_answers_nor_the_order_of_the_first(stick, browser):
    read_in_the_viewer(stick)
    with typed(browser, stick, "Okafor"):
        browser.keys(*"3")
        browser.click(".who .open")
        browser.wait("return !!document.querySelector('.form')")
        assert "0 of 5 done" in browser.text(".form .muted")
        assert browser.run("return document.querySelector('.form textarea').value") == ""
        listed = browser.text(".form .head select").split("\n")
        assert listed == ["Training 1 – open", "Case 2 – open", "Case 3 – open", "Case 4 – open", "Case 5 – open"]
        assert "CASE-" not in browser.text("body")


def test_what_was_answered_in_the_viewer_is_there_and_a_locked_case_changes_with_a_reason(stick, browser):
    read_in_the_viewer(stick)
    with typed(browser, stick, READER):
        browser.wait("return !!document.querySelector('.form')")
        assert "5 of 5 done" in browser.text(".form .muted")
        go_to(browser, next(k for k, slot in enumerate(SLOTS) if not slot.training and is_single(slot)))
        slot = slot_of(browser)
        assert browser.run("return document.querySelector('.form textarea').value") == answers_to(slot)["diagnosis"]
        assert browser.run("return document.querySelector('.form textarea').readOnly")
        press(browser, "Change")
        browser.wait("return !!document.querySelector('dialog input')")
        browser.keys(*"typed wrong", ENTER)
        browser.wait("return !document.querySelector('.form textarea').readOnly")
        browser.keys(*" indeed")
        browser.wait("return document.querySelector('.trouble').innerText.includes('kept in this browser')")
        browser.run("document.querySelector('.form .submit').click()")
        browser.wait("return document.querySelector('.form .muted').innerText.startsWith('5 of 5')")
        reading = kept([*journals_on(stick), *journals_in_browser(browser)])[slot.key]
        assert reading.answers["diagnosis", ""] == f"{answers_to(slot)['diagnosis']} indeed"
        assert [entry.data["reason"] for entry in reading.reopened] == ["typed wrong"]


def journals_on(stick: Path) -> list[Journal]:
    return [read_journal(path) for path in journal_paths(stick / "READINGS")]


def is_single(slot: Slot) -> bool:
    return sum(other.case == slot.case for other in SLOTS) == 1


def go_to(browser: Browser, place: int) -> None:
    browser.run(
        "const box = document.querySelector('.form select'); box.selectedIndex = arguments[0];"
        "box.dispatchEvent(new Event('change'))",
        place,
    )


def test_a_case_comes_again_only_after_its_first_time_which_is_closed_then(stick, browser):
    read_in_the_viewer(stick)
    again = next(k for k, slot in enumerate(SLOTS) if slot.occurrence == 2)
    first = next(k for k, slot in enumerate(SLOTS) if slot.case == SLOTS[again].case)
    with typed(browser, stick, READER):
        browser.wait("return !!document.querySelector('.form')")
        closed = "return [...document.querySelectorAll('.form select option')].map(found => found.disabled)"
        assert [k for k, is_closed in enumerate(browser.run(closed)) if is_closed] == [first]
    with typed(browser, stick, "Okafor"):
        browser.keys(*"3")
        browser.click(".who .open")
        browser.wait("return !!document.querySelector('.form')")
        theirs = slots_of(FORM, CASES, "Okafor")
        assert [k for k, is_closed in enumerate(browser.run(closed)) if is_closed] == [
            k for k, slot in enumerate(theirs) if slot.occurrence == 2
        ]
