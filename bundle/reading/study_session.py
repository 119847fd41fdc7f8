"""Sessions of a study: the same cases read again, later or with something else, apart from the answers before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bundle.reading.journal import Journal, reader_key

MOST_SESSIONS = 99


class StudySession(NamedTuple):
    """One session of a study: its number, and the arm that is read in it; empty if the study has no arms."""

    number: int = 1
    arm: str = ""

    def __str__(self) -> str:
        return f"session {self.number}, {self.arm}" if self.arm else f"session {self.number}"

    @property
    def opening(self) -> dict[str, Any]:
        """What a journal's first line says of it."""
        return {"session": self.number, "arm": self.arm}


SESSION_1 = StudySession()


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What a form says of sessions: `number` and `arm` of this medium, and whether it says the number at all.

    `arms` are those of each reader, by reader key, in the order of the sessions; `washout` is in days.
    """

    number: int = 1
    arm: str = ""
    is_said: bool = False
    washout: int = 0
    arms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, reader: str) -> StudySession:
        """The session of a reader on this medium: the place of its arm among the reader's, or the form's number."""
        order = self.arms.get(reader_key(reader), ())
        return StudySession(order.index(self.arm) + 1 if self.arm in order else self.number, self.arm)


def session_of(journal: Journal) -> StudySession:
    """The session that a journal belongs to; those of version 1 name none, and belong to session 1."""
    number, arm = journal.opening.get("session", 1), journal.opening.get("arm", "")
    return StudySession(number if type(number) is int else 1, arm if isinstance(arm, str) else "")


def of_session(journals: Iterable[Journal], session: StudySession) -> list[Journal]:
    """The journals of one session."""
    return [journal for journal in journals if session_of(journal) == session]
