"""Distances that the self-test draws by clicks, on a slice and on a plane, and the lengths that they must have."""

import math

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QApplication, QWidget

from viewer.startup.report import MeasureResult
from viewer.state import Tool
from viewer.ui.shell.window import MainWindow

# Where the ends of a distance are, as shares of the picture's width and height.
_ENDS = ((0.3, 0.35), (0.65, 0.6))


def measure_on_slice(window: MainWindow) -> MeasureResult:
    """A distance on the slice that is shown, against the pixel spacing of the index."""
    from viewer.marks.measure import length

    viewing, pane = window.viewing, window.pane
    stack, mapping = viewing.entry.stack, pane.mapping()
    places = [(round(x * stack.columns), round(y * stack.rows)) for x, y in _ENDS]
    _draw(window, pane, [QPointF(*mapping.to_screen(*place)) for place in places])
    drawn = viewing.markings.on(viewing.port.where)
    if not drawn or stack.pixel_spacing is None:
        return MeasureResult(reason="no distance was drawn")
    shown = length(stack, *drawn[-1].points)
    viewing.markings.remove_last()
    down, right = stack.pixel_spacing
    (x0, y0), (x1, y1) = places
    return MeasureResult(shown, math.hypot((x1 - x0) * right, (y1 - y0) * down), _tolerance(max(down, right)))


def measure_on_plane(window: MainWindow) -> MeasureResult:
    """A distance on the coronal plane of the page that is shown, against two places in the patient."""
    from viewer.space.mpr import Plane
    from viewer.ui.mpr.page import MprPage

    page = window.pages.page
    content = None if page is None else page.content
    if not isinstance(content, MprPage):
        return MeasureResult(reason="the planes did not open")
    pane, marks = content.panes[Plane.CORONAL], window.viewing.markings.in_space
    cut = pane.cut()
    places = [cut.point_at(x * cut.columns, y * cut.rows) for x, y in _ENDS]
    before = len(marks.all)
    _draw(window, pane, [pane.spot((float(place[0]), float(place[1]), float(place[2]))) for place in places])
    if len(marks.all) == before:
        return MeasureResult(reason="no distance was drawn")
    shown = math.dist(*marks.all[-1].points)
    marks.remove_last()
    pixel = float(np.linalg.norm(cut.point_at(1, 0) - cut.point_at(0, 0)))
    return MeasureResult(shown, float(np.linalg.norm(places[0] - places[1])), _tolerance(pixel))


def _tolerance(pixel: float) -> float:
    """The length of a pixel's diagonal in mm: each end may be half of it away."""
    return pixel * math.sqrt(2)


def _draw(window: MainWindow, pane: QWidget, places: list[QPointF]) -> None:
    """Click at both places with the tool for distances."""
    before = window.viewing.tool
    window.viewing.set_tool(Tool.DISTANCE)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for place in places:
        for kind, held in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none)):
            QApplication.sendEvent(pane, QMouseEvent(kind, place, left, held, Qt.KeyboardModifier.NoModifier))
        QApplication.processEvents()
    window.viewing.set_tool(before)
