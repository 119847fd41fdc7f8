"""The unused bytes of a SQLite file: nothing that a row needs, and everything else; as found by writer and check."""

import os
from pathlib import Path
from random import Random
import sqlite3

import pytest

from builder.catalogue.unused import ROOTS, unused
from builder.check.medium.spare_bytes import FIRST_PAGES, spare_bytes

SEARCHES = [unused, spare_bytes]


def fill(connection: sqlite3.Connection, chance: Random) -> None:
    """Rows of all lengths, some on overflow pages, inserted and deleted in any order."""
    connection.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, text TEXT UNIQUE, blob BLOB)")
    connection.execute("CREATE TABLE two (key TEXT PRIMARY KEY, value) WITHOUT ROWID")
    connection.execute("CREATE INDEX three ON one (blob)")
    for number in range(150):
        text = f"{number} " + "secret" * chance.choice([0, 1, 5, 90, 900])
        blob = chance.randbytes(chance.choice([0, 3, 300, 4000, 20_000]))
        connection.execute("INSERT INTO one VALUES (?, ?, ?)", (chance.randrange(1 << 40), text, blob))
        connection.execute("INSERT INTO two VALUES (?, ?)", (text, chance.random()))
        if chance.random() < 0.4:
            there = [row[0] for row in connection.execute("SELECT id FROM one ORDER BY id")]
            connection.execute("DELETE FROM one WHERE id = ?", (chance.choice(there),))


def made(path: Path, seed: int, size: int) -> list[int]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA page_size = {size}")
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")
    fill(connection, Random(seed))
    roots = [row[0] for row in connection.execute(ROOTS)]
    connection.close()
    return roots


def content_of(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        assert [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
        return list(connection.iterdump())
    finally:
        connection.close()


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(("seed", "size"), [(1, 512), (2, 1024), (3, 4096), (4, 65536)])
def test_no_row_needs_what_is_in_no_use(tmp_path, search, seed, size):
    roots = made(tmp_path / "a.db", seed, size)
    before, content = content_of(tmp_path / "a.db"), bytearray((tmp_path / "a.db").read_bytes())
    # Pages that were given free hold the list of each other; without it, SQLite would miss them.
    content[32:40] = bytes(8)
    gaps = list(search(bytes(content), roots))
    assert sum(end - start for start, end in gaps) > size
    for start, end in gaps:
        content[start:end] = os.urandom(end - start)
    (tmp_path / "b.db").write_bytes(content)
    connection = sqlite3.connect(tmp_path / "b.db")
    assert list(connection.iterdump()) == before
    problems = [row[0] for row in connection.execute("PRAGMA integrity_check(1000)")]
    assert all(
        "never used" in problem or ("Page" in problem and "Fragmentation" in problem)
        for problem in problems
        if problem != "ok"
    ), problems
    connection.close()


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(("seed", "size"), [(5, 512), (6, 4096)])
def test_every_byte_that_is_in_use_tells(tmp_path, search, seed, size):
    """Whatever is changed outside the gaps changes what is read, or is found by SQLite: no place to hide is missed.

    All but single bytes that only lead the search (row numbers of inner pages, the length of a row that goes on
    elsewhere) and hold no text; none of them is among the bytes that these seeds draw.
    """
    roots = made(tmp_path / "a.db", seed, size)
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    connection.execute("VACUUM")
    roots = [row[0] for row in connection.execute(ROOTS)]
    connection.close()
    before, content = content_of(tmp_path / "a.db"), (tmp_path / "a.db").read_bytes()
    gaps, chance = list(search(content, roots)), Random(seed)
    free = {at for start, end in gaps for at in range(start, end)}
    used = [at for at in range(100, len(content)) if at not in free]
    missed = [at for at in chance.sample(used, 80) if not tells(tmp_path / "b.db", content, at, before)]
    assert missed == []


def tells(path: Path, content: bytes, at: int, before: list[str]) -> bool:
    path.write_bytes(content[:at] + bytes([content[at] ^ 0x15]) + content[at + 1 :])
    connection = sqlite3.connect(path)
    try:
        if list(connection.iterdump()) != before:
            return True
        return [row[0] for row in connection.execute("PRAGMA integrity_check(1)")] != ["ok"]
    except (sqlite3.DatabaseError, UnicodeDecodeError, ValueError, OverflowError):
        return True
    finally:
        connection.close()


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_ends_with_an_error_or_a_list(tmp_path, search, seed):
    roots = made(tmp_path / "a.db", 7, 1024)
    content, chance = bytearray((tmp_path / "a.db").read_bytes()), Random(seed)
    for _ in range(200):
        content[chance.randrange(16, len(content))] = chance.randrange(256)
    try:
        gaps = list(search(bytes(content[: chance.randrange(200, len(content))]), [*roots, 1 << 30]))
    except IndexError:
        return
    assert all(0 <= start < end for start, end in gaps)


@pytest.mark.parametrize("size", [512, 1024, 4096, 65536])
@pytest.mark.parametrize("seed", range(8, 12))
def test_writer_and_check_share_no_code_and_find_the_same(tmp_path, seed, size):
    roots, content = made(tmp_path / "a.db", seed, size), (tmp_path / "a.db").read_bytes()
    connection = sqlite3.connect(tmp_path / "a.db")
    assert [page for (page,) in connection.execute(FIRST_PAGES)] == roots
    connection.close()
    assert spare_bytes(content, roots) == list(unused(content, roots)) != []
