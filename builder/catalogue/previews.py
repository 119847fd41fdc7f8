"""The stacks of series and their preview pictures, started while other series are still being written."""

from array import array
from collections.abc import Collection, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import replace
import hashlib
from pathlib import Path
from typing import NamedTuple

from builder.catalogue import preview
from builder.plan import WrittenInstance
from builder.stacks.stacks import OrderedStack, Slice, slices_of, stacks_of

Stacks = list[tuple[OrderedStack, Future[preview.Preview]]]


class _Begun(NamedTuple):
    """A stack without its slices, their places among the frames of the series, and its picture."""

    stack: OrderedStack
    places: "array[int]"
    picture: Future[preview.Preview]


class Previews:
    """The stacks and pictures of each series whose files lie below `root`."""

    def __init__(self, root: Path, executor: Executor) -> None:
        self.root, self._executor = root, executor
        self._begun: dict[bytes, list[_Begun]] = {}

    def begin(self, written: Sequence[WrittenInstance]) -> None:
        """Start with a series that may be complete: if images join or leave it later, this work was in vain."""
        if written:
            places = {_name(slice_): place for place, slice_ in enumerate(slices_of(written))}
            self._begun[_key(written)] = [
                _Begun(
                    replace(stack, slices=()), array("L", (places[_name(slice_)] for slice_ in stack.slices)), picture
                )
                for stack, picture in self._make(written)
            ]

    def wait(self, paths: Collection[str]) -> None:
        """Return when no worker reads any file, if some of these may be removed or rewritten."""
        if paths:
            wait([preview.picture for begun in self._begun.values() for preview in begun])

    def of(self, written: Sequence[WrittenInstance]) -> Stacks:
        """The stacks of a series, the largest first, with finished or pending pictures; call it once per series."""
        begun = self._begun.pop(_key(written), [])
        slices = slices_of(written) if begun else []
        made = [
            (replace(preview.stack, slices=tuple(slices[k] for k in preview.places)), preview.picture)
            for preview in begun
        ]
        return made or self._make(written)

    def _make(self, written: Sequence[WrittenInstance]) -> Stacks:
        modality = written[0].modality
        return [(stack, self._picture(stack, modality)) for stack in stacks_of(written)]

    def _picture(self, stack: OrderedStack, modality: str) -> Future[preview.Preview]:
        shown = stack.slices[stack.middle]
        picture = shown.instance._replace(frames=())  # there may be thousands, and the worker needs only one
        return self._executor.submit(preview.make, self.root, picture, shown.frame, modality)


def _name(slice_: Slice) -> tuple[str, int]:
    return slice_.instance.path, slice_.frame.frame_index


def _key(written: Sequence[WrittenInstance]) -> bytes:
    """A short key for exactly these images; a file may be rewritten under its path."""
    return hashlib.sha256(
        "\n".join(f"{record.instance.path} {record.instance.digest}" for record in written).encode()
    ).digest()
