"""Archives and disc images below the scans are read as folders, within bounds, and nothing of them stays behind."""

from collections.abc import Callable
import csv
from io import BytesIO
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

from py7zr import SevenZipFile
from pycdlib import PyCdlib
import pytest

from builder.reasons import Reason
from builder.scan import archives
from builder.scan.archives import Unpacking
from builder.scan.source import FolderSource
from tests import scans


def write_zip(archive: Path, folder: Path) -> None:
    shutil.make_archive(str(archive.with_suffix("")), "zip", folder)


def write_tar(archive: Path, folder: Path) -> None:
    with tarfile.open(archive, "w:gz") as stream:
        stream.add(folder, "discs/one")


def write_7z(archive: Path, folder: Path) -> None:
    with SevenZipFile(archive, "w") as stream:
        stream.writeall(folder, "one")


def write_iso(archive: Path, folder: Path) -> None:
    image = PyCdlib()
    image.new(joliet=3)
    image.add_directory("/ONE", joliet_path="/one")
    for number, file in enumerate(sorted(folder.iterdir())):
        image.add_file(str(file), f"/ONE/IM{number:06}.;1", joliet_path=f"/one/{file.name}")
    image.write(str(archive))
    image.close()


def write_plain_iso(archive: Path, folder: Path) -> None:
    """As discs of hospitals are: names of ECMA-119 and no others."""
    image = PyCdlib()
    image.new()
    image.add_directory("/DICOM")
    for number, file in enumerate(sorted(folder.iterdir())):
        image.add_file(str(file), f"/DICOM/IM{number:06}.;1")
    image.write(str(archive))
    image.close()


MKBUNDLE = Path(sys.executable).with_name("mkbundle")
WRITERS: dict[str, Callable[[Path, Path], None]] = {
    "scans.zip": write_zip, "scans.tar.gz": write_tar, "scans.7z": write_7z, "scans.iso": write_iso,
    "disc.ISO": write_plain_iso,
}  # fmt: skip


def listed(folder: Path, key: Path):
    with Unpacking(key, lambda text: None) as unpacking:
        listing = FolderSource(folder, unpacking).listing()
        return listing, [Path(path.unpacked or path.name).read_bytes() for path in listing.paths]


@pytest.mark.parametrize("name", WRITERS)
def test_the_files_of_an_archive_are_those_of_a_folder_with_its_name(tmp_path, name):
    folder = scans.write_series(tmp_path / "series", 3)
    (tmp_path / "scans").mkdir()
    WRITERS[name](tmp_path / "scans" / name, folder)
    listing, contents = listed(tmp_path / "scans", tmp_path / "key")
    assert sorted(contents) == sorted(file.read_bytes() for file in folder.iterdir())
    assert all(path.name.startswith(str(tmp_path / "scans" / name) + os.sep) for path in listing.paths)
    assert listing.skipped == []
    assert [notice.text.removeprefix(f"{tmp_path}/scans/") for notice in listing.notices] == [
        f"{name} was unpacked for the build: 3 files"
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scans", "series"]


def test_a_named_archive_is_a_source_too_and_one_within_another_is_opened(tmp_path):
    folder = scans.write_series(tmp_path / "series", 2)
    (tmp_path / "inner").mkdir()
    write_zip(tmp_path / "inner" / "inner.zip", folder)
    (tmp_path / "middle").mkdir()
    write_tar(tmp_path / "middle" / "middle.tgz", tmp_path / "inner")
    write_zip(tmp_path / "outer.zip", tmp_path / "middle")
    listing, contents = listed(tmp_path / "middle" / "middle.tgz", tmp_path / "key")
    assert len(contents) == 2
    assert {str(Path(path.name).parent.relative_to(tmp_path / "middle")) for path in listing.paths} == {
        "middle.tgz/discs/one/inner.zip"
    }
    listing, contents = listed(tmp_path / "outer.zip", tmp_path / "key")
    assert contents == []
    assert [(file.path.name, file.reason, file.detail) for file in listing.skipped] == [
        ("inner.zip", Reason.ARCHIVE, "it lies inside 2 other archives")
    ]


def test_names_that_lead_out_of_an_archive_stay_inside_and_links_in_it_are_not_followed(tmp_path):
    (tmp_path / "scans").mkdir()
    with zipfile.ZipFile(tmp_path / "scans" / "a.zip", "w") as archive:
        for name in ("../../outside", "/absolute", "C:\\windows\\file", "same", "x" * 300, "..", "same/below"):
            archive.writestr(name, name.encode())
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("same", b"same")
    with tarfile.open(tmp_path / "scans" / "b.tar", "w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
        plain = tarfile.TarInfo("../plain")
        plain.size = 5
        archive.addfile(plain, BytesIO(b"plain"))
        hard = tarfile.TarInfo("hard")
        hard.type, hard.linkname = tarfile.LNKTYPE, "../plain"
        archive.addfile(hard)
    listing, contents = listed(tmp_path / "scans", tmp_path / "keys" / "key")
    named = [b"../../outside", b"/absolute", b"C:\\windows\\file", b"same", b"same", b"x" * 300, b"..", b"same/below"]
    assert sorted(contents) == sorted([*named, b"plain", b"plain"])
    assert all(not re.search(r"(^|/)\.\.(/|$)", path.name) for path in listing.paths)
    assert list((tmp_path / "keys").iterdir()) == [] and not (tmp_path / "outside").exists()


@pytest.mark.parametrize("name", ["scans.zip", "scans.tar.gz", "scans.7z", "scans.iso"])
def test_a_damaged_archive_is_named_and_never_ends_the_build(tmp_path, name):
    folder = scans.write_series(tmp_path / "series", 4)
    (tmp_path / "scans").mkdir()
    archive = tmp_path / "scans" / name
    WRITERS[name](archive, folder)
    whole = archive.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:60] + bytes(200) + whole[260:]):
        archive.write_bytes(content)
        listing, contents = listed(tmp_path / "scans", tmp_path / "key")
        if len(content) < len(whole):  # of the file in which it breaks off, nothing stays
            assert set(contents) < {file.read_bytes() for file in folder.iterdir()}
        named = {path.name for path in listing.paths} | {str(file.path) for file in listing.skipped}
        assert any(str(archive) in name for name in named)
        assert all(file.detail.startswith("it is damaged: ") for file in listing.skipped)


