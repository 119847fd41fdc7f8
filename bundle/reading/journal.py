"""The journal of a reader: an append-only file of JSON lines, each with its own digest and that of the line before.

Every run of the viewer begins a new file, so that a file has one writer, needs no lock, and a crash leaves a
half-written end that no program touches again. A file begins with the reader's other files that it has seen.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
import hashlib
import json
from pathlib import Path
import re
import secrets
from typing import Any
import unicodedata

from bundle.bounded import read_json
from bundle.medium.plain import as_folder
from bundle.medium.port import JournalFolder
from bundle.reading.sound_entries import MAX_JOURNAL, has_sound_keys, is_time, names_reader, too_much
from bundle.veiled import VEILED_FORMAT, unveiled_data, veiled_data

# Version 2 names the session in the first line, so that no older program takes its answers for those of session 1;
# version 3 veils what tells of cases.
JOURNAL_FORMAT, _KNOWN_FORMATS = VEILED_FORMAT, (1, 2, VEILED_FORMAT)
OPENING = "open"
_NAME = re.compile(r"R-([0-9a-f]{8})-([0-9a-f]{12})\.JSONL", re.IGNORECASE)
_END = re.compile(rb',"hash":"([0-9a-f]{64})"\}')
_END_LENGTH = 75


class Flaw(Enum):
    """What can be wrong with a journal."""

    TORN = "torn"
    ALTERED = "altered"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    FORMAT = "format"
    SHORTENED = "shortened"
    ABSENT = "absent"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in which file and line (0: the file as a whole), and what the program did about it."""

    flaw: Flaw
    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line. `number` counts from 1 in its file; `time` is UTC by the PC's clock, such as 2026-03-01T…Z."""

    file: str
    number: int
    time: str
    kind: str
    data: Mapping[str, Any]
    digest: str


