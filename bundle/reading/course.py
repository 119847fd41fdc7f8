"""The course of a reading: when a case was looked at and submitted, how long it took, and what was submitted first.

And when a reader judged the screen by the test pattern, or wrote a case for another program, which are no answers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bundle.reading.journal import Journal, JournalEntry

# The kind of the line that the test pattern was looked at.
MONITOR = "monitor"
# The kind of the line that a case was written as plain files.
HANDED = "handed"
# No screen is wider or higher, in pixels.
_LARGEST = 100_000
# More than a window can be open between two entries, in seconds.
_LONGEST = 86_400


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission: its entry, and the answers as they were then, by question id and series."""

    entry: JournalEntry
    answers: Mapping[tuple[str, str], Any]


@dataclass(slots=True)
class Course:
    """`looks` are the entries written when the case was shown; times are seconds with the window active.

    `idle` is the part of them without any input, and is counted once nothing was touched for as long as the form says.
    """

    looks: list[JournalEntry] = field(default_factory=list)
    first_answer: str = ""
    # When the reader was first shown the reference of a training case.
    feedback: str = ""
    # Why answers were changed after the submission, by file and line.
    reasons: dict[tuple[str, int], str] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)
    before: float = 0.0
    after: float = 0.0
    idle: float = 0.0

    @property
    def first_look(self) -> str:
        """When the case was first shown; empty if no entry says it."""
        return self.looks[0].time if self.looks else ""

    @property
    def first_submitted(self) -> str:
        """When it was first submitted; empty if it never was."""
        return self.submissions[0].entry.time if self.submissions else ""

    @property
    def windows(self) -> int:
        """In how many windows the case was shown: each run of the viewer writes a file of its own."""
        return len({look.file for look in self.looks})

    def add_answer(self, entry: JournalEntry, reason: str) -> None:
        """Note when the first answer was given, and why one was changed."""
        self.first_answer = self.first_answer or entry.time
        if reason:
            self.reasons[entry.file, entry.number] = reason

    def add_time(self, data: Mapping[str, Any]) -> float:
        """Count the seconds of an entry, before or after the first submission; returns them, 0 if they cannot be."""
        seconds, idle = _seconds(data.get("seconds")), _seconds(data.get("idle", 0))
        if self.submissions:
            self.after += seconds
        else:
            self.before += seconds
        self.idle += min(idle, seconds)
        return seconds


@dataclass(frozen=True, slots=True)
class MonitorLook:
    """The test pattern was looked at: its entry, the screen's (width, height) in pixels, and for how many seconds."""

    entry: JournalEntry
    screen: tuple[int, int]
    seconds: float


def monitor_looks(journals: Iterable[Journal]) -> Iterator[MonitorLook]:
    """All looks at the test pattern that these journals tell of."""
    for journal in journals:
        for entry in journal.entries:
            screen = entry.data.get("screen")
            if entry.kind == MONITOR and isinstance(screen, list) and len(screen) == 2 and all(map(_is_side, screen)):
                yield MonitorLook(entry, (screen[0], screen[1]), _seconds(entry.data.get("seconds")))


def handed_cases(journals: Iterable[Journal]) -> Iterator[JournalEntry]:
    """The lines which say that a reader wrote a case as plain files for another program."""
    for journal in journals:
        yield from (entry for entry in journal.entries if entry.kind == HANDED and entry.data.get("case"))


def _is_side(pixels: object) -> bool:
    return type(pixels) is int and 0 < pixels <= _LARGEST


def _seconds(value: object) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LONGEST
    return float(value) if good and isinstance(value, int | float) else 0.0
