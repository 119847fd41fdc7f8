"""Everything below the scans is accounted for: links, closed folders, pipes, and files that are no DICOM."""

import bz2
import gzip
import io
import lzma
import os
from pathlib import Path
import shutil
import socket
import struct
import subprocess
import sys
import tarfile
import zipfile

import pytest

from builder.reasons import Reason
from builder.scan.archives import Unpacking
from builder.scan.other_formats import reason_not_to_take
from builder.scan.source import FolderSource
from tests import scans
from tests.builder.scan.test_scan_and_group import reasons, scan_all
from tests.conftest import build_bundle


def test_folders_behind_links_are_read_once_under_the_name_of_the_real_folder(tmp_path):
    inside = scans.write_series(tmp_path / "scans" / "b", 3)
    outside = scans.write_series(tmp_path / "elsewhere" / "c", 4)
    (tmp_path / "scans" / "a-link-to-b").symlink_to(inside)
    (tmp_path / "scans" / "to-c").symlink_to(outside.parent)
    (tmp_path / "scans" / "again").symlink_to(outside.parent)
    (tmp_path / "scans" / "to-itself").symlink_to(tmp_path / "scans")
    (outside / "and-back").symlink_to(tmp_path / "scans")
    scanned = scan_all(tmp_path / "scans")
    folders = sorted(Path(file.path).parent.relative_to(tmp_path / "scans").parts[0] for file in scanned.taken)
    assert [folders.count(name) for name in ("b", "again", "to-c")] in ([3, 4, 0], [3, 0, 4])
    assert (len(scanned.taken), scanned.skipped) == (7, [])
    (notice,) = scanned.notices
    assert notice.text.endswith(f"leads to {outside.parent}: the files there were read as well")


def test_pipes_and_sockets_are_named_and_never_opened(tmp_path):
    folder = scans.write_series(tmp_path / "scans", 1)
    os.mkfifo(folder / "pipe")
    (folder / "link-to-pipe").symlink_to(folder / "pipe")
    (folder / "link-to-nothing").symlink_to(folder / "nothing")
    (folder / "link-to-itself").symlink_to(folder / "link-to-itself")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket"))
    scanned = scan_all(tmp_path / "scans")
    assert len(scanned.taken) == 1
    found = reasons(scanned.skipped)
    assert {found.pop(name) for name in ("pipe", "link-to-pipe", "socket")} == {Reason.NO_FILE}
    assert set(found) == {"link-to-nothing", "link-to-itself"}


def test_a_folder_that_cannot_be_opened_is_named_with_the_reason(tmp_path, monkeypatch):
    scans.write_series(tmp_path / "scans" / "open", 2)
    closed = tmp_path / "scans" / "closed"
    closed.mkdir()
    whole = os.scandir

    def refused(path):  # as the system refuses it to anybody but root, who runs the tests in a container
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", path)
        return whole(path)

    monkeypatch.setattr("builder.scan.source.os.scandir", refused)
    listing = FolderSource(tmp_path / "scans", Unpacking(tmp_path / "key", print)).listing()
    assert len(listing.paths) == 2
    assert [(file.path, file.reason, file.detail) for file in listing.skipped] == [
        (closed, Reason.CLOSED_FOLDER, "Permission denied")
    ]


def nifti(size: int, at: int, name: bytes, order: str) -> bytes:
    header = bytearray(size)
    struct.pack_into(f"{order}i", header, 0, size)
    header[at : at + len(name)] = name
    return bytes(header)


def tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("empty"))
    return stream.getvalue()


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"a")
    return stream.getvalue()


