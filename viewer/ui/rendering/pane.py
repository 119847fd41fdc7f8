"""Shows a solid in 3D and turns it with the mouse: coarse at first and while it moves, fine when it rests."""

from collections.abc import Callable
import time

import numpy as np
from numpy.typing import NDArray
from PyQt5 import sip
from PyQt5.QtCore import QPointF, QRectF, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt5.QtWidgets import QWidget

from bundle.images.directions import orientation_letters
from viewer.annotation import Corners, Letters
from viewer.scene.body import Body
from viewer.scene.labelled.mixed import LabelLook
from viewer.scene.pace import Pace
from viewer.scene.render_presets import RenderPreset, Side, in_voxels, shifted
from viewer.space.voxel_volume import Solid
from viewer.state import WHEEL_ZOOM, Annotation
from viewer.ui.look import theme
from viewer.ui.rendering import words
from viewer.ui.rendering.fine import cast_picture
from viewer.ui.rendering.hand import BodyHand
from viewer.ui.rendering.jobs import Job
from viewer.ui.rendering.labelled import labelled_notes
from viewer.ui.rendering.scissors import Scissors, Snip
from viewer.ui.rendering.sculptor import Sculptor
from viewer.ui.slices.overlay import Overlay
from viewer.ui.slices.pinch import Pinch
from viewer.ui.slices.viewing import Viewing
from viewer.ui.slices.wheel import turned
from viewer.words import tr

_REST = 200  # after this many ms the solid is at rest


