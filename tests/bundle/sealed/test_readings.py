"""Sealed journals: who reads them, what a crash or a damage costs, and that no word of them lies open."""

from contextlib import closing
import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from bundle.reading.journal import Flaw, JournalWriter, journals_in
from bundle.sealed.header import read_header
from bundle.sealed.medium import open_medium
from bundle.sealed.readings import BLOCK, SealedFolder
from bundle.sealed.slots import open_header
from tests.bundle.sealed import other_reader
from tests.bundle.sealed.sticks import CHECKER, OTHER, READER, RESEARCHER, make

HEAD = 80


@pytest.fixture(scope="module")
def stick(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("stick"))


def folder(stick: Path, path: Path, password: str) -> SealedFolder:
    return SealedFolder(path, open_header(read_header(stick), password))


def write(stick: Path, path: Path, password: str = READER, values=("a nodule", "x" * 3000, "ä")) -> JournalWriter:
    writer = JournalWriter(folder(stick, path, password), "Dr Quillfeather", {"bundle": "b", "form": "f"})
    for value in values:
        writer.append("answer", {"case": "CASE-001", "question": "finding", "value": value})
    writer.close()
    return writer


def values(stick: Path, path: Path, password: str) -> list:
    found = journals_in(folder(stick, path, password))
    assert [problem for journal in found for problem in journal.problems] == []
    return [entry.data.get("value") for journal in found for entry in journal.entries]


def the_file(path: Path) -> Path:
    (found,) = path.iterdir()
    return found


def test_the_reader_and_the_researcher_read_the_answers_and_nobody_else(stick, tmp_path):
    writer = write(stick, tmp_path)
    for password in (READER, RESEARCHER):
        assert values(stick, tmp_path, password) == [None, "a nodule", "x" * 3000, "ä"]
        assert folder(stick, tmp_path, password).names() == [writer.name]
    for password in (OTHER, CHECKER):
        assert folder(stick, tmp_path, password).names() == []
        assert folder(stick, tmp_path, password).closed == 1
        with pytest.raises(FileNotFoundError):
            folder(stick, tmp_path, password).read(writer.name, 1 << 20)


def test_a_reader_written_from_the_papers_alone_reads_the_same(stick, tmp_path):
    write(stick, tmp_path)
    for password in (READER, RESEARCHER):
        found = other_reader.keys((stick / "BUNDLE/LOCK.BIN").read_bytes(), password)
        name, *lines = other_reader.journal(the_file(tmp_path).read_bytes(), found)
        reading = folder(stick, tmp_path, password)
        assert reading.names() == [name.decode()]
        assert reading.read(name.decode(), 1 << 20) == b"".join(line + b"\n" for line in lines)


def test_no_word_lies_open_and_the_length_tells_little(stick, tmp_path):
    write(stick, tmp_path, values=["yes"])
    content = the_file(tmp_path).read_bytes()
    for word in (b"Quillfeather", b"answer", b"CASE", b"JSONL", b"hash"):
        assert word not in content
    assert (len(content) - HEAD) % BLOCK == 0
    assert the_file(tmp_path).name.startswith("S-")


@given(st.lists(st.binary(max_size=2000).filter(lambda line: b"\n" not in line), max_size=6))
@settings(deadline=None, max_examples=40)
def test_any_lines_come_back(stick, tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("readings")
    with closing(folder(stick, path, READER).create("R-1.JSONL")) as journal:
        for line in lines:
            journal.append(line)
    assert folder(stick, path, RESEARCHER).read("R-1.JSONL", 1 << 20) == b"".join(line + b"\n" for line in lines)


def test_a_file_that_ends_anywhere_keeps_every_whole_line(stick, tmp_path):
    """As after a pulled stick or a power cut."""
    write(stick, tmp_path, values=["first", "y" * 900, "last"])
    content = the_file(tmp_path).read_bytes()
    seen = set()
    for end in range(HEAD + 2 * BLOCK, len(content) + 1, 97):
        the_file(tmp_path).write_bytes(content[:end])
        (journal,) = journals_in(folder(stick, tmp_path, READER))
        assert [problem.flaw for problem in journal.problems if problem.flaw is not Flaw.TORN] == []
        kept = [entry.data["value"] for entry in journal.entries[1:]]
        assert kept == ["first", "y" * 900, "last"][: len(kept)]
        seen.add(len(kept))
    assert seen >= {0, 1, 2}


def test_zeros_after_a_power_cut_are_no_answer(stick, tmp_path):
    write(stick, tmp_path, values=["first"])
    the_file(tmp_path).write_bytes(the_file(tmp_path).read_bytes() + bytes(3 * BLOCK + 11))
    (journal,) = journals_in(folder(stick, tmp_path, READER))
    assert [entry.data.get("value") for entry in journal.entries] == [None, "first"]
    assert {problem.flaw for problem in journal.problems} == {Flaw.TORN}


def test_a_damaged_block_costs_its_line_and_is_told(stick, tmp_path):
    write(stick, tmp_path, values=["first", "second", "third"])
    content = bytearray(the_file(tmp_path).read_bytes())
    lines = len(content[HEAD:]) // BLOCK
    content[len(content) - BLOCK - 5] ^= 1  # in the block before the last
    the_file(tmp_path).write_bytes(content)
    (journal,) = journals_in(folder(stick, tmp_path, RESEARCHER))
    assert [entry.data.get("value") for entry in journal.entries] == [None, "first", "third"]
    assert Flaw.UNREADABLE in {problem.flaw for problem in journal.problems}
    assert lines == 5


def test_swapped_repeated_and_foreign_blocks_are_no_answers(stick, tmp_path):
    write(stick, tmp_path / "one", values=["first", "second"])
    write(stick, tmp_path / "two", values=["foreign", "foreign"])
    content, other = (the_file(tmp_path / name).read_bytes() for name in ("one", "two"))
    blocks = [content[at : at + BLOCK] for at in range(HEAD, len(content), BLOCK)]
    foreign = [other[at : at + BLOCK] for at in range(HEAD, len(other), BLOCK)]
    for changed in (
        [*blocks[:-2], blocks[-1], blocks[-2]],
        [*blocks[:-1], blocks[-2]],
        [*blocks, blocks[-1]],
        [*blocks[:-1], foreign[-1]],
    ):
        the_file(tmp_path / "one").write_bytes(content[:HEAD] + b"".join(changed))
        (journal,) = journals_in(folder(stick, tmp_path / "one", READER))
        assert "foreign" not in [entry.data.get("value") for entry in journal.entries]
        assert journal.problems


def test_a_line_that_the_medium_refuses_leaves_no_trace(stick, tmp_path, monkeypatch):
    writer = JournalWriter(folder(stick, tmp_path, READER), "AB", {"bundle": "b"})
    before = the_file(tmp_path).read_bytes()

    def full(file, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="space"):
        writer.append("answer", {"value": "lost"})
    monkeypatch.undo()
    assert the_file(tmp_path).read_bytes() == before
    writer.append("answer", {"value": "again"})
    writer.close()
    assert values(stick, tmp_path, READER) == [None, "again"]


def test_a_checkers_password_keeps_no_answers(stick, tmp_path):
    with pytest.raises(PermissionError):
        folder(stick, tmp_path, CHECKER).create("R-1.JSONL")
    assert not list(tmp_path.iterdir())
    with closing(open_medium(stick, CHECKER)) as medium:
        assert not medium.keeps_answers
