"""Searches every byte of a medium for the originals: names, numbers, dates and UIDs of the scans it was made from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import re

from builder.check.findings import Finding, finding
from builder.check.medium import Medium, Progress
from builder.check.streams import inflated
from bundle.layout import MANIFEST, VIEWER_FOLDER, WINDOWS_VIEWER

# Shorter runs are too common to say anything.
_SHORTEST_NUMBER = 6
_SHORTEST_WORD = 5
_SHORTEST_PART = 3
_DISTINCT = 2
_LONG_LITERAL = 6
_LONGEST_NUMBER = 20
_SQLITE = b"SQLite format 3\0"
# Parts of one name stand this near to each other, in bytes, wherever a name is written.
_NEAR = 48
# What stands where somebody took an identifier out before, or never had one: it names nobody.
_DUMMIES = frozenset({
    "removed", "unknown", "anonymous", "anonymized", "anonymised", "none", "patient", "test", "phantom", "19000101",
})  # fmt: skip
# Codes of CID 7050 -> the kinds of originals that may stay under that option.
_RETAINED = {"113106": "date", "113110": "uid", "113109": "device", "113112": "institution"}
_ENCODINGS = (
    "utf-8", "latin-1", "iso2022_jp", "shift_jis", "euc_kr", "gb18030", "iso8859_5", "iso8859_7",
    "utf-16-be", "utf-16-le",
)  # fmt: skip

_UID_RUN = re.compile(rb"\d+(?:\.\d+){3,}")
_NUMBER_RUN = re.compile(rb"\d{%d,}" % _SHORTEST_NUMBER)
_DATE_RUN = re.compile(rb"\d{1,4}[-./]\d{1,2}[-./]\d{2,4}")
# ASCII in UTF-16, little and big endian.
_WIDE_RUNS = (re.compile(rb"(?:[\x20-\x7e]\0){4,}"), re.compile(rb"(?:\0[\x20-\x7e]){4,}"))
_WORD_RUN = re.compile(rb"[A-Za-z0-9\x80-\xff]{%d,}" % _SHORTEST_PART)


@dataclass(frozen=True, slots=True)
class Original:
    """One identifier of the source: its kind (name, id, date, uid, device, institution), attribute and text."""

    kind: str
    keyword: str
    text: str


class Matcher:
    """Finds originals in bytes; digits and words only as wholes, names by two of their parts near each other."""

    def __init__(self, originals: Iterable[Original]) -> None:
        self._uids: dict[bytes, Original] = {}
        self._numbers: dict[bytes, Original] = {}
        self._dates: dict[bytes, Original] = {}
        self._words: dict[bytes, Original] = {}
        self._parts: dict[bytes, list[tuple[frozenset[bytes], Original]]] = {}
        self._literals: dict[bytes, tuple[frozenset[bytes], Original]] = {}
        for original in originals:
            self._add(original)

    def _add(self, original: Original) -> None:
        text = original.text.strip()
        # One character over and over is a filler, and flat regions of a picture are full of such runs.
        if text.casefold() in _DUMMIES or len(set(text)) < _DISTINCT:
            return
        if original.kind == "uid":
            self._uids[text.encode("ascii", "replace")] = original
        elif original.kind == "date":
            self._add_date(original, text)
        elif text.isdigit():
            if len(text) >= _SHORTEST_NUMBER:
                self._numbers[text.encode()] = original
        elif not text.isascii():
            self._add_literal(original, text)
        else:
            self._add_words(original, text)

    def _add_date(self, original: Original, text: str) -> None:
        if not re.fullmatch(r"\d{8}", text):
            return
        year, month, day = text[:4], text[4:6], text[6:]
        self._numbers[text.encode()] = original
        for mark in "-./":
            for spelled in ((year, month, day), (day, month, year), (month, day, year)):
                self._dates[mark.join(spelled).encode()] = original

    def _add_literal(self, original: Original, text: str) -> None:
        """A name in another script, group by group (PS3.5 6.2.1.1), in every encoding that can write it."""
        for group in text.split("="):
            parts = [part for part in group.split("^") if len(part) > 1]
            for encoding in _ENCODINGS:
                encoded = frozenset(filter(None, (_encode(part, encoding) for part in parts)))
                for one in encoded:
                    self._literals[one] = (encoded - {one}, original)

    def _add_words(self, original: Original, text: str) -> None:
        parts = frozenset(
            part.casefold().encode() for part in re.findall(r"[A-Za-z0-9]+", text) if len(part) >= _SHORTEST_PART
        )
        if len(parts) > 1:
            for part in parts:
                self._parts.setdefault(part, []).append((parts, original))
        else:
            self._words.update({part: original for part in parts if len(part) >= _SHORTEST_WORD})

    def find(self, content: bytes, *, program: bool = False) -> set[Original]:
        """The originals that stand in the bytes, also in two-byte text; a lone word says nothing in a program."""
        wide = b"\n".join(run.replace(b"\0", b"") for pattern in _WIDE_RUNS for run in pattern.findall(content))
        found = self._find(content, program) | self._find(wide, program)
        # The cells of a database stand side by side without a mark between them, in free pages too.
        return found | self._find_joined(content) if content.startswith(_SQLITE) else found

    def _find_joined(self, content: bytes) -> set[Original]:
        lower = content.lower()
        found = {original for word, original in self._words.items() if word in lower}
        found |= {original for uid, original in self._uids.items() if uid in content}
        for part, names in self._parts.items():
            around = b"\n".join(lower[at - _NEAR : at + _NEAR] for at in _places(lower, part))
            found |= {original for parts, original in names if any(other in around for other in parts - {part})}
        for run in set(_NUMBER_RUN.findall(content)):
            found |= {original for number, original in self._numbers.items() if _ends_or_holds(run, number)}
        return found

    def _find(self, content: bytes, program: bool) -> set[Original]:
        found = {self._uids[run] for run in set(_UID_RUN.findall(content)) if run in self._uids}
        if not program:
            found |= {self._numbers[run] for run in set(_NUMBER_RUN.findall(content)) if run in self._numbers}
            found |= {self._dates[run] for run in set(_DATE_RUN.findall(content)) if run in self._dates}
        found |= set(self._find_literals(content))
        return found | set(self._find_words(content, program))

    def _find_literals(self, content: bytes) -> Iterator[Original]:
        for literal, (others, original) in self._literals.items():
            start = content.find(literal)
            while start >= 0:
                around = content[max(start - _NEAR, 0) : start + len(literal) + _NEAR]
                # Two characters of another script are four bytes, which pictures hold by chance.
                if len(literal) >= _LONG_LITERAL or any(other in around for other in others):
                    yield original
                    break
                start = content.find(literal, start + 1)

    def _find_words(self, content: bytes, program: bool) -> Iterator[Original]:
        if not self._words and not self._parts:
            return
        for run in _WORD_RUN.finditer(content):
            word = run[0].lower()
            if word in self._words and not program:
                yield self._words[word]
            for parts, original in self._parts.get(word, ()):
                around = content[max(run.start() - _NEAR, 0) : run.end() + _NEAR].lower()
                if parts.intersection(_WORD_RUN.findall(around)) - {word}:
                    yield original


def _places(content: bytes, part: bytes) -> Iterator[int]:
    at = content.find(part)
    while at >= 0:
        yield max(at, _NEAR)
        at = content.find(part, at + 1)


def _ends_or_holds(run: bytes, number: bytes) -> bool:
    """Whether a run of digits holds a number; the digits of a UID hold every short number somewhere by chance."""
    return run.endswith(number) if len(run) > _LONGEST_NUMBER else number in run


def _encode(text: str, encoding: str) -> bytes:
    """The bytes of a text that is not ASCII; empty where the encoding cannot write it, or writes too little."""
    try:
        encoded = b"" if text.isascii() else text.encode(encoding)
    except UnicodeEncodeError:
        return b""
    return encoded if len(encoded) > _SHORTEST_PART else b""


def search(
    medium: Medium, originals: Iterable[Original], stated: Iterable[str], progress: Progress | None = None
) -> list[Finding]:
    """One finding for each file that holds an original, in its bytes or in its name; the text itself is never shown.

    `stated` are the codes of CID 7050 that the files state: what an option retains is no leak.
    """
    retained = {_RETAINED[code] for code in stated if code in _RETAINED}
    matcher = Matcher(original for original in originals if original.kind not in retained)
    found: list[Finding] = []
    paths = [*sorted(medium.files), MANIFEST]
    for done, path in enumerate(paths, start=1):
        file = medium.root / path
        if file.is_file():
            program = path.startswith(f"{VIEWER_FOLDER}/") or path == WINDOWS_VIEWER
            named = matcher.find(path.encode())
            found.extend(_findings(path, named | _in_file(matcher, file.read_bytes(), program)))
        if progress:
            progress(done, len(paths))
    return found


def _in_file(matcher: Matcher, content: bytes, program: bool) -> set[Original]:
    found = matcher.find(content, program=program)
    for unpacked in inflated(content):
        found |= matcher.find(unpacked, program=program)
    return found


def _findings(path: str, originals: set[Original]) -> Iterator[Finding]:
    if originals:
        kinds = sorted({f"{original.keyword} ({original.kind})" for original in originals})
        yield finding("identity.original", path, f"holds what stood in the source: {', '.join(kinds[:5])}")
