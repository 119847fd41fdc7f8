"""Builds that are killed or lose power at any flush or change of a name: nothing is lost, no number is given twice.

The power cut is simulated by a library that is preloaded (power_cut.c): what was not flushed is not there afterwards.
"""

import csv
import multiprocessing
import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest

from builder.key.memory import open_register
from builder.key.register import manifest_digest, register_path
from bundle.layout import MANIFEST, UNFINISHED
from tests.builder.key.studies import ask, build_stick, check_sound, crosswalk, key_of, on_stick, write_study

CUTS = int(os.environ.get("MKBUNDLE_CUTS", "6"))
ROOT = Path(__file__).parents[3]
BUILD = """
import os, sys
from pathlib import Path
from tests.builder.key.studies import build_stick
work, name, add = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "add"
os.sync()
build_stick(work, name, *map(Path, sys.argv[4:]), add=add, resume=False)
"""


def check_recovered(work: Path, name: str, sources: list[Path], *, add: bool) -> None:
    """Go on as a researcher would, and find stick, register and crosswalk of one mind."""
    drive = work / name
    begun = (drive / UNFINISHED).exists()
    finished = not begun and (drive / MANIFEST).exists()
    if key_of(work).exists():
        assert len(bytes.fromhex(key_of(work).read_text())) == 32
    for table in key_of(work).parent.glob("*.csv"):
        with table.open(newline="") as stream:
            assert len({len(row) for row in csv.reader(stream)}) == 1  # whole lines
    if not finished or (add and len(on_stick(drive)) == 2):
        build_stick(work, name, *sources, add=add, resume=begun)
    with open_register(key_of(work), bytes.fromhex(key_of(work).read_text()), print):
        pass  # which finds out what was finished
    check_sound(work)
    (stick,) = ask(work, "SELECT max(stick) FROM placed")[0]
    placed = dict(ask(work, "SELECT study_uid, number FROM placed WHERE stick = ? AND state = 'there'", stick))
    assert {uid: f"CASE-{number:03d}" for uid, number in placed.items()} == on_stick(drive)
    assert ask(work, "SELECT manifest, planned FROM stick WHERE stick = ?", stick) == [
        (manifest_digest((drive / MANIFEST).read_text()), "")
    ]
    assert {row["study_instance_uid"] for row in crosswalk(work)} >= set(on_stick(drive))
    assert sorted(row["case"] for row in crosswalk(work)) == ["CASE-001", "CASE-002", "CASE-003"]


def prepared(work: Path, *, add: bool) -> tuple[str, list[Path]]:
    """A stick with two studies, and what comes next: another one with one of them, or a third study on the same."""
    sources = [write_study(work / "scans", patient) for patient in (1, 2, 3)]
    build_stick(work, "A", *sources[:2])
    (work / "B").mkdir()
    return ("A", sources[2:]) if add else ("B", sources[1:])


def _count_steps(patch: pytest.MonkeyPatch, last: int | None, done: list[int]) -> None:
    """The process ends at the `last`-th flush or change of a name."""
    places = [(os, "fsync"), (os, "link"), (Path, "replace"), (Path, "rename"), (Path, "unlink"), (Path, "mkdir")]
    for owner, name in places:
        real = getattr(owner, name)

        def step(*given: object, real=real, **more: object) -> object:
            done.append(1)
            if len(done) == last:
                os._exit(75)
            return real(*given, **more)

        patch.setattr(owner, name, step)


