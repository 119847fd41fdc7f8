"""Identical sticks: every file is that of the manifest when it is read, and when it comes back."""

import filecmp
from pathlib import Path

import pytest

from builder.drive import copying
from builder.drive.copying import check_copies, copy_bundle
from builder.drive.staging import hold
from builder.errors.drive import (
    DriveHoldsBundle,
    DriveHoldsUnfinished,
    DriveInsideSource,
    DriveMissing,
    NamesTaken,
)
from builder.errors.media import CopyDamaged, CopyFailed, CopyHasReadings, CopyOnItself
from bundle.errors import NoBundle
from bundle.layout import MANIFEST
from tests import scans
from tests.builder.cli.test_cli import mkbundle
from tests.conftest import Built, build_bundle


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    work = tmp_path_factory.mktemp("copy")
    return build_bundle(work, scans.write_people(work / "scans", 2), look_into_pictures=False)


@pytest.fixture
def drives(tmp_path):
    places = (tmp_path / "F", tmp_path / "G")
    for place in places:
        place.mkdir()
    return places


def silent(name: str):
    return lambda done, total: None


def is_identical(a: Path, b: Path) -> bool:
    names = sorted(path.relative_to(a).as_posix() for path in a.rglob("*") if path.is_file())
    others = sorted(path.relative_to(b).as_posix() for path in b.rglob("*") if path.is_file())
    return names == others and filecmp.cmpfiles(a, b, names, shallow=False)[1:] == ([], [])


def test_the_command_makes_identical_sticks_and_the_register_knows_them(built, drives):
    done = mkbundle("copy", built.drive, *drives, "--key", built.key)
    for number, place in enumerate(drives, start=2):
        assert is_identical(built.drive, place)
        assert (
            f"{place}: " in done.stdout and f"read back and identical; stick {number} of this study key" in done.stdout
        )
        assert mkbundle("check", place).returncode == 0
    who = mkbundle("who", "CASE-002", "--key", built.key).stdout
    assert all(f"written on {place}" in who for place in (built.drive, *drives))
    assert "Stick 3, made" in mkbundle("who", "--stick", drives[1], "--key", built.key).stdout
    assert who.count("/scans/person") == 3


def test_a_copy_can_be_added_to_as_the_original_can(built, drives, tmp_path):
    mkbundle("copy", built.drive, drives[0], "--key", built.key)
    more = scans.write_people(tmp_path / "more", 3)
    mkbundle(more / "person3", drives[0], "--add", "--key", built.key, "--no-picture-search", "--no-check")
    who = mkbundle("who", "CASE-003", "--key", built.key).stdout
    assert f"written on {drives[0]}" in who and f"written on {built.drive}" not in who


def test_readings_are_neither_copied_nor_left_behind_in_silence(built, drives, tmp_path):
    source = tmp_path / "read"
    copy_bundle(built.drive, _made(source), silent, lambda: None)
    (source / "READINGS").mkdir(exist_ok=True)
    (source / "READINGS" / "R-1.JSONL").write_text("{}")
    told = " ".join(mkbundle("copy", source, drives[0], check=2).stderr.split())
    assert "holds readings (1 file(s) in READINGS)" in told and "--without-readings" in told
    assert list(drives[0].iterdir()) == []
    with pytest.raises(CopyHasReadings):
        check_copies(source, drives, without_readings=False)
    mkbundle("copy", source, drives[0], "--without-readings")
    assert not list((drives[0] / "READINGS").glob("*")) and is_identical(built.drive, drives[0])


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_drive_that_a_build_would_refuse_is_refused_before_any_is_written(built, drives, tmp_path):
    with pytest.raises(DriveHoldsBundle):
        check_copies(built.drive, (drives[0], _with_bundle(built, tmp_path)), without_readings=False)
    with pytest.raises(DriveMissing):
        check_copies(built.drive, (drives[0], tmp_path / "none"), without_readings=False)
    with pytest.raises(DriveInsideSource):
        check_copies(built.drive, (built.drive / "BUNDLE",), without_readings=False)
    with pytest.raises(CopyOnItself):
        check_copies(built.drive, (drives[0], drives[0]), without_readings=False)
    with pytest.raises(NoBundle):
        check_copies(drives[1], (drives[0],), without_readings=False)
    (drives[1] / "DICOM").mkdir()
    with pytest.raises(NamesTaken):
        check_copies(built.drive, drives, without_readings=False)
    assert list(drives[0].iterdir()) == []


def _with_bundle(built: Built, tmp_path: Path) -> Path:
    copy_bundle(built.drive, _made(tmp_path / "taken"), silent, lambda: None)
    return tmp_path / "taken"


def test_a_damaged_source_is_never_copied(built, drives, tmp_path):
    source = _with_bundle(built, tmp_path)
    path = next((source / "DICOM").rglob("IM000002"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(CopyDamaged) as caught:
        copy_bundle(source, drives[0], silent, lambda: None)
    assert path.name in str(caught.value) and f"mkbundle check {source}" in str(caught.value)
    assert not (drives[0] / MANIFEST).exists() and list(drives[0].rglob("IM*")) == []


def test_a_drive_that_gives_back_other_bytes_gets_no_bundle(built, drives, monkeypatch):
    right = copying.digest_on_medium
    monkeypatch.setattr(
        copying, "digest_on_medium", lambda path: right(path)[::-1] if "IM" in path.name else right(path)
    )
    with pytest.raises(CopyFailed) as caught:
        copy_bundle(built.drive, drives[0], silent, lambda: None)
    assert "Use another drive." in str(caught.value)
    assert not (drives[0] / MANIFEST).exists()


def test_a_bundle_of_another_key_is_not_recorded(built, drives, tmp_path):
    other = build_bundle(tmp_path, scans.write_people(tmp_path / "scans", 1), look_into_pictures=False)
    told = mkbundle("copy", built.drive, drives[0], "--key", other.key, check=2).stderr
    assert "does not know the bundle on" in " ".join(told.split())
    assert list(drives[0].iterdir()) == []


def test_an_interrupted_copy_is_no_bundle(built, drives):
    with pytest.raises(KeyboardInterrupt):
        copy_bundle(built.drive, drives[0], silent, _interrupt)
    assert not (drives[0] / MANIFEST).exists()
    with pytest.raises(DriveHoldsUnfinished), hold(drives[0], resume=False):
        pass


def _interrupt() -> None:
    raise KeyboardInterrupt
