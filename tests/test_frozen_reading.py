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
from bundle.reading.journal import journal_paths, read_journal
from bundle.reading.readings import State
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
        self.stick = stick
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
            wine.end(process)


VIEWERS = [Linux, Windows]


def answers(stick: Path) -> dict[str, str]:
    """Case to diagnosis, of the cases that are done."""
    read = readings_of([read_journal(path) for path in journal_paths(stick / "READINGS")], "AB")
    done = {slot: reading for slot, reading in read.cases.items() if reading.state is State.DONE}
    return {case: str(reading.answers["diagnosis", ""]) for (case, _), reading in done.items()}


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
        wait_for(lambda: any('"half"' in path.read_text("utf-8") for path in journal_paths(stick / "READINGS")))
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
