"""The pages of planes and of the body in the real window: places, letters and measures by real events."""

from contextlib import contextmanager
from dataclasses import replace
import gc
import os
import time

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QToolButton
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.space.test_mpr import Plane
from viewer.scene.render_presets import CT_LOOKS, SIDES
from viewer.state import Annotation, WindowDrag
from viewer.ui.mpr import words
from viewer.ui.rendering import page as body_page
from viewer.ui.shell import pages
from viewer.ui.trial import wait_until

SHAPE, SPACING, STEP = (40, 64, 80), (1.5, 1.0), 2.0
ORIGIN = np.array((-40.0, -48.0, 10.0))


def value_of(point):
    """What the phantom holds at a patient place: a plane through values that tells where it is."""
    return 3 * (point[0] + 40) + 2 * (point[1] + 48) + 5 * (point[2] - 10)


@pytest.fixture
def phantom(tmp_path):
    """Voxels that encode their place in the patient."""
    k, j, i = np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij")
    points = ORIGIN[:, None, None, None] + np.array((i * SPACING[1], j * SPACING[0], k * STEP))
    stored = np.rint(value_of(points)).astype(int)
    positions = [tuple(ORIGIN + np.array((0, 0, STEP * n))) for n in range(SHAPE[0])]
    spec = StackSpec(stored, positions, AXIAL, pixel_spacing=SPACING, window=(400, 1000))
    shifted = StackSpec(stored[:4], [(x, 0, z) for x, z in ((0, 0), (9, 5), (0, 10), (0, 15))])
    return bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([spec]), SeriesSpec([shifted], number=2)])])


@pytest.fixture
def planes(show_window, phantom):
    """The window with its page of planes."""
    window = show_window(phantom, size=(1200, 800))
    QTest.keyClick(window.pane, Qt.Key.Key_M)
    assert wait_until(lambda: window.pages.page is not None and window.pages.page.content is not None, 20)
    QApplication.processEvents()
    return window, window.pages.page.content


def at(pane, column, row):
    ratio = pane.devicePixelRatioF()
    return QPoint(round((column + 0.5) / ratio), round((row + 0.5) / ratio))


@pytest.mark.parametrize("plane", list(Plane))
def test_a_click_in_any_plane_goes_to_the_place_whose_value_is_shown_there(planes, plane):
    _, page = planes
    pane = page.panes[plane]
    cut = pane.cut()
    for share in ((0.4, 0.55), (0.6, 0.43), (0.46, 0.36)):
        where = at(pane, cut.columns * share[0], cut.rows * share[1])
        QTest.mouseMove(pane, where)
        QApplication.processEvents()
        before = pane.place(QPointF(where))
        expected = pane.cut().point_at(*before)
        shown = pane._picture.value_at(pane.pixels, before)
        assert shown == pytest.approx(value_of(expected), abs=3.0)  # a tenth of a voxel is 3 here, at the most
        QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=where)
        assert np.array(page.planes.state.point) == pytest.approx(expected, abs=0.05)


