"""Unsuitable drives: each ends with its own message and exit code, and nothing on them is lost or changed."""

import os
from pathlib import Path
import subprocess

import pytest

from builder.drive import target
from builder.errors.build import NothingToTake
from builder.errors.drive import (
    DriveFailed,
    DriveHoldsBundle,
    DriveInsideSource,
    DriveMissing,
    DriveReadOnly,
    DriveTooSmall,
    NamesTaken,
)
from bundle.layout import MANIFEST, UNFINISHED
from tests import scans
from tests.conftest import build_bundle


def tree(folder: Path) -> dict[str, bytes | None]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


@pytest.fixture
def series(tmp_path: Path) -> Path:
    return scans.write_series(tmp_path / "scans", 3)


def test_an_empty_source_ends_with_a_message_and_an_untouched_drive(tmp_path):
    (tmp_path / "scans").mkdir()
    with pytest.raises(NothingToTake, match="empty"):
        build_bundle(tmp_path, tmp_path / "scans")
    assert tree(tmp_path / "stick") == {}


def test_a_source_of_nothing_but_junk_says_why(tmp_path):
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "letter.txt").write_text("hello")
    with pytest.raises(NothingToTake, match="1 file") as caught:
        build_bundle(tmp_path, tmp_path / "scans")
    assert [skipped.reason.name for skipped in caught.value.skipped] == ["NOT_DICOM"]


def test_a_missing_drive_is_named(tmp_path, series):
    with pytest.raises(DriveMissing, match="nowhere"):
        target.check_drive(tmp_path / "nowhere", [series], resume=False)


@pytest.mark.parametrize("inside", ["scans/stick", "."])
def test_a_drive_inside_the_source_or_around_it_is_refused(tmp_path, series, inside):
    (tmp_path / inside).mkdir(exist_ok=True)
    with pytest.raises(DriveInsideSource):
        target.check_drive(tmp_path / inside, [series], resume=False)


def test_other_peoples_files_are_never_touched(tmp_path, series):
    stick = tmp_path / "stick"
    (stick / "Holiday").mkdir(parents=True)
    (stick / "Holiday" / "beach.jpg").write_bytes(b"sand")
    (stick / "thesis.doc").write_bytes(b"words")
    before = tree(stick)
    build_bundle(tmp_path, series)
    after = tree(stick)
    assert {path: after[path] for path in before} == before


@pytest.mark.parametrize("name", ["dicomdir", "Viewer.exe", "readme.txt", "BUNDLE"])
def test_names_that_a_bundle_needs_are_not_overwritten(tmp_path, series, name):
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / name).write_text("mine")
    with pytest.raises(NamesTaken, match=name):
        build_bundle(tmp_path, series)
    assert tree(tmp_path / "stick") == {name: b"mine"}


def test_a_drive_that_holds_a_bundle_is_left_as_it_is(tmp_path, series):
    build_bundle(tmp_path, series)
    before = tree(tmp_path / "stick")
    with pytest.raises(DriveHoldsBundle):
        build_bundle(tmp_path, series)
    assert tree(tmp_path / "stick") == before


def test_a_bundle_that_does_not_fit_is_refused_before_anything_is_written(tmp_path, series):
    (tmp_path / "stick").mkdir()
    with pytest.raises(DriveTooSmall, match="MB free"):
        target.check_space(tmp_path / "stick", 1, 10**15)


def test_the_same_key_and_scans_give_the_same_bytes(tmp_path, series):
    first = tree(build_bundle(tmp_path, series).drive)
    (tmp_path / "stick").rename(tmp_path / "old")
    assert tree(build_bundle(tmp_path, series).drive) == first


# Real file systems, small and write-protected


@pytest.fixture
def small_disk(tmp_path: Path):
    """A real file system of 4 MB on a loop device; gives a function that mounts it."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    image, mount = tmp_path / "disk.img", tmp_path / "mounted"
    mount.mkdir()
    with image.open("wb") as stream:
        stream.truncate(4_000_000)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", str(image)], check=True, capture_output=True)

    def mounted(*options: str) -> Path:
        subprocess.run(["umount", str(mount)], check=False, capture_output=True)
        subprocess.run(["mount", "-o", ",".join(("loop", *options)), str(image), str(mount)], check=True)
        return mount

    yield mounted
    subprocess.run(["umount", str(mount)], check=False, capture_output=True)


def test_a_write_protected_drive_is_refused(small_disk, series):
    with pytest.raises(DriveReadOnly, match="write protection"):
        target.check_drive(small_disk("ro"), [series], resume=False)


def test_a_drive_that_fills_up_in_the_middle_never_looks_complete(small_disk, tmp_path, monkeypatch):
    mount = small_disk("rw")
    big = scans.write_series(tmp_path / "scans", 20, size=512)
    monkeypatch.setattr(target, "check_space", lambda *_, **__: None)
    (tmp_path / "stick").symlink_to(mount)
    with pytest.raises(DriveFailed, match="--resume"):
        build_bundle(tmp_path, big)
    assert not (mount / MANIFEST).exists()
    assert (mount / UNFINISHED).exists()
