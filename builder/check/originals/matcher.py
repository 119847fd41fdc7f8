"""Finds originals in bytes: digits and words only as wholes, names by two of their parts near each other."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
import re

from builder.check.originals.days import days_in, of_figures
from builder.check.originals.literals import Literals
from builder.check.originals.originals import SHORTEST_NUMBER, SHORTEST_PART, Original, phone_figures
from builder.check.originals.runs import NEAR, OUR_UID, hide_random, number_runs, readable
from builder.check.originals.spellings import Wanted

_LONG_LITERAL, _LONG_LITERAL_IN_PICTURES = 6, 10
_LONGEST_NUMBER = 20
_LONGEST_PHONE = 15
# The same in pictures, where bytes follow each other at random: shorter matches occur by chance.
_SHORTEST_IN_PICTURES, _SHORTEST_NAME_APART, _SHORTEST_NUMBER_THERE = 8, 10, 8
_MOST_NUMBERS_WRITTEN = 20
# Shorter UIDs look like the versions of programs.
_SHORTEST_UID_IN_PROGRAMS = 12
# Separators between the parts of a name that seldom separate random ones; and, if both parts are usual words, or in
# frozen programs of others, only the delimiter of DICOM.
_BETWEEN, _DELIMITER = (b"^", b", ", b","), (b"^",)
# Our own File IDs are counters, and the same on every medium: they do not reveal somebody's number 000001.
FILE_ID = re.compile(rb"DICOM[/\\]PT\d{6}(?:[/\\]ST\d{6}(?:[/\\]SE\d{6}(?:[/\\]IM\d{6})?)?)?(?![0-9A-Za-z])")
# A kept chain of this form is a UID of the standard, or a registered one.
_UID_RUN = re.compile(rb"\d{1,60}+(?:\.\d{1,60}+){3,}")
_SPACED_RUN = re.compile(rb"(?<![\d.])\d(?:[ ()/-]{0,2}\d){6,20}(?!\d|\.\d)")
_ANY_NUMBER_RUN = re.compile(rb"\d{%d,}" % SHORTEST_NUMBER)
_LETTERS = re.compile(rb"[a-z]{%d,}" % SHORTEST_PART)
# Two words of two letters, of up to three bytes each, with a separator as between the parts of a name.
_SHORT_WORDS = re.compile(
    rb"(?<![a-z0-9\x80-\xff])([a-z\x80-\xff]{2,6})"
    rb"(?=(\^|, ?|[ _.+-])([a-z\x80-\xff]{2,6})(?![a-z0-9\x80-\xff]))"
)
_WORD_RUN = re.compile(rb"[a-z0-9\x80-\xff]{%d,}" % SHORTEST_PART)


@dataclass(frozen=True, slots=True)
class Lookup:
    """How much a match in certain bytes means.

    `known` files were, byte for byte, made before any patient was known: only identifiers in DICOM's own form count
    there. In other programs single words do not count. In a `picture` short matches occur by chance; without `figures`
    it has so many digits that they do not count. Where all other words are those of the standard, a family name alone
    counts. `moved` are days that are no originals there; without `days`, version numbers would look like days. In
    `joined` places, as in the free pages of a database, no separator marks the ends of words.
    """

    program: bool = False
    known: bool = False
    picture: bool = False
    figures: bool = True
    lone_names: bool = False
    moved: Collection[str] = ()
    days: bool = True
    joined: bool = False


ANYTHING = Lookup()
Found = dict[Original, int]


class Matcher:
    """Searches bytes for the originals."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._literals = Literals(wanted.literals)

    def find(self, content: bytes, look: Lookup = ANYTHING) -> Found:
        """The originals in the bytes, and the place of the first match of each."""
        found: Found = {}
        if not look.picture:
            content = FILE_ID.sub(_blank, content)
        for original, at in self._where_it_can_be_read(content, look):
            found.setdefault(original, at)
        return found

    def _where_it_can_be_read(self, content: bytes, look: Lookup) -> Iterator[tuple[Original, int]]:
        if not look.known:
            yield from self._find_literals(content, look)
        if not (look.known or look.picture):  # most of a list is random: then little is left to be read
            yield from self._find_random_uids(content)
            content = hide_random(content)
        places = [(0, len(content))] if look.known else [*readable(content, picture=look.picture)]
        if look.picture and _is_full_of_figures(content[start:end] for start, end in places):
            look = replace(look, figures=False)
        for start, end in places:
            yield from ((original, start + at) for original, at in self._all(content[start:end], look))

    def _all(self, content: bytes, look: Lookup) -> Iterator[tuple[Original, int]]:
        lower = content.lower()
        yield from self._find_uids(content, look)
        yield from self._find_names(lower, look)
        yield from self._find_short_names(lower, look)
        if look.known:
            return
        hidden = hide_random(content) if look.picture else content
        runs = number_runs(hidden)
        if look.figures:
            yield from self._find_numbers(hidden, runs, _SHORTEST_NUMBER_THERE if look.picture else SHORTEST_NUMBER)
        if look.days and look.figures:
            yield from self._find_days(hidden, runs, look)
        yield from self._find_words(lower, look)
        if look.joined:
            yield from self._find_joined(content, hidden, lower)

    def _find_random_uids(self, content: bytes) -> Iterator[tuple[Original, int]]:
        for run in set(OUR_UID.findall(content)) & self._wanted.uids.keys():
            yield self._wanted.uids[run], content.find(run)

    def _find_uids(self, content: bytes, look: Lookup) -> Iterator[tuple[Original, int]]:
        shortest = _SHORTEST_UID_IN_PROGRAMS if look.program or look.known else 0
        runs = set(_UID_RUN.findall(content))
        for run in runs & self._wanted.uids.keys():
            if len(run) >= shortest:
                yield self._wanted.uids[run], content.find(run)
        for run in runs if self._wanted.look_into_uids and not (look.known or look.picture) else ():
            if not run.startswith((b"2.25.", b"1.2.840.10008.")):
                for number in self._numbers_in_uid(run):
                    yield self._wanted.numbers[number], content.find(run)
        if self._wanted.inside_uids:
            births = [(day.encode(), original) for day, original in self._wanted.days.items() if original.of_birth]
            yield from ((original, content.find(run)) for run in runs for day, original in births if day in run)

    def _numbers_in_uid(self, run: bytes) -> Collection[bytes]:
        if self._wanted.inside_uids:
            return [number for number in self._wanted.numbers if number in run]
        return self._wanted.numbers.keys() & set(run.split(b"."))

    def _find_numbers(self, content: bytes, runs: set[bytes], shortest: int) -> Iterator[tuple[Original, int]]:
        for run in runs:
            if len(run) < shortest:
                continue
            original = self._wanted.numbers.get(run) or self._wanted.numbers.get(run.lstrip(b"0"))
            if original is None and len(run) <= _LONGEST_PHONE:
                original = self._wanted.phones.get(phone_figures(run.decode()))
            if original is not None:
                yield original, content.find(run)
        for run in set(_SPACED_RUN.findall(content)) if self._wanted.phones or self._wanted.numbers else ():
            if not run.isdigit():
                figures = re.sub(rb"\D", b"", run)
                original = self._wanted.numbers.get(figures) or self._wanted.phones.get(phone_figures(figures.decode()))
                if original is not None and len(figures) >= shortest:
                    yield original, content.find(run)

    def _find_days(self, content: bytes, runs: set[bytes], look: Lookup) -> Iterator[tuple[Original, int]]:
        for run in runs:
            for day, by_people in of_figures(run):
                yield from self._day(day, by_people, look, content.find(run))
        for day, short_year, at in days_in(content):
            if not (look.program and short_year):
                yield from self._day(day, short_year, look, at)

    def _day(self, day: str, of_birth_alone: bool, look: Lookup, at: int) -> Iterator[tuple[Original, int]]:
        original = self._wanted.days.get(day)
        if original is not None and day not in look.moved and (original.of_birth or not of_birth_alone):
            yield original, at

    def _find_literals(self, content: bytes, look: Lookup) -> Iterator[tuple[Original, int]]:
        longest = _LONG_LITERAL_IN_PICTURES if look.picture else _LONG_LITERAL
        found = set[Original]()
        for literal, at in self._literals.places(content):
            around = content[max(at - NEAR, 0) : at + len(literal) + NEAR]
            for others, original in self._wanted.literals[literal]:
                # Two characters of another script are four bytes, which occur in pictures by chance.
                if original not in found and (len(literal) >= longest or _any_in(around, others, look)):
                    found.add(original)
                    yield original, at

    def _find_names(self, lower: bytes, look: Lookup) -> Iterator[tuple[Original, int]]:
        # Between bytes that are not text, a digit or an accented letter may adjoin a word by chance.
        for run in {*_WORD_RUN.findall(lower), *_LETTERS.findall(lower)} & self._wanted.names.keys():
            for at in _places(lower, run):
                near = _words_near(lower, at, len(run))
                for name in self._wanted.names[run]:
                    if any(self._tells(lower, at, run, other, look) for other in name.others & near):
                        yield name.original, at

    def _tells(self, lower: bytes, at: int, part: bytes, other: bytes, look: Lookup) -> bool:
        """Whether two parts of a name near each other identify its person."""
        letters = len(part) + len(other)
        if look.picture and letters < _SHORTEST_IN_PICTURES:
            return False
        if look.known or (part in self._wanted.usual and other in self._wanted.usual):
            return _side_by_side(lower, at, part, other, _DELIMITER)
        near = not look.picture or letters >= _SHORTEST_NAME_APART
        return near or _side_by_side(lower, at, part, other, _BETWEEN)

    def _find_short_names(self, lower: bytes, look: Lookup) -> Iterator[tuple[Original, int]]:
        if look.picture or not self._wanted.short_names:
            return
        for pair in _SHORT_WORDS.finditer(lower):
            original = self._wanted.short_names.get((pair[1], pair[3]))
            strict = look.known or {pair[1], pair[3]} <= self._wanted.usual
            if original is not None and (pair[2] in _DELIMITER if strict else not look.program or pair[2] in _BETWEEN):
                yield original, pair.start()

    def _find_words(self, lower: bytes, look: Lookup) -> Iterator[tuple[Original, int]]:
        runs = set(_WORD_RUN.findall(lower))
        if not look.program:
            shortest = _SHORTEST_IN_PICTURES if look.picture else 0
            found = (run for run in runs & self._wanted.words.keys() if len(run) >= shortest)
            yield from ((self._wanted.words[run], lower.find(run)) for run in found)
        if look.lone_names:
            yield from (
                (self._wanted.lone_names[run], lower.find(run)) for run in runs & self._wanted.lone_names.keys()
            )
        for run in runs & self._wanted.phrases.keys():
            for pattern, original in self._wanted.phrases[run]:
                match = pattern.search(lower)
                if match and not (look.picture and len(match[0]) < _SHORTEST_IN_PICTURES):
                    yield original, match.start()

    def _find_joined(self, content: bytes, hidden: bytes, lower: bytes) -> Iterator[tuple[Original, int]]:
        words = self._wanted.words | self._wanted.lone_names
        yield from ((original, lower.find(word)) for word, original in words.items() if word in lower)
        yield from ((original, content.find(uid)) for uid, original in self._wanted.uids.items() if uid in content)
        for part, names in self._wanted.names.items():
            around = b"\n".join(lower[max(at - NEAR, 0) : at + NEAR] for at in _places(lower, part))
            for name in names if around else ():
                if any(len(other) >= SHORTEST_PART and other in around for other in name.others):
                    yield name.original, lower.find(part)
        for run in set(_ANY_NUMBER_RUN.findall(hidden)):
            for number, original in self._wanted.numbers.items():
                if _ends_or_holds(run, number):
                    yield original, hidden.find(run)