def test_the_wheel_goes_along_the_normal_by_one_voxel(planes):
    _, page = planes
    pane, before = page.panes[Plane.AXIAL], np.array(page.planes.state.point)
    event = QWheelEvent(QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(pane, event)
    assert np.array(page.planes.state.point) - before == pytest.approx((0, 0, -STEP))


def test_a_line_that_is_turned_turns_the_planes_and_esc_brings_them_back(planes):
    _, page = planes
    pane = page.panes[Plane.AXIAL]
    hair = pane.hair()
    line = next(crossing for crossing in hair.lines if crossing.other is Plane.CORONAL)
    far = hair.reach * 1.3
    start = at(pane, hair.center[0] + line.direction[0] * far, hair.center[1] + line.direction[1] * far)
    end = at(pane, hair.center[0] + far * np.cos(0.5), hair.center[1] + far * np.sin(0.5))
    first = page.planes.state
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(pane, left, pos=start)
    held = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(end), Qt.MouseButton.NoButton, left, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(pane, held)
    QTest.mouseRelease(pane, left, pos=end)
    turned = page.planes.state.facings
    angle = np.degrees(np.arccos(abs(np.dot(turned[Plane.CORONAL].normal, first.facings[Plane.CORONAL].normal))))
    assert angle == pytest.approx(np.degrees(0.5), abs=1.0)
    assert abs(np.dot(turned[Plane.CORONAL].normal, turned[Plane.SAGITTAL].normal)) < 1e-9
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert page.planes.state == first


def test_the_same_key_goes_back_and_the_bytes_are_given_back(planes):
    window, page = planes
    QTest.keyClick(page.panes[Plane.AXIAL], Qt.Key.Key_M)
    assert window.pages.page is None
    assert QApplication.focusWidget() in (window.pane, None)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not window.pages.findChildren(body_page.BodyPage)


def test_another_series_is_shown_in_planes_or_says_why_not(planes):
    window, page = planes
    QTest.keyClick(page.panes[Plane.AXIAL], Qt.Key.Key_PageDown)
    assert wait_until(lambda: window.pages.settled, 10)
    assert window.pages.page.content is None
    said = " ".join(label.text() for label in window.pages.page.findChildren(QLabel))
    assert "MPR and 3D are not available" in said


@contextmanager
def lossy(viewing, notes):
    """The entry that is shown was compressed with loss; only while nothing else happens in the window."""
    entry = viewing.entry
    viewing.port.entry = replace(entry, stack=replace(entry.stack, notes=notes))
    yield
    viewing.port.entry = entry


def test_loss_by_compression_is_said_on_planes_whatever_else_is_written(planes):
    window, page = planes
    said = {}
    with lossy(window.viewing, "compressed with loss, 12 : 1"):
        for level in Annotation:
            found = [words.corners(window.viewing, page.planes, plane, level).bottom_left for plane in page.panes]
            said[level] = [line.text for corner in found for line in corner]
    assert said[Annotation.OFF] == said[Annotation.MINIMAL] == ["Compressed with loss, 12 : 1"]
    assert said[Annotation.FULL][0] == "Compressed with loss, 12 : 1" and len(said[Annotation.FULL]) == 2
    pane = page.panes[Plane.AXIAL]
    window.viewing.set_annotation(Annotation.OFF)
    bare = pane.grab().toImage()
    with lossy(window.viewing, "compressed with loss, 12 : 1"):
        assert pane.grab().toImage() != bare


# 3D


@pytest.fixture
def body(show_window, phantom):
    """The window with its 3D page."""
    window = show_window(phantom, size=(900, 700))
    QTest.keyClick(window.pane, Qt.Key.Key_N)
    assert wait_until(lambda: window.pages.page is not None and window.pages.page.content is not None, 60)
    QApplication.processEvents()
    return window, window.pages.page.content


def test_a_body_is_seen_in_every_look_and_from_every_side(body):
    _, page = body
    seen = set()
    for look in CT_LOOKS[:2]:
        page.pane.set_look(look)
        for side in SIDES:
            page.pane.look_from(side)
            page.pane.repaint()
            picture = page.pane._bytes
            assert len(set(picture[::97])) > 5
            right, down = page.pane.body.facing
            assert np.cross(right, down) == pytest.approx(-np.array(side.toward), abs=1e-6)
            assert -np.array(down) == pytest.approx(side.up, abs=1e-6)
            seen.add(picture)
    assert len(seen) == 12


def test_it_is_coarse_while_it_turns_and_fine_when_it_rests(body):
    _, page = body
    page.pane.repaint()
    start = QPoint(200, 200)
    QTest.mousePress(page.pane, Qt.MouseButton.LeftButton, pos=start)
    left = Qt.MouseButton.LeftButton
    held = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(260, 200), Qt.MouseButton.NoButton, left, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(page.pane, held)
    page.pane.repaint()
    assert page.pane.coarse > 1 and not page.settled
    QTest.mouseRelease(page.pane, left, pos=QPoint(260, 200))
    assert wait_until(lambda: page.settled, 20)
    assert page.pane.coarse == 1 and len(page.pane._bytes) == page.pane.width() * page.pane.height() * 4


def test_loss_by_compression_is_said_on_the_body_whatever_else_is_written(body):
    window, page = body
    with lossy(window.viewing, "compressed with loss"):
        for level in Annotation:
            window.viewing.annotation = level
            corners = page.pane._corners()
            assert [line.text for line in corners.bottom_left] == ["Compressed with loss"]
            assert bool(corners.top_left) == (level is not Annotation.OFF)


def test_a_page_that_cannot_be_read_any_more_says_so(show_window, phantom, monkeypatch):
    def gone(viewing, solid):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(pages, "_make_3d", gone)
    window = show_window(phantom, size=(900, 700))
    window.pages.show_page("3d")
    assert wait_until(lambda: window.pages.settled, 20)
    assert window.pages.page.content is None
    assert "If the stick or disc was removed" in window.pages.page.message
    assert "Input/output error" in window.pages.page.message
    window.pages.leave()
    assert window.pages.page is None


def test_3d_says_that_it_is_prepared_before_the_first_picture_holds_it_up(body):
    window, page = body
    pane = body_page.BodyPane(window.viewing, page.pane._solid)
    pane.set_look(page.looks[0])
    pane.look_from(SIDES[0])
    pane.resize(400, 300)
    image = pane.grab().toImage()
    assert not pane._bytes and len({image.pixel(x, y) for x in range(400) for y in range(130, 170)}) > 3
    pane.grab()
    assert len(set(pane._bytes)) > 5
    pane.release()


def test_the_window_lives_while_a_fine_picture_is_cast_and_a_key_ends_it(body, monkeypatch):
    _, page = body
    assert wait_until(lambda: page.settled, 20)
    plain = page.pane.body.rows
    done = []
    monkeypatch.setattr(page.pane.body, "rows", lambda *which: (time.sleep(0.02), done.append(1), plain(*which))[2])
    turns = []
    ticking = QTimer()
    ticking.timeout.connect(lambda: turns.append(page.pane._fine.busy))
    ticking.start(0)
    page.pane.rest()
    assert wait_until(lambda: page.settled, 20)
    assert sum(turns) >= 10
    page.pane.rest()
    done.clear()
    assert wait_until(lambda: done, 5)
    QTest.keyClick(page.pane, Qt.Key.Key_Left)
    assert not page.pane._fine.busy and not page.settled
    page.pane.repaint()
    assert page.pane.coarse > 1
    assert wait_until(lambda: page.settled, 20)
    assert page.pane.coarse == 1


def test_the_clipping_box_takes_away_what_lies_outside(body):
    _, page = body
    assert wait_until(lambda: page.settled, 20)
    whole = seen(page)
    next(button for button in page.findChildren(QToolButton) if button.text() == "Clip").click()
    page._clip.sliders[1].setValue(50)
    assert page.clip_shares == (0.0, 0.5, 0.0, 1.0, 0.0, 1.0)
    assert wait_until(lambda: page.settled, 20)
    assert 0.3 * whole < seen(page) < 0.7 * whole


def seen(page) -> float:
    """The share of the picture that is not black."""
    return float(np.frombuffer(page.pane._bytes, np.uint8).reshape(-1, 4)[:, :3].any(axis=1).mean())


def test_no_vtk_object_outlives_its_page(show_window, phantom):
    from vtkmodules.vtkCommonCore import vtkObjectBase

    def count():
        gc.collect()
        return sum(isinstance(tracked, vtkObjectBase) for tracked in gc.get_objects())

    window = show_window(phantom, size=(900, 700))
    counts = []
    for _ in range(3):
        for name in ("3d", "mpr", "single"):
            window.pages.show_page(name)
            wait_until(lambda: window.pages.settled, 30)
            window.grab()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        counts.append(count())
    # What Qt deletes later may take another turn of its loop; what is kept for good would add up.
    assert wait_until(lambda: count() <= counts[0], 5), counts


def without_a_display():
    """No X server, and so no OpenGL either: 3D is cast by the processor and painted by Qt."""
    return {**{k: v for k, v in os.environ.items() if k != "DISPLAY"}, "QT_QPA_PLATFORM": "offscreen"}


@pytest.mark.parametrize("layout", ["mpr", "3d"])
def test_a_layout_opens_straight_from_the_command_line(phantom, tmp_path, layout):
    import subprocess
    import sys

    picture = tmp_path / "picture.png"
    done = subprocess.run(
        [sys.executable, "-m", "viewer", str(phantom), "--layout", layout, "--screenshot", str(picture)],
        env=without_a_display(), timeout=120, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert picture.stat().st_size > 10_000


def test_dragging_the_window_on_a_plane_follows_the_readers_preference(planes):
    window, page = planes
    pane, right = page.panes[Plane.AXIAL], Qt.MouseButton.RightButton
    first = window.viewing.state.window

    def drag_up() -> tuple[float, float]:
        QTest.mousePress(pane, right, pos=QPoint(60, 60))
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(60, 30), Qt.MouseButton.NoButton, right, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(pane, event)
        QTest.mouseRelease(pane, right, pos=QPoint(60, 30))
        return window.viewing.state.window

    assert drag_up()[0] < first[0]
    window.viewing.reset()
    window.viewing.prefer(WindowDrag(turned=True))
    assert drag_up()[0] > first[0]


def test_a_button_that_is_held_down_while_its_page_goes_is_not_heard(show_window, bundle_root):
    window = show_window(bundle_root)
    window.pages.show_page("3d")
    assert wait_until(lambda: window.pages.settled, 20)
    body = window.pages.page.content
    look = next(button for button in body.findChildren(QToolButton) if button.text() == body.looks[1].name)
    heard = []
    look.clicked.connect(heard.append)
    QTest.mousePress(look, Qt.MouseButton.LeftButton)
    QTest.keyClick(body.pane, Qt.Key.Key_N)
    QTest.mouseRelease(look, Qt.MouseButton.LeftButton)
    assert window.pages.page is None
    assert heard == []
