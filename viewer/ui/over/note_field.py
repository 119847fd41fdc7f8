"""The small field on a picture in which a reader writes a text beside a place."""

from collections.abc import Callable
import textwrap

from PyQt5 import sip
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QFocusEvent, QKeyEvent
from PyQt5.QtWidgets import QLineEdit, QWidget

from viewer.words import tr

LONGEST_TEXT = 120
# Longer texts have several lines on the picture, in letters.
_LINE = 32
_WIDTH, _BESIDE = 230, 9


class NoteField(QLineEdit):
    """Enter keeps the text, so does turning to something else; Esc drops it."""

    def __init__(self, picture: QWidget, at: QPointF, written: Callable[[str], None]) -> None:
        super().__init__(picture)
        self._written: Callable[[str], None] | None = written
        self.setMaxLength(LONGEST_TEXT)
        self.setPlaceholderText(tr("Text"))
        self.setAccessibleName(tr("Text"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(min(_WIDTH, max(picture.width() - 8, 40)))
        left = min(at.x() + _BESIDE, picture.width() - self.width() - 4)
        top = min(max(at.y() - self.sizeHint().height() / 2, 4), picture.height() - self.sizeHint().height() - 4)
        self.move(round(max(left, 4)), round(top))
        self.show()
        self.setFocus()

    def keep(self) -> None:
        """Hand the text over, if there is any, and go."""
        self._end(self.text().strip())

    def drop(self) -> None:
        """Go without a text."""
        self._end("")

    def _end(self, text: str) -> None:
        written, self._written = self._written, None
        if written is None:  # losing the focus ends it a second time
            return
        picture = self.parentWidget()
        if self.hasFocus() and picture is not None:
            picture.setFocus()
        self.close()
        if text:
            written(text)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter and Esc end it; all other keys are letters, and no commands."""
        if event is None:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep()
        elif event.key() == Qt.Key.Key_Escape:
            self.drop()
        else:
            super().keyPressEvent(event)
            event.accept()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """The reader turned to something else; a menu of the field itself is a part of it."""
        super().focusOutEvent(event)
        if event is None or event.reason() != Qt.FocusReason.PopupFocusReason:
            self.keep()


class Writing:
    """The text that is being written on a picture, if there is one."""

    def __init__(self) -> None:
        self._field: NoteField | None = None

    def begin(self, picture: QWidget, at: QPointF, written: Callable[[str], None]) -> None:
        """Ask for a text beside a place; `written` gets it."""
        self.end()
        self._field = NoteField(picture, at, written)

    def end(self, *, keep: bool = True) -> bool:
        """Keep the text so far, or drop it; False if there is none."""
        field, self._field = self._field, None
        if field is None or sip.isdeleted(field) or not field.isVisible():
            return False
        (field.keep if keep else field.drop)()
        return True


def text_lines(text: str) -> tuple[str, ...]:
    """A text as it stands on the picture."""
    return tuple(textwrap.wrap(text, _LINE, break_on_hyphens=False))
