"""A page that shows a stack as a whole: it waits until all slices have arrived, or explains why it shows nothing."""

from collections.abc import Callable
import gc
from typing import TYPE_CHECKING, Protocol

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from bundle.errors import BundleError
from viewer.images.volume import LoadedStack
from viewer.ui.look import theme
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr, tr_error

if TYPE_CHECKING:  # it needs NumPy, which loads after the first slices
    from viewer.space.voxel_volume import Solid

# As many series as this are named.
_NAMED = 3


class Content(Protocol):
    """The content of a page for one solid: a widget that can release its memory."""

    @property
    def settled(self) -> bool:
        """Whether the picture has reached its final quality."""

    @property
    def picture(self) -> QWidget:
        """The picture that is copied, saved and printed."""

    def release(self) -> None:
        """Release the voxels."""


class StackPage(QWidget):
    """Makes new content for every stack that opens; `make` returns a widget that is a `Content`."""

    def __init__(
        self, viewing: Viewing, make: "Callable[[Viewing, Solid], QWidget]", leave: Callable[[], None] = lambda: None
    ) -> None:
        """`leave` returns to the slices."""
        super().__init__()
        self._viewing, self._make, self._leave = viewing, make, leave
        self.content: QWidget | None = None
        self._shown: LoadedStack | None = None
        self._message = QLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setFont(theme.sized(self._message.font(), 18))
        self._message.setContentsMargins(60, 0, 60, 0)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._message, 1)
        self._refusal = self._ways_out()
        self._layout.addWidget(self._refusal, 1)
        viewing.opened.connect(self._begin)
        viewing.loaded.connect(self._begin)
        viewing.progressed.connect(self._tell)
        self._begin()

    def _ways_out(self) -> QWidget:
        """Below the reason why there is no picture: what works instead, and the way back."""
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(60, 18, 60, 0)
        column.setSpacing(14)
        self._instead = QLabel()
        self._instead.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._instead.setWordWrap(True)
        back = QPushButton(tr("Back to the slices (Esc)"))
        back.clicked.connect(lambda _checked: self._leave())
        column.addWidget(self._instead)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        part.hide()
        return part

    def _refuse(self, reason: str) -> None:
        self._message.setText(reason)
        low = Qt.Alignment()
        low |= Qt.AlignmentFlag.AlignHCenter
        low |= Qt.AlignmentFlag.AlignBottom
        self._message.setAlignment(low)
        self._instead.setText(_instead(self._viewing))
        self._refusal.show()
        if self.isVisible():
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Esc leaves a page without a picture; other keys go to the window."""
        if event is not None and event.key() == Qt.Key.Key_Escape and self.content is None:
            self._leave()
        else:
            super().keyPressEvent(event)

    @property
    def settled(self) -> bool:
        """Whether the content has its best picture, or the page shows the reason why there is none."""
        return self._is_here and (self.content is None or self.content.settled)

    @property
    def picture(self) -> QWidget:
        """The picture that is copied, saved and printed; the page itself if it has none."""
        return self if self.content is None else self.content.picture

    @property
    def _is_here(self) -> bool:
        return self._shown is self._viewing.loaded_stack

    @property
    def message(self) -> str:
        """The text in place of the content."""
        return self._message.text()

    def _begin(self) -> None:
        if self._is_here:
            return
        self._clear()
        loaded = self._viewing.loaded_stack
        if not loaded.complete:
            self._tell(loaded.arrived, len(loaded.slices))
            return
        self._shown = loaded
        try:
            self._fill(loaded)
        except BundleError as error:
            self._refuse(tr_error(error))
        except (ImportError, OSError) as error:
            self._refuse(unavailable(error))
        except MemoryError:
            self._refuse(tr("This PC does not have enough memory to show the whole series."))

    def _fill(self, loaded: LoadedStack) -> None:
        from viewer.space.voxel_volume import make_solid

        self.content = self._make(self._viewing, make_solid(loaded))
        self._message.hide()
        self._layout.addWidget(self.content)
        self.content.setFocus()
        from viewer.startup import resident

        resident.hold_frozen()  # VTK is loaded now

    def _tell(self, arrived: int, total: int) -> None:
        if not self._is_here and arrived < total:
            self._message.setText(tr("Loading {arrived} of {total}").format(arrived=arrived, total=total))

    def _clear(self) -> None:
        content, self.content, self._shown = self.content, None, None
        if content is not None:
            content.setEnabled(False)  # a button held down when the page closes must have no effect
            content.release()
            content.hide()
            content.deleteLater()
            # Its parts refer to each other; otherwise the voxels would stay until Python looks for such.
            QTimer.singleShot(0, _collect)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.show()
        self._refusal.hide()

    def release(self) -> None:
        """Release everything: the reader leaves the page."""
        self._viewing.opened.disconnect(self._begin)
        self._viewing.loaded.disconnect(self._begin)
        self._viewing.progressed.disconnect(self._tell)
        self._clear()


def _collect() -> None:
    gc.collect()


def unavailable(error: Exception) -> str:
    """A page reads its libraries when it first opens; by then the medium may be gone."""
    return tr(
        "This view is not available: a part of the viewer cannot be read.\n\n"
        "If the stick or disc was removed, put it back and start the viewer again.\n\n"
        "For technical support: {reason}"
    ).format(reason=f"{type(error).__name__}: {error}")


def _of_slices(loaded: LoadedStack) -> str:
    """What the slices of a series are still good for."""
    if loaded.damaged >= len(loaded.slices):
        return tr("None of its slices can be shown either: all of its images are damaged.")
    if loaded.damaged:
        return tr("Those of its slices that are not damaged can be scrolled, measured and marked.")
    return tr("Its slices can be scrolled, measured and marked.")


def _instead(viewing: Viewing) -> str:
    """What works where planes and 3D do not."""
    shown = viewing.entry
    others = [
        entry.title
        for entry in viewing.entries
        if entry.study is shown.study and entry is not shown and entry.stack.is_volume
    ]
    text = _of_slices(viewing.loaded_stack)
    if not others:
        return text
    more = tr("In this case, planes and 3D are there for: {series}").format(series="; ".join(others[:_NAMED]))
    return f"{text}\n{more}"
