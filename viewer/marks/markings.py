"""A reader's marks on the slices of a case: measurements and key images."""

from viewer.marks.in_space import SpaceMarks
from viewer.marks.measure import Measure

Slice = tuple[int, int]


class Markings:
    """By slice, which is (stack_id, index); `touched` is the measurement that was drawn or changed last.

    `in_space` has the measurements on planes.
    """

    def __init__(self) -> None:
        self._measures: dict[Slice, list[Measure]] = {}
        self.touched: tuple[Slice, int] | None = None
        self.key_images: set[Slice] = set()
        self.in_space = SpaceMarks()

    def on(self, where: Slice) -> tuple[Measure, ...]:
        """The measurements on a slice, in the order in which they were drawn."""
        return tuple(self._measures.get(where, ()))

    def of_stack(self, stack_id: int) -> list[tuple[int, Measure]]:
        """The index of its slice, and the measurement, for all of a stack."""
        return [(where[1], measure) for where, found in self._measures.items() if where[0] == stack_id
                for measure in found]  # fmt: skip

    def add(self, where: Slice, measure: Measure) -> None:
        """Add a measurement."""
        measures = self._measures.setdefault(where, [])
        measures.append(measure)
        self.touched = (where, len(measures) - 1)

    def change(self, where: Slice, number: int, measure: Measure) -> None:
        """Replace a measurement."""
        self._measures[where][number] = measure
        self.touch(where, number)

    def touch(self, where: Slice, number: int) -> None:
        """Hold a measurement: from now on it is the one that was touched last."""
        self.touched = (where, number)

    def last(self) -> Measure | None:
        """The measurement that was touched last."""
        return None if self.touched is None else self._measures[self.touched[0]][self.touched[1]]

    def remove_last(self) -> None:
        """Delete the measurement touched last; the one before it on the same slice then counts as the last."""
        if self.touched is not None:
            where, number = self.touched
            del self._measures[where][number]
            self.touched = (where, len(self._measures[where]) - 1) if self._measures[where] else None

    def clear(self, stack_id: int) -> None:
        """Delete all measurements of a stack, as a reset of the display does (IHE BIR); key images stay."""
        self._measures = {where: found for where, found in self._measures.items() if where[0] != stack_id}
        if self.touched is not None and self.touched[0][0] == stack_id:
            self.touched = None

    def turn_key_image(self, where: Slice) -> None:
        """Mark the slice as a key image, or unmark it."""
        self.key_images ^= {where}
