"""A reader's session: no answer is lost, whatever happens to the medium or the program."""

import json
import os
from pathlib import Path
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from bundle.reading.journal import Flaw, journal_paths, parse_journal, read_journal
from bundle.reading.merge import merge
from bundle.reading.readings import State, readings_by_reader
from bundle.reading.sent import unpack_journals
from tests.journals import readings_of
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer.entries import all_entries
from viewer.reading import places
from viewer.reading.blind import blinded
from viewer.reading.marks import length_between, mark_at
from viewer.reading.session import Session

KILLS = int(os.environ.get("MKBUNDLE_KILLS", "6"))
FORM = read_form("""
title = "Reading"
lock = true
keep_view = true
[order]
shuffle = true
seed = 3
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
required = true
[[question]]
id = "sure"
text = "How sure?"
type = "scale"
from = 1
to = 5
""")
DIAGNOSIS, SURE = FORM.questions


def tiny_cases(number: int) -> list[CaseSpec]:
    stored = np.arange(3 * 8 * 8).reshape(3, 8, 8)
    return [CaseSpec([SeriesSpec([StackSpec(stored)])], f"P-{k:04d}", "20240229") for k in range(number)]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return bundles.make_bundle(tmp_path / "stick", tiny_cases(6))


def begin(root: Path, reader: str = "Dr Quill") -> Session:
    with Catalog(root) as catalog:
        return Session(root, catalog.studies(), FORM, reader)


def read_all(root: Path) -> list:
    return [read_journal(path) for path in journal_paths(root / "READINGS")]


def test_looking_alone_writes_nothing(root):
    session = begin(root)
    session.looked(200)
    session.go_to(session.slots[2])
    session.close()
    assert not (root / "READINGS").exists()


def test_the_time_before_the_first_answer_counts_for_its_case(root):
    session = begin(root)
    first, other = session.slots[:2]
    for _ in range(150):
        session.looked(1.0)
    session.go_to(other)
    session.looked(30.0)
    session.go_to(first)
    session.looked(5.5)
    session.answer(DIAGNOSIS, "", "after long thought")
    session.submit()
    session.close()
    again = begin(root)
    assert again.reading(first).seconds == 155.5
    assert again.reading(other).seconds == 0  # nothing was said of it


def test_answers_are_there_when_the_reader_comes_back(root):
    session = begin(root)
    first = session.slot
    session.answer(DIAGNOSIS, "", "appendicitis")
    session.answer(SURE, "", 4)
    session.looked(12)
    session.submit({"window": [40, 400]})
    session.go_to(session.first_open(first))
    session.answer(DIAGNOSIS, "", "half a th")
    session.close()
    again = begin(root, " dr quill ")  # however the name is typed
    assert again.state(first) is State.DONE
    assert again.reading(first).answers == {("diagnosis", ""): "appendicitis", ("sure", ""): 4}
    assert again.reading(first).seconds == 12
    assert again.reading(first).view == {"window": [40, 400]}
    assert again.slot == session.slot
    assert again.reading().answers == {("diagnosis", ""): "half a th"}
    assert again.done() == 1


def test_readings_are_found_after_cases_were_added(root, tmp_path):
    session = begin(root)
    session.answer(DIAGNOSIS, "", "before")
    session.close()
    more = bundles.make_bundle(tmp_path / "more", tiny_cases(8))
    shutil.move(root / "READINGS", more / "READINGS")
    again = begin(more)
    assert again.bundle != session.bundle
    assert again.reading(next(slot for slot in again.slots if slot.case == session.slot.case)).answers == {
        ("diagnosis", ""): "before"
    }


def test_readers_do_not_see_each_others_answers_and_have_their_own_order(root):
    one = begin(root, "AB")
    one.answer(DIAGNOSIS, "", "left")
    one.close()
    other = begin(root, "CD")
    assert all(other.state(slot) is State.OPEN for slot in other.slots)
    assert [slot.case for slot in one.slots] != [slot.case for slot in other.slots]


