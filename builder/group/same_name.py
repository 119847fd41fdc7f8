"""Decides whether two spellings are one person's name, whatever the accents, order of parts, initials and scripts."""

from collections import Counter
from functools import cache
import re
from typing import NamedTuple
import unicodedata

# The transcriptions of letters with accents; two names are compared by the transcriptions that they share.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "a", "œ": "o", "þ": "th"})
# Several letters in a row may be an accented letter and the next one ("oee", "öé", "oe"), so they count as one.
_VOWEL_PAIRS = re.compile("(?:a+e*)+|([ou])e+")
# Placeholders instead of a name, without blanks and punctuation.
_NOBODY = re.compile(
    r"(anon(ym(e|o|i[sz](ed|iert|e|é))?)?|anonymous|de?identified|removed|redacted|unknown|unbekannt|inconnu|none|noname|null"
    r"|nil|na|notavailable|empty|blank|dummy|default|test|demo|nn|johndoe|janedoe|doejohn|doejane)?"
    r"(patient|subject|name|id|person|test)*"
)
# Letters below this code point belong to Latin alphabets.
_LATIN = "\u0250"
_KATAKANA, _TO_HIRAGANA = ("\u30a1", "\u30f6"), 0x60


class Spelled(NamedTuple):
    """A name for comparison: for each script its words, and the initials among those in Latin letters."""

    words: tuple[tuple[str, tuple[str, ...]], ...]
    initials: tuple[str, ...]


def normal_name(name: str) -> str:
    """A person's name without meaningless differences: case, width, spaces, empty components."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s^=,]+", " ", folded).strip()


@cache
def spelled(name: str) -> Spelled:
    """The groups of a name (PS3.5 6.2.1.1), recognised by their script, since some systems put them in other places."""
    words: dict[str, list[str]] = {}
    for group in unicodedata.normalize("NFKC", name).casefold().split("="):
        parts = [part for part in re.split(r"[\s^,.]+", group) if part]
        script = _script(group)
        if parts and script not in words:
            words[script] = sorted(map(_plain if script == "LATIN" else _one_kana, parts))
    latin = words.get("LATIN", [])
    initials = tuple(word for word in latin if len(word) == 1)
    if latin:
        words["LATIN"] = [word for word in latin if len(word) > 1]
    return Spelled(tuple(sorted((script, tuple(some)) for script, some in words.items() if some)), initials)


def is_placeholder(text: str) -> bool:
    """Whether a name or ID is only a placeholder, such as programs write when they remove names from scans."""
    bare = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())
    return not bare.strip("0") or len(set(bare)) == 1 or _NOBODY.fullmatch(bare) is not None


def same_name(a: str, b: str) -> bool:
    """Whether both are certainly one name; an initial may be missing, or stand for a word of the other name."""
    one, other = spelled(a), spelled(b)
    if one == other:
        return True
    mine, theirs = dict(one.words), dict(other.words)
    shared = mine.keys() & theirs.keys()
    strange = [script for script in shared - {"LATIN"} if mine[script] != theirs[script]]
    if strange or not shared:
        return False
    return "LATIN" not in shared or _same_latin(one, other)


def may_be_same(a: str, b: str) -> bool:
    """Whether both may be one name, without certainty: one has more words, or they share no script."""
    mine, theirs = dict(spelled(a).words), dict(spelled(b).words)
    shared = mine.keys() & theirs.keys()
    if not shared:
        return True
    return any(
        set(mine[script]) <= set(theirs[script]) or set(theirs[script]) <= set(mine[script]) for script in shared
    )


def canonical(name: str) -> str:
    """The common form of all spellings of one name, as far as a single spelling shows it."""
    words = dict(spelled(name).words)
    chosen = words.get("LATIN") or next(iter(words.values()), ())
    return " ".join(chosen) or normal_name(name)


def _same_latin(a: Spelled, b: Spelled) -> bool:
    mine, theirs = Counter(dict(a.words)["LATIN"]), Counter(dict(b.words)["LATIN"])
    if not mine & theirs:
        return False
    more, fewer = list((mine - theirs).elements()), list((theirs - mine).elements())
    if more and fewer:  # each has a word that the other lacks
        return False
    # A word without a partner must match an initial of the other name.
    initials = Counter(b.initials if more else a.initials)
    needed = Counter(word[0] for word in more or fewer)
    if needed - initials:
        return False
    unexplained = initials - needed
    others = Counter(a.initials if more else b.initials)
    # Initials may be missing, but must not contradict each other.
    return not (unexplained - others and others - unexplained)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.translate(_PLAIN))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[^\w]|_", "", _VOWEL_PAIRS.sub(lambda pair: pair[1] or "a", bare)) or word


def _one_kana(word: str) -> str:
    first, last = _KATAKANA
    return "".join(chr(ord(letter) - _TO_HIRAGANA) if first <= letter <= last else letter for letter in word)


def _script(group: str) -> str:
    """LATIN, CJK, HIRAGANA (katakana too), HANGUL ...: the script of the first non-Latin letter, if there is one."""
    letters = [letter for letter in group if letter.isalpha()]
    strange = next((letter for letter in letters if letter >= _LATIN), "")
    name = unicodedata.name(strange, "OTHER").split()[0] if strange else "LATIN"
    return "HIRAGANA" if name.startswith("KATAKANA") else name
