"""Media made to hurt: each attack changes a sound bundle, and writes the manifest anew, so that nothing stops early."""

from collections.abc import Callable, Iterable, Iterator
import hashlib
import json
import os
from pathlib import Path
import sqlite3
import struct
import zlib

from bundle.layout import DICOMDIR, FORM, HANGING, INDEX, INDEX_PAGE, MANIFEST, README
from bundle.manifest import format_lines
from bundle.reading.journal import format_line
from tests.manifests import bundle_files, digests_of

Attack = Callable[[Path], None]
Entry = tuple[str, object]
_IMAGE = "DICOM/PT000001/ST000001/SE000001/IM000001"
_BILL = "VIEWER/LICENSES/WIN64/SBOM.JSON"
MEGA = 1 << 20


def seal(root: Path) -> None:
    """Write the manifest anew."""
    digests = digests_of(root, bundle_files(root))
    (root / MANIFEST).write_text(format_lines(digests), encoding="utf-8")


def put(path: str, make: Callable[[], bytes | str]) -> Attack:
    """Another content for a file."""

    def attack(root: Path) -> None:
        content = make()
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)

    return attack


def sql(*statements: str) -> Attack:
    """Statements that anybody may run on the index."""

    def attack(root: Path) -> None:
        database = sqlite3.connect(root / INDEX, isolation_level=None)
        database.execute("PRAGMA writable_schema = 1")
        for statement in statements:
            database.execute(statement)
        database.close()

    return attack


# The index


def _first_page(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])


def endless(table: str, insert: str) -> Attack:
    """The inner pages of a table name one leaf again and again: a small file claims billions of rows."""

    def attack(root: Path) -> None:
        database = sqlite3.connect(root / INDEX, isolation_level=None)
        database.execute("BEGIN")
        (last,) = database.execute(f"SELECT max(rowid) FROM {table}").fetchone()
        for number in range(6000):
            database.execute(insert.format(id=last + 1 + number, text=f"{number:0200}"))
        database.execute("COMMIT")
        (size,) = database.execute("PRAGMA page_size").fetchone()
        top = _first_page(database, table)
        database.close()
        content = bytearray((root / INDEX).read_bytes())
        _tie(content, size, top)
        (root / INDEX).write_bytes(content)

    return attack


def _tie(content: bytearray, size: int, top: int) -> None:
    inner = bytes(content[(top - 1) * size : top * size])
    assert inner[0] == 5  # an inner page of a table (SQLite file format, 1.6)
    cells = [int.from_bytes(inner[12 + 2 * k : 14 + 2 * k], "big") for k in range(int.from_bytes(inner[3:5], "big"))]
    pages = [int.from_bytes(inner[at : at + 4], "big") for at in cells]
    chain = [top, *pages[:4]]
    for page, child in zip(chain, [*chain[1:], pages[5]], strict=True):
        made = bytearray(inner)
        for at in (8, *cells):  # the last child stands in the header
            made[at : at + 4] = child.to_bytes(4, "big")
        content[(page - 1) * size : page * size] = made


def endless_value(root: Path) -> None:
    """A value of nearly a gigabyte whose overflow page is followed by itself (SQLite file format, 1.6)."""
    database = sqlite3.connect(root / INDEX, isolation_level=None)
    database.execute("UPDATE preview SET png = ?", (b"\x89PNG" + b"QUILLFEATHER" * 5000,))
    (size,) = database.execute("PRAGMA page_size").fetchone()
    top = _first_page(database, "preview")
    database.close()
    content = bytearray((root / INDEX).read_bytes())
    page = content[(top - 1) * size : top * size]
    (at,) = struct.unpack_from(">H", page, 8)
    # The varint of the payload's length has three bytes; so has that of the value in its record.
    body = _varint(990_000_000)
    record = bytes([3 + len(_varint(1_980_000_012)), 0]) + _varint(1_980_000_012)
    usable, cell = size, body + b"\1" + record
    (overflow,) = struct.unpack_from(">I", page, _overflow_at(page, at, usable))
    held = _held(990_000_000, usable)
    start = size - held - 30
    page[start : start + len(cell)] = cell
    struct.pack_into(">I", page, start + len(body) + 1 + held, overflow)
    struct.pack_into(">H", page, 8, start)
    struct.pack_into(">H", page, 5, start)
    content[(top - 1) * size : top * size] = page
    struct.pack_into(">I", content, (overflow - 1) * size, overflow)
    (root / INDEX).write_bytes(content)


