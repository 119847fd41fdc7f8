"""The answers of the open case that have a place on its images, and the question that waits for a click."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt5.QtCore import QObject, pyqtSignal

from viewer.reading.asking import Asked
from viewer.reading.shapes import AnswerShape


class Answered(QObject):
    """Filled by the form; the panes draw `shown`. Without a form it stays empty.

    `placed` brings a mark that the question in `asked` waits for, `sought` one to show on its plane, `moved` a shape
    that was dragged; `cancelled` tells that the reader wants to answer no more, `changed` that the panes must be
    painted anew. `fixed`: nothing can be dragged, since the case is submitted and locked.
    """

    placed = pyqtSignal(object)
    sought = pyqtSignal(object)
    moved = pyqtSignal(object)
    cancelled = pyqtSignal()
    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.shapes: tuple[AnswerShape, ...] = ()
        self.asked: Asked | None = None
        self.fixed = False
        self._held: AnswerShape | None = None

    @property
    def shown(self) -> tuple[AnswerShape, ...]:
        """All shapes; the one that is being dragged at its place so far."""
        held = self._held
        return self.shapes if held is None else tuple(held if _same(held, shape) else shape for shape in self.shapes)

    def show(self, shapes: Sequence[AnswerShape], *, fixed: bool = False) -> None:
        """Show these from now on."""
        self.shapes, self.fixed, self._held = tuple(shapes), fixed, None
        self.changed.emit()

    def ask(self, asked: Asked | None) -> None:
        """A question waits for clicks from now on; None ends that."""
        self.asked = asked
        self.changed.emit()

    def refuse(self, reason: str) -> None:
        """Say on the image why a click was no answer."""
        if self.asked is not None:
            self.asked = replace(self.asked, refused=reason)
            self.changed.emit()

    def cancel(self) -> bool:
        """The reader wants to answer no more; False if nothing was asked."""
        if self.asked is None:
            return False
        self.cancelled.emit()
        return True

    def hold(self, shape: AnswerShape | None) -> None:
        """Show a shape where it is being dragged; None lets it go back."""
        self._held = shape
        self.changed.emit()

    def drop(self) -> None:
        """The drag has ended: the answer changes, if the shape has moved."""
        held, self._held = self._held, None
        if held is not None and held not in self.shapes:
            self.moved.emit(held)
        self.changed.emit()


def _same(one: AnswerShape, other: AnswerShape) -> bool:
    return (one.answer, one.number) == (other.answer, other.number)
