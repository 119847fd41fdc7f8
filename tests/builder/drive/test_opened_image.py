"""The check takes the image of a disc itself, and says of it what it says of the mounted disc."""

from binascii import crc_hqx
from io import BytesIO
import json
from pathlib import Path
import struct
import subprocess

from pycdlib import PyCdlib
import pytest

from builder.drive.opened_image import image_as_folder, open_image
from builder.errors.media import ImageAmbiguous, ImageTooLarge, ImageUnreadable
from bundle.layout import INDEX, MANIFEST
from tests.builder.cli.test_cli import mkbundle
from tests.builder.pipeline.test_media import drive, image, mounted  # noqa: F401  # fixtures
from tests.limited import MEGABYTES, MKBUNDLE, SECONDS, run

_OF_THE_READING = ("root", "bytes_read", "seconds")


def check(place: Path, tmp_path: Path, *more: object) -> dict[str, object]:
    """The report, without what depends on the moment of reading."""
    mkbundle("check", place, "--no-run-viewers", "--json", tmp_path / "report.json", *more, check=None)
    found = json.loads((tmp_path / "report.json").read_text())
    return _plain(found)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items() if key not in _OF_THE_READING and key != "first_case"}
    return value


def copy_of(drive: Path, folder: Path) -> Path:  # noqa: F811
    """The bundle once more, to be damaged."""
    subprocess.run(["cp", "-r", drive, folder], check=True)
    return folder


@pytest.mark.parametrize("maker", ["mkbundle", "xorriso"])
@pytest.mark.parametrize("damaged", [False, True])
def test_an_image_and_the_mounted_image_give_the_same_report(drive, tmp_path, maker, damaged):  # noqa: F811
    stick = copy_of(drive, tmp_path / "stick")
    disc = tmp_path / "disc.iso"
    if damaged:
        path = next((stick / "DICOM").rglob("IM000001"))
        content = bytearray(path.read_bytes())
        content[-5] ^= 1
        path.write_bytes(content)
    if maker == "mkbundle" and not damaged:
        mkbundle("image", stick, disc)
    else:
        command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-joliet-long", "-o", disc, stick]
        subprocess.run(command, check=True)
    direct = check(disc, tmp_path)
    with mounted(disc, "iso9660", tmp_path / "mount") as root:
        assert check(root, tmp_path) == direct
    errors = [finding for finding in direct["findings"] if finding["severity"] == "error"]
    assert bool(errors) is damaged
    assert direct["totals"]["images"] > 0


def test_the_report_names_the_image_and_nothing_temporary(image, tmp_path):  # noqa: F811
    done = mkbundle("check", image, "--no-run-viewers", "--html", tmp_path / "page.html")
    assert done.stdout.splitlines()[1] == str(image)
    assert "mkbundle-" not in done.stdout
    assert "outside of its files was not." in done.stdout
    page = (tmp_path / "page.html").read_text()
    assert str(image) in page and "/tmp/mkbundle-" not in page and "CASE-001" in page


def test_what_only_one_system_would_see_is_an_error(tmp_path):
    """A file in the ISO 9660 directory alone, as a tool could hide one there."""
    iso, secret = PyCdlib(), b"Quillfeather^Ottoline"
    iso.new(interchange_level=1, joliet=3)
    for path in (INDEX, MANIFEST):
        if path == INDEX:
            iso.add_directory("/BUNDLE", joliet_path="/BUNDLE")
        iso.add_fp(BytesIO(b"x"), 1, f"/{path};1", joliet_path=f"/{path}")
    iso.add_fp(BytesIO(secret), len(secret), "/SECRET.TXT;1")
    iso.write(str(tmp_path / "disc.iso"))
    iso.close()
    with pytest.raises(ImageAmbiguous) as caught, image_as_folder(tmp_path / "disc.iso", lambda done, total: None):
        pass
    assert "the content of SECRET.TXT is only in its ISO directory" in str(caught.value)
    assert "shows other files to other systems" in mkbundle("check", tmp_path / "disc.iso", check=1).stderr


def test_a_damaged_image_and_another_file_are_named(image, tmp_path):  # noqa: F811
    (tmp_path / "half.iso").write_bytes(image.read_bytes()[:70_000])
    (tmp_path / "notes.txt").write_text("Quillfeather")
    for name in ("half.iso", "notes.txt"):
        told = mkbundle("check", tmp_path / name, check=3).stderr
        assert f"{tmp_path / name} cannot be read as the image of a disc" in " ".join(told.split())


def test_an_image_that_claims_more_than_it_holds_is_not_unpacked(tmp_path, monkeypatch):
    """Many names for the same bytes."""
    iso = PyCdlib()
    iso.new(interchange_level=1)
    iso.add_fp(BytesIO(bytes(1 << 20)), 1 << 20, "/A.;1")
    for number in range(12):
        iso.add_hard_link(iso_old_path="/A.;1", iso_new_path=f"/B{number}.;1")
    iso.write(str(tmp_path / "disc.iso"))
    iso.close()
    with pytest.raises(ImageTooLarge), image_as_folder(tmp_path / "disc.iso", lambda done, total: None):
        pass


def test_a_folder_is_gone_afterwards(image):  # noqa: F811
    with image_as_folder(image, lambda done, total: None) as folder:
        assert (folder / INDEX).is_file()
    assert not folder.exists()


