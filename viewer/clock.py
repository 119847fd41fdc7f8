"""When each phase of the start was reached, in seconds since the program began."""

import time

_begin = time.perf_counter()
_phases: dict[str, float] = {}


def mark(phase: str) -> None:
    """Remember when a phase was reached for the first time."""
    _phases.setdefault(phase, round(time.perf_counter() - _begin, 4))


def phases() -> dict[str, float]:
    """Phase -> seconds since the program began, in the order in which they were reached."""
    return dict(_phases)
