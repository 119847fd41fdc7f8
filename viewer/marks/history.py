"""What the reader did, step by step, to undo and redo it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# More than anybody takes back one by one; older steps stay as they are.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Step:
    """Takes one action back, and does it again."""

    back: Callable[[], None]
    forth: Callable[[], None]


class History:
    """The steps of one case, in their order; what is undone can be redone until something else is done."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._parts: list[Step] | None = None

    def did(self, step: Step) -> None:
        """Keep a step that was just taken."""
        if self._parts is not None:
            self._parts.append(step)
            return
        self._done = [*self._done, step][-_MOST:]
        self._undone.clear()

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """Everything done meanwhile is one step."""
        self._parts = []
        try:
            yield
        finally:
            parts, self._parts = self._parts, None
            if parts:
                self.did(
                    Step(lambda: _take(step.back for step in parts[::-1]), lambda: _take(step.forth for step in parts))
                )

    def undo(self) -> bool:
        """Take the last step back; False if there is none."""
        if not self._done:
            return False
        step = self._done.pop()
        self._undone.append(step)
        step.back()
        return True

    def redo(self) -> bool:
        """Do the step undone last again; False if there is none."""
        if not self._undone:
            return False
        step = self._undone.pop()
        self._done.append(step)
        step.forth()
        return True

    def forget(self) -> None:
        """From now on nothing before this can be undone or redone: the reader has submitted it."""
        self._done.clear()
        self._undone.clear()


def _take(ways: Iterable[Callable[[], None]]) -> None:
    for way in ways:
        way()