NIFTI = nifti(348, 344, b"n+1\0", "<")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (NIFTI, Reason.NIFTI),
        (nifti(348, 344, b"ni1\0", ">"), Reason.NIFTI),
        (nifti(540, 4, b"n+2\0", "<"), Reason.NIFTI),
        (gzip.compress(NIFTI), Reason.NIFTI),
        (nifti(348, 344, b"\0", "<"), Reason.OTHER_VOLUME),
        (b"NRRD0004\ntype: short\n", Reason.NRRD),
        (b"ObjectType = Image\nNDims = 3\n", Reason.META_IMAGE),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), Reason.OTHER_VOLUME),
        (tar(), Reason.ARCHIVE),
        (gzip.compress(tar()), Reason.ARCHIVE),
        (bz2.compress(tar()), Reason.ARCHIVE),
        (lzma.compress(tar()), Reason.ARCHIVE),
        (zipped(), Reason.ARCHIVE),
        (bytes(32_769) + b"CD001\x01", Reason.ARCHIVE),
        (b"Rar!\x1a\x07\x00" + bytes(20), Reason.RAR),
        (b"Rar!\x1a\x07\x01\x00" + bytes(20), Reason.RAR),
        (b"\xff\xd8\xff\xe0" + bytes(20), Reason.PICTURE),
        (b"%PDF-1.7\n", Reason.DOCUMENT),
        (b"", Reason.NOT_DICOM),
        (b"\x1f\x8b", Reason.ARCHIVE),
        (b"hello\n" * 100, Reason.NOT_DICOM),
    ],
)  # fmt: skip
def test_a_file_that_is_no_dicom_is_named_for_what_it_is(tmp_path, content, reason):
    (tmp_path / "file").write_bytes(content)
    assert reason_not_to_take(str(tmp_path / "file")) is reason
    assert reasons(scan_all(tmp_path).skipped) == {"file": reason}


def test_the_report_accounts_for_every_file_and_a_link_is_no_reason_to_fail(tmp_path):
    scans.write_series(tmp_path / "elsewhere", 3)
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "scans" / "brain.nii.gz").write_bytes(gzip.compress(NIFTI))
    (tmp_path / "drive").mkdir()
    arguments = [tmp_path / "scans", tmp_path / "drive", "--viewer", "none", "--key", tmp_path / "k" / "key"]
    done = subprocess.run(
        [Path(sys.executable).with_name("mkbundle"), *arguments], capture_output=True, text=True, check=False
    )  # fmt: skip
    words = " ".join(done.stdout.split())
    assert done.returncode == 0, words
    assert "3 images" in words
    assert "1 a NIfTI volume: only DICOM and label maps are taken" in words
    assert f"leads to {tmp_path / 'elsewhere'}: the files there were read as well" in words


def disc(tmp_path: Path) -> Path:
    """A disc of three people with a DICOMDIR, as a bundle has it, and nothing else of the bundle."""
    built = build_bundle(tmp_path, scans.write_people(tmp_path / "scans", 3), look_into_pictures=False, check=False)
    copy = tmp_path / "disc"
    shutil.copytree(built.drive / "DICOM", copy / "DICOM")
    shutil.copy(built.drive / "DICOMDIR", copy / "DICOMDIR")
    return copy


def test_a_disc_with_several_people_is_read_through_from_its_dicomdir(tmp_path):
    place = disc(tmp_path)
    for named in (place, place / "DICOMDIR"):
        scanned = scan_all(named)
        assert len(scanned.taken) == 12
        assert len({file.person.patient_id for file in scanned.taken}) == 3
        assert [(file.path.name, file.reason, file.detail) for file in scanned.skipped] == [
            ("DICOMDIR", Reason.DIRECTORY, "")
        ]
    (notice,) = scanned.notices
    assert notice.text == f"{place / 'DICOMDIR'} stands for its whole disc: everything in {place} was read"
    assert notice.is_good_to_know


def test_what_a_dicomdir_names_and_is_not_there_is_said(tmp_path):
    place = disc(tmp_path)
    for path in place.rglob("IM000002"):
        path.unlink()
    for path in place.rglob("IM000003"):
        path.rename(path.with_suffix(".DCM"))  # as a program may copy it
    (place / "DICOM").rename(place / "dicom")  # as a system may show it
    scanned = scan_all(place)
    assert len(scanned.taken) == 9
    (notice,) = scanned.notices
    assert "DICOM/PT000001/ST000001/SE000001/IM000002, which it names, is not there, nor are 2 others" in notice.text
    assert notice.text.endswith("the disc was not copied whole") and not notice.is_good_to_know


def test_a_damaged_dicomdir_hides_no_image(tmp_path):
    place = disc(tmp_path)
    (place / "DICOMDIR").write_bytes((place / "DICOMDIR").read_bytes()[:700])
    assert len(scan_all(place).taken) == 12


def test_a_rar_archive_is_named_with_the_advice(tmp_path):
    folder = scans.write_series(tmp_path / "scans", 2)
    (folder / "disc.rar").write_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(100))
    (skipped,) = scan_all(folder).skipped
    assert skipped.reason is Reason.RAR and skipped.reason.doubtful
    assert "unpack it yourself, or pack it as zip" in skipped.reason.value
