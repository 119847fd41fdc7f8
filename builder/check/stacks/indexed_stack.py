"""A stack of the index with its slices, each beside its frame in the file."""

from dataclasses import dataclass
from functools import cached_property
import math

from builder.check.checks.index import Row
from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.frame_traits import Told
from builder.check.stacks.positions import StackLine, line
from bundle.index.records import Frame, Stack

# The index stores numbers as the same binary fractions as the decimal strings of the file.
_RELATIVE = 1e-9
# Direction cosines that differ by more are other directions, not just other digits.
_TURNED = 0.006


@dataclass(frozen=True)
class IndexedStack:
    """A stack with its rows, each beside its file and its frame in it, in the order of the index.

    `lacks` are the columns that an index of the first bundles does not have, `siblings` the stacks of the series that
    can be judged, out of `stacks` in all.
    """

    stack: Stack
    slices: tuple[tuple[Row, DicomFile, Frame], ...]
    lacks: frozenset[str]
    siblings: "list[IndexedStack]"
    stacks: int = 1

    @cached_property
    def frames(self) -> list[Frame]:
        """The frames of the files."""
        return [frame for _, _, frame in self.slices]

    @cached_property
    def told(self) -> list[Told]:
        """The statements of the files about each frame besides its position."""
        return [file.told[frame.frame_index] for _, file, frame in self.slices]

    @cached_property
    def line(self) -> StackLine | None:
        """The line of the frames; None for a single frame, or if one has no position."""
        return line(self.frames)

    @cached_property
    def turns(self) -> bool:
        """Whether the frames differ in direction."""
        cosines = [frame.image_orientation_patient for frame in self.frames if frame.image_orientation_patient]
        return any(
            abs(a - b) > _TURNED
            for cosines_of_frame in set(cosines)
            for a, b in zip(cosines_of_frame, cosines[0], strict=True)
        )

    @property
    def has_places(self) -> bool:
        """Whether every frame has a position."""
        return all(frame.image_position_patient is not None for frame in self.frames)

    @cached_property
    def numbers(self) -> list[tuple[int, int]]:
        """Instance Number and frame number."""
        return [(file.instance_number, frame.frame_index) for _, file, frame in self.slices]


def same(found: object, expected: object, tolerance: float = 0.0) -> bool:
    """Whether two numbers, or two tuples of them, or two missing ones, are the same."""
    if isinstance(found, tuple) and isinstance(expected, tuple):
        return len(found) == len(expected) and all(same(a, b, tolerance) for a, b in zip(found, expected, strict=True))
    if isinstance(found, int | float) and isinstance(expected, int | float):
        return math.isclose(found, expected, rel_tol=_RELATIVE, abs_tol=tolerance)
    return found == expected
