"""What a reader leaves on the slices of a case while looking at it: measures and key images."""

from viewer.marks.measure import Measure

Slice = tuple[int, int]


class Markings:
    """By slice, which is (stack_id, index); `touched` is the measure that was drawn or changed last."""

    def __init__(self) -> None:
        self._measures: dict[Slice, list[Measure]] = {}
        self.touched: tuple[Slice, int] | None = None
        self.key_images: set[Slice] = set()

    def on(self, where: Slice) -> tuple[Measure, ...]:
        """The measures of a slice, in the order in which they were drawn."""
        return tuple(self._measures.get(where, ()))

    def add(self, where: Slice, measure: Measure) -> None:
        """One more."""
        measures = self._measures.setdefault(where, [])
        measures.append(measure)
        self.touched = (where, len(measures) - 1)

    def change(self, where: Slice, number: int, measure: Measure) -> None:
        """Another in its place."""
        self._measures[where][number] = measure
        self.touched = (where, number)

    def last(self) -> Measure | None:
        """The measure that was touched last."""
        return None if self.touched is None else self._measures[self.touched[0]][self.touched[1]]

    def remove_last(self) -> None:
        """Take away the one that was touched last; then the one before it on the same slice counts as such."""
        if self.touched is not None:
            where, number = self.touched
            del self._measures[where][number]
            self.touched = (where, len(self._measures[where]) - 1) if self._measures[where] else None

    def clear(self, stack_id: int) -> None:
        """Take away all measures of a stack, as a reset of the display does (IHE BIR); key images stay."""
        self._measures = {where: found for where, found in self._measures.items() if where[0] != stack_id}
        if self.touched is not None and self.touched[0][0] == stack_id:
            self.touched = None

    def turn_key_image(self, where: Slice) -> None:
        """A key image becomes none, any other slice becomes one."""
        self.key_images ^= {where}
