"""The stacks of series and their preview pictures, begun while other series are still being written."""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

from builder import preview
from builder.plan import WrittenInstance
from builder.stacks import OrderedStack, stacks_of

Stacks = list[tuple[OrderedStack, Future[preview.Preview]]]


class Previews:
    """What is made of each series whose files lie below `root`."""

    def __init__(self, root: Path, executor: Executor) -> None:
        self._root, self._executor = root, executor
        self._begun: dict[tuple[str, ...], Stacks] = {}

    def begin(self, written: Sequence[WrittenInstance]) -> None:
        """Of a series that may be complete: should others join it or some of them leave, this was for nothing."""
        if written:
            self._begun[_paths(written)] = self._make(written)

    def of(self, written: Sequence[WrittenInstance]) -> Stacks:
        """The stacks of a series, the largest first, with pictures that are done or under way."""
        return self._begun.get(_paths(written)) or self._make(written)

    def _make(self, written: Sequence[WrittenInstance]) -> Stacks:
        modality = written[0].modality
        return [(stack, self._picture(stack, modality)) for stack in stacks_of(written)]

    def _picture(self, stack: OrderedStack, modality: str) -> Future[preview.Preview]:
        shown = stack.slices[stack.middle]
        picture = shown.instance._replace(frames=())  # which may be thousands, and the worker needs but one
        return self._executor.submit(preview.make, self._root, picture, shown.frame, modality)


def _paths(written: Sequence[WrittenInstance]) -> tuple[str, ...]:
    return tuple(one.instance.path for one in written)
