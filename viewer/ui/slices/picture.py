"""The picture of a slice: grey levels from a port's state, kept until the state changes, and painted in its place."""

from PyQt5 import sip
from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QImage, QPainter

from bundle.errors import BundleError
from viewer.images import early
from viewer.images.volume import LoadedStack
from viewer.images.windowing import rescale_of
from viewer.space.mapping import Mapping
from viewer.startup import clock
from viewer.state import ViewState
from viewer.ui.look import theme
from viewer.ui.slices.overlay import Overlay
from viewer.ui.slices.port import Port
from viewer.words import tr, tr_error


class SlicePicture:
    """One pane's picture; without `smooth` each pixel is a rectangle of one grey."""

    def __init__(self) -> None:
        self.smooth = True
        self._image = QImage()
        self._image_of: tuple[object, ...] = ()

    def paint(self, painter: QPainter, overlay: Overlay, port: Port, mapping: Mapping) -> None:
        """The slice, its preview while it loads, or why there is none."""
        image = self._current(port)
        failure = port.loaded_stack.failure(port.state.index)
        if image is not None and not image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
            painter.drawImage(_target(port, mapping), image)
            clock.mark("first picture")
        elif failure is not None:
            overlay.message(tr("This image cannot be shown"), why_none(port, failure), theme.DAMAGE)
        else:
            overlay.message("", tr("Loading this slice"), theme.MUTED)

    def _current(self, port: Port) -> QImage | None:
        state = port.state
        raw = port.loaded_stack.raw_bytes(state.index)
        if raw is None:
            stack = port.entry.stack
            # With another window the preview would look different, and jump when the slice arrives.
            is_preview = (state.index, state.window) == (stack.preview_frame, stack.window) and not port.failed
            return _as_shown(port.preview, state) if is_preview else None
        key = (port.loaded_stack, state.index, state.window, state.inverted)
        if key != self._image_of:
            stack = port.entry.stack
            self._image = as_image(greys_of(port.loaded_stack, raw, state), stack.rows, stack.columns)
            self._image_of = key
            clock.slice_shown(state.index, state.window)
        return self._image


def why_none(port: Port, failure: BundleError) -> str:
    """Why a slice cannot be shown; to a blinded reader the path of a file might tell which case it is."""
    named = [key for key in ("path", "place") if key in failure.details] if port.entry.blinded else []
    return tr_error(failure, **dict.fromkeys(named, tr("The file of this image")))


def _as_shown(preview: QImage, state: ViewState) -> QImage:
    """The picture of the index, inverted like the slice that comes after it."""
    shown = QImage(preview)
    if state.inverted:
        shown.invertPixels()
    return shown


def _target(port: Port, mapping: Mapping) -> QRectF:
    stack = port.entry.stack
    return QRectF(QPointF(*mapping.to_screen(0, 0)), QPointF(*mapping.to_screen(stack.columns, stack.rows)))


def greys_of(loaded: LoadedStack, raw: memoryview, state: ViewState) -> bytes | memoryview:
    """The grey levels of an arrived slice, by NumPy as soon as that is loaded."""
    kind, rescale = loaded.kind_of(state.index), rescale_of(loaded.frames[state.index])
    if early.can_show(kind) and not early.numpy_is_here():
        return early.to_grey(raw, kind, rescale, state.window, state.inverted)
    from viewer.images import grey

    return grey.to_grey(loaded.voxels[state.index], kind, rescale, state.window, state.inverted).data.cast("B")


def as_image(grey: bytes | memoryview, rows: int, columns: int) -> QImage:
    """A copy of the picture in a format that Qt draws smoothly in half the time of grey levels."""
    over = QImage(sip.voidptr(grey), columns, rows, columns, QImage.Format.Format_Grayscale8)
    return over.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
