"""A reading in the frozen viewers, typed by keys of the X server, killed in the middle, and collected."""

from collections.abc import Callable, Iterator
import csv
import os
from pathlib import Path
import shutil
import signal
import subprocess
import time

from click.testing import CliRunner
import pytest

from builder.cli import cli
from bundle.journal import journal_paths, read_journal
from bundle.readings import State, readings_of
from tests import wine
from tests.conftest import Built
from tests.test_frozen_viewers import finished  # noqa: F401 - a fixture

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
Start = Callable[[Path], subprocess.Popen[bytes]]


@pytest.fixture
def stick(finished: Built, tmp_path: Path) -> Path:  # noqa: F811
    """The bundle with a form; the files of the scans and viewers are the same ones, what is written is not."""
    folder = tmp_path / "stick"
    shutil.copytree(finished.drive, folder, copy_function=os.link)
    (folder / "BUNDLE/FORM.TXT").write_text(FORM, encoding="utf-8")
    return folder


def home_of(stick: Path) -> Path:
    """A folder beside the stick, and not on it."""
    return stick.parent.parent if stick.parent.is_mount() else stick.parent


def start_linux(stick: Path) -> subprocess.Popen[bytes]:
    environment = {"DISPLAY": wine.display(), "HOME": str(home_of(stick)), "PATH": "/usr/bin:/bin"}
    command = [stick / "VIEWER/LINUX64/viewer", "--reader", "AB"]
    return subprocess.Popen(command, env=environment, start_new_session=True)


def start_windows(stick: Path) -> subprocess.Popen[bytes]:
    return wine.start("E", stick, "viewer.exe", "--reader", "AB")


def end(process: subprocess.Popen[bytes]) -> None:
    """As if the power had gone."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)
    if process.stdout is not None:  # Wine's programs are no children of `wine`
        environment = {**os.environ, "WINEPREFIX": str(wine.wine_prefix())}
        subprocess.run(["wineserver", "-k9", "-w"], env=environment, check=False)


def xdotool(*words: str) -> str:
    environment = {**os.environ, "DISPLAY": wine.display()}
    return subprocess.run(["xdotool", *words], env=environment, check=True, capture_output=True, text=True).stdout


def wait_for(what: Callable[[], object], seconds: float = 90.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.3)


def focus(title: str) -> None:
    """Give the window the keys, as a click on its picture does."""
    found: list[str] = []

    def find() -> bool:
        try:
            found[:] = xdotool("search", "--onlyvisible", "--name", title).split()
        except subprocess.CalledProcessError:
            return False
        return bool(found)

    wait_for(find)
    time.sleep(1.5)
    xdotool("windowfocus", found[-1])
    xdotool("mousemove", "--window", found[-1], "600", "400", "click", "1")
    time.sleep(0.5)


def answers(stick: Path) -> dict[str, str]:
    """Case to diagnosis, of the cases that are done."""
    read = readings_of([read_journal(path) for path in journal_paths(stick / "READINGS")], "AB")
    done = {slot: reading for slot, reading in read.cases.items() if reading.state is State.DONE}
    return {case: str(reading.answers["diagnosis", ""]) for (case, _), reading in done.items()}


def rows_of(*sources: Path, table: Path) -> list[dict[str, str]]:
    """What collect makes of them."""
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


@pytest.mark.parametrize("start", [start_linux, start_windows])
def test_what_is_typed_into_a_frozen_viewer_outlives_its_end_and_is_collected(stick, tmp_path, start):
    process = start(stick)
    try:
        focus("Case 1 ")
        for number in (1, 2):
            type_case(f"diagnosis {number}")
            wait_for(lambda number=number: len(answers(stick)) == number, 20)
        xdotool("key", "F6")
        xdotool("type", "--delay", "30", "half")
        time.sleep(2.5)  # whatever is older than two seconds is safe
    finally:
        end(process)
    assert sorted(answers(stick).values()) == ["diagnosis 1", "diagnosis 2"]
    process = start(stick)
    try:
        focus("Case 3 ")  # it goes on where the reader was
        type_case(" a thing")
        wait_for(lambda: len(answers(stick)) == 3, 20)
    finally:
        end(process)
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


def documents(start: Start, stick: Path) -> Path:
    """Where answers go that the stick does not take."""
    if start is start_linux:
        return home_of(stick) / "Documents" / "DICOM readings"
    (user,) = (one for one in (wine.wine_prefix() / "drive_c/users").iterdir() if one.name != "Public")
    return user / "Documents" / "DICOM readings"


@pytest.mark.parametrize("start", [start_linux, start_windows])
def test_a_stick_that_fills_up_under_a_frozen_viewer_loses_nothing(small_medium, tmp_path, start):
    elsewhere = documents(start, small_medium)
    shutil.rmtree(elsewhere, ignore_errors=True)
    process = start(small_medium)
    try:
        focus("Case 1 ")
        type_case("on the stick")
        wait_for(lambda: len(answers(small_medium)) == 1, 20)
        with pytest.raises(OSError, match="space"), (small_medium / "film.avi").open("wb", buffering=0) as film:
            while True:
                film.write(bytes(512))
        type_case("x" * 600 + " on the PC")
        wait_for(lambda: any(elsewhere.rglob("*.JSONL")), 60)
        time.sleep(2.5)
    finally:
        end(process)
    process = start(small_medium)
    try:
        focus("Case 3 ")  # both are found again
    finally:
        end(process)
    rows = rows_of(small_medium, *elsewhere.iterdir(), table=tmp_path / "table.csv")
    shutil.rmtree(elsewhere)
    assert {row["diagnosis"] for row in rows if row["state"] == "done"} == {"on the stick", "x" * 600 + " on the PC"}
