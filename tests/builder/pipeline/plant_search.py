"""Looks for planted identifiers in every byte of a medium, and in the decoded values of its files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
import re
import sqlite3

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.multival import MultiValue

_ENCODINGS = ("latin-1", "utf-8", "utf-16-le", "utf-16-be")
_WINDOW = 8
# New UIDs and digests are long random numbers: any eight figures turn up in them now and then. In a database a byte
# that looks like one of a digest may stand on either side of it; no identifier is as short as these.
_RANDOM = re.compile(rb"2\.25\.\d+|(?<![0-9a-f])[0-9a-f]{64,66}(?![0-9a-f])")


@dataclass(frozen=True)
class Token:
    """A planted identifier: what it is, where it was put, and the codec of the file that holds it."""

    text: str
    kind: str
    place: str
    codec: str = "utf-8"


@dataclass(frozen=True)
class Hit:
    """A token that was found."""

    token: Token
    where: str

    def __str__(self) -> str:
        return f"{self.token.kind} {self.token.text!r}, planted in {self.token.place}, found in {self.where}"


def search(drive: Path, tokens: Iterable[Token], *, decoded: bool = True) -> list[Hit]:
    """Every token that is found anywhere below `drive`, in names, raw bytes or decoded values."""
    haystacks = list(_haystacks(drive, decoded))
    whole = b"\0".join(_hidden(content) for _, content in haystacks)
    folded = whole.lower()
    known = np.unique(np.concatenate([_windows(whole), _windows(folded)]))
    found = []
    for token in tokens:
        for needle in _needles(token):
            if _may_be_in(needle, known) and (needle in whole or needle.lower() in folded):
                found += [Hit(token, name) for name in _where(needle, haystacks)]
                break
    return found


def _where(needle: bytes, haystacks: list[tuple[str, bytes]]) -> list[str]:
    return [name for name, content in haystacks if needle.lower() in _hidden(content).lower()][:4]


def _hidden(content: bytes) -> bytes:
    return _RANDOM.sub(b"*", content)


def _windows(content: bytes) -> np.ndarray:
    """Each run of eight bytes as one number."""
    data = np.frombuffer(content, np.uint8)
    return np.lib.stride_tricks.sliding_window_view(data, _WINDOW).copy().view("<u8").ravel()


def _may_be_in(needle: bytes, known: np.ndarray) -> bool:
    if len(needle) < _WINDOW:
        return True
    starts = np.frombuffer(needle[:_WINDOW] + needle[:_WINDOW].lower(), "<u8")
    places = np.minimum(np.searchsorted(known, starts), len(known) - 1)
    return bool((known[places] == starts).any())


def _needles(token: Token) -> set[bytes]:
    needles = set()
    for spelling in _spellings(token):
        for text in {spelling, spelling.lower(), spelling.upper()}:
            for encoding in (*_ENCODINGS, token.codec):
                try:
                    needles.add(text.encode(encoding))
                except UnicodeEncodeError:
                    continue
    return needles


def _spellings(token: Token) -> list[str]:
    if token.kind != "date":
        return [token.text]
    year, month, day = token.text[:4], token.text[4:6], token.text[6:]
    return [token.text, f"{year}-{month}-{day}", f"{year}.{month}.{day}", f"{day}.{month}.{year}"]


# What there is to look through


def _haystacks(drive: Path, decoded: bool) -> Iterator[tuple[str, bytes]]:
    for path in sorted(drive.rglob("*")):
        name = path.relative_to(drive).as_posix()
        yield f"the name of {name}", name.encode()
        if not path.is_file():
            continue
        content = path.read_bytes()
        rows = _rows(path) if content.startswith(b"SQLite format 3") else b""
        yield name, _without_uids(content, rows)
        if not decoded:
            continue
        if rows:
            yield f"{name}, as rows", rows
        elif content[128:132] == b"DICM":
            yield f"{name}, as values", "\n".join(_values(dcmread(path), "")).encode("utf-8", "surrogateescape")
            yield f"{name}, above the stored bits", _unused_bits(content)


def _without_uids(content: bytes, rows: bytes) -> bytes:
    """A database as it lies there, without the UIDs of its rows: with the value behind them they look like more."""
    for uid in sorted(set(re.findall(rb"\d+(?:\.\d+){3,}", rows)), key=len, reverse=True):
        content = content.replace(uid, b"*")
    return content


def _rows(path: Path) -> bytes:
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return "\n".join(_as_text(value) for name in names for value in _cells(connection, name)).encode()
    finally:
        connection.close()


def _cells(connection: sqlite3.Connection, table: str) -> Iterator[object]:
    for row in connection.execute(f'SELECT * FROM "{table}"'):
        yield from (value for value in row if not isinstance(value, bytes))


def _values(dataset: Dataset, path: str) -> Iterator[str]:
    for element in dataset:
        place = f"{path}{element.keyword or element.tag}"
        if element.VR == "SQ":
            for item in element.value:
                yield from _values(item, f"{place}.")
        elif not isinstance(element.value, bytes):
            several = isinstance(element.value, MultiValue | list)
            yield from (f"{place}={_as_text(value)}" for value in (element.value if several else [element.value]))


def _as_text(value: object) -> str:
    """A value in words; numbers as whole ones, however they are written."""
    if isinstance(value, float) and abs(value) < 1e30:
        return f"{value} {round(value)}"
    return f"{value:d}" if isinstance(value, int) else str(value)


def _unused_bits(content: bytes) -> bytes:
    """The planes of bits above Bits Stored, packed to bytes as an overlay would be."""
    start = content.find(b"\xe0\x7f\x10\x00OW")
    dataset = _header(content)
    if start < 0 or dataset.BitsAllocated != 16 or dataset.BitsStored == 16:
        return b""
    words = np.frombuffer(content[start + 12 :], "<u2")
    planes = (np.packbits((words >> bit) & 1, bitorder="little") for bit in range(dataset.BitsStored, 16))
    return b"\0".join(plane.tobytes() for plane in planes)


def _header(content: bytes) -> Dataset:
    from io import BytesIO

    return dcmread(BytesIO(content), stop_before_pixels=True)