def _overflow_at(page: bytearray, at: int, usable: int) -> int:
    length, place = 0, at
    while True:
        length = length << 7 | page[place] & 127
        place += 1
        if page[place - 1] < 128:
            break
    return place + 1 + _held(length, usable)


def _held(length: int, usable: int) -> int:
    least = (usable - 12) * 32 // 255 - 23
    k = least + (length - least) % (usable - 4)
    return k if k <= usable - 35 else least


def _varint(number: int) -> bytes:
    parts = [number & 127]
    while number := number >> 7:
        parts.append(number & 127 | 128)
    return bytes(reversed(parts))


_CHECKED = (
    "UPDATE sqlite_master SET sql = replace(sql, 'TEXT', "
    "'TEXT CHECK (length(hex(zeroblob(400000000))) > 0)') WHERE name = 'patient'"
)
INDEXES: dict[str, Attack] = {
    "a column that computes": sql("ALTER TABLE patient ADD COLUMN more AS (hex(zeroblob(400000000))) VIRTUAL"),
    "a condition that computes": sql(_CHECKED),
    "endless patients": endless("patient", "INSERT INTO patient VALUES ({id}, '{text}')"),
    "endless previews": endless("preview", "INSERT INTO preview VALUES ({id}, '{text}')"),
    "endless digests": endless("digest", "INSERT INTO digest VALUES ({id}, '{text}')"),
    "endless properties": endless("bundle", "INSERT INTO bundle VALUES ('{text}', '')"),
    "a value without end": endless_value,
    "thousands of tables": lambda root: _many_tables(root, 40_000),
    "a direction of no length": sql("UPDATE stack SET row_x = 0, row_y = 0, row_z = 0"),
    "a million slices": sql("UPDATE stack SET number_of_frames = 1000000"),
    "bytes": put(INDEX, lambda: b"SQLite format 3\0" + os.urandom(64) * 100_000),
}


def _many_tables(root: Path, number: int) -> None:
    database = sqlite3.connect(root / INDEX, isolation_level=None)
    database.execute("PRAGMA writable_schema = 1")
    database.execute("BEGIN")
    rows = ((f"t{k}", f"t{k}", f"CREATE TABLE t{k} (a, b, c, d)") for k in range(number))
    database.executemany("INSERT INTO sqlite_master SELECT 'table', ?, ?, rootpage, ? FROM sqlite_master LIMIT 1", rows)
    database.execute("COMMIT")
    database.close()


# DICOM