def test_no_image_at_all(tmp_path):
    (tmp_path / "empty.iso").touch()
    with pytest.raises(ImageUnreadable), image_as_folder(tmp_path / "empty.iso", lambda done, total: None):
        pass


def crowded(image: Path, sectors: int) -> Path:  # noqa: F811
    """One more folder whose records name a file each, 46 in a sector, all of them with the same bytes."""
    iso = PyCdlib()
    iso.new(interchange_level=1)
    iso.add_directory("/SUB")
    iso.add_fp(BytesIO(b"x"), 1, "/SUB/A.;1")
    iso.write(str(image))
    iso.close()
    content = bytearray(image.read_bytes())
    at = content.index(b"\x04A.;1") - 32
    one = bytes(content[at : at + 32])
    start, made = len(content) // 2048, bytearray()
    for sector in range(sectors):
        names = (b"%08d.;1" % (46 * sector + number) for number in range(46))
        records = [bytes([44]) + one[1:] + bytes([len(name)]) + name for name in names]
        made += b"".join(records).ljust(2048, b"\0")
    for order in ("<L", ">L"):  # ECMA-119 9.4: the path tables
        table = struct.unpack_from(order, content, 16 * 2048 + (140 if order == "<L" else 148))[0] * 2048
        place = content.index(b"SUB", table)
        content[place - 6 : place - 2] = struct.pack(order, start)
    folder = content.index(b"\x03SUB", 20 * 2048) - 32
    both = (struct.pack("<L", number) + struct.pack(">L", number) for number in (start, len(made)))
    content[folder + 2 : folder + 18] = b"".join(both)
    image.write_bytes(content + made)
    return image


@pytest.mark.parametrize(("sectors", "said"), [(8_000, "far more files than it has room for"), (20, "cannot be read")])
def test_an_image_that_names_far_more_files_than_it_has_room_for_is_refused_at_once(tmp_path, sectors, said):
    """368,000 names in 15 MB would take a minute and hundreds of megabytes."""
    ran = run(tmp_path, *MKBUNDLE, "check", crowded(tmp_path / "disc.iso", sectors))
    assert ran.code == 3 and said in " ".join(ran.said.split()), str(ran)
    assert ran.seconds < SECONDS and ran.megabytes < MEGABYTES, str(ran)


def tagged(kind: int, body: bytes) -> bytes:
    """A descriptor of UDF with its tag (ECMA-167 3/7.2), whose checksums are right."""
    head = struct.pack("<HHBBHHHL", kind, 3, 0, 0, 0, crc_hqx(body, 0), len(body), 0)
    return head[:4] + bytes([sum(head) % 256]) + head[5:] + body


def full_of_parents(image: Path, entries: int) -> Path:  # noqa: F811
    """The root of UDF has this many entries, each of them its own parent: they name no file and no folder."""
    iso = PyCdlib()
    iso.new(udf="2.60")
    iso.add_fp(BytesIO(b"x"), 1, "/A.;1", udf_path="/a")
    iso.write(str(image))
    iso.close()
    content = bytearray(image.read_bytes())
    partition = next(at for at in range(0, len(content), 2048) if content[at : at + 2] == b"\x05\0")
    first = struct.unpack_from("<L", content, partition + 188)[0]
    root = next(at for at in range(first * 2048, len(content), 2048)
                if content[at : at + 2] == b"\x05\x01" and content[at + 27] == 4)  # fmt: skip
    parent = tagged(257, struct.pack("<HBB16sH", 1, 0x0A, 0, bytes(16), 0)) + bytes(2)
    length = len(parent) * entries
    attributes, descriptors = struct.unpack_from("<LL", content, root + 168)
    body = bytearray(content[root + 16 : root + 176 + attributes + descriptors])
    struct.pack_into("<Q", body, 56 - 16, length)
    struct.pack_into("<LL", body, 160 + attributes, length, len(content) // 2048 - first)
    made = tagged(261, bytes(body))
    content[root : root + len(made)] = made
    image.write_bytes(bytes(content) + parent * entries)
    return image


def test_an_image_whose_directory_has_a_million_entries_that_lead_nowhere_is_refused_at_once(tmp_path):
    """Of 40 MB, the rest was copied at each entry: for hours."""
    ran = run(tmp_path, *MKBUNDLE, "check", full_of_parents(tmp_path / "disc.iso", 1_000_000))
    assert ran.code == 3 and "far more files than it has room for" in " ".join(ran.said.split()), str(ran)
    assert ran.seconds < SECONDS and ran.megabytes < MEGABYTES, str(ran)


def test_a_directory_with_a_few_such_entries_is_read(tmp_path):
    """So the image above is refused for their number alone."""
    with open_image(full_of_parents(tmp_path / "disc.iso", 300)) as iso:
        assert [*iso.walk(udf_path="/")] == [("/", [], [])]


def test_directories_that_lead_to_each_other_end(tmp_path):
    """The folder's record leads to the root again."""
    content = bytearray(crowded(tmp_path / "disc.iso", 1).read_bytes())
    folder, root = content.index(b"\x03SUB", 20 * 2048) - 32, 16 * 2048 + 156
    content[folder + 2 : folder + 18] = content[root + 2 : root + 18]
    (tmp_path / "disc.iso").write_bytes(content)
    with pytest.raises(ImageUnreadable), image_as_folder(tmp_path / "disc.iso", lambda done, total: None):
        pass
