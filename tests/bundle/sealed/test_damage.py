"""One damage at each kind of place, in each kind of way: always an error that is said, never another picture or answer.

The places are named by the format's chapter, so that none is left out; what was not damaged stays what it was.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
import hashlib
from pathlib import Path
import shutil
import struct

import pytest

from bundle.errors import BundleError
from bundle.reading.journal import JournalWriter, journals_in
from bundle.sealed.container import part_name
from bundle.sealed.errors import DamagedSeal, WrongPassword
from bundle.sealed.header import COPY, read_header
from bundle.sealed.medium import open_medium
from bundle.sealed.readings import BLOCK
from bundle.sealed.slots import listed, open_header
from tests.bundle.sealed.sticks import FILES, READER, RESEARCHER, SLOTS, make

LOCK, PART = "BUNDLE/LOCK.BIN", part_name(0)
HEAD, JOURNAL_HEAD = 56, 80
# By the version of the seal, as the format has it.
CHUNKS = {1: 16_384, 2: 65_536}
Spans = dict[str, tuple[int, int]]


@pytest.fixture(scope="module", params=CHUNKS)
def stick(tmp_path_factory, request) -> Path:
    return make(tmp_path_factory.mktemp("stick"), version=request.param)


@pytest.fixture(scope="module")
def other(tmp_path_factory, stick) -> Path:
    """Another stick with the same content and passwords: nothing of it may pass for this one's."""
    return make(tmp_path_factory.mktemp("other"), version=(stick / LOCK).read_bytes()[15])


# From LOCK.BIN: name -> (first byte, bytes), as in the table of docs/bundle-format.md.
HEADER: Spans = {
    "magic": (0, 15), "version": (15, 1), "stick": (16, 16), "salt": (32, 16), "stretching": (48, 12),
    "part bits": (60, 4), "generation": (64, 8), "record": (96, 92), "list": (192, 1052),
    "own slot": (1280 + 240, 240), "digest": (COPY - 32, 32),
}  # fmt: skip


