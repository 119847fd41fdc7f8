"""Prepares the originals for the search: each in every known spelling for its kind, as bytes."""

from collections.abc import Collection, Iterable
from itertools import permutations
import re
from typing import NamedTuple

from builder.check.originals.originals import (
    SHORTEST_NUMBER,
    SHORTEST_PART,
    SHORTEST_WORD,
    Original,
    encoded_literals,
    encoded_words,
    is_dummy,
    is_latin,
    lone_names,
    phone_figures,
    spellings,
    words_of,
)

# A number, name or key of an institution: its words in order with little between them.
_GAP = rb"[^a-z0-9\x80-\xff]{0,3}"


class Name(NamedTuple):
    """The spellings of the other parts of a name, one of whose parts is looked up."""

    others: frozenset[bytes]
    original: Original


class Wanted:
    """The originals by the bytes that may indicate them."""

    def __init__(
        self, originals: Iterable[Original], vocabulary: Collection[str] = (), *, look_into_uids: bool = True,
        inside_uids: bool = False,
    ) -> None:  # fmt: skip
        """`vocabulary` are words that good bundles hold: a text of these alone identifies nobody.

        `look_into_uids`: a number may not be a component of a UID; `inside_uids`: nor may it, or a date of birth, be
        anywhere in one, which says something only of the few identifiers of one person.
        """
        self.uids: dict[bytes, Original] = {}
        self.numbers: dict[bytes, Original] = {}
        self.phones: dict[str, Original] = {}
        self.days: dict[str, Original] = {}
        self.words: dict[bytes, Original] = {}
        self.lone_names: dict[bytes, Original] = {}
        self.names: dict[bytes, list[Name]] = {}
        self.short_names: dict[tuple[bytes, bytes], Original] = {}
        self.phrases: dict[bytes, list[tuple[re.Pattern[bytes], Original]]] = {}
        self.literals: dict[bytes, list[tuple[frozenset[bytes], Original]]] = {}
        self._vocabulary, self.look_into_uids, self.inside_uids = vocabulary, look_into_uids, inside_uids
        self.usual = frozenset(word.encode() for word in vocabulary)
        for original in sorted(originals, key=lambda original: (original.kind, original.keyword, original.text)):
            self._add(original)

    def _add(self, original: Original) -> None:
        text = original.text.strip()
        if is_dummy(text):
            return
        if original.kind == "uid":
            self.uids[text.encode("ascii", "replace")] = original
        elif original.kind == "date":
            if re.fullmatch(r"\d{8}", text):
                self.days.setdefault(text, original)
        elif original.kind == "phone" and phone_figures(text):
            self.phones[phone_figures(text)] = original
        elif original.kind == "name":
            for group in text.split("="):  # PS3.5 6.2.1.1
                self._add_name(original, group)
        elif text.isdigit() and text.isascii():
            self._add_number(original, text)
        elif is_latin(text):
            self._add_phrase(original, text)
        else:
            self._add_literals(original, text)

    def _add_number(self, original: Original, text: str) -> None:
        for figures in {text, text.lstrip("0")}:
            if len(figures) >= SHORTEST_NUMBER:
                self.numbers[figures.encode()] = original

    def _add_name(self, original: Original, group: str) -> None:
        if not is_latin(group):
            self._add_literals(original, group)
            return
        words = list(dict.fromkeys(word for word in words_of(group) if len(word) > 1))
        usual = self._are_usual(words)
        if len(words) == 1 and not usual:
            self.words |= dict.fromkeys(_long(encoded_words(words[0])), original)
        spelled = {word: frozenset(spellings(word, japanese="=" in original.text)) for word in words}
        for word in words if len(words) > 1 else ():
            others = frozenset(spelling for other in words if other != word for spelling in spelled[other])
            for spelling in spelled[word] if len(word) >= SHORTEST_PART else ():
                self.names.setdefault(spelling, []).append(Name(others, original))
        pairs = list(permutations(words, 2))
        if all(len(word) < SHORTEST_PART for word in words):
            self.short_names |= {
                (spelling, other): original for a, b in pairs for spelling in spelled[a] for other in spelled[b]
            }
        if not usual:
            joined = ((a, b) for a, b in pairs if a.isascii() and b.isascii() and len(a + b) > 7)
            self.words |= {(a + b).encode(): original for a, b in joined}
        for word in lone_names(original):
            if word not in self._vocabulary:
                self.lone_names |= dict.fromkeys(encoded_words(word), original)

    def _are_usual(self, words: Iterable[str]) -> bool:
        return all(word in self._vocabulary for word in words)

    def _add_phrase(self, original: Original, text: str) -> None:
        words = words_of(text)
        longest = max(words, key=len, default="")
        if self._are_usual(words):
            return
        if len(words) == 1:
            self.words |= dict.fromkeys(_long(encoded_words(longest)), original)
        elif len(longest) >= SHORTEST_PART and sum(map(len, words)) >= SHORTEST_WORD:
            spelled = (b"|".join(map(re.escape, sorted(encoded_words(word)))) for word in words)
            body = _GAP.join(b"(?:%s)" % word for word in spelled)
            pattern = re.compile(rb"(?<![a-z0-9\x80-\xff])%s(?![a-z0-9\x80-\xff])" % body)
            for encoded in encoded_words(longest):
                self.phrases.setdefault(encoded, []).append((pattern, original))

    def _add_literals(self, original: Original, text: str) -> None:
        """A text in another script, in every encoding that can write it."""
        parts = [part for part in re.split(r"[\^=\s]", text) if part and not part.isascii()]
        spelled = {part: encoded_literals(part) for part in (*parts, "".join(parts))}
        for part, written in spelled.items():
            others = frozenset(spelling for other in parts if other != part for spelling in spelled[other])
            for spelling in written if len(part) > 1 else ():
                if len(spelling) > SHORTEST_PART:
                    self.literals.setdefault(spelling, []).append((others, original))


def _long(words: Iterable[bytes]) -> list[bytes]:
    return [word for word in words if len(word) >= SHORTEST_WORD]
