"""Reads a compiled translation of Qt without Qt: for the message that Qt itself cannot be loaded."""

from collections.abc import Iterator
import locale
import os
from pathlib import Path
import re
import struct
import sys

_FOLDER = Path(__file__).parents[1] / "ui" / "translations"
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
# Sections of the file, and fields of a message, as QTranslator knows them.
_MESSAGES = 0x69
_END, _TRANSLATION, _SOURCE = 1, 3, 6


def texts(language: str) -> dict[str, str]:
    """English text -> translation, without plural forms; empty if there is no such translation, or it is damaged."""
    try:
        return dict(_messages((_FOLDER / f"viewer_{language}.qm").read_bytes()))
    except (OSError, ValueError, struct.error):
        return {}


def _messages(content: bytes) -> Iterator[tuple[str, str]]:
    """(source, translation) of every message; of plural forms the last."""
    if not content.startswith(_MAGIC):
        raise ValueError("this is not a compiled translation")
    section, at = _section(content), 0
    message: dict[int, bytes] = {}
    while at < len(section):
        tag = section[at]
        if tag == _END:
            if _SOURCE in message and _TRANSLATION in message:
                yield message[_SOURCE].decode("utf-8"), message[_TRANSLATION].decode("utf-16-be")
            message, at = {}, at + 1
            continue
        length = _length(section, at + 1)
        message[tag] = section[at + 5 : at + 5 + length]
        at += 5 + length


def _section(content: bytes) -> bytes:
    at = len(_MAGIC)
    while at < len(content):
        length = _length(content, at + 1)
        if content[at] == _MESSAGES:
            return content[at + 5 : at + 5 + length]
        at += 5 + length
    raise ValueError("it has no messages")


def _length(content: bytes, at: int) -> int:
    """A length; 0xFFFFFFFF stands for an empty text."""
    (found,) = struct.unpack_from(">I", content, at)
    return 0 if found == 0xFFFFFFFF else int(found)


def system_language() -> str:
    """The language of the PC's user, such as 'de'; empty if the system does not name it."""
    if sys.platform == "win32":
        import ctypes

        name = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    else:  # in the order of POSIX (XBD 8.2)
        name = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return re.split(r"[_.@-]", name)[0].lower()
