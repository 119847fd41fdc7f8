"""What a person sees of panes: their sizes on the screen, whose pictures they hold, and what stays of their texts."""

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QPushButton, QToolButton
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import LEFT, colours, lines, press, settle
from tests.viewer.ui.bir import entry_of
from viewer.space.planes import to_patient
from viewer.state import Annotation, Tool
from viewer.ui.look import theme
from viewer.ui.slices.overlay import Overlay
from viewer.ui.trial import wait_until


def axial(slices: int, start: float, seed: int) -> StackSpec:
    noise = np.random.default_rng(seed).integers(-200, 300, (slices, 48, 64))
    return StackSpec(noise, [(-32, -24, start + 3.0 * k) for k in range(slices)], AXIAL, pixel_spacing=(1.0, 1.0))


@pytest.fixture
def root(tmp_path):
    """Two studies of one person, the first with three series, one of which is no volume; and one of another person."""
    shifted = StackSpec(bundles.head_like(4), [(x, 0, z) for x, z in ((0, 0), (9, 5), (0, 10), (0, 15))])
    first = CaseSpec([
        SeriesSpec([axial(12, 0, 1)], frame_of_reference="1.2.3"),
        SeriesSpec([axial(9, 2, 2)], number=2, frame_of_reference="1.2.3", description="Head, axial 3 mm, sharp"),
        SeriesSpec([shifted], number=3, description="Head, shifted"),
    ])  # fmt: skip
    later = CaseSpec([SeriesSpec([axial(8, 100, 3)], frame_of_reference="1.2.4")], date="20200101")
    other = CaseSpec([SeriesSpec([axial(10, 50, 4)], frame_of_reference="1.2.5")], "P-OTHER")
    return bundles.make_bundle(tmp_path, [first, later, other])


def double_click(widget, at: tuple[int, int] = (40, 200)) -> None:
    """As Qt reports it: press, release, double click, release."""
    place = QPointF(*at)
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick,
                 QEvent.Type.MouseButtonRelease):  # fmt: skip
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
        QApplication.sendEvent(widget, QMouseEvent(kind, place, LEFT, held, Qt.KeyboardModifier.NoModifier))
    QApplication.processEvents()


def sizes(panes) -> list[tuple[int, int]]:
    return [(pane.width(), pane.height()) for pane in panes if pane.isVisible()]


def open_page(window, name: str):
    window.pages.show_page(name)
    assert wait_until(lambda: window.pages.settled, 30)
    QApplication.processEvents()
    return window.pages.page.content


# Sizes on the screen


@pytest.mark.parametrize("number", [2, 4])
def test_a_double_click_gives_a_slice_the_whole_area_and_another_gives_it_back(show_window, root, number):
    window = show_window(root)
    window.viewing.lay_out(number)
    settle(window)
    before, area = sizes(window.panes.all), (window.panes.width(), window.panes.height())
    assert len(before) == number and all(width <= area[0] / 2 for width, _ in before)
    for pane in window.panes.all:
        double_click(pane)
        assert sizes(window.panes.all) == [area] and pane.isVisible()
        assert window.pane is pane and window.viewing.port is pane.port
        double_click(pane)
        assert sizes(window.panes.all) == before


def test_a_double_click_is_no_measurement_and_another_layout_shows_all_panes(show_window, root):
    window = show_window(root)
    window.viewing.lay_out(2)
    settle(window)
    for tool in (Tool.DISTANCE, Tool.COBB, Tool.ELLIPSE):
        window.viewing.set_tool(tool)
        double_click(window.pane)
        assert window.viewing.markings.on(window.viewing.port.where) == ()
        assert not window.pane.hand.sketch.busy
        double_click(window.pane)
    double_click(window.pane)
    press(window, Qt.Key.Key_Q)
    settle(window)
    assert len(sizes(window.panes.all)) == 4


def test_another_pane_that_is_chosen_is_not_hidden_behind_the_enlarged_one(show_window, root):
    window = show_window(root)
    window.viewing.lay_out(2)
    settle(window)
    double_click(window.panes.all[0])
    window.viewing.select(window.viewing.ports[1])
    QApplication.processEvents()
    assert len(sizes(window.panes.all)) == 2


def test_a_double_click_gives_a_plane_the_whole_page_with_the_case_and_the_window_on_it(show_window, root):
    window = show_window(root, size=(1200, 800))
    page = open_page(window, "mpr")
    panes = list(page.panes.values())
    before, grid = sizes(panes), page._grid.geometry()
    assert len(before) == 4
    for pane in panes:
        double_click(pane)
        assert sizes(panes) == [(grid.width(), grid.height())]
        assert grid.width() == page.width() and grid.height() > page.height() * 0.85
        assert pane.pixels == (round(grid.width() * pane.devicePixelRatioF()),
                               round(grid.height() * pane.devicePixelRatioF()))  # fmt: skip
        said = [text for corner in told(window, page, pane) for text in lines(corner)]
        assert window.viewing.entry.study.case in said and any(text.startswith("W ") for text in said)
        double_click(pane)
        assert sizes(panes) == before


