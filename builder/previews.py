"""The stacks of series and their preview pictures, begun while other series are still being written."""

from collections.abc import Container, Sequence
from concurrent.futures import Executor, Future, wait
from pathlib import Path

from builder import preview
from builder.plan import WrittenInstance
from builder.stacks import OrderedStack, stacks_of

# Path and digest of each file.
Named = tuple[tuple[str, str], ...]
Stacks = list[tuple[OrderedStack, Future[preview.Preview]]]


class Previews:
    """What is made of each series whose files lie below `root`."""

    def __init__(self, root: Path, executor: Executor) -> None:
        self._root, self._executor = root, executor
        self._begun: dict[Named, Stacks] = {}

    def begin(self, written: Sequence[WrittenInstance]) -> None:
        """Of a series that may be complete: should others join it or some of them leave, this was for nothing."""
        if written:
            self._begun[_named(written)] = self._make(written)

    def wait(self, paths: Container[str]) -> None:
        """Return when nobody reads these files any more, which may be taken away or written anew."""
        for named, stacks in self._begun.items():
            if any(path in paths for path, _ in named):
                wait([picture for _, picture in stacks])

    def of(self, written: Sequence[WrittenInstance]) -> Stacks:
        """The stacks of a series, the largest first, with pictures that are done or under way."""
        return self._begun.get(_named(written)) or self._make(written)

    def _make(self, written: Sequence[WrittenInstance]) -> Stacks:
        modality = written[0].modality
        return [(stack, self._picture(stack, modality)) for stack in stacks_of(written)]

    def _picture(self, stack: OrderedStack, modality: str) -> Future[preview.Preview]:
        shown = stack.slices[stack.middle]
        picture = shown.instance._replace(frames=())  # which may be thousands, and the worker needs but one
        return self._executor.submit(preview.make, self._root, picture, shown.frame, modality)


def _named(written: Sequence[WrittenInstance]) -> Named:
    """With the digests, as a file may be written anew under its path."""
    return tuple((one.instance.path, one.instance.digest) for one in written)
