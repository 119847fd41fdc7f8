"""The viewer takes the bundle for hostile: it ends with a reason, or shows what is sound, and nothing else happens."""

from collections.abc import Callable
import json
import os
from pathlib import Path
import shutil
import sqlite3
import struct
import subprocess
import sys
import time
import zlib

import numpy as np
import pytest

from bundle.errors import BundleError, PathLeavesBundle, UnreadableIndex
from bundle.index.index import Catalog
from bundle.index.sound import is_preview, plain
from viewer.images.volume import FrameReader, LoadedStack

INDEX = "BUNDLE/INDEX.DB"
MARKUP = '<img src="file:///etc/passwd"><b>bold</b>\x1b[2J\x00'
SECONDS = 60


@pytest.fixture
def copy(bundle_root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundle_root, tmp_path / "copy"))


def run(root: Path, report: Path) -> tuple[dict[str, object], int]:
    """The self-test of the real program: its report and its exit code, within bounded time."""
    command = [sys.executable, "-m", "viewer", str(root), "--self-test", str(report)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said, complained = process.communicate(timeout=SECONDS)
    assert "Traceback" not in complained and said == "", complained
    return json.loads(report.read_text(encoding="utf-8")), process.returncode


def sql(*statements: str) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        database = sqlite3.connect(root / INDEX, isolation_level=None)
        for statement in statements:
            database.execute(statement)
        database.close()

    return damage


def overwrite(start: int, count: int) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        content = bytearray((root / INDEX).read_bytes())
        content[start : start + count] = np.random.default_rng(start).bytes(count)
        (root / INDEX).write_bytes(content)

    return damage


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'P' AS pseudonym FROM n"
REFUSED = {
    "no database": lambda root: (root / INDEX).write_bytes(b"<html>" * 1000),
    "empty": lambda root: (root / INDEX).write_bytes(b""),
    "cut": lambda root: os.truncate(root / INDEX, 5000),
    "header": overwrite(16, 60),
    "schema": overwrite(100, 3000),
    "a view without end": sql("DROP TABLE patient", f"CREATE VIEW patient AS {ENDLESS}"),
    "a trigger": sql("CREATE TRIGGER t AFTER INSERT ON patient BEGIN DELETE FROM patient; END"),
    "no table": sql("DROP TABLE stack"),
    "text for a number": sql("UPDATE stack SET rows = 'many'"),
    "nothing for a number": sql("UPDATE stack SET columns = NULL"),
    "negative rows": sql("UPDATE stack SET rows = -512"),
    "65,536 rows": sql("UPDATE stack SET rows = 65536"),
    "seven bits": sql("UPDATE stack SET bits_allocated = 7"),
    "more bits than there are": sql("UPDATE stack SET bits_stored = 31"),
    "infinite window": sql("UPDATE stack SET window_width = 9e999"),
    "no spacing": sql("UPDATE stack SET row_spacing = 0"),
    "bytes for text": sql("UPDATE series SET description = x'00ff'"),
    "billions of frames": sql("UPDATE stack SET number_of_frames = 4000000000"),
    "not the frames it says": sql("UPDATE stack SET number_of_frames = number_of_frames + 1"),
    "a slice twice": sql("UPDATE frame SET stack_id = 1 WHERE id = (SELECT max(id) FROM frame)"),
    "no format": sql("DELETE FROM bundle"),
    "format of another kind": sql("UPDATE bundle SET value = 'one'"),
}


@pytest.mark.parametrize("damage", REFUSED.values(), ids=REFUSED)
def test_a_damaged_index_is_refused_with_a_reason(copy, damage):
    damage(copy)
    start = time.monotonic()
    with pytest.raises(UnreadableIndex), Catalog(copy) as catalog:
        for study in catalog.studies():
            for series in study.series:
                for stack in series.stacks:
                    catalog.frames(stack.stack_id)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("name", ["header", "a view without end", "65,536 rows", "not the frames it says"])
def test_the_program_says_why_it_shows_nothing(copy, tmp_path, name):
    REFUSED[name](copy)
    report, code = run(copy, tmp_path / "report.json")
    assert code != 0 and "cannot be read" in json.dumps(report)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_overwritten_in_the_index_ends_in_a_reason_or_in_what_is_sound(copy, seed):
    chance = np.random.default_rng(seed)
    size = (copy / INDEX).stat().st_size
    for _ in range(8):
        overwrite(int(chance.integers(0, size)), int(chance.integers(1, 64)))(copy)
    try:
        with Catalog(copy) as catalog:
            for study in catalog.studies():
                for stack in (stack for series in study.series for stack in series.stacks):
                    catalog.frames(stack.stack_id)
                    catalog.preview(stack.stack_id)
    except BundleError:
        pass


# Paths


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\win.ini", "\\\\host\\share", "DICOM/LINK"]
)
def test_a_path_that_leaves_the_bundle_is_not_opened(copy, tmp_path, path):
    shutil.copy(next(copy.rglob("IM000001")), tmp_path / "secret")
    (copy / "DICOM" / "LINK").symlink_to(tmp_path / "secret")
    sql(f"UPDATE instance SET path = '{path}' WHERE id = 1")(copy)
    with Catalog(copy) as catalog:
        stack = catalog.studies()[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
        FrameReader(copy, loaded).read(0)
        assert isinstance(loaded.failure(0), PathLeavesBundle)


# Sizes


def test_a_series_that_claims_more_memory_than_the_pc_has_is_refused_and_the_others_are_shown(copy, tmp_path):
    sql("UPDATE stack SET rows = 65535, columns = 65535 WHERE id = 1")(copy)
    report, code = run(copy, tmp_path / "report.json")
    assert code == 1
    assert [stack["ok"] for stack in report["stacks"]] == [False] + [True] * 5
    assert report["stacks"][0]["reason"]


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = zlib.compress(bytes(1000))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content", [png(65535, 65535), png(0, 10), b"GIF89a" + bytes(100), b"<svg/>", b"", png(10, 10) + bytes(1 << 24)],
    ids=["huge", "no width", "another format", "a drawing", "empty", "a long tail"],
)  # fmt: skip
def test_a_preview_that_is_none_is_not_shown_and_the_slices_are(copy, tmp_path, content):
    database = sqlite3.connect(copy / INDEX)
    database.execute("UPDATE preview SET png = ?", (content,))
    database.commit()
    database.close()
    with Catalog(copy) as catalog:
        assert catalog.preview(1) == b""
    assert not is_preview("text")


def test_a_huge_preview_costs_no_memory(copy, tmp_path):
    database = sqlite3.connect(copy / INDEX)
    database.execute("UPDATE preview SET png = ?", (png(65535, 65535),))
    database.commit()
    database.close()
    report, code = run(copy, tmp_path / "report.json")
    assert code == 0, report


# Texts


def test_markup_and_control_characters_of_the_index_are_shown_as_what_they_are(copy, show_window):
    database = sqlite3.connect(copy / INDEX)
    for table, column in (
        ("series", "description"),
        ("study", "case_number"),
        ("patient", "pseudonym"),
        ("stack", "notes"),
    ):
        database.execute(f"UPDATE {table} SET {column} = ?", (MARKUP,))
    database.commit()
    database.close()
    window = show_window(copy)
    with Catalog(copy) as catalog:
        study = catalog.studies()[0]
        for text in (study.case, study.series[0].description, catalog.patients[0].pseudonym):
            assert text.isprintable() and "<" not in text and "bold" in text
    assert window.isVisible()


def test_a_text_is_cut_where_no_text_is_so_long():
    assert len(plain("x" * 1_000_000)) < 1000