def told(window, page, pane):
    from viewer.ui.mpr import words

    found = words.corners(window.viewing, page.planes, pane.plane, Annotation.FULL)
    return found.top_left, found.top_right, found.bottom_left, found.bottom_right


def test_a_double_click_gives_3d_the_whole_page(show_window, root):
    window = show_window(root)
    page = open_page(window, "3d")
    before = (page.pane.width(), page.pane.height())
    assert before[1] < page.height()
    double_click(page.pane)
    assert (page.pane.width(), page.pane.height()) == (page.width(), page.height())
    double_click(page.pane)
    assert (page.pane.width(), page.pane.height()) == before


@pytest.mark.parametrize("name", ["single", "mpr", "3d"])
def test_f11_leaves_nothing_but_images_on_the_screen_and_esc_or_f11_comes_back(show_window, root, name):
    window = show_window(root)
    if name != "single":
        open_page(window, name)
    before = (window.pages.width(), window.pages.height())
    for back in (Qt.Key.Key_F11, Qt.Key.Key_Escape):
        QTest.keyClick(QApplication.focusWidget() or window.pane, Qt.Key.Key_F11)
        QApplication.processEvents()
        assert window.isFullScreen()
        assert window.pages.size() == window.size() and window.pages.width() > before[0]
        assert window.pages.mapTo(window, QPoint(0, 0)) == QPoint(0, 0)
        shown = window.pages.page.content if window.pages.page else window.pane
        QTest.keyClick(shown, back)
        QApplication.processEvents()
        assert not window.isFullScreen() and window.list.isVisible()
        assert wait_until(lambda: (window.pages.width(), window.pages.height()) == before, 5)


# Whose picture is this?


def texts_of(window) -> list[str]:
    return [port.entry.study.case if not port.empty else "" for port in window.viewing.ports]


def entry_of_case(window, case: str):
    return next(entry for entry in window.viewing.entries if entry.study.case == case)


