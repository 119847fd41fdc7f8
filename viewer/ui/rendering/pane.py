"""Shows a solid in 3D and turns it with the mouse: coarse at first and while it moves, fine when it rests."""

import math

import numpy as np
from numpy.typing import NDArray
from PyQt5 import sip
from PyQt5.QtCore import QPointF, QRectF, Qt, QTimer
from PyQt5.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt5.QtWidgets import QWidget

from bundle.images.directions import orientation_letters
from viewer.annotation import Corners, Letters, TextLine, Weight, spacing_notes, whole_stack
from viewer.entries import date_text, sentence
from viewer.scene.body import Body
from viewer.scene.render_presets import RenderPreset, Side, in_voxels
from viewer.space.voxel_volume import Solid
from viewer.state import WHEEL_ZOOM, Annotation, Tool
from viewer.ui.look import theme
from viewer.ui.rendering.fine import FineCast
from viewer.ui.slices.overlay import Overlay
from viewer.ui.slices.pinch import Pinch
from viewer.ui.slices.viewing import Viewing
from viewer.ui.slices.wheel import turned
from viewer.words import tr

# The first picture has about this many rays, for which two cores need 50 ms; after this many ms the solid is at rest.
_RAYS, _REST = 60_000, 200
_DEGREES_PER_PIXEL = 0.4
_KEY_DEGREES = 10.0


class BodyPane(QWidget):
    """Left turns (or zooms or moves with that tool), middle moves, right and wheel zoom."""

    def __init__(self, viewing: Viewing, solid: Solid) -> None:
        super().__init__()
        self._viewing, self._solid = viewing, solid
        self.body = Body(solid)
        self._image, self._bytes = QImage(), b""
        self.coarse = 1.0
        self._stale = True
        self._announced = self._released = False
        averaged = self.body.averaged
        size = " × ".join(map(str, averaged))
        self._note = "" if averaged == (1, 1, 1) else tr("{size} voxels averaged into one").format(size=size)
        self._last: QPointF | None = None
        pinch = Pinch(self)
        pinch.begun.connect(self._let_go)
        pinch.zoomed.connect(self.zoom)
        pinch.moved.connect(self.move_by)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self.rest)
        self._fine = FineCast(self.body)
        self._fine.finished.connect(self._show_fine)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("3D view"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        viewing.changed.connect(self.update)

    @property
    def settled(self) -> bool:
        """Whether the picture has reached its final quality."""
        return not (self._stale or self._rest.isActive() or self._fine.busy)

    # The view

    def set_look(self, look: RenderPreset) -> None:
        """Another preset."""
        self.body.set_look(in_voxels(look, self._solid))
        self._changed(at_rest=True)

    def look_from(self, side: Side) -> None:
        """From one of the six sides."""
        self.body.look_from(side)
        self._changed(at_rest=True)

    def clip(self, shares: tuple[float, ...]) -> None:
        """Show only a box of it."""
        self.body.clip(shares)
        self._changed()

    def turn(self, right: float, down: float) -> None:
        """Turn by degrees."""
        self.body.turn(right, down)
        self._changed()

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

    def _let_go(self) -> None:
        self._last = None

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
        self._fine.begin(self._size())

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
        width, height = self._size()
        self.coarse = max(math.sqrt(width * height / _RAYS), 1.5)
        self._take(self.body.picture((width, height), self.coarse))

    def _show_fine(self, picture: NDArray[np.uint8] | None) -> None:
        if picture is None:  # a coarse picture is better than none
            self._note = tr("This PC has too little memory for a sharp picture")
        else:
            self.coarse = 1.0
            self._take(picture)
        self.update()

    def _take(self, picture: NDArray[np.uint8]) -> None:
        self._bytes = picture.tobytes()
        rows, columns, _ = picture.shape
        self._image = QImage(sip.voidptr(self._bytes), columns, rows, columns * 4, QImage.Format.Format_RGBX8888)
        self._stale = False

    def _corners(self) -> Corners:
        entry = self._viewing.entry
        lost = whole_stack(entry.stack, self._viewing.loaded_stack.frames)
        if self._viewing.annotation is Annotation.OFF:
            return Corners(bottom_left=lost)
        texts = (entry.patient.pseudonym, date_text(entry.study), entry.title)
        damaged = len(self._solid.damaged)
        notes = [tr("%n damaged images left out", damaged)] if damaged else []
        return Corners(
            top_left=(TextLine(entry.study.case, Weight.STRONG), *(TextLine(text) for text in texts if text)),
            bottom_left=(
                *lost,
                *spacing_notes(entry, self._solid.note),
                *(TextLine(sentence(note), Weight.NOTE) for note in (*notes, self._note) if note),
            ),
            bottom_right=(TextLine(tr("For orientation only: measure on the slices"), Weight.MUTED),),
        )

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """A different size needs a different picture."""
        self._changed()

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """A drag begins."""
        if event is not None:
            self._last = event.localPos()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """The solid follows the hand."""
        if event is None or self._last is None:
            return
        moved, self._last = event.localPos() - self._last, event.localPos()
        buttons, tool = event.buttons(), self._viewing.tool
        left = bool(buttons & Qt.MouseButton.LeftButton)
        if buttons & Qt.MouseButton.MiddleButton or (left and tool is Tool.PAN):
            self.move_by(moved)
        elif buttons & Qt.MouseButton.RightButton or (left and tool is Tool.ZOOM):
            self.zoom(float(2 ** (-moved.y() / 200)))
        elif left:
            self.turn(moved.x() * _DEGREES_PER_PIXEL, moved.y() * _DEGREES_PER_PIXEL)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """The drag ends."""
        self._last = None

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom in or out."""
        if event is not None:
            self.zoom(WHEEL_ZOOM ** turned(event))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """The arrows turn, plus and minus zoom; other keys go to the page."""
        if event is None:
            return
        turns = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        if event.key() in turns:
            right, down = turns[event.key()]  # type: ignore[index]
            self.turn(right * _KEY_DEGREES, down * _KEY_DEGREES)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(0.8 if event.key() == Qt.Key.Key_Minus else 1.25)
        else:
            super().keyPressEvent(event)

    def release(self) -> None:
        """Render no more."""
        self._released, self._stale = True, False
        self._rest.stop()
        self._fine.stop()
        self._viewing.changed.disconnect(self.update)
        self.body.close()


def _away(direction: tuple[float, float, float]) -> tuple[float, float, float]:
    x, y, z = direction
    return -x, -y, -z
