"""Finds the identifiers of a person in a text or a UID of the same person that an option keeps.

It finds more than the search of the finished medium, so that nothing it lets pass is found there: a part of a name is
enough, wherever it stands.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator
from functools import lru_cache
import html
from itertools import permutations
import re
from typing import NamedTuple
import unicodedata
from urllib.parse import unquote_plus

from builder.build_plan import Identifiers

# Texts that stand where an identifier was removed earlier, or where there never was one.
_DUMMIES = frozenset({
    "removed", "unknown", "anonymous", "anonymized", "anonymised", "none", "patient", "test", "phantom", "hospital",
    "clinic", "radiology", "19000101",
})  # fmt: skip
# A shorter word or number counts as a whole only, and a still shorter one not at all.
_SHORTEST_INSIDE, _SHORTEST_ID, _SHORTEST_NUMBER, _SHORTEST_WORD = 5, 3, 4, 3
_SHORTEST_IN_UID = 6
_PHONE = 7
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "þ": "th"})
_STROKES = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"[^\W_]+")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
# The first letters of the months in English, German, French, Spanish and Italian.
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene gen", "feb fev", "mar mrz", "apr avr abr", "may mai mag", "jun juin giu", "jul juil lug",
         "aug aou ago", "sep set", "oct okt ott", "nov", "dec dez dic"), start=1)
    for name in names.split()
}  # fmt: skip


class Own(NamedTuple):
    """The identifiers of one person, prepared for comparison; `Own()` are those of nobody.

    `words` are parts of names, `pairs` short parts of one name; `inside` may be anywhere in a text, and `whole` are
    short and count as words of their own. `numbers` are searched for in UIDs; `days` are dates of birth, year first.
    """

    words: frozenset[str] = frozenset()
    pairs: frozenset[frozenset[str]] = frozenset()
    inside: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    days: frozenset[tuple[int, int, int]] = frozenset()

    def is_in(self, text: str) -> bool:
        """Whether a text holds an identifier, in whatever spelling or encoding."""
        return bool(text) and any(self._is_said(reading) for reading in _readings(text))

    def is_word(self, word: str) -> bool:
        """Whether a single word is a part of a name."""
        return not self.words.isdisjoint(_folded(word))

    def is_in_uid(self, uid: str) -> bool:
        """Whether a number of the person, or the date of birth, is in a UID."""
        parts = uid.split(".")
        long = [number for number in self.numbers if len(number) >= _SHORTEST_IN_UID]
        return (
            any(part in self.numbers or part.lstrip("0") in self.numbers for part in parts)
            or any(number in part for number in long for part in parts)
            or any(figures in uid for day in self.days for figures in _figures_of(day))
        )

    def _is_said(self, text: str) -> bool:
        return any(map(self._is_in_folded, _folded(text))) or self._is_in_figures(text)

    def _is_in_folded(self, text: str) -> bool:
        words = _words_in(text)
        together = "".join(_WORD.findall(text))
        return (
            not words.isdisjoint(self.words | self.whole)
            or any(pair <= words for pair in self.pairs)
            or any(part in together for part in self.inside)
        )

    def _is_in_figures(self, text: str) -> bool:
        if not (self.phones or self.days):
            return False
        figures = re.sub(r"\D", "", text)
        written = [number for day in self.days for number in _figures_of(day)]
        return any(number in figures for number in (*self.phones, *written)) or _says_day(text, self.days)


@lru_cache(256)
def own_of(identifiers: Identifiers, kept: frozenset[str] = frozenset()) -> Own:
    """The identifiers of one person, without those of the `kept` kinds, which an option retains."""
    names, texts, numbers, days = set[str](), list[tuple[str, bool]](), set[str](), set[tuple[int, int, int]]()
    phones = set[str]()
    for kind, keyword, text in identifiers:
        if kind in kept or _is_dummy(text):
            continue
        if kind == "date":
            days |= {(int(text[:4]), int(text[4:6]), int(text[6:]))} if re.fullmatch("[0-9]{8}", text) else set()
        elif kind == "name":
            names |= set(text.split("="))
        else:
            texts.append((text, keyword == "PatientID"))
            figures = re.sub(r"\D", "", text)
            phones |= {figures[-8:]} if kind == "phone" and len(figures) >= _PHONE else set()
            numbers |= (
                {figures, figures.lstrip("0"), *re.findall("[0-9]{5,}", text)} if kind in ("id", "phone") else set()
            )
    words, pairs, inside, whole = _of_names(names)
    long, short = _of_texts(texts)
    return Own(
        words, pairs, inside | long, whole | short, frozenset(phones),
        frozenset(number for number in numbers if len(number) >= _SHORTEST_NUMBER), frozenset(days),
    )  # fmt: skip


def _of_names(
    names: Iterable[str],
) -> tuple[frozenset[str], frozenset[frozenset[str]], frozenset[str], frozenset[str]]:
    """Words, pairs, inside and whole, as in `Own`."""
    words, pairs, inside = set[str](), set[frozenset[str]](), set[str]()
    for name in names:
        for spelling in _folded(name):
            parts = [part for part in _WORD.findall(spelling) if len(part) > 1 or not part.isascii()]
            words |= {part for part in parts if len(part) >= _SHORTEST_WORD}
            inside |= {part for part in parts if len(part) >= (_SHORTEST_INSIDE if part.isascii() else 2)}
            joined = (a + b for a, b in permutations(parts, 2))
            inside |= {both for both in joined if len(both) > _SHORTEST_INSIDE or not both.isascii()}
            pairs |= {frozenset(pair) for pair in permutations([part for part in parts if len(part) == 2], 2)}
    return frozenset(words), frozenset(pair for pair in pairs if len(pair) == 2), frozenset(inside), frozenset()


def _of_texts(texts: Iterable[tuple[str, bool]]) -> tuple[frozenset[str], frozenset[str]]:
    """Numbers, addresses and names of places, each with whether it is the Patient ID: `inside` and `whole`."""
    inside, whole = set[str](), set[str]()
    for text, is_patient_id in texts:
        for spelling in _folded(text):
            together = "".join(_WORD.findall(spelling))
            for form in {together, together.lstrip("0")} if together.isdigit() else {together}:
                if len(form) >= _SHORTEST_INSIDE:
                    inside.add(form)
                elif len(form) >= (_SHORTEST_ID if is_patient_id else _SHORTEST_NUMBER):
                    whole.add(form)
    return frozenset(inside), frozenset(whole)


def _is_dummy(text: str) -> bool:
    return text.casefold() in _DUMMIES or len(set(text)) < 2


def _folded(text: str) -> set[str]:
    """A text in small letters without accents, and with their transcriptions; also with short Japanese vowels."""
    small = unicodedata.normalize("NFC", text).lower()
    forms = {_plain(small), _plain(small.translate(_TRANSCRIBED))}
    return forms | {re.sub(r"o[uoh](?![aeiou])", "o", form).replace("uu", "u") for form in forms}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.translate(_STROKES))
    return unicodedata.normalize("NFKC", "".join(part for part in folded if not unicodedata.combining(part)))


def _words_in(text: str) -> set[str]:
    """The words of a text, with the letters and the digits of each by themselves."""
    words = set(_WORD.findall(text))
    return words | {part for word in words for part in re.findall(r"\d+|[^\W\d_]+", word)}


def _readings(text: str) -> Iterator[str]:
    """A text, and what it means if it is encoded."""
    yield text
    yield from {html.unescape(text), unquote_plus(text), _ESCAPED.sub(_of_escape, text)} - {text}
    for run in _ENCODED.findall(text):
        yield from filter(None, (_from_hex(run), *_from_base64(run)))


def _of_escape(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def _from_hex(run: str) -> str:
    try:
        return _as_text(bytes.fromhex(run[: len(run) // 2 * 2]))
    except ValueError:
        return ""


def _from_base64(run: str) -> Iterator[str]:
    letters = run.replace("-", "+").replace("_", "/")
    for start in range(4):
        part = letters[start:]
        try:
            yield _as_text(base64.b64decode(part + "=" * (-len(part) % 4)))
        except (binascii.Error, ValueError):
            yield _as_text(base64.b64decode(part[: len(part) // 4 * 4]))


def _as_text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _figures_of(day: tuple[int, int, int]) -> tuple[str, str, str]:
    year, month, of_month = day
    return f"{year:04}{month:02}{of_month:02}", f"{of_month:02}{month:02}{year:04}", f"{month:02}{of_month:02}{year:04}"


def _says_day(text: str, days: frozenset[tuple[int, int, int]]) -> bool:
    """Whether three neighbouring numbers, or two and the name of a month, are one of these days."""
    parts = re.findall(r"[0-9]+|[a-z]+", _plain(text.lower()))
    numbers = [int(part) if part.isdigit() else _MONTHS.get(part[:3], -1) for part in parts]
    found = [sorted(three) for three in zip(numbers, numbers[1:], numbers[2:], strict=False)]
    return any(sorted((year, *rest)) in found for day in days for year in (day[0], day[0] % 100) for rest in [day[1:]])
