"""A reader's marks on the slices of a case: measurements and key images, each change of which can be undone."""

from viewer.marks.curves import CurveMarks
from viewer.marks.history import History, Step
from viewer.marks.in_space import SpaceMarks
from viewer.marks.measure import Measure

Slice = tuple[int, int]
_Kept = tuple[dict[Slice, tuple[Measure, ...]], tuple[Slice, int] | None, frozenset[Slice]]


class Markings:
    """By slice, which is (stack_id, index); `touched` is the measurement that was drawn or changed last.

    `in_space` has the measurements on planes, `curves` the points of curves.
    """

    def __init__(self) -> None:
        self._measures: dict[Slice, tuple[Measure, ...]] = {}
        self.touched: tuple[Slice, int] | None = None
        self.key_images: frozenset[Slice] = frozenset()
        self.history = History()
        self.in_space, self.curves = SpaceMarks(self.history), CurveMarks(self.history)

    def on(self, where: Slice) -> tuple[Measure, ...]:
        """The measurements on a slice, in the order in which they were drawn."""
        return self._measures.get(where, ())

    @property
    def all(self) -> dict[Slice, tuple[Measure, ...]]:
        """The measurements on every slice that has any."""
        return {where: measures for where, measures in self._measures.items() if measures}

    def of_stack(self, stack_id: int) -> list[tuple[int, Measure]]:
        """The index of its slice, and the measurement, for all of a stack."""
        return [(where[1], measure) for where, found in self._measures.items() if where[0] == stack_id
                for measure in found]  # fmt: skip

    def add(self, where: Slice, measure: Measure) -> None:
        """Add a measurement."""
        before, measures = self._kept(), self.on(where)
        self._measures[where] = (*measures, measure)
        self.touched = (where, len(measures))
        self._did(before)

    def change(self, where: Slice, number: int, measure: Measure) -> None:
        """Replace a measurement while it is being moved; `moved` keeps the step."""
        if number < len(self.on(where)):  # it may have been deleted while it was being moved
            self._put(where, number, measure)
            self.touch(where, number)

    def moved(self, where: Slice, number: int, before: Measure) -> None:
        """The move has ended that began with `before`."""
        now = self.on(where)[number] if number < len(self.on(where)) else before
        if now != before:
            self._put(where, number, before)
            kept = self._kept()
            self._put(where, number, now)
            self._did(kept)

    def _put(self, where: Slice, number: int, measure: Measure) -> None:
        measures = self.on(where)
        self._measures[where] = (*measures[:number], measure, *measures[number + 1 :])

    def touch(self, where: Slice, number: int) -> None:
        """Hold a measurement: from now on it is the one that was touched last."""
        self.touched = (where, number)

    def last(self) -> Measure | None:
        """The measurement that was touched last."""
        return None if self.touched is None else self.on(self.touched[0])[self.touched[1]]

    def remove(self, where: Slice, number: int) -> None:
        """Delete a measurement; the one before it on the same slice then counts as touched last."""
        before, measures = self._kept(), self.on(where)
        self._measures[where] = (*measures[:number], *measures[number + 1 :])
        self.touched = (where, len(measures) - 2) if len(measures) > 1 else None
        self._did(before)

    def remove_last(self) -> None:
        """Delete the measurement touched last."""
        if self.touched is not None:
            self.remove(*self.touched)

    def clear(self, stack_id: int) -> None:
        """Delete all measurements of a stack, on its slices and on planes through them; key images stay."""
        before = self._kept()
        self._measures = {where: found for where, found in self._measures.items() if where[0] != stack_id}
        if self.touched is not None and self.touched[0][0] == stack_id:
            self.touched = None
        with self.history.as_one():
            if self._measures != before[0]:
                self._did(before)
            self.in_space.clear(stack_id)

    def turn_key_image(self, where: Slice) -> None:
        """Mark the slice as a key image, or unmark it."""
        before = self._kept()
        self.key_images ^= {where}
        self._did(before)

    def _kept(self) -> _Kept:
        return dict(self._measures), self.touched, self.key_images

    def _restore(self, kept: _Kept) -> None:
        self._measures, self.touched, self.key_images = dict(kept[0]), kept[1], kept[2]

    def _did(self, before: _Kept) -> None:
        after = self._kept()
        self.history.did(Step(lambda: self._restore(before), lambda: self._restore(after)))