class BodyPane(QWidget):
    """Left turns (or does what the tool or the scissors do), middle moves, right and wheel zoom."""

    enlarged = pyqtSignal()
    # The picture at rest is there, or there is none.
    sharpened = pyqtSignal()

    def __init__(self, viewing: Viewing, solid: Solid) -> None:
        super().__init__()
        self._viewing, self._solid = viewing, solid
        self.body = Body(solid)
        self.sculptor, self.scissors = Sculptor(self.body, solid), Scissors()
        self.sculptor.changed.connect(lambda: self._changed(at_rest=True))
        self._look: RenderPreset | None = None
        self.shift = 0.0
        self._image, self._bytes = QImage(), b""
        self.coarse, self._pace = 1.0, Pace()
        # Ends what goes on by itself, as soon as the reader does something; False if nothing does.
        self.interrupt: Callable[[], bool] = lambda: False
        self._stale = True
        self._announced = self._released = False
        self._averaged, self._failed, self._hint = words.averaged_note(self.body.averaged), "", ""
        self._hand = BodyHand(self, viewing)
        pinch = Pinch(self)
        pinch.begun.connect(self._hand.let_go)
        pinch.zoomed.connect(self.zoom)
        pinch.moved.connect(self.move_by)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self.rest)
        self._fine = Job()
        self._fine.ended.connect(self._show_fine)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("3D view"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.label_look: Callable[[], LabelLook | None] = lambda: None
        viewing.changed.connect(self.follow)

    def follow(self) -> None:
        """Segments may have come, gone, or changed their colours."""
        labels = self.label_look()
        if labels != self.body.labels and not self._released:
            self.body.set_labels(labels)
            self._changed()
        self.update()

    @property
    def settled(self) -> bool:
        """Whether the picture has reached its final quality."""
        return not (self._stale or self._rest.isActive() or self._fine.busy or self.sculptor.busy)

    # The view

    def set_look(self, look: RenderPreset) -> None:
        """Another preset, at its own values."""
        self._look, self.shift = look, 0.0
        self._use_look()

    def shift_by(self, share: float) -> None:
        """Move the preset by a share of its values: above 0, less is seen."""
        if self._look is not None:
            self.shift += share * (self._look.points[-1][0] - self._look.points[0][0])
            self._use_look(at_rest=False)

    def restore_look(self) -> None:
        """The preset at its own values."""
        self.shift = 0.0
        self._use_look()

    def _use_look(self, *, at_rest: bool = True) -> None:
        if self._look is not None:
            self.body.set_look(in_voxels(shifted(self._look, self.shift), self._solid))
            self._changed(at_rest=at_rest)

    def look_from(self, side: Side) -> None:
        """From one of the six sides."""
        self.body.look_from(side)
        self._changed(at_rest=True)

    def clip(self, shares: tuple[float, ...]) -> None:
        """Show only a box of it."""
        self.body.clip(shares)
        self._changed()

    def turn(self, right: float, down: float, *, at_rest: bool = False) -> None:
        """Turn by degrees."""
        self.body.turn(right, down)
        self._changed(at_rest=at_rest)

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom in by a factor, about a point of the pane or its middle."""
        self.body.zoom(factor)
        if about is not None:
            self.move_by((about - QRectF(self.rect()).center()) * (1 - factor))
        self._changed()

    def move_by(self, way: QPointF) -> None:
        """Move by this many pixels of the screen."""
        height = max(self.height(), 1)
        self.body.move(way.x() / height, way.y() / height)
        self._changed()

    def say(self, text: str) -> None:
        """Answer on the picture, until the reader does something else."""
        self._hint = text
        self.update()

    def take_scissors(self, snip: Snip | None) -> None:
        """The left button draws round what is cut away or kept; with None it does what the tool does."""
        self.scissors.cancel()
        self.scissors.snip = snip
        self.setCursor(Qt.CursorShape.OpenHandCursor if snip is None else Qt.CursorShape.CrossCursor)
        self.update()

    def _changed(self, *, at_rest: bool = False) -> None:
        if self._released:  # a last resize may still arrive
            return
        self._fine.stop()
        self._stale = True
        self._rest.start(0 if at_rest else _REST)
        self.update()

    def rest(self) -> None:
        """Nothing moves: make the picture fine."""
        self._rest.stop()
        body, size = self.body, self._size()
        view = body.view(size)
        self._fine.begin(lambda wanted: cast_picture(body, view, size, wanted))

    # Painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The picture, and the texts on it."""
        if self._stale and self._announced:
            self._show_coarse()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.IMAGE_BACKGROUND)
        if not self._announced:  # the first picture takes a second without any response
            Overlay(painter, QRectF(self.rect())).message("", tr("Preparing 3D"), theme.MUTED)
            painter.end()
            self._announced = True
            QTimer.singleShot(0, self.update)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), self._image)
        self.scissors.paint(painter)
        overlay = Overlay(painter, QRectF(self.rect()))
        overlay.corners(self._corners())
        if self._viewing.annotation is not Annotation.OFF:
            right, down = self.body.facing
            overlay.letters(Letters(*(orientation_letters(way) for way in (_away(right), right, _away(down), down))))
        painter.end()

    def _size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def _show_coarse(self) -> None:
        size, start = self._size(), time.perf_counter()
        self.coarse = self._pace.coarse(size)
        try:
            self._take(self.body.picture(size, self.coarse))
            self._pace.took(time.perf_counter() - start)
        except Exception as error:  # the window goes on, and the picture says that it is an old one or none
            self._fail(error)

    def _show_fine(self, result: object) -> None:
        if isinstance(result, np.ndarray):
            self.coarse, self._failed = 1.0, ""
            self._take(result)
        elif isinstance(result, Exception):  # a coarse picture is better than none
            self._fail(result)
        self.update()
        self.sharpened.emit()

    def _fail(self, error: Exception) -> None:
        self._failed, self._stale = words.failed_note(error), False

    def _take(self, picture: NDArray[np.uint8]) -> None:
        self._bytes = picture.tobytes()
        rows, columns, _ = picture.shape
        self._image = QImage(sip.voidptr(self._bytes), columns, rows, columns * 4, QImage.Format.Format_RGBX8888)
        self._stale = False

    def _corners(self) -> Corners:
        start = 0.0 if self._look is None else self._look.points[0][0] + self.shift
        moved = words.shift_note(start, self.shift, self._viewing.entry.stack.units)
        clipped = words.clip_note(self._solid, self.body.box)
        changed = (*self.sculptor.notes(), clipped, moved, self._failed, *labelled_notes(self.body.labels))
        return words.corners(self._viewing, self._solid, (self._averaged,), changed, self._hint)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """A different size needs a different picture."""
        self._changed()

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """A drag or a line of the scissors begins."""
        if event is not None:
            self.touch()
            self._hand.press(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """The left button makes the picture fill the page, or gives the page back."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton and self.scissors.snip is None:
            self._hand.let_go()
            self.enlarged.emit()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """The solid follows the hand."""
        if event is not None:
            self._hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """The drag ends; the scissors cut."""
        self._hand.release()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom in or out."""
        if event is not None:
            self.touch()
            self.zoom(WHEEL_ZOOM ** turned(event))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """The arrows turn, plus and minus zoom; other keys go to the page."""
        if event is None:
            return
        ended = self.touch() and event.key() == Qt.Key.Key_Escape
        if not ended and not self._hand.key(event):
            super().keyPressEvent(event)

    def touch(self) -> bool:
        """The reader does something: what was said before is over. True if that ended something."""
        self._hint = ""
        self.update()
        return self.interrupt()

    def release(self) -> None:
        """Render no more."""
        self._released, self._stale = True, False
        self._rest.stop()
        self._fine.stop()
        self.sculptor.release()
        self._viewing.changed.disconnect(self.follow)
        self.body.close()


def _away(direction: tuple[float, float, float]) -> tuple[float, float, float]:
    x, y, z = direction
    return -x, -y, -z