@pytest.mark.parametrize("case", ["CASE-002", "CASE-003"])
def test_another_case_in_one_pane_empties_the_others(show_window, root, case):
    window = show_window(root)
    window.viewing.lay_out(2)
    settle(window)
    assert texts_of(window) == ["CASE-001", "CASE-001"]
    window.open(entry_of_case(window, case))
    settle(window)
    assert texts_of(window) == [case, ""]
    window.viewing.set_annotation(Annotation.OFF)
    seen = colours(window.panes.all[1])
    assert len({tuple(colour) for colour in seen[: seen.shape[0] // 3].reshape(-1, 3)}) <= 3  # black and a frame
    assert window.viewing.ports[1].entry.study.case == case  # nothing of the other case is kept there
    # A click fills it with a series of the case that is open.
    QTest.mouseClick(window.panes.all[1], LEFT, pos=QPoint(60, 60))
    settle(window)
    assert texts_of(window) == [case, case] and window.pane is window.panes.all[1]


def test_an_emptied_pane_takes_no_tool_no_wheel_and_no_focus(show_window, root):
    from tests.viewer.events import turn

    window = show_window(root)
    window.viewing.lay_out(2)
    settle(window)
    window.open(entry_of_case(window, "CASE-003"))
    settle(window)
    before = window.viewing.ports[1].state
    turn(window.panes.all[1], -2)
    window.panes.all[1].setFocus()
    QApplication.processEvents()
    assert window.viewing.ports[1].state == before and window.viewing.port is window.viewing.ports[0]


def test_cases_that_are_locked_side_by_side_have_their_numbers_in_colour(show_window, root):
    window = show_window(root)
    window.viewing.lay_out(2)
    settle(window)
    entry_of(window, "panes", "Keep another case").trigger()
    plain = [case_colours(pane) for pane in window.panes.all]
    assert plain == [set(), set()]
    window.open(entry_of_case(window, "CASE-003"))
    settle(window)
    assert texts_of(window) == ["CASE-003", "CASE-001"]
    assert [case_colours(pane) for pane in window.panes.all] == [{0}, {1}]


def case_colours(pane) -> set[int]:
    """Which of the colours of cases stand in the upper left corner."""
    corner = colours(pane)[:40, :140].reshape(-1, 3)
    found = {tuple(map(int, colour)) for colour in corner}
    return {number for number, colour in enumerate(theme.CASES)
            if (colour.red(), colour.green(), colour.blue()) in found}  # fmt: skip


def test_panes_that_move_together_say_so_and_the_others_do_not(show_window, root, monkeypatch):
    window = show_window(root)
    window.viewing.lay_out(4)
    settle(window)
    said: dict[float, list[str]] = {}
    prepare = Overlay.prepare

    def seen(overlay, corners, *more):
        said.setdefault(len(said), lines(corners.top_right))
        return prepare(overlay, corners, *more)

    monkeypatch.setattr(Overlay, "prepare", seen)

    def linked() -> list[bool]:
        said.clear()
        for pane in window.panes.all:
            pane.grab()
        return ["⇄ Linked" in texts for texts in said.values()]

    assert linked() == [False] * 4
    press(window, Qt.Key.Key_L)
    assert linked() == [True] * 4
    press(window, Qt.Key.Key_U)
    assert linked() == [False] * 4


def test_linked_studies_of_two_days_move_together_in_mm_of_the_patient(show_window, root):
    """The pictures' centres do not matter: the places in the middle of both panes, when linked, count as the same."""
    window = show_window(root)
    window.viewing.ties.lock(locked=True)
    window.viewing.lay_out(2)
    settle(window)
    window.viewing.select(window.viewing.ports[1])
    window.open(entry_of_case(window, "CASE-002"))
    settle(window)
    press(window, Qt.Key.Key_T)
    one, two = window.panes.all
    drag_by(two, 31, -17)
    window.viewing.select(window.viewing.ports[0])
    drag_by(one, -22, 9)
    apart = np.subtract(middle(two), middle(one))
    press(window, Qt.Key.Key_L)
    drag_by(one, 40, 25)
    press(window, Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Down)
    moved = np.subtract(middle(two), middle(one))
    assert moved == pytest.approx(apart, abs=1e-6)
    assert one.mapping().pixels_per_mm == pytest.approx(two.mapping().pixels_per_mm)


def drag_by(pane, dx: int, dy: int) -> None:
    from tests.viewer.events import drag

    drag(pane, LEFT, dx, dy)


def middle(pane):
    place = pane.mapping().to_image(pane.width() / 2, pane.height() / 2)
    return to_patient(pane.port.entry.stack, pane.port.frame, place)


# Pages that refuse


@pytest.mark.parametrize("way", ["esc", "button"])
def test_a_page_that_refuses_says_what_works_and_leaves_by_esc_and_by_a_button(show_window, root, way):
    window = show_window(root)
    window.open(window.viewing.entries[2])
    settle(window)
    for key in (Qt.Key.Key_M, Qt.Key.Key_N):
        QTest.keyClick(window.pane, key)
        page = window.pages.page
        assert page.content is None and "shifted" in page.message
        assert page._instead.isVisible() and "sharp" in page._instead.text()
        button = page.findChild(QPushButton)
        assert button.isVisible() and page.rect().contains(button.geometry().center())
        if way == "esc":
            QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Escape)
        else:
            QTest.mouseClick(button, LEFT)
        assert window.pages.page is None and window.pane.isVisible()


@pytest.mark.parametrize("damaged", [1, 4])
def test_a_page_that_refuses_a_damaged_series_never_says_that_its_slices_can_be_viewed(show_window, tmp_path, damaged):
    shifted = StackSpec(bundles.head_like(4), [(x, 0, z) for x, z in ((0, 0), (9, 5), (0, 10), (0, 15))])
    stick = bundles.make_bundle(tmp_path / "stick", [CaseSpec([SeriesSpec([shifted])])])
    for file in sorted((stick / "DICOM").rglob("IM*"))[:damaged]:
        file.write_bytes(file.read_bytes()[:300])
    window = show_window(stick)
    assert window.viewing.loaded_stack.damaged == damaged
    for name in ("mpr", "3d"):
        window.pages.show_page(name)
        assert wait_until(lambda: window.pages.settled, 10)
        text = window.pages.page._instead.text()
        wanted = (
            "None of its slices can be shown either" if damaged == 4 else "Those of its slices that are not damaged"
        )
        assert text.startswith(wanted) and ("can be scrolled" in text) == (damaged == 1)


def test_in_3d_only_the_tools_that_do_something_are_lit(show_window, root):
    window = show_window(root)
    buttons = {button.text(): button for button in window._toolbar.findChildren(QToolButton)}
    assert buttons["Scroll"].isChecked()
    open_page(window, "3d")
    assert not buttons["Scroll"].isEnabled() and not buttons["Measure"].isEnabled()
    assert not any(button.isChecked() for text, button in buttons.items() if text in ("Scroll", "Zoom", "Move"))
    QTest.keyClick(window.pages.page.content.pane, Qt.Key.Key_Z)
    assert buttons["Zoom"].isChecked()
    window.pages.leave()
    assert buttons["Scroll"].isEnabled() and buttons["Measure"].isEnabled() and buttons["Zoom"].isChecked()


@pytest.mark.parametrize("name", ["mpr", "3d"])
def test_the_cine_never_plays_behind_planes_or_3d(show_window, root, name):
    window = show_window(root)
    settle(window)
    press(window, Qt.Key.Key_C)
    assert window.cine.isVisible() and window.cine.playing
    page = open_page(window, name)
    assert not window.cine.playing
    where = window.viewing.state.index
    QTest.qWait(200)
    assert window.viewing.state.index == where
    QTest.keyClick(page, Qt.Key.Key_C)
    assert window.pages.page is None and window.pane.isVisible()
    assert window.cine.isVisible() and window.cine.playing
    assert wait_until(lambda: window.viewing.state.index != where, 5)
    press(window, Qt.Key.Key_C)
    assert not window.cine.isVisible() and not window.cine.playing