@pytest.mark.parametrize("add", [False, True])
def test_a_build_that_is_killed_at_any_step_loses_nothing(tmp_path, monkeypatch, add):
    name, sources = prepared(tmp_path / "work", add=add)
    shutil.copytree(tmp_path / "work", tmp_path / "kept")
    steps: list[int] = []
    with monkeypatch.context() as patch:
        _count_steps(patch, None, steps)
        build_stick(tmp_path / "work", name, *sources, add=add)
    context = multiprocessing.get_context("fork")
    killed = 0
    for cut in range(CUTS):
        shutil.rmtree(tmp_path / "work")
        shutil.copytree(tmp_path / "kept", tmp_path / "work")

        def die(last: int = 1 + cut * len(steps) // CUTS) -> None:
            _count_steps(monkeypatch, last, [])
            build_stick(tmp_path / "work", name, *sources, add=add)

        running = context.Process(target=die)
        running.start()
        running.join(60)
        killed += running.exitcode == 75
        check_recovered(tmp_path / "work", name, sources, add=add)
    assert killed == CUTS


# Power cuts


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("cc") is None or sys.platform != "linux":
        pytest.skip("a power cut is simulated with a C compiler, on Linux")
    made = tmp_path_factory.mktemp("library") / "power_cut.so"
    source = Path(__file__).with_name("power_cut.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


class Disk:
    """A folder of which only that is left after a power cut which was flushed."""

    def __init__(self, work: Path, library: Path) -> None:
        self.work, self._library, self._shadow = work, library, work.with_name("shadow")

    def run(self, *arguments: str, code: str = BUILD, **environment: str) -> int:
        """Run a build on it, or other code; its exit code."""
        shutil.rmtree(self._shadow, ignore_errors=True)
        for kind in ("files", "folders"):
            (self._shadow / kind).mkdir(parents=True)
        given = {
            "LD_PRELOAD": self._library,
            "WATCH": self.work,
            "SHADOW": self._shadow,
            "PYTHONPATH": ROOT,
            **environment,
        }
        command = [sys.executable, "-c", code, str(self.work), *arguments]
        environ = os.environ | {name: str(value) for name, value in given.items()}
        return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, check=False).returncode

    def forget(self) -> None:
        """Put the disk back as it was flushed."""
        top = self.work.stat()
        name = next(path.name for path in (self._shadow / "folders").glob(f"{top.st_ino}-*"))
        made = self.work.with_name("after")
        self._rebuild(name, made)
        shutil.rmtree(self.work)
        made.rename(self.work)

    def _rebuild(self, name: str, folder: Path) -> None:
        folder.mkdir()
        listed = self._shadow / "folders" / name
        for line in listed.read_text().splitlines() if listed.exists() else ():
            kind, mode, inode, entry = line.split(" ", 3)
            if kind == "d":
                self._rebuild(inode, folder / entry)
                continue
            content = self._shadow / "files" / inode
            (folder / entry).write_bytes(content.read_bytes() if content.exists() else b"")
            (folder / entry).chmod(int(mode, 8))


@pytest.mark.parametrize("begin", ["without a key", "with a stick", "add"])
def test_a_power_cut_at_any_moment_loses_nothing(tmp_path, library, begin):
    work, add = tmp_path / "work", begin == "add"
    if begin == "without a key":
        name, sources = "B", [write_study(work / "scans", patient) for patient in (1, 2, 3)]
        (work / "B").mkdir()
    else:
        name, sources = prepared(work, add=add)
    shutil.copytree(work, tmp_path / "kept")
    arguments = [name, "add" if add else "new", *map(str, sources)]
    disk = Disk(work, library)
    assert disk.run(*arguments, COUNT=str(tmp_path / "count")) == 0
    flushes = int((tmp_path / "count").read_text())
    assert flushes > 15
    for cut in range(CUTS):
        shutil.rmtree(work)
        shutil.copytree(tmp_path / "kept", work)
        assert disk.run(*arguments, CUT_AT=str(1 + cut * flushes // CUTS)) == 75
        disk.forget()
        assert (work / "scans").is_dir()
        check_recovered(work, name, sources, add=add)


@pytest.mark.parametrize("text", ["who is who\n", ["line\n"] * 5000])
def test_a_private_file_is_flushed_with_all_of_its_content(tmp_path, library, text):
    """Also what Python itself still held back."""
    disk = Disk(tmp_path / "work", library)
    (tmp_path / "work").mkdir()
    code = "import os, sys; from pathlib import Path; from builder.key.private_files import write_private; os.sync();"
    disk.run(code=f"{code} write_private(Path(sys.argv[1]) / 'a' / 'crosswalk.csv', {text!r})")
    disk.forget()
    assert (tmp_path / "work" / "a" / "crosswalk.csv").read_text() == "".join(text)


def test_the_simulated_disk_forgets_what_was_not_flushed(tmp_path, library):
    """Without the flushes of private files, the tests above would find half a crosswalk: so they can fail."""
    work = tmp_path / "work"
    sources = [write_study(work / "scans", 1)]
    (work / "B").mkdir()
    disk = Disk(work, library)
    assert disk.run("B", "new", *map(str, sources)) == 0
    (key_of(work).parent / "note").write_text("not flushed")
    disk.forget()
    assert register_path(key_of(work)).stat().st_size > 0
    assert not (key_of(work).parent / "note").exists()
