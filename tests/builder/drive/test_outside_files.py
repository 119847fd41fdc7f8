"""With the key, the check also searches an image where none of its files is: one finding for each kind of place."""

from pathlib import Path
import subprocess
import zlib

from pycdlib import PyCdlib
import pytest

from builder.check import Around, Finding, Originals, Span, inspect_bundle
from builder.drive.opened_image import image_as_folder, outside_files
from builder.key.originals import read_originals
from tests import scans
from tests.builder.cli.test_cli import mkbundle
from tests.conftest import build_bundle


@pytest.fixture(scope="module")
def disc(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An image as mkbundle makes it, and the study key of its scans."""
    work = tmp_path_factory.mktemp("sealed")
    built = build_bundle(work, scans.write_series(work / "scans"))
    mkbundle("image", built.drive, work / "disc.iso")
    return work / "disc.iso", built.key


def leaks(image: Path, key: Path) -> list[Finding]:
    around = Around(image, [Span(*unused) for unused in outside_files(image)])
    with image_as_folder(image, lambda done, total: None) as folder:
        report = inspect_bundle(folder, originals=Originals.kept(read_originals(key)), around=around)
    return [finding for finding in report.findings if finding.check == "identity.original"]


NAME, FAMILY = b"Quillfeather^Ottoline", b"Quillfeather"
SECTOR = 2048


def _content(image: Path, path: str) -> tuple[int, int]:
    iso = PyCdlib()
    iso.open(str(image))
    inode = iso.get_record(udf_path=path).inode
    found = inode.extent_location() * SECTOR, inode.get_data_length()
    iso.close()
    return found


PLACES = {
    "the system area of the image": [
        lambda disc: 0, lambda disc: 5 * SECTOR + 77, lambda disc: 16 * SECTOR - 2 * len(NAME),
    ],
    "the volume descriptors of the image": [
        lambda disc: 16 * SECTOR + 318,  # publisher (ECMA-119 8.4.20)
        lambda disc: 16 * SECTOR + 883,  # for the application (8.4.31)
        lambda disc: 18 * SECTOR + 7,  # behind the last of them
    ],
    "the directories of the image": [lambda disc: disc.read_bytes().index(b"README.TXT") + 1200],
    "bytes of the image that belong to no file": [
        lambda disc: sum(_content(disc, "/README.TXT")),  # the rest of its last sector
        lambda disc: disc.stat().st_size,
    ],
}  # fmt: skip


def planted(image: Path, target: Path, at: int, what: bytes) -> Path:
    content = bytearray(image.read_bytes())
    content[at : at + len(what)] = what
    content += bytes(-len(content) % SECTOR)
    target.write_bytes(content)
    return target


def test_nothing_is_found_outside_the_files_of_an_image_that_mkbundle_made(disc):
    image, key = disc
    done = mkbundle("check", image, "--no-run-viewers", "--key", key, check=0)
    assert "outside of its files was searched for the originals, too." in done.stdout
    assert leaks(image, key) == []
    assert sum(unused.end - unused.start for unused in outside_files(image)) > 16 * SECTOR


@pytest.mark.parametrize(
    ("what", "place"), [(what, place) for what, places in PLACES.items() for place in places],
    ids=[f"{what.split()[1]} {n}" for what, places in PLACES.items() for n in range(len(places))],
)  # fmt: skip
def test_a_name_outside_the_files_is_one_finding(disc, tmp_path, what, place):
    image, key = disc
    spellings = {NAME, NAME.decode().encode("utf-16-be"), zlib.compress(NAME * 3)}
    if what in ("the system area of the image", "the volume descriptors of the image"):
        spellings.add(FAMILY)  # where no names of files stand
    for spelling in spellings:
        (found,) = leaks(planted(image, tmp_path / "planted.iso", place(image), spelling), key)
        assert found.subject == what and "PatientName (name)" in found.message, found
        assert "Quillfeather" not in str(found)


def test_nothing_is_found_in_the_image_of_another_program(disc, tmp_path):
    image, key = disc
    with image_as_folder(image, lambda done, total: None) as folder:
        command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-joliet-long", "-o", tmp_path / "disc.iso"]
        subprocess.run([*command, folder], check=True)
    assert leaks(tmp_path / "disc.iso", key) == []


def test_every_byte_of_an_image_is_a_file_s_or_outside(disc):
    image, _ = disc
    covered = bytearray(image.stat().st_size)
    for unused in outside_files(image):
        covered[unused.start : unused.end] = b"\1" * (unused.end - unused.start)
    iso = PyCdlib()
    iso.open(str(image))
    for folder, _, names in iso.walk(udf_path="/"):
        for name in names:
            start, length = _content(image, f"{folder.rstrip('/')}/{name}")
            covered[start : start + length] = b"\2" * length
    iso.close()
    assert 0 not in covered
