"""The points that a reader sets for the curves of a case, one curve through each stack; patient LPS in mm."""

from bundle.index.records import Vector
from viewer.marks.history import History, Step

Points = tuple[Vector, ...]


class CurveMarks:
    """By stack_id; each change is a step of `history`."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.all: dict[int, Points] = {}

    def through(self, stack_id: int) -> Points:
        """The points of a stack's curve, in their order."""
        return self.all.get(stack_id, ())

    def put(self, stack_id: int, points: Points) -> None:
        """These are its points from now on."""
        before = self.through(stack_id)
        if points != before:
            self._use(stack_id, points)
            self._history.did(Step(lambda: self._use(stack_id, before), lambda: self._use(stack_id, points)))

    def _use(self, stack_id: int, points: Points) -> None:
        rest = {other: its for other, its in self.all.items() if other != stack_id}
        self.all = {**rest, stack_id: points} if points else rest
