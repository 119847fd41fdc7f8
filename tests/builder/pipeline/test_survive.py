"""Builds that are killed, stopped, starved of space or raced: never mistaken for complete, and finished the same."""

import os
from pathlib import Path
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from builder.check import check_bundle
from builder.drive import staging, target
from builder.errors.build import CheckStopped, FailedWhenComplete
from builder.errors.drive import DriveBusy, DriveFailed, DriveHoldsUnfinished, NamesTaken
from builder.pipeline import build as pipeline
from builder.pipeline import catalogue_files
from builder.pipeline.outcome import needs_a_look
from builder.reasons import Reason
from bundle.layout import MANIFEST, ROOT_NAMES, STAGE, UNFINISHED
from tests import scans
from tests.builder.drive.test_drive import tree
from tests.conftest import KEY, build_bundle

KILLS = int(os.environ.get("MKBUNDLE_KILLS", "6"))
PROGRAM = "from builder.cli.main import main; main()"
OTHERS = {"thesis.doc": b"words", "READINGS": None, "READINGS/r.json": b"{}"}


def finished(stick: Path) -> bool:
    return (stick / MANIFEST).exists() and not (stick / UNFINISHED).exists()


def put_others(stick: Path) -> None:
    (stick / "READINGS").mkdir(parents=True)
    (stick / "READINGS" / "r.json").write_bytes(b"{}")
    (stick / "thesis.doc").write_bytes(b"words")


def command(work: Path, *more: str) -> list[str]:
    places = [str(work / "scans"), str(work / "stick"), "--key", str(work / "keys" / "study.key")]
    return [sys.executable, "-c", PROGRAM, *places, "--viewer", "none", "--no-picture-search", "--no-check", *more]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    scans.write_series(tmp_path / "scans", 60, size=96)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "study.key").write_text(KEY)
    put_others(tmp_path / "stick")
    return tmp_path


@pytest.fixture
def whole(work: Path) -> dict[str, bytes | None]:
    """The files that an uninterrupted build of the same scans leaves on the stick."""
    shutil.copytree(work / "scans", work / "again" / "scans")
    put_others(work / "again" / "stick")
    return tree(build_bundle(work / "again", work / "again" / "scans", look_into_pictures=False, check=False).drive)


