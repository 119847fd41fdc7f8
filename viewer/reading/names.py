"""Spellings of readers' names: which known reader somebody may be who types a new name."""

from collections.abc import Iterable
from difflib import SequenceMatcher
import re
import unicodedata

from bundle.reading.journal import reader_key

# From this share of common letters on, a name may be another one mistyped; shorter names are codes.
_ALIKE, _SHORTEST = 0.84, 4
# Words before a name that some write and others do not.
_TITLES = {"dr", "prof", "professor", "doctor", "doktor", "med", "priv", "doz", "pd", "mr", "mrs", "ms", "herr", "frau"}


def may_be(name: str, known: Iterable[str]) -> str:
    """The known reader whose name is most like `name`; empty if none is, or if it is one of theirs."""
    others = {reader_key(other): other for other in known}
    if reader_key(name) in others:
        return ""
    found = [(likeness, other) for other in others.values() if (likeness := _likeness(name, other)) >= _ALIKE]
    return max(found)[1] if found else ""


def _likeness(one: str, other: str) -> float:
    """1 for the same words in any order, with or without titles, points and accents; figures must be the same."""
    words, others = _words(one), _words(other)
    if not words or not others or _figures(words) != _figures(others):
        return 0.0
    joined = ["".join(_plain(name)) for name in (one, other)]
    if sorted(words) == sorted(others) or "".join(words) == "".join(others) or joined[0] == joined[1]:
        return 1.0
    fewer, more = sorted((set(words), set(others)), key=len)
    if fewer <= more and max(map(len, fewer)) >= _SHORTEST:
        return 0.95
    first, last = "".join(words), "".join(others)
    return SequenceMatcher(None, first, last).ratio() if min(len(first), len(last)) >= _SHORTEST else 0.0


def _words(name: str) -> list[str]:
    """The words of a name without titles, unless there is nothing else."""
    words = _plain(name)
    return [word for word in words if word not in _TITLES] or words


def _plain(name: str) -> list[str]:
    """The words of a name in small letters, without accents and signs."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"\w+", plain.replace("'", "").replace("’", ""))


def _figures(words: list[str]) -> list[str]:
    return re.findall(r"\d+", " ".join(words))
