"""Sticks and keys of earlier versions: everything reads them, and no date on them ever changes."""

from collections.abc import Sequence
from datetime import datetime
import hashlib
import os
from pathlib import Path
import shutil
import sqlite3
import subprocess
import sys

from click.testing import CliRunner
from pydicom import Dataset, dcmread
import pytest

from builder.cli.main import cli
from builder.errors.change import NoNewViewer
from builder.pipeline import change
from builder.pipeline.viewers import Viewers
from bundle.errors import EXIT_DONE
from bundle.index.index import Catalog
from bundle.layout import FORMAT_VERSION, READER_PACKS
from tests import older_versions

# Person 2 passes midnight on the stick of version 1.
TWO = "MRN-88002"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A stick and a key of version 1."""
    return older_versions.unpack(1, tmp_path)


def mkbundle(*words: object) -> str:
    done = CliRunner().invoke(cli, [*map(str, words)], standalone_mode=False)
    assert done.exception is None, (done.output, done.exception)
    assert done.return_value == EXIT_DONE, done.output
    return done.output


def build(older: Path, *words: object, drive: str = "stick") -> str:
    key = older / "key/study.key"
    quiet = ("--viewer", "none", "--no-progress")
    words = (*words, *(quiet if "--add" not in words else quiet[2:]))
    return mkbundle(older / "scans", older / drive, "--key", key, *words)


def images(drive: Path) -> dict[str, Dataset]:
    return {str(path.relative_to(drive)): dcmread(path) for path in sorted((drive / "DICOM").rglob("IM*"))}


def digests(drive: Path) -> dict[str, str]:
    return {path: hashlib.sha256((drive / path).read_bytes()).hexdigest() for path in images(drive)}


def days(of: Sequence[Dataset]) -> set[str]:
    return {image.AcquisitionDate for image in of}


def format_of(drive: Path) -> int:
    with Catalog(drive) as catalog:
        return int(catalog.properties["format_version"])


def patients(older: Path) -> dict[str, str]:
    """Patient ID -> pseudonym."""
    with sqlite3.connect(older / "key/study.db") as register:
        return dict(register.execute("SELECT patient_id, pseudonym FROM patient"))


def errors(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.lstrip().startswith("ERROR")]


def test_the_stick_of_version_1_is_one_on_which_an_examination_passes_midnight(older):
    assert format_of(older / "stick") == 1 < FORMAT_VERSION
    two = [image for image in images(older / "stick").values() if image.PatientID == patients(older)[TWO]]
    assert len(two) == 4 and len(days(two)) == 2


def test_a_stick_of_version_1_is_checked_and_searched_with_its_key(older):
    assert not errors(mkbundle("check", older / "stick", "--key", older / "key/study.key"))


def test_the_viewer_shows_a_stick_of_version_1(older, tmp_path):
    command = [sys.executable, "-m", "viewer", str(older / "stick"), "--self-test", str(tmp_path / "report.json")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr + (tmp_path / "report.json").read_text()


def test_what_is_added_to_a_stick_of_version_1_keeps_its_dates_and_shifts_only_new_people_anew(older):
    drive, before = older / "stick", digests(older / "stick")
    offset = when_made(older, study=1)
    older_versions.write_people(older / "scans", 2, 3)
    older_versions.write_people(older / "scans", 2, study=2)
    said = build(older, "--add")
    assert "had format 1; its index and viewers are now of format 2" in " ".join(said.split())
    assert not errors(said) and format_of(drive) == FORMAT_VERSION
    assert before.items() <= digests(drive).items()
    assert when_made(older, study=2) == offset
    new = [image for image in images(drive).values() if image.PatientID == patients(older)["MRN-88003"]]
    assert len(new) == 4 and len(days(new)) == 1
    assert all(image.AcquisitionTime[6:] not in (".500000", ".570000", ".640000", ".710000") for image in new)


def when_made(older: Path, study: int) -> set[object]:
    """The shifts of person 2's examination: the moments of the scans minus those on the stick."""
    scans = older_versions.write_people(older / "look", 2, study=study)
    wanted = {moment(dcmread(path)) for path in sorted((scans / f"person2-{study}").iterdir())}
    mine = [image for image in images(older / "stick").values() if image.PatientID == patients(older)[TWO]]
    mine.sort(key=lambda image: image.StudyDate)
    of_study = [image for image in mine if image.StudyDate == mine[0 if study == 1 else -1].StudyDate]
    got = sorted(moment(image) for image in of_study)
    return {first - second for first, second in zip(sorted(wanted), got, strict=True)}


