"""A reading in the frozen viewers, typed by keys of the X server, killed in the middle, and collected."""

from collections.abc import Iterator
from contextlib import contextmanager
import csv
import os
from pathlib import Path
import shutil
import signal
import subprocess
import time

from click.testing import CliRunner
import pytest

from builder.cli.main import cli
from bundle.reading.form_file import form_content, read_form
from bundle.reading.journal import journal_paths, read_journal
from bundle.reading.readings import CaseReading, State
from bundle.reading.study_session import StudySession, of_session
from tests import scans, screen, wine
from tests.conftest import Built
from tests.journals import readings_of
from tests.screen import wait_for, xdotool
from tests.test_frozen_viewers import with_viewers

# Scans of its own, and many programs of the system: it is run on a fresh one too.
pytestmark = pytest.mark.scans

FORM = """
title = "Frozen reading"
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
required = true
[[question]]
id = "remarks"
text = "Remarks"
type = "text"
"""


@pytest.fixture(scope="module")
def three_cases(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A bundle of three invented people, each a case. Never change it."""
    work = tmp_path_factory.mktemp("three cases")
    return with_viewers(work, scans.write_people(work / "scans"))


@pytest.fixture
def stick(three_cases: Built, tmp_path: Path) -> Path:
    """The bundle with a form; the files of the scans and viewers are shared, written files are not."""
    folder = tmp_path / "stick"
    shutil.copytree(three_cases.drive, folder, copy_function=os.link)
    (folder / "BUNDLE/FORM.TXT").write_text(FORM, encoding="utf-8")
    return folder


def home_of(stick: Path) -> Path:
    """A folder beside the stick, and not on it."""
    return stick.parent.parent if stick.parent.is_mount() else stick.parent


class Linux:
    """The viewer for Linux."""

    def __init__(self, stick: Path) -> None:
        self.stick, self.said = stick, b""
        self.documents = home_of(stick) / "Documents" / "DICOM readings"

    @contextmanager
    def shows(self, title: str) -> Iterator[None]:
        """It runs, has the window of this title and the keys; in the end it is killed."""
        environment = {"DISPLAY": screen.display(), "HOME": str(home_of(self.stick)), "PATH": "/usr/bin:/bin"}
        command = [self.stick / "VIEWER/LINUX64/viewer", "--reader", "AB"]
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        try:
            screen.focus(title)
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


class Windows:
    """The viewer for Windows, under Wine."""

    def __init__(self, stick: Path) -> None:
        self.stick = stick
        self.said = b""  # by the program until it was ended
        (user,) = (folder for folder in (wine.wine_prefix() / "drive_c/users").iterdir() if folder.name != "Public")
        self.documents = user / "Documents" / "DICOM readings"
        shutil.rmtree(self.documents, ignore_errors=True)

    @contextmanager
    def shows(self, title: str) -> Iterator[None]:
        """The same."""
        process = wine.start("E", self.stick, "viewer.exe", "--reader", "AB", title=title)
        try:
            screen.focus(title)
            yield
        finally:
            self.said = wine.end(process)


VIEWERS = [Linux, Windows]


def answers(stick: Path) -> dict[str, str]:
    """Case to diagnosis, of the cases that are done."""
    read = readings_of([read_journal(path) for path in journal_paths(stick / "READINGS")], "AB")
    done = {slot: reading for slot, reading in read.cases.items() if reading.state is State.DONE}
    return {case: str(reading.answers["diagnosis", ""]) for (case, _), reading in done.items()}


def all_answers(stick: Path) -> list[dict[tuple[str, str], object]]:
    """What was answered so far to each case, done or not."""
    read = readings_of([read_journal(path) for path in journal_paths(stick / "READINGS")], "AB")
    return [reading.answers for reading in read.cases.values()]


def rows_of(*sources: Path, table: Path) -> list[dict[str, str]]:
    """The table that collect makes of them."""
    done = CliRunner().invoke(cli, ["collect", *map(str, sources), "-o", str(table)], standalone_mode=False)
    assert done.exception is None, done.output
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def type_case(text: str) -> None:
    xdotool("key", "F6")
    time.sleep(0.3)
    xdotool("type", "--delay", "30", text)
    time.sleep(0.3)
    xdotool("key", "ctrl+Return")


@pytest.mark.parametrize("viewer", VIEWERS)
def test_what_is_typed_into_a_frozen_viewer_outlives_its_end_and_is_collected(stick, tmp_path, viewer):
    viewer = viewer(stick)
    with viewer.shows("Case 1 "):
        for number in (1, 2):
            type_case(f"diagnosis {number}")
            wait_for(lambda number=number: len(answers(stick)) == number)
        xdotool("key", "F6")
        xdotool("type", "--delay", "30", "half")
        wait_for(lambda: any("half" in map(str, given.values()) for given in all_answers(stick)))
    assert sorted(answers(stick).values()) == ["diagnosis 1", "diagnosis 2"]
    with viewer.shows("Case 3 "):  # it goes on where the reader was
        type_case(" a thing")
        wait_for(lambda: len(answers(stick)) == 3)
    assert sorted(answers(stick).values()) == ["diagnosis 1", "diagnosis 2", "half a thing"]
    told = {row["diagnosis"] for row in rows_of(stick, table=tmp_path / "table.csv") if row["diagnosis"]}
    assert told == {"diagnosis 1", "diagnosis 2", "half a thing"}


@pytest.fixture
def small_medium(stick: Path, tmp_path: Path) -> Iterator[Path]:
    """The bundle on a file system of its own that has little more room than it takes."""
    image, place = tmp_path / "medium.img", tmp_path / "medium"
    place.mkdir()
    size = sum(path.stat().st_size for path in stick.rglob("*") if path.is_file())
    with image.open("wb") as stream:
        stream.truncate(size * 11 // 10 + 30_000_000)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
    shutil.copytree(stick, place / "stick")
    yield place / "stick"
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_stick_that_fills_up_under_a_frozen_viewer_loses_nothing(small_medium, tmp_path, viewer):
    viewer = viewer(small_medium)
    with viewer.shows("Case 1 "):
        type_case("on the stick")
        wait_for(lambda: len(answers(small_medium)) == 1)
        with pytest.raises(OSError, match="space"), (small_medium / "film.avi").open("wb", buffering=0) as film:
            while True:
                film.write(bytes(512))
        type_case("x" * 600 + " on the PC")
        wait_for(lambda: any("submit" in path.read_text("utf-8") for path in viewer.documents.rglob("*.JSONL")))
    with viewer.shows("Case 3 "):  # both are found again
        pass
    rows = rows_of(small_medium, *viewer.documents.iterdir(), table=tmp_path / "table.csv")
    assert {row["diagnosis"] for row in rows if row["state"] == "done"} == {"on the stick", "x" * 600 + " on the PC"}


STUDY = """
session = {session}
arm = "{arm}"
title = "Two sessions"
lock = true
[order]
shuffle = true
seed = 8
training = ["CASE-002"]
[feedback.CASE-002]
lesion = "yes"
[[reader_question]]
id = "years"
text = "Years of experience"
type = "number"
required = true
[[question]]
id = "lesion"
text = "Is there a lesion?"
type = "yesno"
required = true
[[question]]
id = "chance"
text = "Chance in per cent"
type = "slider"
required = true
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
"""
ARMS = {1: "without", 2: "with"}
Typed = dict[str, str]


def type_answers(session: int, number: int) -> Typed:
    """All answers to the case that is shown, by keys alone: what the table must say then."""
    typed = {"lesion": str(number % 2 == 0).upper(), "chance": str(10 * number + session),
             "diagnosis": f"thing {number} of {session}"}  # fmt: skip
    xdotool("key", "F6")
    time.sleep(0.3)
    xdotool("key", "space", *([] if typed["lesion"] == "TRUE" else ["Right"]), "Tab")
    xdotool("type", "--delay", "60", typed["chance"])
    xdotool("key", "Tab")
    xdotool("type", "--delay", "30", typed["diagnosis"])
    time.sleep(0.3)
    xdotool("key", "ctrl+Return")
    return typed


def read_session(viewer: Linux | Windows, session: int) -> dict[tuple[int, int], Typed]:
    """A whole session; who reads is asked about the years in the first one alone."""
    form = read_form(STUDY.format(session=session, arm=ARMS[session]))
    (viewer.stick / "BUNDLE/FORM.TXT").write_bytes(form_content(form))
    typed = {}
    with viewer.shows("DICOM viewer" if session == 1 else "Training 1 "):
        if session == 1:
            xdotool("type", "--delay", "60", "12")
            xdotool("key", "Return")
            screen.focus("Training 1 ")
        for number, title in enumerate(("Training 1 ", "Case 2 ", "Case 3 "), start=1):
            wait_for(lambda title=title: screen.windows(title))
            time.sleep(1)
            typed[session, number] = type_answers(session, number)
            wait_for(lambda number=number: len(done_in(viewer.stick, session)) == number)
            if number == 1:
                xdotool("key", "ctrl+Return")  # the reference was seen
    return typed


def done_in(stick: Path, session: int) -> list[CaseReading]:
    journals = of_session(
        [read_journal(path) for path in journal_paths(stick / "READINGS")], StudySession(session, ARMS[session])
    )
    return [reading for reading in readings_of(journals, "AB").cases.values() if reading.state is State.DONE]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_study_of_two_sessions_by_keyboard_ends_in_a_table_of_what_was_typed(stick, tmp_path, viewer):
    """Training with the reference, a question about the reader, slider, choice and text; nothing of session 1 in 2."""
    viewer = viewer(stick)
    typed = read_session(viewer, 1) | read_session(viewer, 2)
    rows = rows_of(stick, table=tmp_path / "table.csv")
    told = {(int(row["session"]), int(row["number"])): {name: row[name] for name in ("lesion", "chance", "diagnosis")}
            for row in rows}  # fmt: skip
    assert told == typed
    assert {row["reader_years"] for row in rows} == {"12"}
    assert {(row["session"], row["arm"]) for row in rows} == {("1", "without"), ("2", "with")}
    assert all(row["state"] == "done" and (row["training"] == "TRUE") == bool(row["feedback"]) for row in rows)
    assert len({row["time_zone"] for row in rows}) == 1
