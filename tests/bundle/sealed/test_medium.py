"""A sealed medium as a whole: what lies on it, who reads it, and that every single damage is an error."""

from contextlib import closing
import hashlib
from pathlib import Path
import shutil
import sys
import threading

import pytest

from bundle.errors import BundleError
from bundle.sealed.chunking import CHUNKINGS
from bundle.sealed.container import ContainerParts, padded, part_name
from bundle.sealed.errors import DamagedSeal, UnknownSeal
from bundle.sealed.header import COPY, read_header
from bundle.sealed.medium import open_medium
from bundle.sealed.slots import open_header
from bundle.sealed.writing import Sealing
from tests.bundle.sealed import other_reader
from tests.bundle.sealed.sticks import CHECKER, FILES, OTHER, QUICK, READER, RESEARCHER, SLOTS, make


@pytest.fixture(scope="module")
def stick(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("stick"))


def everything(root: Path, password: str = READER) -> dict[str, bytes]:
    """All content, every chunk opened."""
    with closing(open_medium(root, password)) as medium:
        medium.check_padding()
        return {path: medium.read(path, 1 << 30) for path in medium.paths}


@pytest.mark.parametrize("password", [RESEARCHER, READER, OTHER, CHECKER])
def test_every_password_reads_the_same_files(stick, password):
    assert everything(stick, password) == FILES
    assert other_reader.objects(stick, password) == FILES


def test_a_file_is_read_in_ranges_like_any_other(stick):
    path = "DICOM/PT000001/ST000001/SE000001/IM000002"
    with closing(open_medium(stick, READER)) as medium:
        place, size = medium.locate(path)
        assert size == 180_000
        with medium.open_at(place) as file:
            assert file.seek(20_000) == 20_000
            assert file.read(30_000) == FILES[path][20_000:50_000]
            assert file.tell() == 50_000
            assert file.read() == FILES[path][50_000:]
        with pytest.raises(FileNotFoundError):
            medium.locate("DICOM/PT000001/ST000001/SE000001/IM000003")
        with pytest.raises(OSError, match="larger"):
            medium.read(path, 179_999)


def test_a_container_in_several_parts_is_one(tmp_path):
    files = {f"DICOM/IM{number:06}": bytes([number]) * 700_000 for number in range(5)}
    root = make(tmp_path, files)
    parts = sorted(path.name for path in (root / "BUNDLE/SEALED").iterdir())
    assert parts == [f"{number:08}.BIN" for number in (1, 2, 3, 4)]
    assert everything(root) == other_reader.objects(root, READER) == files


def test_threads_whose_parts_fail_at_once_get_the_failure_and_nothing_else(tmp_path):
    """As of a large stick that is pulled out: each failure closes what the other threads have open."""
    parts, threads, turns = 40, 8, 20
    for number in range(parts):
        place = tmp_path / part_name(number)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(bytes(1000))
    failed: list[str] = []
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(turns):
            container, begin = ContainerParts(tmp_path, parts << 20, 20), threading.Barrier(threads)

            def read(first: int, container=container, begin=begin) -> None:
                begin.wait()
                for turn in range(200):
                    beyond = 2000 if turn % 3 == 0 else 0
                    try:
                        container.read_into((turn * 7 + first) % parts * (1 << 20) + beyond, memoryview(bytearray(100)))
                    except Exception as error:
                        failed.append(type(error).__name__)

            running = [threading.Thread(target=read, args=(first,)) for first in range(threads)]
            for thread in running:
                thread.start()
            for thread in running:
                thread.join()
            container.close()
    finally:
        sys.setswitchinterval(usual)
    assert set(failed) == {"DamagedSeal"} and len(failed) == threads * turns * 67


