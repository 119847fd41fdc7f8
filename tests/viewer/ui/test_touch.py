"""Fingers on a touch screen: one is the left button, two zoom about their middle and move what is shown."""

import numpy as np
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QNativeGestureEvent
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import LEFT, blob, colours, drag, fit, press
from tests.viewer.fingers import Touch
from viewer.space.mpr import Plane
from viewer.state import Annotation, Tool
from viewer.ui.trial import wait_until

SHAPE = (24, 96, 96)
# Small bright balls on every slice, (column, row) from the middle of the first pixel.
SPOTS = ((40.0, 44.0), (53.0, 49.0))
# Two fingers from where they come to where they go: twice as far apart, and their middle moves.
START, END = ((300, 260), (400, 300)), ((240, 250), (440, 330))


@pytest.fixture
def stick(tmp_path):
    """Slices with two spots, that are the ends of two rods through all of them."""
    rows, columns = np.mgrid[0 : SHAPE[1], 0 : SHAPE[2]]
    spots = sum(900 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 1.5**2)) for x, y in SPOTS)
    stored = np.rint(np.repeat(spots[None], SHAPE[0], axis=0)).astype(int)
    spec = StackSpec(stored, [(0.0, 0.0, 1.0 * k) for k in range(SHAPE[0])], AXIAL, window=(500, 1000))
    return bundles.make_bundle(tmp_path / "stick", [CaseSpec([SeriesSpec([spec])])])


@pytest.fixture
def window(show_window, stick):
    shown = show_window(stick)
    shown.viewing.set_annotation(Annotation.OFF)
    QApplication.setActiveWindow(shown)
    return shown


def places_in(pane) -> list[np.ndarray]:
    """Where the spots lie on a pane that shows the whole slice."""
    scale, corner = fit(pane, SHAPE[1:])
    return [np.array(corner) + (np.array(spot) + 0.5) * scale for spot in SPOTS]


def pinched(place: np.ndarray, start=START, end=END) -> np.ndarray:
    """Where two fingers take a place on the glass: it keeps its way to their middle, as much longer as they part."""
    first, last = np.array(start, float), np.array(end, float)
    factor = np.linalg.norm(last[1] - last[0]) / np.linalg.norm(first[1] - first[0])
    return last.mean(axis=0) + (place - first.mean(axis=0)) * factor


def seen_at(pane, places) -> list[np.ndarray]:
    picture = colours(pane).mean(axis=2)
    return [np.array(blob(picture, tuple(place), 40)) for place in places]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("tool", [Tool.SCROLL, Tool.WINDOW, Tool.PAN, Tool.DISTANCE, Tool.SELECT])
def test_two_fingers_zoom_about_their_middle_and_move_the_image_with_it_whatever_the_tool(window, tool, together):
    window.viewing.set_tool(tool)
    pane, before = window.pane, window.viewing.state
    expected = [pinched(place) for place in places_in(pane)]
    Touch(pane).pinch(START, END, together=together)
    for there, here in zip(expected, seen_at(pane, expected), strict=True):
        assert here == pytest.approx(there, abs=1.5)
    assert (window.viewing.state.index, window.viewing.state.window) == (before.index, before.window)
    assert window.viewing.markings.on(window.viewing.port.where) == ()
    assert not pane.hand.sketch.busy


def test_two_fingers_that_come_back_leave_everything_as_it_was(window):
    pane, before = window.pane, colours(window.pane)
    touch = Touch(pane)
    touch.press(one=START[0])
    touch.press(two=START[1])
    for first, two in (END, START):
        touch.move(one=first, two=two)
    touch.lift("one", "two")
    assert np.abs(colours(pane) - before).max() <= 2


@pytest.mark.parametrize("first", ["one", "two"])
def test_the_finger_that_stays_longer_does_nothing_and_the_next_one_is_a_button_again(window, first):
    pane, other = window.pane, {"one": "two", "two": "one"}[first]
    touch = Touch(pane)
    touch.press(one=START[0])
    touch.press(two=START[1])
    touch.move(one=END[0], two=END[1])
    touch.lift(first)
    kept = window.viewing.state
    touch.move(**{other: (500, 80)})
    touch.lift(other)
    assert window.viewing.state == kept
    drag(pane, LEFT, 0, 60)
    assert window.viewing.state.index < kept.index