@dataclass(slots=True)
class Journal:
    """One file as read: the sound entries, what is wrong, and the half-written end that was set aside."""

    name: str
    entries: list[JournalEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    torn: bytes = b""

    @property
    def opening(self) -> Mapping[str, Any]:
        """The data of the first line; empty if the line is missing."""
        first = self.entries[0] if self.entries else None
        return first.data if first is not None and first.kind == OPENING else {}

    @property
    def head(self) -> tuple[int, str]:
        """(number, digest) of the last sound entry."""
        return (self.entries[-1].number, self.entries[-1].digest) if self.entries else (0, "")


def now() -> str:
    """The time as the journal writes it: UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reader_key(name: str) -> str:
    """The same for every spelling of a reader's name: case and blanks do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def file_prefix(name: str) -> str:
    """How the names of a reader's files begin; they do not reveal the reader."""
    return f"R-{hashlib.sha256(reader_key(name).encode('utf-8', 'surrogatepass')).hexdigest()[:8]}-"


def is_journal_name(name: str) -> bool:
    """Whether a file's name is that of a journal."""
    return _NAME.fullmatch(name) is not None


def journal_paths(folder: Path) -> list[Path]:
    """The journals in a folder, by name; none if the folder is missing."""
    try:
        return sorted(path for path in folder.iterdir() if is_journal_name(path.name))
    except OSError:
        return []


def format_line(number: int, time: str, kind: str, data: Mapping[str, Any], previous: str) -> tuple[bytes, str]:
    """(line without its end, its digest). ASCII only, so that no editor or encoding alters a letter."""
    kept = veiled_data(data, is_opening=kind == OPENING)
    body = {"n": number, "time": time, "kind": kind, "data": kept, "prev": previous}
    text = json.dumps(body, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")
    digest = hashlib.sha256(text).hexdigest()
    return text[:-1] + b',"hash":"' + digest.encode() + b'"}', digest


def new_name(reader: str) -> str:
    """The name of a new file of a reader."""
    return f"{file_prefix(reader)}{secrets.token_hex(6)}.JSONL"


def first_data(name: str, reader: str, opening: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a file's first line."""
    return {"format": JOURNAL_FORMAT, "file": name, "reader": reader, **opening}


class JournalWriter:
    """A new file of a reader's journal. Every method raises OSError if the medium does not accept the data.

    Once `append` has returned, the entry is on the medium, as far as the system can guarantee it.
    """

    def __init__(self, folder: Path | JournalFolder, reader: str, opening: Mapping[str, Any]) -> None:
        self.folder, self.name = as_folder(folder), new_name(reader)
        self._number, self._digest = 0, ""
        self._file = self.folder.create(self.name)
        try:
            self.append(OPENING, first_data(self.name, reader, opening))
        except OSError:
            with suppress(OSError):  # a file without its first line says nothing
                self._file.remove()
            raise

    @property
    def path(self) -> Path:
        """The folder with the name of the journal in it."""
        return self.folder.path / self.name

    def append(self, kind: str, data: Mapping[str, Any], time: str = "") -> None:
        """Write one entry and make sure that it reaches the medium; after an OSError no part of it counts."""
        line, digest = format_line(self._number + 1, time or now(), kind, data, self._digest)
        self._file.append(line)
        self._number, self._digest = self._number + 1, digest

    @property
    def head(self) -> tuple[int, str]:
        """(number, digest) of the last entry written."""
        return self._number, self._digest

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_journal(path: Path) -> Journal:
    """The journal in a file; unreadable content is a problem of the journal, never an exception."""
    return journal_in(as_folder(path.parent), path.name)


def journals_in(folder: JournalFolder) -> list[Journal]:
    """Every journal in a folder, by name."""
    return [journal_in(folder, name) for name in folder.names() if is_journal_name(name)]


def journal_in(folder: JournalFolder, name: str) -> Journal:
    """A journal of a folder; unreadable content is a problem of the journal, never an exception."""
    try:
        return parse_journal(name, folder.read(name, MAX_JOURNAL))
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Journal(name, problems=[Problem(Flaw.UNREADABLE, name, 0, f"it cannot be read: {why}")])


def parse_journal(name: str, content: bytes) -> Journal:
    """The sound entries of a journal. A half-written end is set aside; an altered line is left out and named."""
    journal = Journal(name)
    if problem := too_much(content):
        _note(journal, Flaw.UNREADABLE, problem, line=0)
        return journal
    lines = content.split(b"\n")
    parsed = [_parse(name, line.removesuffix(b"\r")) for line in lines]
    # After a power failure a file may also end in zeros, or in whatever lay there on the medium before.
    while parsed and parsed[-1] is None and not _is_ended(lines[len(parsed) - 1]):
        parsed.pop()
    journal.torn = b"\n".join(lines[len(parsed) :])
    if journal.torn:
        _note(journal, Flaw.TORN, "the last line is half-written and was set aside", line=len(parsed) + 1)
    _chain(journal, parsed)
    _check_opening(journal)
    return journal


def _is_ended(line: bytes) -> bool:
    """Whether a line was written to its end, whatever comes before."""
    end = _END.search(line, max(0, len(line) - _END_LENGTH - 1))
    return end is not None and line[end.end() :] in (b"", b"\r")


def _parse(name: str, line: bytes) -> tuple[JournalEntry, str, bool] | None:
    """(entry, digest of the line before, whether its own digest is right), or None if the line is no entry."""
    end = _END.search(line, max(0, len(line) - _END_LENGTH))
    if end is None or end.end() != len(line):
        return None
    text = line[: end.start()] + b"}"
    try:
        body = read_json(text.decode())
        data = unveiled_data(body["data"])
        entry = JournalEntry(name, body["n"], body["time"], body["kind"], data, end[1].decode())
        previous = body["prev"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    texts = all(isinstance(field, str) for field in (entry.time, entry.kind, previous))
    if not texts or type(entry.number) is not int or not isinstance(entry.data, dict) or not is_time(entry.time):
        return None
    if not has_sound_keys(entry.data):
        return None
    return entry, previous, hashlib.sha256(text).hexdigest() == entry.digest


def _chain(journal: Journal, parsed: list[tuple[JournalEntry, str, bool] | None]) -> None:
    """Keep the sound entries in the order of their numbers, and note those altered, missing or out of place."""
    sound: dict[int, JournalEntry] = {}
    expected, last = 1, ""
    for line, found in enumerate(parsed, start=1):
        if found is None or not found[2]:
            _note(journal, *_DAMAGE[found is None], line=line)
            expected, last = expected + 1, "?"
            continue
        entry, previous, _ = found
        if entry.number > expected:
            _note(journal, Flaw.MISSING, f"lines before this one are missing: {entry.number - expected}", line=line)
        elif entry.number < expected or last not in ("?", previous):
            _note(journal, Flaw.MISSING, "this line does not follow the one before it", line=line)
        sound.setdefault(entry.number, entry)
        expected, last = entry.number + 1, entry.digest
    journal.entries = [sound[number] for number in sorted(sound)]


_DAMAGE = {
    True: (Flaw.UNREADABLE, "the line is not an entry and was left out"),
    False: (Flaw.ALTERED, "the line was altered after it was written, and was left out"),
}


def _check_opening(journal: Journal) -> None:
    if not journal.entries:
        return
    known = journal.opening.get("format")
    if not journal.opening:
        _note(journal, Flaw.MISSING, "the first line, which says whose journal this is, is missing")
    elif type(known) is not int or known not in _KNOWN_FORMATS:
        _note(journal, Flaw.FORMAT, f"it has format {known}; this program knows {JOURNAL_FORMAT} and older")
        journal.entries.clear()
    elif not names_reader(journal.opening.get("reader")):
        _note(journal, Flaw.UNREADABLE, "its first line names nobody who could have read, and it was not used")
        journal.entries.clear()


def _note(journal: Journal, flaw: Flaw, text: str, line: int = 1) -> None:
    journal.problems.append(Problem(flaw, journal.name, line, text))