def test_a_done_case_is_changed_with_a_reason_and_nothing_is_forgotten(root):
    session = begin(root)
    session.answer(DIAGNOSIS, "", "first")
    session.submit()
    session.reopen("looked again")
    session.answer(DIAGNOSIS, "", "second")
    session.submit()
    session.close()
    reading = begin(root).reading(session.slot)
    assert [answer.value for answer in reading.history["diagnosis", ""]] == ["first", "second"]
    assert [entry.data["reason"] for entry in reading.reopened] == ["looked again"]


def test_where_the_medium_takes_nothing_the_documents_folder_does_and_all_is_found_again(root, tmp_path):
    (root / "READINGS").write_text("somebody's file")
    session = begin(root)
    session.answer(DIAGNOSIS, "", "kept on the PC")
    assert session.beside_the_medium
    assert session.folder.is_relative_to(tmp_path / "home" / "Documents")
    session.close()
    again = begin(root)
    assert again.reading().answers == {("diagnosis", ""): "kept on the PC"}
    again.save_copy(tmp_path / "copy.json")
    sent = unpack_journals((tmp_path / "copy.json").read_text(encoding="utf-8"))
    assert list(sent) == [path.name for path in journal_paths(session.folder or places.in_documents(again.bundle))]


def test_answers_that_no_place_takes_wait_and_are_written_as_soon_as_one_does(root, tmp_path):
    (root / "READINGS").write_text("somebody's file")
    (tmp_path / "home").write_text("no folder")
    session = begin(root)
    session.answer(DIAGNOSIS, "", "waits")
    assert session.unsaved
    session.answer(SURE, "", 2)
    (root / "READINGS").unlink()
    session.try_again()
    assert not session.unsaved
    assert not session.beside_the_medium
    session.close()
    assert begin(root).reading().answers == {("diagnosis", ""): "waits", ("sure", ""): 2}


def test_a_copy_to_send_holds_also_what_no_place_has_taken(root, tmp_path):
    (root / "READINGS").write_text("somebody's file")
    (tmp_path / "home").write_text("no folder")
    session = begin(root)
    session.answer(DIAGNOSIS, "", "waits")
    session.submit()
    with pytest.raises(OSError, match="No such file"):
        session.save_copy(tmp_path / "nowhere" / "copy.json")
    assert session.unsaved
    session.save_copy(tmp_path / "copy.json")
    assert not session.unsaved
    (root / "READINGS").unlink()
    session.answer(SURE, "", 3)  # goes on where the copy ended
    session.close()
    sent = unpack_journals((tmp_path / "copy.json").read_text(encoding="utf-8"))
    journals = [parse_journal(name, content) for name, content in sent.items()] + read_all(root)
    merged = merge(journals)
    assert merged.problems == []
    (reading,) = readings_by_reader(merged)["dr quill"].cases.values()
    assert reading.answers == {("diagnosis", ""): "waits", ("sure", ""): 3}
    assert list(reading.conflicts()) == []


def test_two_windows_of_one_reader_contradict_each_other_openly(root):
    one, two = begin(root), begin(root)
    one.answer(DIAGNOSIS, "", "left")
    two.answer(DIAGNOSIS, "", "right")
    one.close()
    two.close()
    (conflict,) = readings_of(read_all(root), "Dr Quill").conflicts()
    assert {conflict.kept.value, conflict.aside[0].value} == {"left", "right"}


def test_nothing_is_written_on_another_medium_that_took_the_place_of_this_one(root, tmp_path):
    session = begin(root)
    session.answer(DIAGNOSIS, "", "before")
    shutil.move(root, tmp_path / "in the pocket")
    other = bundles.make_bundle(root, tiny_cases(3))
    session._kept._writer.close()
    session.answer(DIAGNOSIS, "", "after")
    session.close()
    assert not (other / "READINGS").exists()
    assert session.beside_the_medium or session.folder is None
    again = begin(tmp_path / "in the pocket")
    assert [answer.value for answer in again.reading().history["diagnosis", ""]] == ["before", "after"]