def test_an_encrypted_archive_is_named(tmp_path):
    folder = scans.write_series(tmp_path / "series", 1)
    (tmp_path / "scans").mkdir()
    with SevenZipFile(tmp_path / "scans" / "secret.7z", "w", password="quill") as stream:
        stream.writeall(folder, "one")
    listing, contents = listed(tmp_path / "scans", tmp_path / "key")
    assert contents == []
    (skipped,) = listing.skipped
    assert skipped.reason is Reason.ARCHIVE and "assword" in skipped.detail


def test_an_archive_that_would_fill_the_disk_stops_at_its_share_of_the_room(tmp_path, monkeypatch):
    (tmp_path / "scans").mkdir()
    with zipfile.ZipFile(tmp_path / "scans" / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
    monkeypatch.setattr(archives.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 20_000_000}))
    with Unpacking(tmp_path / "key", lambda text: None) as unpacking:
        listing = FolderSource(tmp_path / "scans", unpacking).listing()
        taken = sum(path.stat().st_size for path in tmp_path.glob("key.unpacked-*/**/*") if path.is_file())
    assert taken <= 10_000_000
    (skipped,) = listing.skipped
    assert skipped.detail == "unpacked, it takes more than half of the free space on this disk"


def test_a_dicom_file_with_the_name_of_an_archive_is_a_dicom_file(tmp_path):
    folder = scans.write_series(tmp_path / "scans", 1)
    (file,) = folder.iterdir()
    file.rename(file.with_name("image.zip"))
    listing, _ = listed(folder, tmp_path / "key")
    assert [(Path(path.name).name, path.unpacked) for path in listing.paths] == [("image.zip", "")]


def test_what_a_killed_build_unpacked_is_removed_by_the_next(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, mine = tmp_path / f"key.unpacked-{ended.pid}-abc", tmp_path / f"key.unpacked-{os.getpid()}-abc"
    left.mkdir()
    mine.mkdir()
    with Unpacking(tmp_path / "key", lambda text: None):
        assert (left.exists(), mine.exists()) == (False, True)


def test_a_bundle_from_an_archive_is_that_from_its_folder_and_papers_name_the_archive(tmp_path):
    """A file that repeats is opened more than once."""
    folder = scans.write_series(tmp_path / "plain" / "a.zip", 4)
    shutil.copy(next(folder.iterdir()), folder / "again")
    (tmp_path / "packed").mkdir()
    write_zip(tmp_path / "packed" / "a.zip", folder)
    said, made = [], []
    for name in ("plain", "packed"):
        drive, key = tmp_path / f"drive-{name}", tmp_path / f"key-{name}" / "study.key"
        drive.mkdir()
        key.parent.mkdir()
        key.write_text("5" * 64 + "\n", encoding="ascii")
        done = subprocess.run(
            [MKBUNDLE, tmp_path / name, drive, "--viewer", "none", "--no-picture-search", "--key", key],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said.append(re.sub(r"\s+", " ", done.stdout))
        made.append({path.name: path.read_bytes() for path in drive.rglob("IM*")})
        assert done.returncode in (0, 1), done.stderr
        assert [path.name for path in key.parent.iterdir() if "unpacked" in path.name] == []
    assert made[0] == made[1] and len(made[0]) == 4
    assert all("1 the same image again" in text for text in said)
    assert f"{tmp_path / 'packed' / 'a.zip'} was unpacked for the build: 5 files" in said[1]
    with (tmp_path / "key-packed" / "study.images.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == 5
    report = (tmp_path / "key-packed" / "study.report.txt").read_text(encoding="utf-8")
    assert ".unpacked-" not in report and str(tmp_path / "packed" / "a.zip") in report
