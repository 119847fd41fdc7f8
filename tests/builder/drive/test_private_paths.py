"""The researcher's private files are refused on the medium, by every option that writes such a file."""

from collections.abc import Iterator
import os
from pathlib import Path
import subprocess

import pytest

from builder.drive import private_paths
from builder.errors.build import KeyOnDrive, PrivateFileOnDrive
from tests import scans
from tests.builder.cli.test_cli import mkbundle
from tests.builder.pipeline.test_survive import Medium
from tests.conftest import Built, build_bundle


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    work = tmp_path_factory.mktemp("outside")
    return build_bundle(work, scans.write_series(work / "scans", 2))


def everything_below(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def spellings(drive: Path, elsewhere: Path) -> Iterator[tuple[str, Path]]:
    """Spellings of a path that ends up on the drive."""
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / "linked").symlink_to(drive)
    (elsewhere / "report").symlink_to(drive / "report")  # leads to the drive
    (drive / "report2").symlink_to(elsewhere / "report2")  # lies on the drive
    yield "absolute", drive / "report"
    yield "deep", drive / "a" / "b" / "report"
    yield "relative", Path(os.path.relpath(drive / "report"))
    yield "with ..", elsewhere / ".." / drive.name / "report"
    yield "by a linked folder", elsewhere / "linked" / "report"
    yield "by a linked file", elsewhere / "report"
    yield "a link on the drive", drive / "report2"
    yield "the drive itself", drive


def test_every_spelling_of_a_place_on_the_drive_is_refused(tmp_path):
    drive = tmp_path / "stick"
    drive.mkdir()
    for how, file in spellings(drive, tmp_path / "home"):
        with pytest.raises(PrivateFileOnDrive, match="elsewhere"):
            private_paths.check_outside([None, file], [drive])
            pytest.fail(how)
        with pytest.raises(KeyOnDrive):
            private_paths.check_key(file, drive)
            pytest.fail(how)


def test_a_place_beside_the_drive_is_taken(tmp_path):
    drive = tmp_path / "stick"
    drive.mkdir()
    for file in (tmp_path / "stick2" / "report", tmp_path / "report", drive / ".." / "report"):
        private_paths.check_outside([file], [drive])
        private_paths.check_key(file, drive)
        assert not private_paths.is_inside(file, drive)


@pytest.fixture
def windows_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system that ignores the case of letters."""
    if os.geteuid() != 0 or not Path("/dev/loop-control").exists() or not Path("/dev/fuse").exists():
        pytest.skip("mounting needs root, loop devices and FUSE")
    medium = Medium(tmp_path, 8_000_000, "exfat")
    yield medium.mount
    medium.throw_away()


def test_capitals_and_a_second_mount_make_no_difference(windows_disk, tmp_path):
    drive, again = windows_disk / "Stick", tmp_path / "again"
    drive.mkdir()
    again.mkdir()
    with pytest.raises(PrivateFileOnDrive):
        private_paths.check_outside([windows_disk / "STICK" / "report.json"], [drive])
    subprocess.run(["mount", "--bind", str(windows_disk), str(again)], check=True)
    try:
        with pytest.raises(KeyOnDrive):
            private_paths.check_key(again / "stick" / "deep" / "study.key", drive)
    finally:
        subprocess.run(["umount", str(again)], check=True)


def test_another_bundle_is_no_place_either(built, tmp_path):
    with pytest.raises(PrivateFileOnDrive):
        private_paths.check_outside([built.drive / "report.json"], [tmp_path / "other"])
    with pytest.raises(KeyOnDrive):
        private_paths.check_key(built.drive / "BUNDLE" / "study.key", tmp_path / "other")


@pytest.mark.parametrize("option", ["--json", "--key", "--iso"])
@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--span", "700MB")])
def test_a_build_writes_no_file_for_the_researcher_on_the_drive(tmp_path, option, more):
    series = scans.write_series(tmp_path / "scans", 2)
    (tmp_path / "stick").mkdir()
    usual = () if option == "--key" else ("--key", tmp_path / "study.key")
    options = (*usual, option, tmp_path / "stick" / "x.out")
    done = mkbundle(series, tmp_path / "stick", "--viewer", "none", *options, *more, check=2)
    assert "elsewhere" in done.stderr or "another drive" in done.stderr
    assert everything_below(tmp_path / "stick") == {}
    assert not (tmp_path / "study.key").exists()


@pytest.mark.parametrize("option", ["--json", "--html", "--key"])
def test_a_check_writes_and_takes_no_file_for_the_researcher_on_the_drive(built, option):
    before = everything_below(built.drive)
    done = mkbundle("check", built.drive, option, built.drive / "DICOM" / "x.out", check=2)
    assert "elsewhere" in done.stderr
    assert everything_below(built.drive) == before


@pytest.mark.parametrize("name", ["table.csv", "READINGS/table.xlsx", "reports"])
def test_the_table_of_readings_is_not_written_on_the_stick(built, name):
    before = everything_below(built.drive)
    format_ = ("--format", "dicom-sr") if name == "reports" else ()
    done = mkbundle("collect", built.drive, "-o", built.drive / name, *format_, check=2)
    assert "elsewhere" in done.stderr
    assert everything_below(built.drive) == before


def test_adding_with_a_key_or_a_report_on_the_drive_is_refused(built, tmp_path):
    before = everything_below(built.drive)
    for option in ("--json", "--key"):
        mkbundle(tmp_path / "none", built.drive, "--add", option, built.drive / "x.out", check=2)
    assert everything_below(built.drive) == before
