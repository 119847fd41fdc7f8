"""Where a session's lines are kept: on the medium, else on this PC; what neither accepts keeps waiting in memory."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bundle.medium.port import BundleMedium, JournalFolder
from bundle.reading.journal import JournalWriter, now, parse_journal
from viewer.reading.unwritten import Waiting, waiting_journal

Heads = dict[str, list[object]]


class Keeping:
    """Writes the lines of one reader; `seen` are the heads of the journals that were read, by name."""

    def __init__(
        self, medium: BundleMedium, folders: Sequence[JournalFolder], reader: str,
        opening: Callable[[], Mapping[str, Any]], seen: Heads,
    ) -> None:  # fmt: skip
        self._medium, self._mark, self._folders = medium, medium.mark(), folders
        self._reader, self._opening, self._seen = reader, opening, seen
        self._writer: JournalWriter | None = None
        self._waiting: list[Waiting] = []
        # Whether lines wait because nothing accepts them.
        self.stuck = False

    @property
    def folder(self) -> Path | None:
        """Where the lines are written; None as long as there are none."""
        return None if self._writer is None else self._writer.folder.path

    def heads(self) -> Heads:
        """The heads of all journals; nothing while there is none of our own, or a line waits."""
        if self._writer is None or self._waiting:
            return {}
        return {**self._seen, self._writer.name: list(self._writer.head)}

    def note(self, kind: str, data: dict[str, Any]) -> str:
        """Take a line, which `flush` writes; returns its time."""
        self._waiting.append((kind, data, now()))
        return self._waiting[-1][2]

    def flush(self) -> None:
        """Write everything that waits."""
        while self._waiting and self._write(*self._waiting[0]):
            self._waiting.pop(0)
        self.stuck = bool(self._waiting)

    def close(self) -> None:
        """Write the rest, and close the file."""
        self.flush()
        self._let_go()

    def waiting_journal(self) -> dict[str, bytes]:
        """The lines that wait as a journal of their own, by its name; empty if none does."""
        return waiting_journal(self._reader, self._first(), self._waiting)

    def are_in_a_copy(self, journals: Mapping[str, bytes]) -> None:
        """The lines of `waiting_journal` are in a file that somebody keeps: they wait no longer."""
        for name, content in journals.items():
            self._seen[name] = list(parse_journal(name, content).head)
            self._waiting.clear()
            self.stuck = False

    def _write(self, kind: str, data: Mapping[str, Any], time: str) -> bool:
        if self._writer is not None:
            try:
                self._writer.append(kind, data, time)
                return True
            except OSError:  # full, removed, or read-only: try the next place
                self._seen[self._writer.name] = list(self._writer.head)
                self._let_go()
        here = self._medium.mark() == self._mark  # create no folder on another medium
        for folder in self._folders if here else self._folders[1:]:
            try:
                self._writer = JournalWriter(folder, self._reader, self._first())
                self._writer.append(kind, data, time)
                return True
            except OSError:
                self._let_go()
        return False

    def _first(self) -> dict[str, Any]:
        """The data of a journal's first line."""
        return {**self._opening(), "seen": self._seen}

    def _let_go(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None
