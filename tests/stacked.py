"""The content of a bundle's stacks, read from its files: for tests that know the right answer."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bundle.index.index import Catalog
from bundle.index.records import Stack, StackFrame
from tests.conftest import Built


@dataclass(frozen=True)
class Seen:
    """A stack with its slices, and the stored values of each at one pixel, which identify it."""

    stack: Stack
    frames: tuple[StackFrame, ...]
    values: tuple[int, ...]

    @property
    def along(self) -> list[float]:
        """Where the slices lie along z."""
        return [frame.image_position_patient[2] for frame in self.frames]


def stacks_in(drive: Path, *, row: int = 4, column: int = 1) -> list[Seen]:
    """All stacks of a bundle, with the values at a pixel."""
    with Catalog(drive) as catalog:
        stacks = [stack for study in catalog.studies() for series in study.series for stack in series.stacks]
        seen = [(stack, catalog.frames(stack.stack_id)) for stack in stacks]
    return [
        Seen(stack, frames, tuple(_value(drive, stack, frame, row, column) for frame in frames))
        for stack, frames in seen
    ]


def _value(drive: Path, stack: Stack, frame: StackFrame, row: int, column: int) -> int:
    kind = np.dtype(f"<{'i' if stack.pixel_representation else 'u'}{stack.bits_allocated // 8}")
    pixel = (frame.frame_index * stack.rows + row) * stack.columns + column
    return int(np.fromfile(drive / frame.path, kind, count=1, offset=frame.pixel_offset + pixel * kind.itemsize)[0])


def wrong_findings(built: Built) -> list[str]:
    """The check's findings about the index, except a hole in a series, which is true."""
    found = [
        finding
        for finding in built.outcome.findings
        if finding.severity != "hint" and finding.check.startswith("index.")
    ]
    return [f"{finding.check}: {finding.message}" for finding in found if finding.check != "index.gap"]