# A program that is killed

ANSWER_FOREVER = """
import sys, time
from pathlib import Path
from bundle.index.index import Catalog
from tests.viewer.reading.test_reading import DIAGNOSIS, begin
session = begin(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    session.answer(DIAGNOSIS, "", f"{number} " + "x" * (number % 700))
    print(number, flush=True)
"""


def test_a_killed_program_loses_no_answer_that_it_had_acknowledged(root):
    chance = random.Random()
    for _ in range(KILLS):
        program = subprocess.Popen(
            [sys.executable, "-c", ANSWER_FOREVER, str(root)], stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[3],
        )  # fmt: skip
        assert program.stdout is not None
        first = program.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        program.send_signal(signal.SIGKILL)
        said = [int(line) for line in [first, *program.stdout] if line.strip()]
        program.wait()
        merged = merge(read_all(root))
        assert {problem.flaw for problem in merged.problems} <= {Flaw.TORN}
        (readings,) = readings_by_reader(merged).values()
        (reading,) = readings.cases.values()
        last = int(reading.answers["diagnosis", ""].split()[0])
        assert last in (said[-1], said[-1] + 1)


TYPE_FOREVER = """
import sys, time
from pathlib import Path
from PyQt5.QtCore import QTimer
from PyQt5.QtTest import QTest
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.reading.panel import ReadingPanel
application = make_application()
window = open_window(StartOptions(Path(sys.argv[1]), reader="AB"))
window.show()
window.viewing.start()
edit = next(iter(window.findChild(ReadingPanel).questions._fields.values()))[1].focusProxy()
def type_one():
    QTest.keyClick(edit, "x")
    print(len(edit.toPlainText()), time.monotonic(), flush=True)
timer = QTimer()
timer.timeout.connect(type_one)
timer.start(25)
application.exec()
"""