def element(tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    """An element in Explicit VR Little Endian (PS3.5 7.1.2), perhaps with another length than it has."""
    size = len(value) if length is None else length
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    long = vr in ("OB", "OW", "OV", "SQ", "UC", "UN", "UT", "UV", "SV")
    return head + (struct.pack("<HL", 0, size) if long else struct.pack("<H", size)) + value


def insert(make: Callable[[], bytes], before: int = 0x00280002) -> Attack:
    """More elements in an image, in front of one that it has."""

    def attack(root: Path) -> None:
        content = (root / _IMAGE).read_bytes()
        at = content.index(struct.pack("<HH", before >> 16, before & 0xFFFF), 132)
        (root / _IMAGE).write_bytes(content[:at] + make() + content[at:])

    return attack


_ITEM, _OPEN = b"\xfe\xff\x00\xe0", 0xFFFFFFFF
_EMPTY_ITEM = _ITEM + bytes(4)


def nested(depth: int) -> bytes:
    """A sequence in a sequence in a sequence, all of them open."""
    start = element(0x00200027, "SQ", b"", _OPEN) + _ITEM + struct.pack("<L", _OPEN)
    end = struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    return start * depth + end * depth


def _frames(root: Path) -> None:
    """An image of one pixel in each of 30 million frames."""
    content = (root / _IMAGE).read_bytes()
    number = 30 * MEGA
    for keyword, value in ((0x00280010, 1), (0x00280011, 1), (0x00280100, 8), (0x00280101, 8), (0x00280102, 7)):
        mark = struct.pack("<HH", keyword >> 16, keyword & 0xFFFF) + b"US\2\0"
        at = content.index(mark) + len(mark)
        content = content[:at] + struct.pack("<H", value) + content[at + 2 :]
    at = content.index(struct.pack("<HH", 0x28, 0x10), 132)
    text = str(number).encode()
    content = content[:at] + element(0x00280008, "IS", text + b" " * (len(text) % 2)) + content[at:]
    at = content.index(struct.pack("<HH", 0x7FE0, 0x10) + b"O", 132)
    (root / _IMAGE).write_bytes(content[:at] + element(0x7FE00010, "OB", bytes(number)))


def _groups(vr: str, value: bytes, number: int, step: int = 1) -> bytes:
    return b"".join(element(0x00209001 + k * step, vr, value) for k in range(number))


def _items() -> bytes:
    """Items of ten elements each."""
    filled = b"".join(element(0x00200000 + k, "LO", b"") for k in range(10))
    return element(0x00209001, "SQ", (_ITEM + struct.pack("<L", len(filled)) + filled) * 400_000)


def _thirty_deep() -> bytes:
    inner = nested(30)
    return b"".join(element(0x00209001 + k, "SQ", _ITEM + struct.pack("<L", len(inner)) + inner) for k in range(2000))


IMAGES: dict[str, Attack] = {
    "empty items": insert(lambda: element(0x00209001, "SQ", _EMPTY_ITEM * 4 * MEGA)),
    "items of elements": insert(_items),
    "a hundred thousand deep": insert(lambda: nested(100_000)),
    "thirty deep": insert(_thirty_deep),
    "decimals": insert(lambda: _groups("DS", b"1\\" * 32_766, 300)),
    "whole numbers": insert(lambda: _groups("IS", b"1\\" * 32_766, 300)),
    "words": insert(lambda: element(0x00209001, "UC", b"a\\" * 16 * MEGA)),
    "short numbers": insert(lambda: _groups("US", bytes(65_532), 400)),
    "long numbers": insert(lambda: element(0x00209001, "UV", bytes(32 * MEGA))),
    "names": insert(lambda: _groups("PN", b"A^B=" * 16_000, 300)),
    "many names": insert(lambda: _groups("PN", b"A\\" * 32_000, 300)),
    "unknown": insert(lambda: element(0x00209001, "UN", bytes(60 * MEGA))),
    "a text": insert(lambda: element(0x00209001, "UT", b"a" * 60 * MEGA)),
    "a length": insert(lambda: element(0x00209001, "UT", b"a" * 1000, 0xFFFFFFF0)),
    "a length of an item": insert(lambda: element(0x00209001, "SQ", _ITEM + struct.pack("<L", 0xFFFFFFF0))),
    "an open sequence": insert(lambda: element(0x00209001, "SQ", _EMPTY_ITEM * 4 * MEGA, _OPEN)),
    "frames": _frames,
}


def _without(keyword: int) -> Attack:
    """An image that lacks an element."""

    def attack(root: Path) -> None:
        content = (root / _IMAGE).read_bytes()
        at = content.index(struct.pack("<HH", keyword >> 16, keyword & 0xFFFF), 132)
        end = at + 8 + int.from_bytes(content[at + 6 : at + 8], "little")
        (root / _IMAGE).write_bytes(content[:at] + content[end:])

    return attack


def _pipe(root: Path) -> None:
    (root / _IMAGE).unlink()
    os.mkfifo(root / _IMAGE)


def _another_series(root: Path) -> None:
    content = (root / _IMAGE).read_bytes()
    at = content.index(struct.pack("<HH", 0x20, 0x0E) + b"UI", 132) + 10
    (root / _IMAGE).write_bytes(content[:at] + b"1" + content[at + 1 :])


# The first image, which a report names; and the index that leads to it.
REPORTED: dict[str, Attack] = {
    **{name: IMAGES[name] for name in (
        "empty items", "a hundred thousand deep", "many names", "an open sequence", "a length", "a text"
    )},
    **{f"{name} before the study": insert(make, 0x0020000D) for name, make in {
        "empty items": lambda: element(0x00189001, "SQ", _EMPTY_ITEM * 4 * MEGA),
        "thirty deep": lambda: element(0x00189001, "SQ", _ITEM + struct.pack("<L", len(nested(30))) + nested(30)),
        "an open sequence": lambda: element(0x00189001, "SQ", _EMPTY_ITEM * 4 * MEGA, _OPEN),
        "a length": lambda: element(0x00189001, "UT", b"a" * 1000, 0xFFFFFFF0),
        "many elements": lambda: b"".join(element(0x00190000 + k, "LO", b"") for k in range(60_000)),
    }.items()},
    "no sex": _without(0x00100040),
    "no study": _without(0x0020000D),
    "another series": _another_series,
    "a pipe": _pipe,
    "a large name": insert(lambda: element(0x00100010, "PN", b"A^" * 32_000), 0x00100020),
    "bytes": put(_IMAGE, lambda: os.urandom(100_000)),
    "nothing": put(_IMAGE, lambda: b""),
    **{name: INDEXES[name] for name in ("endless patients", "a value without end", "a million slices")},
}  # fmt: skip


def _records(make: Callable[[], bytes]) -> Attack:
    def attack(root: Path) -> None:
        content = (root / DICOMDIR).read_bytes()
        at = content.index(struct.pack("<HH", 0x0004, 0x1220) + b"SQ", 132)
        (root / DICOMDIR).write_bytes(content[:at] + element(0x00041220, "SQ", make()))

    return attack


_RECORD = b"".join((
    element(0x00041400, "UL", bytes(4)), element(0x00041410, "US", b"\xff\xff"), element(0x00041430, "CS", b"IMAGE "),
))  # fmt: skip
DIRECTORIES: dict[str, Attack] = {
    "a million empty records": _records(lambda: _EMPTY_ITEM * 4 * MEGA),
    "a million records": _records(lambda: (_ITEM + struct.pack("<L", len(_RECORD)) + _RECORD) * MEGA),
    "a record of items": _records(
        lambda: _ITEM + struct.pack("<L", 12 + 8 * 2 * MEGA) + element(0x00080096, "SQ", _EMPTY_ITEM * 2 * MEGA)
    ),
    "nothing": put(DICOMDIR, lambda: b""),
    "bytes": put(DICOMDIR, lambda: bytes(128) + b"DICM" + os.urandom(1000)),
}

# Texts

_TOML: dict[str, Callable[[], bytes | str]] = {
    "dots": lambda: "a" + ".a" * 127_000 + " = 1\n",
    "brackets": lambda: "x = " + "[" * 250_000,
    "tables": lambda: "".join(f"[[a{k}.b.c.d]]\n" for k in range(14_000)),
    "keys": lambda: "".join(f"a.b.c.d.e.f.k{k} = 1\n" for k in range(12_000)),
    "inline tables": lambda: "x = [" + "{a.b.c.d=1}," * 20_000 + "]\n",
    "quotes": lambda: '"' * 250_000,
    "a string": lambda: 'x = "' + "\\" * 250_000,
    "lines in a string": lambda: 'x = """' + "\\\n \n" * 60_000,
    "a large file": lambda: "# a comment\n" * 10 * MEGA,
    "bytes": lambda: b"\xff" * 200_000,
    "blanks": lambda: "x =" + " " * 250_000,
    "a number": lambda: "x = " + "1_" * 120_000,
    "a date": lambda: "x = 9999-99-99T99:99:99.9\n",
    "questions": lambda: "".join(f'[[question]]\nid = "q{k}"\ntype = "text"\ntext = "a"\n' for k in range(5000)),
}
_PAGES: dict[str, Callable[[], bytes | str]] = {
    "signs": lambda: "<" * 3 * MEGA,
    "open tags": lambda: "<a " * 3 * MEGA,
    "open comments": lambda: "<!--" * 2 * MEGA,
    "open declarations": lambda: "<![CDATA[" * MEGA,
    "attributes": lambda: "<a " + "b='" * 2 * MEGA,
    "long attributes": lambda: "<a " + "b=c " * 2 * MEGA + ">",
    "cells": lambda: "<table><tr><td>" + "a<b>" * 2 * MEGA,
    "links": lambda: "<a href=x onclick=y>" * 90_000,
    "references": lambda: "&#x1;" * 2 * MEGA,
    "ampersands": lambda: "&" * 4 * MEGA,
    "scripts": lambda: "<script>" + "</scrip" * 2 * MEGA,
    "a large file": lambda: "<p>a</p>" * 5 * MEGA,
}
TEXTS: dict[str, Attack] = {
    **{f"{name} as {place}": put(place, make) for place in (FORM, HANGING) for name, make in _TOML.items()},
    **{f"{name} as {INDEX_PAGE}": put(INDEX_PAGE, make) for name, make in _PAGES.items()},
    "a large README": put(README, lambda: b"a" * 100 * MEGA),
    "signs in README": put(README, lambda: "\ufeff" + "\u0001" * 5 * MEGA),
}


def _bill(make: Callable[[], bytes | str]) -> Attack:
    """A bill of materials beside a viewer that is none."""

    def attack(root: Path) -> None:
        for path, content in ((_BILL, make), ("viewer.exe", lambda: b"MZ"), ("VIEWER/WIN64/A", lambda: b"a")):
            put(path, content)(root)

    return attack


BILLS: dict[str, Attack] = {
    "lists": _bill(lambda: "[" + "[]," * 10 * MEGA + "[]]"),
    "tables": _bill(lambda: "[" + "{}," * 10 * MEGA + "{}]"),
    "depth": _bill(lambda: "[" * 30 * MEGA),
    "a number": _bill(lambda: "9" * 30 * MEGA),
    "a text": _bill(lambda: '"' + "\\u0041" * 5 * MEGA + '"'),
    "other things": _bill(lambda: '{"components": [{"type": [], "name": {}}], "metadata": 3}'),
    "controls": _bill(lambda: json.dumps({
        "metadata": {"component": {"version": "\x1b[2J\x1b]0;owned\x07\ud800"}}, "version": 1, "components": [],
    })),
}  # fmt: skip


def _manifest(text: Callable[[], bytes]) -> Attack:
    def attack(root: Path) -> None:
        (root / MANIFEST).write_bytes(text())

    return attack


_LINE = b"0" * 64 + b"  "
MANIFESTS: dict[str, Attack] = {
    "one line": _manifest(lambda: _LINE + b"a" * 60 * MEGA),
    "short names": _manifest(lambda: b"".join(_LINE + b"%d\n" % k for k in range(400_000))),
    "line ends": _manifest(lambda: b"\n" * 60 * MEGA),
    "separators": _manifest(lambda: "\u2028".encode() * 20 * MEGA),
    "a large file": _manifest(lambda: b"0" * 600 * MEGA),
    "another encoding": _manifest(lambda: _LINE + b"\xff\n"),
    "places outside": _manifest(lambda: b"".join(_LINE + b"../%d\n" % k for k in range(150_000))),
}


# Previews


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour: int, packed: bytes, *more: bytes) -> bytes:
    """A picture of any kind."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"".join((
        b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", head), *more, _chunk(b"IDAT", packed), _chunk(b"IEND", b""),
    ))  # fmt: skip


def _preview(content: Callable[[], bytes]) -> Attack:
    def attack(root: Path) -> None:
        database = sqlite3.connect(root / INDEX)
        database.execute("UPDATE preview SET png = ?", (content(),))
        database.commit()
        database.close()

    return attack


PREVIEWS: dict[str, Attack] = {
    "a bomb": _preview(lambda: png(2048, 2048, 8, 0, zlib.compress(bytes(900 * MEGA)))),
    "the largest": _preview(lambda: png(2048, 2048, 8, 0, zlib.compress((b"\4" + bytes(2048)) * 2048))),
    "in colours": _preview(lambda: png(2048, 2048, 16, 6, zlib.compress(bytes(2048 * (1 + 2048 * 8))))),
    "too large": _preview(lambda: png(60_000, 60_000, 8, 0, zlib.compress(bytes(1000)))),
    "a text bomb": _preview(lambda: png(
        9, 9, 8, 0, zlib.compress(bytes(90)), _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(900 * MEGA)))
    )),
    "many chunks": _preview(lambda: png(9, 9, 8, 0, zlib.compress(bytes(90)), *[_chunk(b"tEXt", b"")] * 900_000)),
}  # fmt: skip


# Journals


def _journal(lines: Callable[[], Iterator[bytes]]) -> Attack:
    def attack(root: Path) -> None:
        folder = root / "READINGS"
        folder.mkdir(exist_ok=True)
        with (folder / "R-00000000-000000000000.JSONL").open("wb") as stream:
            stream.writelines(lines())

    return attack


def _entries(
    *made: "Entry | Callable[[], Iterable[Entry]]", opening: "Callable[[], dict[str, object]] | None" = None,
    reader: "Callable[[], object]" = lambda: "Ivo",
) -> Attack:  # fmt: skip
    """Sound entries, each with its right digest, of a reader who answers what nobody asked."""

    def lines() -> Iterator[bytes]:
        data = {"format": 1, "file": "R-00000000-000000000000.JSONL", "reader": reader(), "bundle": "b"}
        data |= opening() if opening else {}
        last = ""
        entries = (entry for part in made for entry in (part() if callable(part) else [part]))
        for number, (kind, content) in enumerate([("open", data), *entries], start=1):
            line, last = format_line(number, "2026-03-01T10:00:00.000Z", kind, content, last)
            yield line + b"\n"

    return _journal(lines)


def _answer(value: object, **more: object) -> tuple[str, object]:
    return "answer", {"case": "CASE-001", "occurrence": 1, "question": "q", "value": value, **more}


def _sealed(text: bytes) -> bytes:
    digest = hashlib.sha256(text).hexdigest().encode()
    return text[:-1] + b',"hash":"' + digest + b'"}\n'


def _pipe(path: str) -> Attack:
    def attack(root: Path) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).unlink(missing_ok=True)
        os.mkfifo(root / path)

    return attack


def _link(path: str, target: str) -> Attack:
    def attack(root: Path) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to(target)

    return attack


def _many_journals(root: Path) -> None:
    """Each has seen all others."""
    (root / "READINGS").mkdir()
    names = [f"R-00000000-{number:012x}.JSONL" for number in range(400)]
    for name in names:
        seen = {other: [2, "0" * 64] for other in names}
        data = {"format": 1, "file": name, "reader": "Ivo", "bundle": "b", "seen": seen}
        line, last = format_line(1, "2026-03-01T10:00:00.000Z", "open", data, "")
        more, _ = format_line(2, "2026-03-01T10:00:00.000Z", "answer", _answer(name)[1], last)
        (root / "READINGS" / name).write_bytes(line + b"\n" + more + b"\n")


_OPENING = b'{"n":1,"time":"2026-03-01T10:00:00.000Z","kind":"open","data":{"a":'
_ODD_VALUES: tuple[object, ...] = (
    None, True, -1e308, 2**53, "x" * 100_000, [], {}, [[[]]], {"value": {}}, {"points": [{"instance": "1", "x": "y"}]},
    {"value": "\ud800", "points": [{"instance": "\ud800"}]},
)  # fmt: skip


def _opening(value: Callable[[], bytes]) -> Attack:
    """A first line with its right digest and any value."""
    return _journal(lambda: iter([_sealed(_OPENING + value() + b'},"prev":""}')]))


def _case(kind: str, **data: object) -> Entry:
    return kind, {"case": "CASE-001", **data}


JOURNALS: dict[str, Attack] = {
    "line ends": _journal(lambda: iter([b"\n" * 60 * MEGA])),
    "lines": _journal(lambda: (b'{"n":1}\n' for _ in range(6 * MEGA))),
    "one line": _journal(lambda: iter([b"[" * 60 * MEGA])),
    "lists": _opening(lambda: b"[" + b"[]," * 15 * MEGA + b"[]]"),
    "tables": _opening(lambda: b"[" + b'{"a":1},' * 7 * MEGA + b"1]"),
    "a huge number": _opening(lambda: b"9" * 4000),
    "a surrogate": _entries(_answer("\ud800"), _answer(["\udfff", {"\ud800": "\ud801"}]), reader=lambda: "I\ud800vo"),
    "a surrogate as question": _entries(_answer(1, question="\ud800")),
    "a surrogate as case": _entries(_answer(1, case="\ud800")),
    "a surrogate as series": _entries(_answer(1, series="\ud800")),
    "a surrogate as study": _entries(_case("case", study="\ud800", number=1)),
    "a surrogate as bundle": _entries(_answer(1), opening=lambda: {"bundle": "\ud800"}),
    "a surrogate as file": _entries(_answer(1), opening=lambda: {"file": "\ud800"}),
    "a surrogate as form": _entries(_answer(1), opening=lambda: {"form": "\ud800", "form_text": "\ud800"}),
    "a surrogate as reason": _entries(_case("submit"), _case("reopen", reason="\ud800")),
    "cases of other names": _entries(lambda: [_answer(k, case=f"X{k}") for k in range(20_000)]),
    "occurrences": _entries(lambda: [_answer(k, occurrence=2**53 - k) for k in range(3000)]),
    "questions": _entries(lambda: [_answer(k, question=f"q{k}") for k in range(20_000)]),
    "numbers": _entries(_case("case", number=2**53, study="1.2"), _case("time", seconds=1e308)),
    "values": _entries(lambda: [_answer(value) for value in _ODD_VALUES]),
    "controls": _entries(_answer("\x00\x1b[2J=cmd|' /C calc'!A0\r\n\u202e"), reader=lambda: "=1+1\x00\x1b[2J"),
    "no reader": _entries(_answer(1), reader=lambda: None),
    "a reader of tables": _entries(_answer(1), reader=lambda: {"a": [1]}),
    "a long reader": _entries(_answer(1), reader=lambda: "x" * MEGA),
    "a hostile form": _entries(_answer(1), opening=lambda: {"form": "f", "form_text": _TOML["dots"]()}),
    "seen": _entries(_answer(1), opening=lambda: {"seen": {f"R-{k}": [2**53, "x"] for k in range(100_000)}}),
    "all have seen all": _many_journals,
    "a pipe": _pipe("READINGS/R-00000000-000000000000.JSONL"),
    "a link to a device": _link("READINGS/R-00000000-000000000000.JSONL", "/dev/zero"),
    "a link to itself": _link("READINGS/R-00000000-000000000000.JSONL", "R-00000000-000000000000.JSONL"),
    "a folder": lambda root: (root / "READINGS" / "R-00000000-000000000000.JSONL").mkdir(parents=True),
}

_SENT = '{"mkbundle-readings": 1, "bundle": "b", "files": %s}'
SENT: dict[str, Callable[[], str]] = {
    "lists": lambda: _SENT % ("[" + "[]," * 20 * MEGA + "[]]"),
    "tables": lambda: _SENT % ("{" + ",".join(f'"R-{k}": {{}}' for k in range(3 * MEGA)) + "}"),
    "files": lambda: _SENT % ("{" + ",".join(f'"R-{k}": ""' for k in range(3 * MEGA)) + "}"),
    "depth": lambda: "[" * 50 * MEGA,
    "a number": lambda: "9" * 50 * MEGA,
    "a surrogate": lambda: _SENT % '{"\\ud800": "\\ud800"}',
}

# Pipes, devices and links in other places

PLACES: dict[str, Attack] = {
    f"{name} as {path}": make(path)
    for name, make in {
        "a pipe": _pipe,
        "a device": lambda path: _link(path, "/dev/zero"),
        "a loop": lambda path: _link(path, Path(path).name),
    }.items()
    for path in (INDEX, FORM, HANGING, MANIFEST, README, INDEX_PAGE, DICOMDIR, _IMAGE)
}


def _deep(root: Path) -> None:
    """Folders in folders, deeper than a program may call itself."""
    folder = root / "DICOM"
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("D", dir_fd=here)
        below = os.open("D", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


PLACES |= {
    "deep folders": _deep,
    "a name that is no text": lambda root: Path(os.fsdecode(os.fsencode(root) + b"/DICOM/\xff\xfe")).write_bytes(b"a"),
    "a name of controls": lambda root: (root / "DICOM" / "\x1b[2J\n\u202e").write_bytes(b"a"),
}
