"""Hostile files are refused quickly, in little memory: pipes, nested TOML, indexes that compute or claim too much."""

import json
import os
from pathlib import Path
import resource
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

from bundle.bounded import read_file, read_json, read_toml
from bundle.errors import UnreadableIndex
from bundle.hanging_file import HangingMistaken, decode_hanging
from bundle.index.index import Catalog
from bundle.layout import INDEX
from bundle.reading.form_file import FormMistaken, decode_form
from bundle.reading.journal import Flaw, JournalWriter, format_line, parse_journal, read_journal
from tests.conftest import Built

SECONDS, MEGABYTES = 10, 500

HOSTILE_TOML = {
    "dots": "a" + ".a" * 32_000 + " = 1\n",
    "dots in a header": "[a" + ".a" * 32_000 + "]\n",
    "dots in an inline table": "x = {a" + ".a" * 32_000 + " = 1}\n",
    "brackets": "x = " + "[" * 30_000 + "]" * 30_000 + "\n",
    "braces": "x = " + "{a = " * 30_000,
    "a number": "x = " + "9" * 60_000 + "\n",
    "many keys": "".join(f"a{k} = 1\n" for k in range(40_000)),
    "open strings": "x = " + '"""a' * 60_000,
    "quotes": "x = " + "'" * 200_001,
}


@pytest.mark.parametrize("name", HOSTILE_TOML)
def test_hostile_toml_is_refused_within_ten_seconds_and_500_megabytes(name: str, tmp_path: Path):
    (tmp_path / "form.toml").write_text(HOSTILE_TOML[name])
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEGABYTES << 20},) * 2)\n"
        "from pathlib import Path\n"
        "from bundle.reading.form_file import FormMistaken, decode_form\n"
        "try:\n    decode_form(Path(sys.argv[1]).read_bytes())\n"
        "except FormMistaken as error:\n    print(error)\n"
    )
    command = [sys.executable, "-c", code, tmp_path / "form.toml"]
    room = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3 * SECONDS, cwd=room, check=True)
    assert "cannot be used" in done.stdout and "line 1" in done.stdout


def test_dots_and_brackets_in_strings_and_comments_count_for_nothing():
    dotted = "a.b.c.d.e.f.g.h.i.j.k.l [[[[[[[[[[[[[[[[[[[[[["
    text = f'# {dotted}\nx = "{dotted}" # {dotted}\ny = \'\'\'\n{dotted}\'\'\'\nz = """{dotted}"""\n'
    assert read_toml(text)["x"] == dotted


@pytest.mark.parametrize(("decode", "error"), [(decode_form, FormMistaken), (decode_hanging, HangingMistaken)])
def test_a_number_that_python_refuses_is_a_mistake_like_any_other(decode, error):
    with pytest.raises(error, match="this is not TOML"):
        decode(b"x = " + b"9" * 5000)


def test_a_pipe_and_a_file_that_is_too_large_are_refused_at_once(tmp_path: Path):
    os.mkfifo(tmp_path / "R-00000000-000000000000.JSONL")
    (tmp_path / "large").write_bytes(bytes(11))
    begun = time.monotonic()
    with pytest.raises(OSError, match="larger than 10 bytes"):
        read_file(tmp_path / "large", 10)
    journal = read_journal(tmp_path / "R-00000000-000000000000.JSONL")
    assert time.monotonic() - begun < 1
    assert [problem.flaw for problem in journal.problems] == [Flaw.UNREADABLE] and "regular file" in journal.problems[
        0
    ].text


@pytest.mark.parametrize("text", ["1e999", "-1e999", "NaN", "Infinity", "9007199254740993", "9" * 5000])
def test_numbers_that_no_program_keeps_are_refused(text: str):
    with pytest.raises(ValueError):
        read_json(f'{{"a": {text}}}')