def kill_somewhere(work: Path, chance: random.Random, longest: float) -> str:
    """Start a build and kill only the main process, as the kernel does when memory runs out."""
    more = ["--resume"] if (work / "stick" / UNFINISHED).exists() else []
    running = subprocess.Popen(command(work, *more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # Writing is what matters, and it comes after the program has been loaded.
    while running.poll() is None and not (work / "stick" / UNFINISHED).exists():
        time.sleep(0.001)
    time.sleep(chance.uniform(0, longest))
    running.kill()
    running.wait()
    return "killed" if running.returncode == -signal.SIGKILL else "done"


def test_a_build_that_is_killed_at_random_moments_ends_as_an_uninterrupted_one(work, whole):
    chance = random.Random()
    kills = 0
    for _ in range(KILLS):
        kills += kill_somewhere(work, chance, 0.4) == "killed"
        now = tree(work / "stick")
        assert {path: now[path] for path in OTHERS} == OTHERS
        if finished(work / "stick"):
            assert now == whole
        if finished(work / "stick") or chance.random() < 0.3:  # mostly one build is killed again and again
            subprocess.run([*command(work), "--resume"], check=not finished(work / "stick"), capture_output=True)
            assert tree(work / "stick") == whole
            shutil.rmtree(work / "stick")
            put_others(work / "stick")
    subprocess.run([*command(work), "--resume"], check=True, capture_output=True)
    assert tree(work / "stick") == whole
    assert kills


def steps_of_a_commit(monkeypatch, last: int) -> None:
    """The next build dies at the `last`-th change that its commit makes to names."""
    made = iter(range(last))
    for name in ("rename", "replace", "unlink", "rmdir"):
        real = getattr(Path, name)

        def step(path: Path, *rest: object, real=real, **more: object) -> object:
            if "stick" in path.parts and next(made, None) is None:
                raise KeyboardInterrupt
            return real(path, *rest, **more)

        monkeypatch.setattr(Path, name, step)


@pytest.mark.parametrize("last", range(12))
def test_a_commit_that_is_cut_off_at_any_step_is_taken_back_and_done_again(work, whole, monkeypatch, last):
    with monkeypatch.context() as patch:
        steps_of_a_commit(patch, last)
        try:
            build_bundle(work, work / "scans", look_into_pictures=False, check=False)
        except pipeline.BuildStopped:
            assert not finished(work / "stick")
            assert (work / "stick" / UNFINISHED).exists()
    if not finished(work / "stick"):
        build_bundle(work, work / "scans", look_into_pictures=False, check=False, resume=True)
    assert tree(work / "stick") == whole


def interrupt(work: Path, monkeypatch) -> Path:
    """A build that is stopped when everything is written and nothing committed; returns where it lies."""
    with monkeypatch.context() as patch:
        patch.setattr(staging.Stage, "commit", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(pipeline.BuildStopped, match="--resume"):
            build_bundle(work, work / "scans", look_into_pictures=False)
    return work / "stick" / STAGE


def test_an_unfinished_bundle_shows_nothing_that_looks_like_one(work, monkeypatch):
    interrupt(work, monkeypatch)
    assert {path.name for path in (work / "stick").iterdir()} & set(ROOT_NAMES) == {"BUNDLE", "READINGS"}
    before = tree(work / "stick")
    with pytest.raises(DriveHoldsUnfinished, match="--resume"):
        build_bundle(work, work / "scans")
    assert tree(work / "stick") == before


def test_the_checker_says_in_one_finding_that_a_bundle_is_unfinished(work, monkeypatch):
    interrupt(work, monkeypatch)
    assert [finding.check for finding in check_bundle(work / "stick") if finding.severity == "error"] == [
        "layout.unfinished"
    ]


def test_resume_writes_only_what_is_not_good(work, whole, monkeypatch):
    staged = interrupt(work, monkeypatch)
    series = staged / "DICOM/PT000001/ST000001/SE000001"
    old = time.time_ns() - 10**12
    for path in series.iterdir():
        os.utime(path, ns=(old, old))
    flipped = bytearray((series / "IM000002").read_bytes())
    flipped[-7] ^= 1  # of the same size: only a look into it can tell
    (series / "IM000002").write_bytes(flipped)
    (series / "IM000003").write_bytes(b"half")
    (series / "IM000004").unlink()
    (series / "IM000099").write_bytes(b"of other scans")
    for path in (series / "IM000002", series / "IM000003"):
        os.utime(path, ns=(old, old))
    outcome = build_bundle(work, work / "scans", look_into_pictures=False, resume=True).outcome
    written = {path for path in (work / "stick/DICOM").rglob("IM*") if path.stat().st_mtime_ns != old}
    assert {path.name for path in written} == {"IM000002", "IM000003", "IM000004"}
    assert outcome.kept == 57
    assert tree(work / "stick") == whole


def test_resume_with_other_scans_leaves_nothing_of_the_first(work, monkeypatch):
    interrupt(work, monkeypatch)
    for path in sorted((work / "scans").iterdir())[10:]:
        path.unlink()
    resumed = build_bundle(work, work / "scans", look_into_pictures=False, resume=True)
    assert not resumed.outcome.findings or {finding.severity for finding in resumed.outcome.findings} <= {
        "hint",
        "warning",
    }
    assert len(list((work / "stick/DICOM").rglob("IM*"))) == 10


def test_a_file_that_somebody_puts_on_an_unfinished_stick_is_not_taken_for_ours(work, monkeypatch):
    interrupt(work, monkeypatch)
    (work / "stick" / "README.TXT").write_text("mine")
    with pytest.raises(NamesTaken, match="README"):
        build_bundle(work, work / "scans", resume=True)
    assert (work / "stick" / "README.TXT").read_text() == "mine"


def test_a_second_build_on_the_same_drive_is_refused(work, whole):
    with staging.hold(work / "stick", resume=False):
        for resume in (False, True):
            with pytest.raises(DriveBusy, match="right now"):
                build_bundle(work, work / "scans", resume=resume)
        other = subprocess.run(command(work, "--resume"), capture_output=True, text=True, check=False)
        assert (other.returncode, "Another mkbundle" in other.stderr) == (3, True)
    build_bundle(work, work / "scans", look_into_pictures=False, check=False, resume=True)
    assert tree(work / "stick") == whole


def test_an_empty_folder_from_a_build_that_died_at_once_is_no_obstacle(work, whole):
    (work / "stick" / "BUNDLE").mkdir()
    build_bundle(work, work / "scans", look_into_pictures=False, check=False)
    assert tree(work / "stick") == whole


# Sources


@pytest.mark.parametrize("change", ["vanishes", "grows", "is replaced"])
def test_a_source_that_changes_in_the_middle_is_reported_and_not_taken(work, monkeypatch, change):
    subject = work / "scans" / "I007"
    real = pipeline.assign

    def meanwhile(*arguments: object, **more: object) -> object:
        if change == "vanishes":
            subject.unlink()
        elif change == "grows":
            subject.write_bytes(subject.read_bytes() + b"more")
        else:  # by another image of the same size, which may be of another patient
            subject.write_bytes((work / "scans" / "I008").read_bytes())
        return real(*arguments, **more)

    monkeypatch.setattr(pipeline, "assign", meanwhile)
    outcome = build_bundle(work, work / "scans", look_into_pictures=False).outcome
    assert [(skipped.path, skipped.reason) for skipped in outcome.skipped] == [(subject, Reason.VANISHED)]
    assert outcome.instances == 59
    assert needs_a_look(outcome)


# Real media: exFAT through its driver for FUSE, ext4 for what exFAT cannot do


def run(*arguments: str) -> str:
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip()


class Medium:
    """A file system on a loop device, which can be taken off and put on again."""

    def __init__(self, work: Path, size: int, kind: str) -> None:
        self.mount, self._kind = work / "medium", kind
        self.mount.mkdir()
        image = work / "medium.img"
        with image.open("wb") as stream:
            stream.truncate(size)
        self.device = run("losetup", "--find", "--show", str(image))
        run(*(["mkfs.exfat"] if kind == "exfat" else ["mkfs.ext4", "-q"]), self.device)
        self.put_on()

    def put_on(self) -> None:
        run("mount.exfat-fuse" if self._kind == "exfat" else "mount", self.device, str(self.mount))

    def take_off(self) -> None:
        run("umount", str(self.mount))

    def turn_read_only(self) -> None:
        run("mount", "-o", "remount,ro", str(self.mount))

    def throw_away(self) -> None:
        subprocess.run(["umount", str(self.mount)], check=False, capture_output=True)
        subprocess.run(["losetup", "--detach", self.device], check=False, capture_output=True)


@pytest.fixture
def medium(work: Path):
    if os.geteuid() != 0 or not Path("/dev/loop-control").exists() or not Path("/dev/fuse").exists():
        pytest.skip("mounting needs root, loop devices and FUSE")
    made: list[Medium] = []

    def make(size: int, kind: str) -> Medium:
        made.append(Medium(work, size, kind))
        shutil.rmtree(work / "stick")
        (work / "stick").symlink_to(made[0].mount)
        return made[0]

    yield make
    for copy in made:
        copy.throw_away()


def test_an_exfat_stick_that_fills_up_is_finished_after_room_is_made(work, whole, medium, monkeypatch):
    stick = medium(8_000_000, "exfat")
    film = bytes(shutil.disk_usage(stick.mount).free - 600_000)  # which leaves room for half of the bundle
    (stick.mount / "film.avi").write_bytes(film)
    monkeypatch.setattr(target, "check_space", lambda *_, **__: None)
    with pytest.raises(DriveFailed, match="--resume"):
        build_bundle(work, work / "scans", look_into_pictures=False)
    assert not finished(stick.mount)
    stick.take_off()
    stick.put_on()
    assert (stick.mount / "film.avi").read_bytes() == film
    (stick.mount / "film.avi").unlink()
    outcome = build_bundle(work, work / "scans", look_into_pictures=False, resume=True).outcome
    assert {finding.severity for finding in outcome.findings} <= {"hint", "warning"}
    stick.take_off()
    stick.put_on()
    assert tree(stick.mount) == {path: content for path, content in whole.items() if path not in OTHERS}


def test_a_medium_that_turns_read_only_in_the_middle_is_finished_when_it_is_well(work, whole, medium, monkeypatch):
    stick = medium(30_000_000, "ext4")
    real, written = catalogue_files.listings, []

    def meanwhile(*arguments: object, **more: object) -> object:
        written.extend((stick.mount / STAGE).rglob("IM*"))
        stick.turn_read_only()
        return real(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(catalogue_files, "listings", meanwhile)
        with pytest.raises(DriveFailed, match="Read-only"):
            build_bundle(work, work / "scans", look_into_pictures=False)
    assert len(written) == 60
    assert not finished(stick.mount)
    stick.take_off()
    stick.put_on()
    outcome = build_bundle(work, work / "scans", look_into_pictures=False, resume=True).outcome
    assert outcome.kept == 60
    expected = {path: content for path, content in whole.items() if path not in OTHERS}
    assert {path: content for path, content in tree(stick.mount).items() if path != "lost+found"} == expected


# FAT32, for which no driver may be there: what was put on it is read back by mtools


def test_a_bundle_comes_back_from_fat32_as_it_was(work, whole):
    for program in ("mkfs.vfat", "mcopy"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    build_bundle(work, work / "scans", look_into_pictures=False, check=False)
    image, back = work / "fat32.img", work / "back"
    with image.open("wb") as stream:
        stream.truncate(80_000_000)
    run("mkfs.vfat", "-F", "32", str(image))
    run("mcopy", "-s", "-i", str(image), *map(str, (work / "stick").iterdir()), "::")
    back.mkdir()
    run("mcopy", "-s", "-n", "-i", str(image), "::*", str(back))
    assert tree(back) == whole
    assert {finding.check for finding in check_bundle(back)} <= {"layout.foreign", "viewer.none"}
    # The names are those of a DICOM file-set also to a reader that knows no long names.
    short = run("mdir", "-b", "-/", "-i", str(image), "::/DICOM").splitlines()
    assert {line.removeprefix("::/") for line in short if "/IM" in line} == {name for name in whole if "/IM" in name}


@pytest.mark.parametrize("failure", [OSError(5, "Input/output error"), KeyboardInterrupt()], ids=["error", "Ctrl-C"])
@pytest.mark.parametrize("place", ["note_finished", "_flush"])
def test_what_fails_after_the_commit_does_not_call_the_bundle_unfinished(work, monkeypatch, place, failure):
    def fail(*given):
        if place == "note_finished" or not (work / "stick" / "BUNDLE" / "UNFINISH.TXT").exists():
            raise failure
        return real(*given)

    room = pipeline if place == "note_finished" else staging
    real = getattr(room, place)
    monkeypatch.setattr(room, place, fail)
    with pytest.raises((FailedWhenComplete, CheckStopped)) as told:
        build_bundle(work, work / "scans", look_into_pictures=False)
    said = str(told.value)
    assert "is complete" in said and "mkbundle check" in said and "unfinished" not in said and "--resume" not in said
    assert finished(work / "stick")
    assert not any(finding.severity == "error" for finding in check_bundle(work / "stick"))
