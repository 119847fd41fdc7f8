"""An encrypted stick in the frozen viewers: the password is typed by keys of the X server, and nothing lies open."""

from contextlib import closing, contextmanager
import json
import os
from pathlib import Path
import shutil
import signal
import subprocess
import time

import pytest

from builder.pipeline.sealing.seal import seal_onto
from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from bundle.reading.journal import journals_in
from bundle.sealed.medium import open_medium
from bundle.sealed.slots import NewSlot, Role
from tests import scans, screen, wine
from tests.builder.cli.test_cli import mkbundle
from tests.conftest import Silence, build_bundle
from tests.journals import readings_of
from tests.screen import wait_for, xdotool

pytestmark = pytest.mark.scans

FORM = 'title = "Frozen reading"\n[[question]]\nid = "diagnosis"\ntext = "Diagnosis"\ntype = "text"\nrequired = true\n'
RESEARCHER, READER, OTHER = "acorn beacon cricket delta ember", "garnet hazel indigo", "kettle lagoon market"
SLOTS = (
    NewSlot(Role.RESEARCHER, "researcher", RESEARCHER),
    NewSlot(Role.READER, "AB", READER),
    NewSlot(Role.READER, "CD", OTHER),
)
ASKS = "DICOM viewer"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> Path:
    """An encrypted stick with three cases and both viewers. Never change it."""
    work = tmp_path_factory.mktemp("sealed three")
    built = build_bundle(
        work, scans.write_people(work / "scans"), platforms=("linux64", "win64"), form=read_form(FORM), check=False,
        look_into_pictures=False,
    )  # fmt: skip
    if built.outcome.missing_packs and not scans.in_ci():
        pytest.skip("; ".join(map(str, built.outcome.missing_packs.values())))
    (work / "sealed").mkdir()
    seal_onto(work / "sealed", built.drive, SLOTS, Silence())
    return work / "sealed"


@pytest.fixture
def stick(sealed, tmp_path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "stick", copy_function=os.link))


def _linux(stick: Path, *arguments: str) -> list[str]:
    return [str(stick / "VIEWER/LINUX64/viewer"), *arguments]


def environment(stick: Path) -> dict[str, str]:
    return {"DISPLAY": screen.display(), "HOME": str(stick.parent / "home"), "PATH": "/usr/bin:/bin"}


