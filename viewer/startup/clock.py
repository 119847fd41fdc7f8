"""When the program reached each phase of its start, in seconds since it began."""

from contextlib import suppress
from pathlib import Path
import time

_begin = time.perf_counter()
_moments: dict[str, float] = {}
_log: list[Path] = []
_first_shown: list[tuple[int, object]] = []


def mark(phase: str) -> None:
    """Record when the program first reached a phase."""
    if phase not in _moments:
        _moments[phase] = time.perf_counter()
        _write(phase)


def slice_shown(index: int, window: object) -> None:
    """A slice from its file was painted; a difference from the first one shows that the viewer responds."""
    if not _first_shown:
        _first_shown.append((index, window))
        mark("first slice shown")
    if index != _first_shown[0][0]:
        mark("scrolling answers")
    if window != _first_shown[0][1]:
        mark("windowing answers")


def phases() -> dict[str, float]:
    """Phase -> seconds since the program began, in order."""
    return {phase: round(moment - _begin, 4) for phase, moment in _moments.items()}


def follow(log: Path) -> None:
    """Write every phase into a file as soon as it is reached: the system's monotonic clock, a tab, the phase."""
    _log.append(log)
    for phase in _moments:
        _write(phase)


def _write(phase: str) -> None:
    for log in _log:
        with suppress(OSError), log.open("a", encoding="utf-8") as stream:
            stream.write(f"{_moments[phase]:.6f}\t{phase}\n")
