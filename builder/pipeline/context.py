"""The tools of every step of a build, passed as one value."""

from concurrent.futures import Executor
from dataclasses import dataclass

from builder.deidentify import StudyKey
from builder.key.register import Register
from builder.plan import Talk


@dataclass(frozen=True, slots=True)
class Context:
    """The executor of parallel work, the listener for progress, the secret for pseudonyms and UIDs, the register."""

    executor: Executor
    talk: Talk
    key: StudyKey
    register: Register


def unsaid(done: int, total: int) -> None:
    """The progress of a step too short to report."""