@contextmanager
def on_linux(stick: Path):
    process = subprocess.Popen(_linux(stick, "--reader", "AB"), env=environment(stick), start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


@contextmanager
def on_windows(stick: Path):
    process = wine.start("E", stick, "viewer.exe", "--reader", "AB", title=ASKS)
    try:
        yield
    finally:
        wine.end(process)


def type_password(password: str) -> None:
    wait_for(lambda: screen.windows(ASKS))
    time.sleep(1.5)
    xdotool("windowfocus", screen.windows(ASKS)[-1])
    xdotool("key", "ctrl+a")
    xdotool("type", "--delay", "30", password)
    xdotool("key", "Return")


def diagnoses(stick: Path, password: str) -> list[str]:
    with closing(open_medium(stick, password)) as medium:
        read = readings_of(journals_in(medium.readings()), "AB")
    return sorted(str(case.answers["diagnosis", ""]) for case in read.cases.values() if case.answers)


@pytest.mark.parametrize("shown", [on_linux, on_windows])
def test_what_is_typed_behind_a_password_outlives_a_kill_and_opens_for_its_reader_alone(stick, shown):
    with shown(stick):
        type_password("not this one")
        time.sleep(3)
        assert not screen.windows("Case 1 ")
        type_password(READER)
        screen.focus("Case 1 ")
        xdotool("key", "F6")
        time.sleep(0.3)
        xdotool("type", "--delay", "30", "a small nodule")
        wait_for(lambda: (stick / "READINGS").is_dir() and diagnoses(stick, READER) == ["a small nodule"])
    assert diagnoses(stick, RESEARCHER) == ["a small nodule"]
    assert diagnoses(stick, OTHER) == []
    for path in (path for path in (stick / "READINGS").iterdir()):
        assert b"nodule" not in path.read_bytes()
    assert not (stick.parent / "home/Documents").exists()


def test_the_self_tests_of_both_viewers_pass_on_an_encrypted_stick(stick, tmp_path):
    (tmp_path / "pw").write_text(READER)
    (tmp_path / "wrong").write_text("not this one")
    report = tmp_path / "report.json"
    for name, code in (("pw", 0), ("wrong", 2)):
        command = _linux(stick, "--self-test", str(report), "--password-file", str(tmp_path / name))
        assert subprocess.run(command, env=environment(stick), check=False).returncode == code
        found = json.loads(report.read_text(encoding="utf-8"))
        assert found["ok"] == (code == 0)
        assert ("does not open" in found["reason"]) == (code != 0)
    shutil.copy(tmp_path / "pw", stick / "pw.txt")
    arguments = ["--self-test", "E:\\report.json", "--password-file", "E:\\pw.txt"]
    done = wine.run_from_drive("E", stick, "viewer.exe", arguments)
    assert done.returncode == 0, done.stdout
    assert json.loads((stick / "report.json").read_text(encoding="utf-8"))["ok"]


def test_the_check_lets_both_viewers_open_the_encrypted_stick(sealed, tmp_path):
    """They read the stick itself, with the password file: neither fails, and neither is left out."""
    (tmp_path / "pw").write_text(READER)
    done = mkbundle("check", sealed, "--password-file", tmp_path / "pw", "--run-viewers", "--json",
                    tmp_path / "found.json", check=None)  # fmt: skip
    assert "Letting viewer.sh open every series" in done.stderr and "Letting viewer.exe open" in done.stderr
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["findings"]
    assert [each for each in found if each["check"] in ("viewer.self_test", "viewer.not_run")] == []


def test_nothing_is_written_but_the_report_and_memory_that_no_disk_holds(stick, tmp_path):
    """Every file that the viewer opens for writing, by strace."""
    (tmp_path / "pw").write_text(READER)
    trace, report = tmp_path / "trace", tmp_path / "report.json"
    command = _linux(stick, "--self-test", str(report), "--password-file", str(tmp_path / "pw"))
    subprocess.run(
        ["strace", "-f", "-e", "trace=openat,creat,open", "-o", str(trace), *command],
        env=environment(stick), check=True,
    )  # fmt: skip
    opened = [line for line in trace.read_text(errors="replace").splitlines() if "O_WRONLY" in line or "O_RDWR" in line]
    written = {line.split('"')[1] for line in opened if " = -1 " not in line and line.count('"') > 1}
    elsewhere = {path for path in written if not path.startswith(("/dev/", "/proc/", "/memfd", str(report)))}
    kept = {path for path in elsewhere if Path(path).is_file()}
    for path in kept:
        assert b"DICM" not in Path(path).read_bytes() and b"SQLite" not in Path(path).read_bytes()
    assert {path for path in kept if path.startswith((str(stick), str(tmp_path / "home")))} == set()


def written_below(folder: Path) -> dict[Path, tuple[int, int]]:
    found = {path: path.lstat() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    return {path: (status.st_mtime_ns, status.st_size) for path, status in found.items()}


def test_under_windows_nothing_of_the_stick_is_written_either(stick, tmp_path):
    """Every file of Wine's Windows that is new or another after a viewer has shown all series, and of the stick."""
    (stick / "pw.txt").write_text(READER)
    wine.mount("E", stick)
    places = (stick, wine.wine_prefix() / "drive_c", wine.wine_prefix() / "home")
    before = {place: written_below(place) for place in places}
    arguments = ["--self-test", "E:\\report.json", "--password-file", "E:\\pw.txt"]
    done = wine.run_from_drive("E", stick, "viewer.exe", arguments)
    assert done.returncode == 0, done.stdout
    with closing(Catalog(open_medium(stick, READER))) as catalog:
        words = {patient.pseudonym for patient in catalog.patients} | {"DICM", "SQLite format", "Frozen reading"}
    patterns = [word.encode(encoding) for word in words for encoding in ("utf-8", "utf-16-le")]
    changed = {path for place in places for path, was in written_below(place).items() if before[place].get(path) != was}
    assert {path for path in changed if path.is_relative_to(stick)} == {stick / "report.json"}
    for path in changed - {stick / "report.json"}:
        content = path.read_bytes()
        assert [pattern for pattern in patterns if pattern in content] == [], path
