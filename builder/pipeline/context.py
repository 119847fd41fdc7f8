"""What every step of a build works with, handed down as one thing."""

from concurrent.futures import Executor
from dataclasses import dataclass

from builder.deidentify import StudyKey
from builder.key.register import Register
from builder.plan import Talk


@dataclass(frozen=True, slots=True)
class Context:
    """Where parallel work runs, who is told of progress, the secret that pseudonyms and UIDs are made from, and the
    study's register."""

    executor: Executor
    talk: Talk
    key: StudyKey
    register: Register


def unsaid(done: int, total: int) -> None:
    """The progress of what takes no time that is worth a word."""
