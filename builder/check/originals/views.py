"""The interpretations of a file's bytes: wide text, entities and escapes, base64, binary numbers, rows."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from contextlib import suppress
import html
from itertools import takewhile
import re
import struct

from builder.check.medium.elements import MOST, PIXEL_DATA, Element, Malformed, walk
from builder.check.originals.streams import inflated


def _classes(members: bytes) -> bytes:
    """A table that maps these bytes to `c`, keeps zero, and maps all others to one: then patterns find the runs."""
    return bytes(ord("c") if byte in members else min(byte, 1) for byte in range(256))


_LETTERS = bytes(range(0x20, 0x7F)) + bytes(range(0xA0, 0x100))
_TEXT = _classes(_LETTERS)
# ASCII and Latin-1 in UTF-16 and UTF-32, little and big endian.
_WIDE = (
    (re.compile(rb"c\0c\0c\0c\0(?:c\0)*"), 0, 2),
    (re.compile(rb"\0c\0c\0c\0c(?:\0c)*"), 1, 2),
    (re.compile(rb"c\0\0\0c\0\0\0c\0\0\0c\0\0\0(?:c\0\0\0)*"), 0, 4),
    (re.compile(rb"\0\0\0c\0\0\0c\0\0\0c\0\0\0c(?:\0\0\0c)*"), 3, 4),
)  # fmt: skip
# Four letters of base64 stand for three bytes; a name has five at least.
_BASE64_LETTERS = _classes(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
_HEX_LETTERS = _classes(b"0123456789ABCDEFabcdef")
_TWELVE = re.compile(rb"cccccccccccc+")
_LINE_FOLDS = re.compile(rb"(?<=[A-Za-z0-9+/])\r?\n(?=[A-Za-z0-9+/])")
# Real and whole numbers that may be somebody's number.
_NUMBERS = {
    "FD": "d",
    "FL": "f",
    "UL": "L",
    "SL": "l",
    "UV": "Q",
    "SV": "q",
    "OD": "d",
    "OL": "L",
    "OF": "f",
    "OV": "Q",
}
_SMALLEST, _LARGEST = 10**5, 10**20
_META_AT = 144
_PNG = b"\x89PNG\r\n\x1a\n"


def views(content: bytes, *, program: bool, until: int | None = None) -> Iterator[tuple[str, bytes]]:
    """(interpretation, bytes) of everything that the bytes may mean, except themselves."""
    yield from _texts(content, program)
    for unpacked in inflated(content, until=until):
        where = f"in a packed stream ({unpacked.kind}) at byte {unpacked.at:,}"
        yield where, unpacked.content
        yield from ((f"{where}, {what}", text) for what, text in _texts(unpacked.content, program))


def _texts(content: bytes, program: bool) -> Iterator[tuple[str, bytes]]:
    classes = content.translate(_TEXT)
    for pattern, at, width in _WIDE:
        spans = (run.span() for run in pattern.finditer(classes))
        if wide := b"\n".join(content[start + at : end : width] for start, end in spans):
            yield f"in UTF-{8 * width} text", wide
    if program:
        return
    if packed := b"\n".join(_from_base64(content)):
        yield "in base64", packed
    if figures := b"\n".join(_from_hex(content)):
        yield "in hexadecimal figures", figures
    for what, pattern, meant in _ESCAPES:
        if pattern.search(content):
            yield what, pattern.sub(meant, content)


def _runs(content: bytes, classes: bytes) -> Iterator[bytes]:
    """Twelve or more adjacent bytes of a class, unless they are one letter repeated, which stands for no text."""
    runs = (content[run.start() : run.end()] for run in _TWELVE.finditer(content.translate(classes)))
    return (run for run in runs if run.count(run[:1]) < len(run))


def _from_hex(content: bytes) -> Iterator[bytes]:
    for run in _runs(content, _HEX_LETTERS):
        yield from (bytes.fromhex(run[start : start + (len(run) - start) // 2 * 2].decode()) for start in (0, 1))


def _of_entity(entity: re.Match[bytes]) -> bytes:
    return html.unescape(entity[0].decode("ascii")).encode("utf-8", "replace")


def _of_escape(escape: re.Match[bytes]) -> bytes:
    return chr(int(escape[1], 16)).encode("utf-8", "replace")


def _of_percent(percent: re.Match[bytes]) -> bytes:
    return bytes.fromhex(percent[1].decode("ascii"))


_ESCAPES = (
    ("in HTML", re.compile(rb"&#?[A-Za-z0-9]{2,8};"), _of_entity),
    ("in JSON", re.compile(rb"\\u([0-9a-fA-F]{4})"), _of_escape),
    ("in an address", re.compile(rb"%([0-9a-fA-F]{2})"), _of_percent),
)


def _from_base64(content: bytes) -> Iterator[bytes]:
    # The lines of a long text belong together; where in a run one begins is unknown.
    folded = _LINE_FOLDS.sub(b"", content) if b"\0" not in content else content
    for run in _runs(folded, _BASE64_LETTERS):
        if run.isdigit():  # a part of a UID: no text is encoded without a letter
            continue
        letters = run.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = letters[start : start + (len(letters) - start) // 4 * 4] or letters[start:]
            rest = letters[start + len(part) :]
            try:
                yield base64.b64decode(part + (rest + b"=" * (-len(rest) % 4) if len(rest) > 1 else b""))
            except (binascii.Error, ValueError):
                continue


def binary_numbers(head: bytes, size: int) -> bytes:
    """The large binary numbers of a DICOM file, as lines of text.

    Only those up to where it cannot be walked, or holds more than a header may; other checks report that.
    """
    found, walked = bytearray(), 0
    with suppress(Malformed):
        start = _META_AT + int.from_bytes(head[140:_META_AT], "little")
        for element in takewhile(lambda element: element.tag != PIXEL_DATA, walk(head, start, size)):
            found += numbers_in(head, [element])
            walked += 1 + element.depth
            if walked > MOST:
                break
    return bytes(found)


def numbers_in(head: bytes, elements: Iterable[Element]) -> bytes:
    """The same of these elements alone."""
    found = bytearray()
    for element in elements:
        for number in _numbers_of(element, head[element.value : element.value + element.length]):
            found += number.encode() + b"\n"
    return bytes(found)


def _numbers_of(element: Element, value: bytes) -> Iterator[str]:
    if element.vr in _NUMBERS:
        yield from _large(value, _NUMBERS[element.vr])
    elif element.vr in ("DS", "IS"):
        parts = value.decode("latin-1").split("\\")
        yield from _written_out(part for part in parts if "e" in part.lower() or "." in part)


def _large(value: bytes, form: str) -> Iterator[str]:
    width = struct.calcsize(f"<{form}")
    for (number,) in struct.iter_unpack(f"<{form}", value[: len(value) // width * width]):
        if _SMALLEST <= abs(number) < _LARGEST and number == int(number):
            yield str(int(number))


def _written_out(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        try:
            number = float(part)
        except ValueError:
            continue
        if _SMALLEST <= abs(number) < _LARGEST and number == int(number):
            yield str(int(number))


def picture_texts(png: bytes) -> bytes:
    """Everything in a PNG but its pixels: the chunks that may hold text, and what follows its end."""
    at, kept = len(_PNG), [b"" if png.startswith(_PNG) else png]
    while png.startswith(_PNG) and at + 8 <= len(png):
        length, kind = struct.unpack_from(">L4s", png, at)
        kept.append(b"" if kind == b"IDAT" else png[at : at + 12 + length])
        at += 12 + length
    return b"".join((*kept, png[at:]))
