"""Shows what a build is doing: bars on a terminal, plain lines elsewhere; always on standard error."""

from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Screen:
    """Tells what a build is doing: bars on a terminal, plain lines elsewhere; always on standard error."""

    def __init__(self, *, bars: bool) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._bars = bars and self._console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(), console=self._console,
        )  # fmt: skip

    def __enter__(self) -> "Screen":
        if self._bars:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._progress.stop()

    def step(self, name: str) -> Callable[[int, int], None]:
        if not self._bars:
            self.say(f"{name} …")
            return lambda done, total: None
        task = self._progress.add_task(name, total=None)
        return lambda done, total: self._progress.update(task, completed=done, total=max(total, 1))

    def say(self, text: str) -> None:
        self._console.print(text, markup=False)
