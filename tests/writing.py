"""Writes images as a worker of a build does, where nothing is to be judged."""

from collections.abc import Sequence

from builder.pipeline.cleaner import look_for
from builder.plan import SkippedFile, WriteJob, WrittenInstance


def write_for(jobs: Sequence[WriteJob]) -> list[WrittenInstance | SkippedFile]:
    """The record of each job, or why its source was not taken."""
    return [done.record for done in look_for(jobs)]