def moment(image: Dataset) -> datetime:
    return datetime.strptime(image.AcquisitionDate + image.AcquisitionTime, "%Y%m%d%H%M%S.%f")


def test_a_case_leaves_a_stick_of_version_1(older):
    drive, before = older / "stick", digests(older / "stick")
    said = mkbundle(drive, "--remove", "CASE-001", "--key", older / "key/study.key", "--no-progress")
    assert "Format 1 became format 2" in said and not errors(said)
    after = digests(drive)
    assert len(after) == 4 and after.items() <= before.items() and format_of(drive) == FORMAT_VERSION


def test_upgrade_renews_everything_but_the_images(older):
    drive, before = older / "stick", digests(older / "stick")
    form = (drive / "BUNDLE/FORM.TXT").read_bytes()
    said = mkbundle("upgrade", drive, "--key", older / "key/study.key", "--no-progress")
    assert "Format 1 became format 2" in said and "Noted in the register for stick 1" in said and not errors(said)
    assert digests(drive) == before and format_of(drive) == FORMAT_VERSION
    assert (drive / "BUNDLE/FORM.TXT").read_bytes() == form
    assert not errors(mkbundle("check", drive, "--key", older / "key/study.key"))


def test_an_interrupted_upgrade_is_finished(older, monkeypatch):
    drive, before = older / "stick", digests(older / "stick")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(change, "_note_change", stop)
        done = CliRunner().invoke(cli, ["upgrade", str(drive), "--no-progress"], standalone_mode=False)
        assert "resume" in str(done.exception)
    assert not (drive / "BUNDLE/MANIFEST.TXT").exists()
    mkbundle("upgrade", drive, "--resume", "--no-progress")
    assert digests(drive) == before and format_of(drive) == FORMAT_VERSION


@pytest.mark.parametrize("words", [("upgrade",), ("--remove", "CASE-001")])
def test_without_a_new_viewer_nothing_is_changed(older, monkeypatch, words):
    """The old viewer could not read the new index."""
    drive = older / "stick"
    start = READER_PACKS["linux64"].start
    (drive / start).write_text("old")
    digest = hashlib.sha256(b"old").hexdigest()
    with (drive / "BUNDLE/MANIFEST.TXT").open("a", newline="") as manifest:
        manifest.write(f"{digest}  {start}\n")
    before = {path: path.read_bytes() for path in drive.rglob("*") if path.is_file()}
    missing = Viewers((), {"linux64": NoNewViewer(drive, "linux64", "no compiler.")})
    monkeypatch.setattr(change, "get_viewers", lambda *_: missing)
    command = ["upgrade", str(drive)] if words[0] == "upgrade" else [str(drive), *words]
    done = CliRunner().invoke(cli, [*command, "--no-progress"], standalone_mode=False)
    assert "linux64" in str(done.exception) and "Nothing was changed" in str(done.exception)
    assert {path: path.read_bytes() for path in drive.rglob("*") if path.is_file()} == before


def test_a_build_that_version_1_left_unfinished_is_finished_with_the_shifts_of_today(older):
    drive, stage = older / "stick", older / "stick/BUNDLE/UNFINISH"
    stage.mkdir()
    shutil.move(drive / "DICOM", stage / "DICOM")
    for path in [*drive.glob("*.*"), drive / "DICOMDIR", *(drive / "BUNDLE").glob("*.*")]:
        path.unlink()
    (drive / "BUNDLE/UNFINISH.TXT").write_bytes(
        b"This bundle is not finished. Run the same mkbundle command with --resume to finish it.\r\n"
    )
    for path in (older / "key").iterdir():
        if path.name != "study.key":
            path.unlink()
    older_versions.write_people(older / "scans", 1, 2)
    assert not errors(build(older, "--resume"))
    by_patient: dict[str, list[Dataset]] = {}
    for image in images(drive).values():
        by_patient.setdefault(image.PatientID, []).append(image)
    assert [len(days(of)) for of in by_patient.values()] == [1, 1]


def test_media_of_people_whom_version_1_knew_have_its_dates(older):
    before = {image.SOPInstanceUID: moment(image) for image in images(older / "stick").values()}
    older_versions.write_people(older / "scans", 1, 2)
    (older / "media").mkdir()
    build(older, "--span", "20MB", drive="media")
    media = [images(medium) for medium in sorted((older / "media").glob("MEDIUM*"))]
    assert {image.SOPInstanceUID: moment(image) for medium in media for image in medium.values()} == before


def test_a_disc_image_is_made_of_a_stick_of_version_1(older):
    said = mkbundle("image", older / "stick", older / "disc.iso", "--no-progress")
    assert "read back and verified" in said
    mkbundle("check", older / "stick")