def test_a_mouse_that_the_system_makes_of_a_finger_does_nothing_while_there_are_two(window):
    pane, touch = window.pane, Touch(window.pane)
    touch.press(one=START[0], two=START[1])
    touch.move(one=END[0], two=END[1])
    kept = window.viewing.state
    drag(pane, LEFT, 0, 80)
    assert window.viewing.state == kept
    touch.lift("one", "two")
    drag(pane, LEFT, 0, 80)
    assert window.viewing.state.index < kept.index


def test_one_finger_is_the_left_button(window):
    pane, before = window.pane, window.viewing.state.index
    touch = Touch(pane)
    touch.press(one=(200, 200))
    touch.move(one=(200, 270))
    touch.lift("one")
    by_finger = window.viewing.state.index
    window.viewing.set_index(before)
    drag(pane, LEFT, 0, 70, start=(200, 200))
    assert by_finger == window.viewing.state.index < before
    press(window, Qt.Key.Key_D)
    for place in (200, 200), (300, 220):
        touch.press(one=place)
        touch.lift("one")
    assert len(window.viewing.markings.on(window.viewing.port.where)) == 1


def test_two_fingers_tell_no_place_and_a_tap_tells_one(window):
    told = []
    window.panes.placed.connect(lambda column, row: told.append((column, row)))
    window.panes.pick(picking=True)
    pane, touch = window.pane, Touch(window.pane)
    touch.pinch(START, START)
    assert told == []
    scale, corner = fit(pane, SHAPE[1:])
    touch.press(one=(330, 280))
    touch.lift("one")
    assert told == [pytest.approx((np.array((330, 280)) - corner) / scale - 0.5)]


def test_two_fingers_zoom_a_plane_and_leave_the_cross_hair(window):
    press(window, Qt.Key.Key_M)
    assert wait_until(lambda: window.pages.page is not None and window.pages.page.content is not None, 20)
    page = window.pages.page.content
    pane, point = page.panes[Plane.AXIAL], page.planes.state.point
    start, end = ((150, 120), (190, 150)), ((130, 110), (210, 170))
    before = seen_spots(pane)
    Touch(pane).pinch(start, end)
    assert wait_until(lambda: page.settled, 10)
    for place, seen in zip(before, seen_spots(pane), strict=True):
        assert seen == pytest.approx(pinched(place, start, end), abs=2)
    assert page.planes.state.point == point


def seen_spots(pane) -> list[np.ndarray]:
    """The middles of the two bright spots that a pane shows, the left one first."""
    picture = colours(pane).mean(axis=2)
    bright = np.argwhere(picture > 120)
    split = (bright[:, 1].min() + bright[:, 1].max()) / 2
    halves = [bright[bright[:, 1] <= split], bright[bright[:, 1] > split]]
    return [half[:, ::-1].mean(axis=0) + 0.5 for half in halves]


def test_two_fingers_bring_the_body_nearer_and_move_it(window):
    press(window, Qt.Key.Key_N)
    assert wait_until(lambda: window.pages.settled and window.pages.page.content is not None, 60)
    pane = window.pages.page.content.pane
    before = body_seen(pane)
    start, end = ((250, 240), (310, 280)), ((230, 250), (350, 330))
    Touch(pane).pinch(start, end)
    assert wait_until(lambda: window.pages.settled, 30)
    assert body_seen(pane) == pytest.approx(pinched(before, start, end), abs=3)


def body_seen(pane) -> np.ndarray:
    """The middle of the box around all that is seen of a body."""
    seen = np.argwhere(colours(pane).max(axis=2) > 40)
    return (seen.min(axis=0) + seen.max(axis=0))[::-1] / 2 + 0.5


def test_a_touch_pad_that_tells_of_a_zoom_zooms_at_the_pointer(window):
    pane, spots = window.pane, places_in(window.pane)
    at = QPointF(310, 270)
    for value in (0.2, 0.25):
        event = QNativeGestureEvent(Qt.NativeGestureType.ZoomNativeGesture, at, at, at, value, 1, 0)
        QApplication.sendEvent(pane, event)
        assert event.isAccepted()
    expected = [np.array((310, 270)) + (place - (310, 270)) * 1.5 for place in spots]
    assert seen_at(pane, expected) == [pytest.approx(place, abs=1.5) for place in expected]