def _is_full_of_figures(parts: Iterable[bytes]) -> bool:
    """Whether there are more numbers than anybody would write: soft tissue consists of values that look like digits."""
    numbers = 0
    for part in parts:
        numbers += len(_SPACED_RUN.findall(part))
        if numbers > _MOST_NUMBERS_WRITTEN:
            return True
    return False


def _blank(found: re.Match[bytes]) -> bytes:
    """As many meaningless bytes, so that all others keep their places."""
    return b"-" * len(found[0])


def _any_in(around: bytes, others: Iterable[bytes], look: Lookup) -> bool:
    """Whether another part of a name is near; in a picture, a single character of it does not count."""
    return any(other in around for other in others if not look.picture or len(other) > SHORTEST_PART)


def _side_by_side(lower: bytes, at: int, part: bytes, other: bytes, between: Iterable[bytes]) -> bool:
    """Whether one part follows the other with only a separator between them."""
    return any(
        lower.startswith(mark + other, at + len(part)) or lower.endswith(other + mark, 0, at) for mark in between
    )


def _words_near(lower: bytes, at: int, length: int) -> set[bytes]:
    """The words around a place, and those of two letters, which are parts of names too."""
    around = lower[max(at - NEAR, 0) : at] + b"\0" + lower[at + length : at + length + NEAR]
    return {*re.findall(rb"[a-z0-9\x80-\xff]{2,}", around), *re.findall(rb"[a-z]{2,}", around)}


def _places(content: bytes, part: bytes) -> Iterator[int]:
    at = content.find(part)
    while at >= 0:
        yield at
        at = content.find(part, at + 1)


def _ends_or_holds(run: bytes, number: bytes) -> bool:
    """Whether a run of digits holds a number; the digits of a UID contain every short number by chance."""
    return run.endswith(number) if len(run) > _LONGEST_NUMBER else number in run