def test_a_killed_window_loses_at_most_the_last_two_seconds_of_typing(root):
    """Typed without a pause: what is saved then is saved by the clock."""
    (root / "BUNDLE/FORM.TXT").write_text(FORM.text, encoding="utf-8")
    chance = random.Random()
    for _ in range(max(KILLS // 10, 1)):
        shutil.rmtree(root / "READINGS", ignore_errors=True)
        program = subprocess.Popen(
            [sys.executable, "-c", TYPE_FOREVER, str(root)], stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[3], env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        assert program.stdout is not None
        first = program.stdout.readline()
        time.sleep(chance.uniform(2.2, 6))
        program.send_signal(signal.SIGKILL)
        lines = [line.split() for line in [first, *program.stdout] if line.endswith("\n")]
        program.wait()
        end = float(lines[-1][1])
        typed = max((int(length) for length, when in lines if float(when) <= end - 2), default=0)
        (reading,) = readings_of(read_all(root), "AB").cases.values()
        assert len(reading.answers["diagnosis", ""]) >= typed > 0


# A real medium that is full, or turns read-only


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class Medium:
    """A small stick on a loop device: exFAT through its driver for FUSE, ext4 for what exFAT cannot do."""

    def __init__(self, work: Path, kind: str) -> None:
        self.place, self._kind = work / "medium", kind
        self.place.mkdir()
        with (work / "stick.img").open("wb") as stream:
            stream.truncate(4_000_000)
        self.device = run("losetup", "--find", "--show", str(work / "stick.img"))
        run(*(["mkfs.exfat"] if kind == "exfat" else ["mkfs.ext4", "-q", "-m", "0"]), self.device)
        self.put_on()

    def put_on(self) -> None:
        run("mount.exfat-fuse" if self._kind == "exfat" else "mount", self.device, str(self.place))

    def pull_out(self) -> None:
        """The name leads nowhere any more, whoever has it open."""
        run("umount", "-l", str(self.place))

    def fill(self) -> None:
        with pytest.raises(OSError, match="space"), (self.place / "film.avi").open("wb", buffering=0) as film:
            while True:
                film.write(bytes(512))

    def turn_read_only(self, session: Session) -> None:
        session._kept._writer.close()  # an open file would keep the system from it
        run("mount", "-o", "remount,ro", str(self.place))

    def throw_away(self) -> None:
        subprocess.run(["umount", "-l", str(self.place)], check=False, capture_output=True)
        subprocess.run(["losetup", "--detach", self.device], check=False, capture_output=True)


@pytest.fixture
def medium(request: pytest.FixtureRequest, tmp_path: Path):
    made = Medium(tmp_path, request.param)
    yield made
    made.throw_away()


@pytest.mark.parametrize(
    ("medium", "trouble"),
    [("exfat", "full"), ("ext4", "full"), ("ext4", "read-only"), ("exfat", "pulled out"), ("ext4", "pulled out")],
    indirect=["medium"],
)
def test_a_medium_that_fails_in_the_middle_loses_nothing(medium, tmp_path, monkeypatch, trouble):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = bundles.make_bundle(medium.place / "bundle", tiny_cases(2))
    session = begin(root)
    session.answer(DIAGNOSIS, "", "before")
    if trouble == "full":
        medium.fill()
    elif trouble == "read-only":
        medium.turn_read_only(session)
    else:
        session._kept._writer.close()  # as the system does with the files of a device that is gone
        medium.pull_out()
    expected = []
    for number in range(60):
        expected.append(f"after {number} " + "x" * 300)
        session.answer(DIAGNOSIS, "", expected[-1])
    assert session.beside_the_medium
    session.close()
    if trouble != "pulled out":
        medium.pull_out()
    medium.put_on()  # what lies on it now is what it really kept
    again = begin(root)
    history = [answer.value for answer in again.reading().history["diagnosis", ""]]
    assert history == ["before", *expected]


# What a reader sees, and marks


def test_a_blinded_case_shows_nothing_that_tells_which_it_is(root):
    with Catalog(root) as catalog:
        entries = all_entries(catalog)
    session = begin(root)
    (entry,) = blinded(entries, session.slots[1], FORM)
    assert entry.study.case == "Case 2"
    assert entry.patient.pseudonym == entry.study.study_date == ""
    assert not entry.series.series_number
    text = json.dumps([entry.study.case, entry.patient.pseudonym, entry.study.study_date])
    assert session.slots[1].case not in text
    shown = read_form(FORM.text.replace("lock = true", 'show = ["case", "pseudonym", "date"]'))
    (entry,) = blinded(entries, session.slots[1], shown)
    assert session.slots[1].case in entry.study.case
    assert entry.patient.pseudonym.startswith("P-")
    assert entry.study.study_date == "20240229"


def test_a_mark_has_its_place_in_the_patient_and_two_make_a_length(tmp_path):
    stored = np.zeros((2, 9, 7), int)
    spec = StackSpec(
        stored, [(10.0, -20.0, 5.0), (10.0, -20.0, 8.0)], orientation=(0, 1, 0, 0, 0, -1), pixel_spacing=(0.5, 2.0)
    )
    with Catalog(bundles.make_bundle(tmp_path / "b", [CaseSpec([SeriesSpec([spec])])])) as catalog:
        (entry,) = all_entries(catalog)
        frames = catalog.frames(entry.stack.stack_id)
    first = next(frame for frame in frames if frame.image_position_patient == (10.0, -20.0, 5.0))
    marks = [mark_at(entry, first, 1.5, 4.0), mark_at(entry, first, 4.5, 0.0)]
    affine = np.array([[0, 0, 10.0], [2.0, 0, -20.0], [0, -0.5, 5.0]])
    for mark in marks:
        assert mark["position"] == pytest.approx(affine @ [mark["column"], mark["row"], 1])
    assert length_between(entry.stack, marks)["value"] == pytest.approx(np.hypot(3 * 2.0, 4 * 0.5), abs=0.01)