@pytest.mark.parametrize(
    "time_text",
    ["9999-99-01T10:00:00.000Z", "2026-02-30T10:00:00.000Z", "9999-12-31T23:59:59.999Z", "2026-03-01T25:00:00.000Z"],
)
def test_a_line_with_a_time_that_there_is_not_is_left_out_and_named(time_text: str, tmp_path: Path):
    writer = JournalWriter(tmp_path, "AB", {"bundle": "b"})
    writer.close()
    content = writer.path.read_bytes()
    _, digest = writer.head
    bad, digest = format_line(2, time_text, "answer", {"question": "q", "value": 1}, digest)
    good, _ = format_line(3, "2026-03-01T10:00:00.000Z", "answer", {"question": "q", "value": 2}, digest)
    journal = parse_journal(writer.path.name, content + bad + b"\n" + good + b"\n")
    assert [entry.number for entry in journal.entries] == [1, 3]
    assert [(problem.flaw, problem.line) for problem in journal.problems] == [(Flaw.UNREADABLE, 2)]


HOSTILE_INDEX = {
    "a generated column": ["ALTER TABLE patient ADD COLUMN more AS (hex(zeroblob(100000000))) VIRTUAL"],
    "a virtual table": ["CREATE VIRTUAL TABLE IF NOT EXISTS more USING fts5(text)"],
    "a view": ["CREATE VIEW more AS SELECT 1"],
    "an index over an expression": ["CREATE INDEX more ON patient (hex(pseudonym))"],
    "an index of some rows": ["CREATE INDEX more ON patient (pseudonym) WHERE length(hex(pseudonym)) > 3"],
    "a direction of no length": ["UPDATE stack SET row_x = 0, row_y = 0, row_z = 0"],
    "directions that are not perpendicular": ["UPDATE stack SET column_x = 1, column_y = 0, column_z = 0"],
    "a step of no length": ["UPDATE stack SET step_x = 0, step_y = 0, step_z = 0, is_volume = 1"],
    "a text of 200 KB": [f"UPDATE patient SET pseudonym = '{'P' * 17_000_000}'"],
    "another function": ["UPDATE stack SET voi_lut_function = 'SIN'"],
}


@pytest.mark.parametrize("name", HOSTILE_INDEX)
def test_an_index_that_computes_or_contradicts_itself_is_refused(name: str, small_bundle: Built, tmp_path: Path):
    root = tmp_path / "stick"
    shutil.copytree(small_bundle.drive, root)
    connection = sqlite3.connect(root / INDEX, isolation_level=None)
    for statement in HOSTILE_INDEX[name]:
        connection.execute(statement)
    connection.close()
    begun = time.monotonic()
    with pytest.raises(UnreadableIndex):
        Catalog(root)
    assert time.monotonic() - begun < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4 * MEGABYTES << 10


def test_an_index_that_claims_more_rows_than_it_has_room_for_is_refused(small_bundle: Built, tmp_path: Path):
    """Three pages that name the next one again and again: millions of rows out of a file of half a megabyte."""
    root = tmp_path / "stick"
    shutil.copytree(small_bundle.drive, root)
    connection = sqlite3.connect(root / INDEX, isolation_level=None)
    connection.execute("DELETE FROM patient WHERE id > 1")
    connection.executemany("INSERT INTO patient VALUES (?, ?)", [(k + 2, f"P-{k:0200}") for k in range(2000)])
    (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    (top,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'patient'").fetchone()
    connection.close()
    content = bytearray((root / INDEX).read_bytes())
    inner = bytes(content[(top - 1) * page_size : top * page_size])
    assert inner[0] == 5  # an inner page of a table (SQLite file format, 1.6)
    cells = [int.from_bytes(inner[12 + 2 * k : 14 + 2 * k], "big") for k in range(int.from_bytes(inner[3:5], "big"))]
    first, second, leaf = (int.from_bytes(inner[at : at + 4], "big") for at in cells[:3])
    for page, child in ((top, first), (first, second), (second, leaf)):
        made = bytearray(inner)
        for at in (8, *cells):  # the last child stands in the header
            made[at : at + 4] = child.to_bytes(4, "big")
        content[(page - 1) * page_size : page * page_size] = made
    (root / INDEX).write_bytes(content)
    query = "SELECT count(*) FROM (SELECT 1 FROM patient LIMIT ?)"
    assert sqlite3.connect(root / INDEX).execute(query, (len(content),)).fetchone()[0] == len(content)
    begun = time.monotonic()
    with pytest.raises(UnreadableIndex, match="more rows than it has room for"):
        Catalog(root)
    assert time.monotonic() - begun < SECONDS


def test_json_reads_what_json_dumps_writes():
    value = {"a": [1, -2.5, None, True, "ä \ud800"], "b": 2**53}
    assert read_json(json.dumps(value)) == value
