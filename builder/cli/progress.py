"""Shows the progress of a build: bars on a terminal, plain lines elsewhere; always on standard error."""

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from builder import plan


class _Count(ProgressColumn):
    """'120 of 432', once the total is known."""

    def render(self, task: Task) -> Text:
        if not task.total or not task.fields["counted"]:
            return Text("")
        if task.fields["in_bytes"]:
            return Text(f"{task.completed / 1e6:,.0f} of {task.total / 1e6:,.0f} MB")
        return Text(f"{task.completed:,.0f} of {task.total:,.0f}")


class _Time(ProgressColumn):
    """How long a step will still take, or has taken."""

    def render(self, task: Task) -> Text:
        if task.finished:
            return Text(f"took {_clock(task.finished_time)}")
        if task.time_remaining is None:
            return Text(_clock(task.elapsed))
        return Text(f"{_clock(task.time_remaining)} left")


def _clock(seconds: float | None) -> str:
    minutes, rest = divmod(round(seconds or 0), 60)
    return f"{minutes}:{rest:02d}"


class Screen:
    """Shows the progress of a build; use it as a context, so that the terminal is left in order."""

    def __init__(self, *, bars: bool) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._bars = bars and self._console.is_terminal
        self._task: TaskID | None = None
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(28), _Count(), _Time(), console=self._console
        )

    def __enter__(self) -> "Screen":
        if self._bars:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()
        if self._bars:
            self._progress.stop()

    def step(self, name: str, *, in_bytes: bool = False) -> plan.Progress:
        """A new step begins; the one before is done, even if it counted nothing."""
        self._finish()
        if not self._bars:
            self.say(f"{name} …")
            return lambda done, total: None
        task = self._task = self._progress.add_task(name, total=None, counted=False, in_bytes=in_bytes)
        return lambda done, total: self._progress.update(task, completed=done, total=total or None, counted=total > 0)

    def say(self, text: str) -> None:
        """One line that stays."""
        self._console.print(text, markup=False)

    def _finish(self) -> None:
        if self._task is not None:
            total = self._progress.tasks[self._task].total or 1
            self._progress.update(self._task, total=total, completed=total)
            self._task = None