def test_the_raw_medium_holds_no_name_no_text_and_no_pattern(stick):
    for path in (path for path in stick.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for word in (b"DICOM", b"INDEX", b"FORM", b"pixels", b"Knoten", b"Quillfeather", b"researcher"):
            assert word not in content
    content = (stick / part_name(0)).read_bytes()
    counts = [content.count(bytes([value])) for value in range(256)]
    even = len(content) / 256
    assert max(abs(count - even) for count in counts) < 6 * even**0.5  # as in chance bytes


def test_two_sticks_with_the_same_content_have_nothing_in_common(stick, tmp_path):
    other = make(tmp_path)
    one, two = ((root / part_name(0)).read_bytes() for root in (stick, other))
    assert len(one) == len(two)
    assert not {one[at : at + 16] for at in range(0, len(one), 16)} & {
        two[at : at + 16] for at in range(0, len(two), 16)
    }


@pytest.mark.parametrize("length", [1, 1 << 20, (1 << 20) + 1, 10**9, 20 * 10**9 + 7, 1 << 40])
def test_the_padding_is_small_and_hides_the_rest(length):
    assert 0 <= padded(length) - length <= max(1 << 18, length / 1024)
    assert padded(padded(length)) == padded(length)


def test_lengths_fall_into_few_classes_however_long_a_container_is():
    """At most 1,024 between one power of two and the next: a length is a poor name for what lies in a container."""
    for bits in (28, 31, 34, 36):
        lengths = range(1 << bits, 2 << bits, 1 << (bits - 14))
        assert len({padded(length) for length in lengths}) == 1025


def test_few_files_and_many_make_containers_of_one_length(tmp_path):
    sizes = set()
    for count in (1, 40, 300):
        files = {f"DICOM/IM{number:06}": b"x" * (600_000 // count) for number in range(count)}
        root = make(tmp_path / str(count), files)
        sizes.add(sum(path.stat().st_size for path in (root / "BUNDLE").rglob("*") if path.is_file()))
    assert len(sizes) == 1


def damaged(stick: Path, tmp_path: Path) -> Path:
    shutil.copytree(stick, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize("slices", [97, 256])
def test_encryption_adds_less_than_a_thousandth_beyond_the_padding(tmp_path, slices):
    """Sticks of 51 and 135 MB, as in bench/encryption: CT slices of half a megabyte, and what lies beside them."""
    sizes = {f"DICOM/PT000001/ST000001/SE000001/IM{number:06}": 526_280 for number in range(slices)}
    sizes |= {"BUNDLE/INDEX.DB": 1100 * slices, "BUNDLE/MANIFEST.TXT": 110 * slices, "DICOMDIR": 237 * slices}
    with closing(Sealing(tmp_path, SLOTS, stretching=QUICK)) as sealing:
        for path, size in sizes.items():
            sealing.add(path, size, [bytes(size)])
        sealing.finish()
    written = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    with closing(open_medium(tmp_path, READER)) as medium:
        padding = medium.padding
    plain = sum(sizes.values())
    assert plain < written - padding < 1.001 * plain


@pytest.mark.parametrize("version", CHUNKINGS)
def test_a_stick_of_every_version_opens_and_keeps_its_version_when_it_is_sealed_again(tmp_path, version):
    root = make(tmp_path, version=version)
    assert (root / "BUNDLE/LOCK.BIN").read_bytes()[15] == version
    assert everything(root) == other_reader.objects(root, READER) == FILES
    header = read_header(root)
    with closing(Sealing.again(root, header, open_header(header, RESEARCHER))) as sealing:
        sealing.add("README.TXT", 3, [b"new"])
        sealing.finish()
    assert (root / "BUNDLE/LOCK.BIN").read_bytes()[15] == version  # the viewer on the stick may know no other
    assert everything(root) == other_reader.objects(root, READER) == {"README.TXT": b"new"}


def test_a_later_version_is_said(tmp_path):
    root = make(tmp_path)
    copy = bytearray((root / "BUNDLE/LOCK.BIN").read_bytes()[:COPY])
    copy[15] = 3
    copy[-32:] = hashlib.sha256(copy[:-32]).digest()
    (root / "BUNDLE/LOCK.BIN").write_bytes(bytes(copy) * 2)
    with pytest.raises(UnknownSeal, match="newer mkbundle"):
        open_medium(root, READER)


def test_a_flip_at_every_kind_of_place_is_an_error(stick, tmp_path):
    """Beginning, salt, commitment, chunks and tags of objects, of the catalogue and of the padding."""
    root = damaged(stick, tmp_path)
    content = (root / part_name(0)).read_bytes()
    for at in [*range(0, 64), *range(64, len(content), 10_007), *range(len(content) - 40, len(content))]:
        changed = bytearray(content)
        changed[at] ^= 0x10
        (root / part_name(0)).write_bytes(changed)
        with pytest.raises(DamagedSeal):
            everything(root)


def test_a_flip_in_both_copies_of_the_header_is_an_error_or_says_wrong_password(stick, tmp_path):
    """A slot that was altered does not open; whatever happens, nothing wrong is ever shown."""
    root = damaged(stick, tmp_path)
    content = (root / "BUNDLE/LOCK.BIN").read_bytes()
    for at in range(0, COPY, 61):
        changed = bytearray(content)
        changed[at] ^= 1
        changed[COPY + at] ^= 1
        (root / "BUNDLE/LOCK.BIN").write_bytes(changed)
        with pytest.raises(BundleError):
            everything(root)


@pytest.mark.parametrize("cut", [0, 1, 1000, 100_000])
def test_a_shorter_or_longer_container_is_an_error(stick, tmp_path, cut):
    root = damaged(stick, tmp_path)
    content = (root / part_name(0)).read_bytes()
    for changed in (content[:cut], content[: len(content) - cut - 1], content + b"\0"):
        (root / part_name(0)).write_bytes(changed)
        with pytest.raises(DamagedSeal):
            open_medium(root, READER)
    (root / part_name(0)).unlink()
    with pytest.raises(DamagedSeal, match="missing"):
        open_medium(root, READER)


def test_a_part_or_a_header_of_another_stick_is_an_error(stick, tmp_path):
    other, root = make(tmp_path / "other"), damaged(stick, tmp_path)
    shutil.copy(other / part_name(0), root / part_name(0))
    with pytest.raises(DamagedSeal):
        open_medium(root, READER)
    shutil.copy(stick / part_name(0), root / part_name(0))
    shutil.copy(other / "BUNDLE/LOCK.BIN", root / "BUNDLE/LOCK.BIN")
    with pytest.raises(DamagedSeal):
        open_medium(root, READER)


def test_two_objects_of_one_stick_do_not_pass_for_each_other(tmp_path):
    files = {"DICOM/IM000001": b"a" * 50_000, "DICOM/IM000002": b"b" * 50_000}
    root = make(tmp_path, files)
    content = (root / part_name(0)).read_bytes()
    length = 56 + 50_000 + 16
    (root / part_name(0)).write_bytes(content[length : 2 * length] + content[:length] + content[2 * length :])
    with closing(open_medium(root, READER)) as medium:
        for path in files:
            with pytest.raises(DamagedSeal):
                medium.read(path, 1 << 20)


def test_keys_are_wiped_when_a_medium_is_closed(stick):
    medium = open_medium(stick, RESEARCHER)
    medium.close()
    assert not any(medium.keys.master) and not any(medium.keys.journal) and not any(medium.keys.secret)
    with pytest.raises(DamagedSeal):
        medium.read("BUNDLE/INDEX.DB", 1 << 20)