def container(stick: Path) -> Spans:
    """Every message of the container, by its name: salt, commitment, and each of its chunks."""
    found: Spans = {}
    with closing(open_medium(stick, READER)) as medium:
        sizes = {path: medium.locate(path)[1] for path in medium.paths}
        lines = len("".join(f"{0} {size} {path}\n" for path, size in sizes.items()))
        padding = medium.padding
    at, chunk = 0, CHUNKS[(stick / LOCK).read_bytes()[15]]
    for name, size in sizes.items():
        at = _message(found, name, at, size, chunk)
    total = (stick / PART).stat().st_size
    begin = total - (HEAD + padding + 16 * (padding // chunk + 1))
    assert begin - at > lines  # the catalogue lies between
    found["catalogue salt"], found["catalogue chunk 1"] = (at, 24), (at + HEAD, begin - at - HEAD)
    _message(found, "padding", begin, padding, chunk)
    return found


def _message(found: Spans, name: str, at: int, size: int, chunk: int) -> int:
    found[f"{name} salt"], found[f"{name} commitment"] = (at, 24), (at + 24, 32)
    left, start = size + 16 * (size // chunk + 1), at + HEAD
    for number in range(1, size // chunk + 2):
        length = min(chunk + 16, left)
        found[f"{name} chunk {number}"] = (start, length)
        start, left = start + length, left - length
    return start


def flipped(content: bytes, span: tuple[int, int], other: bytes) -> Iterator[bytes]:
    for at in (span[0], span[0] + span[1] // 2, span[0] + span[1] - 1):
        yield content[:at] + bytes([content[at] ^ 0x20]) + content[at + 1 :]


def zeroed(content: bytes, span: tuple[int, int], other: bytes) -> Iterator[bytes]:
    yield content[: span[0]] + bytes(span[1]) + content[sum(span) :]


def foreign(content: bytes, span: tuple[int, int], other: bytes) -> Iterator[bytes]:
    yield content[: span[0]] + other[span[0] : sum(span)] + content[sum(span) :]


def repeated(content: bytes, span: tuple[int, int], other: bytes) -> Iterator[bytes]:
    """The bytes that follow stand here, too."""
    following = content[sum(span) : sum(span) + span[1]]
    yield content[: span[0]] + following.ljust(span[1], b"\0") + content[sum(span) :]


def cut(content: bytes, span: tuple[int, int], other: bytes) -> Iterator[bytes]:
    yield content[: span[0]] + content[sum(span) :]


WAYS: tuple[Callable[[bytes, tuple[int, int], bytes], Iterator[bytes]], ...] = (flipped, zeroed, foreign, repeated, cut)


def read_all(root: Path) -> dict[str, bytes | None]:
    """What a viewer gets of each file, None where it is told of damage; raises DamagedSeal if it gets nothing."""
    with closing(open_medium(root, READER)) as medium:
        found: dict[str, bytes | None] = {}
        for path in medium.paths:
            try:
                found[path] = medium.read(path, 1 << 30)
            except DamagedSeal:
                found[path] = None
        medium.check_padding()
        return found


@pytest.mark.parametrize("way", WAYS)
def test_a_damage_anywhere_in_the_container_is_an_error_at_its_place_and_nowhere_a_picture(stick, other, tmp_path, way):
    root = Path(shutil.copytree(stick, tmp_path / "copy"))
    content, theirs, hurt = (stick / PART).read_bytes(), (other / PART).read_bytes(), set()
    spans = container(stick)
    assert len(spans) > 20 and {name.split(" ")[0] for name in spans} >= {*FILES, "catalogue", "padding"}
    for name, span in spans.items():
        for damaged in way(content, span, theirs):
            (root / PART).write_bytes(damaged)
            try:
                got = read_all(root)
            except DamagedSeal:
                hurt.add(name)
                continue
            wrong = {path for path, read in got.items() if read != FILES[path]}
            assert wrong == {path for path, read in got.items() if read is None} != set(), name
            assert wrong == {name.split(" ")[0]}, name
            hurt.add(name)
    assert hurt == set(spans)


@pytest.mark.parametrize("way", WAYS)
def test_a_damage_in_both_copies_of_the_header_is_said(stick, other, tmp_path, way):
    root = Path(shutil.copytree(stick, tmp_path / "copy"))
    content, theirs = ((stick_ / LOCK).read_bytes()[:COPY] for stick_ in (stick, other))
    for name, span in HEADER.items():
        if way is foreign and name in ("magic", "version", "stretching", "part bits", "generation"):
            continue  # they are the same on every stick
        for damaged in way(content, span, theirs):
            (root / LOCK).write_bytes(damaged * 2)
            with pytest.raises(BundleError):
                read_all(root)


@pytest.mark.parametrize("name", [name for name in HEADER if name not in ("digest",)])
def test_a_header_that_was_altered_and_signed_anew_opens_nothing_wrong(stick, other, tmp_path, name):
    """Whoever alters it can write its digest anew: passwords, list and record are bound to the rest."""
    root = Path(shutil.copytree(stick, tmp_path / "copy"))
    content, theirs = ((stick_ / LOCK).read_bytes()[:COPY] for stick_ in (stick, other))
    for way in (flipped, zeroed, foreign, repeated):
        for damaged in way(content, HEADER[name], theirs):
            body = damaged[: COPY - 32]
            if body == content[: COPY - 32]:
                continue
            (root / LOCK).write_bytes((body + hashlib.sha256(body).digest()) * 2)
            try:
                assert read_all(root) == FILES, (name, way)
                assert name in ("generation", "list")  # the list of names is the researcher's alone
            except BundleError as error:
                assert isinstance(error, DamagedSeal | WrongPassword) or "does not know" in str(error)
            if name == "list":
                with pytest.raises(DamagedSeal):
                    listed(read_header(root), open_header(read_header(root), RESEARCHER))


@pytest.mark.parametrize("way", WAYS)
def test_a_damage_anywhere_in_a_journal_is_told_and_never_another_answer(stick, tmp_path, way):
    values = ["first", "x" * 700, "third", "fourth"]
    for folder in ("one", "two"):
        root = Path(shutil.copytree(stick, tmp_path / folder))
        with closing(open_medium(root, READER)) as medium:
            writer = JournalWriter(medium.readings(), "Dr Quillfeather", {"bundle": "b", "form": "f"})
            for value in values if folder == "one" else ["foreign"] * 4:
                writer.append("answer", {"case": "CASE-001", "question": "finding", "value": value})
            writer.close()
    (file,), (foreign_file,) = ((tmp_path / name / "READINGS").iterdir() for name in ("one", "two"))
    content, theirs = file.read_bytes(), foreign_file.read_bytes()
    blocks = (len(content) - JOURNAL_HEAD) // BLOCK
    spans = {"magic": (0, 16), "salt": (16, 32), "slot": (48, 32)}
    spans |= {f"block {number}": (JOURNAL_HEAD + number * BLOCK, BLOCK) for number in range(blocks - 1)}
    for name, span in spans.items():
        if way is foreign and name == "magic":
            continue
        for damaged in way(content, span, theirs):
            file.write_bytes(damaged)
            with closing(open_medium(tmp_path / "one", READER)) as medium:
                found, closed = journals_in(medium.readings()), medium.readings().closed
            kept = [entry.data["value"] for journal in found for entry in journal.entries if "value" in entry.data]
            assert kept == [value for value in values if value in kept], name  # nothing new, nothing out of order
            assert closed or not found or any(journal.problems for journal in found), name


def test_the_table_of_places_is_that_of_the_format(stick):
    """Fixed values at their places: the table above is the document's, not the program's."""
    content = (stick / LOCK).read_bytes()
    assert content[:15] == b"MKBUNDLE SEALED" and content[15] in CHUNKS
    assert struct.unpack(">IIII", content[48:64]) == (64, 1, 1, 20)
    assert len(SLOTS) > 1 and content[COPY - 32 : COPY] == content[-32:]
