"""The originals to search for: every identifier of the source, and the possible spellings of each."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
import re
from typing import Protocol
import unicodedata

# Shorter runs are too common to mean anything.
SHORTEST_NUMBER = 6
SHORTEST_WORD = 5
SHORTEST_PART = 3
# The least length of a family name that counts alone, where everything else is a word of the standard.
_SHORTEST_LONE_NAME = 6
# The digits of a telephone number that are compared: it is written with and without the codes of country and town.
PHONE_FIGURES = 8
_SHORTEST_PHONE = 7
# Letters below this code point are of Latin alphabets, whose words can be separated in every encoding.
_LATIN = "\u0250"
# Placeholders for an identifier that was removed earlier, or never existed: they name nobody.
DUMMIES = frozenset({
    "removed", "unknown", "anonymous", "anonymized", "anonymised", "none", "patient", "test", "phantom", "hospital",
    "clinic", "radiology", "19000101",
})  # fmt: skip
_LATIN_ENCODINGS = (
    "utf-8", "latin-1", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_9", "iso8859_10", "iso8859_13", "iso8859_15",
    "cp1250", "cp1252", "cp437", "cp850", "cp852", "mac_roman",
)  # fmt: skip
_OTHER_ENCODINGS = (
    "utf-8", "iso2022_jp", "shift_jis", "euc_jp", "euc_kr", "cp949", "gb18030", "big5", "iso8859_5", "iso8859_6",
    "iso8859_7", "iso8859_8", "iso8859_11", "cp1251", "koi8_r", "utf-16-be", "utf-16-le",
)  # fmt: skip
# The transcriptions of accented letters, besides omitting the accent.
_PLAIN_LETTERS = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
})  # fmt: skip
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})


# Texts of these kinds identify nobody; the list keeps them to know what retained texts may contain.
_NOT_SOUGHT = frozenset({"maker", "patient"})


@dataclass(frozen=True, slots=True)
class Original:
    """One identifier of the source: its kind (name, id, phone, date, uid, ...), attribute and text."""

    kind: str
    keyword: str
    text: str

    @property
    def sought(self) -> bool:
        """Whether to search for it, if no option retains it."""
        return self.kind not in _NOT_SOUGHT

    @property
    def of_birth(self) -> bool:
        """Whether it is a date of birth, which people write in more ways than others."""
        return "Birth" in self.keyword


class Kept(Protocol):
    """The list of originals that each build keeps beside the study key."""

    @property
    def identifiers(self) -> Set[tuple[str, str, str]]:
        """(kind, keyword, text)."""

    @property
    def moved(self) -> Mapping[str, Set[str]]:
        """Days by pseudonym."""

    @property
    def own(self) -> Mapping[str, Set[tuple[str, str, str]]]:
        """The identifiers of each person, by pseudonym; nobody whom only an earlier version knew."""


@dataclass(frozen=True, slots=True)
class Originals:
    """All originals; for each pseudonym the days that dates were shifted to, since such a day is no leak in its files,
    and the person's `own` originals."""

    identifiers: frozenset[Original]
    moved: Mapping[str, Set[str]] = field(default_factory=dict)
    own: Mapping[str, Set[Original]] = field(default_factory=dict)

    @classmethod
    def kept(cls, list_: "Kept") -> "Originals":
        """From the list beside the study key."""
        own = {pseudonym: {Original(*entry) for entry in entries} for pseudonym, entries in list_.own.items()}
        return cls(frozenset(Original(*entry) for entry in list_.identifiers), list_.moved, own)

    @property
    def days_shifted_to(self) -> frozenset[str]:
        """The days that dates of anybody were shifted to."""
        return frozenset(day for days in self.moved.values() for day in days)


def is_dummy(text: str) -> bool:
    """Whether a text identifies nobody; one repeated character is a filler, and flat pictures are full of such runs."""
    return text.casefold() in DUMMIES or len(set(text)) < 2


def words_of(text: str) -> list[str]:
    """The words of a name or number in letters and digits, without case."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())


def is_latin(text: str) -> bool:
    """Whether all letters belong to a Latin alphabet."""
    return all(character < _LATIN for character in unicodedata.normalize("NFC", text))


def encoded_words(word: str) -> set[bytes]:
    """The encodings of a Latin word, with ASCII letters in lower case."""
    if word.isascii():
        return {word.encode()}
    spelled = {word.translate(_PLAIN_LETTERS), _without_marks(word), word}
    spelled |= {unicodedata.normalize("NFD", spelling) for spelling in (word, word.upper())} | {
        word.upper(),
        word.title(),
    }
    return {encoded.lower() for text in spelled for encoded in _encoded(text, _LATIN_ENCODINGS)}


def spellings(word: str, *, japanese: bool) -> set[bytes]:
    """The same, with the other spellings of long vowels if Japanese names are in Latin letters."""
    long = re.sub(r"o[uoh](?![aeiou])", "ō", word).replace("uu", "ū") if japanese else word
    return encoded_words(word) | encoded_words(long)


def encoded_literals(text: str) -> set[bytes]:
    """The encodings of a text in another script; empty if an encoding cannot represent it."""
    return set(_encoded(text, _OTHER_ENCODINGS))


def _without_marks(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.translate(_STROKES))
    return "".join(character for character in folded if not unicodedata.combining(character))


def _encoded(text: str, encodings: Iterable[str]) -> Iterator[bytes]:
    for encoding in encodings:
        try:
            yield text.encode(encoding)
        except UnicodeEncodeError:
            continue


def lone_names(original: Original) -> list[str]:
    """The family name of a person, in each of its Latin spellings, if it is long enough to count alone."""
    family, _, given = original.text.partition("^")
    return [word for word in words_of(family) if len(word) >= _SHORTEST_LONE_NAME and given and is_latin(word)]


def phone_figures(text: str) -> str:
    """The digits of a telephone number that are compared; empty if it is too short."""
    figures = re.sub(r"\D", "", text)
    return figures[-PHONE_FIGURES:] if len(figures) >= _SHORTEST_PHONE else ""
