"""Table, scissors, opacity, turntable and small pictures on the 3D page, by real events and in pixels."""

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QImage, QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog, QSlider, QToolButton
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, LEFT, SHIFT, colours, drag, lines, mouse
from tests.viewer.scene.sculpting.phantoms import trunk
from tests.viewer.ui.test_layouts import double_click, open_page
from viewer.scene.render_presets import SIDES
from viewer.state import Annotation, Tool
from viewer.ui.rendering import sculptor, turntable
from viewer.ui.trial import wait_until

PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
# Pixels between which values are mixed at the edge of a cut: voxels of 4 mm are shown larger than a pixel.
_VOXEL = 10


def of_values(values: np.ndarray, spacing: tuple[float, float, float], **more) -> StackSpec:
    positions = [(0.0, 0.0, spacing[2] * k) for k in range(len(values))]
    return StackSpec(np.rint(values).astype(int), positions, AXIAL, pixel_spacing=spacing[1::-1], **more)


@pytest.fixture
def window(show_window, tmp_path):
    """A trunk on its table, and a series in arbitrary units."""
    phantom = trunk(6.0, shape=(40, 90, 110), spacing=(4.0, 4.0, 4.0))
    other = SeriesSpec([of_values(np.clip(phantom.values + 1000, 0, None) / 8, (4.0, 4.0, 4.0))], "MR", 2)
    made = bundles.make_bundle(
        tmp_path / "stick", [CaseSpec([SeriesSpec([of_values(phantom.values, phantom.spacing)]), other])]
    )
    window = show_window(made, size=(1300, 800))
    window.open(next(entry for entry in window.viewing.entries if entry.series.modality == "CT"))
    return window


@pytest.fixture
def page(window):
    page = open_page(window, "3d")
    rest(page)
    return page


def rest(page) -> None:
    assert wait_until(lambda: page.settled, 30)


def button(page, text: str) -> QToolButton:
    return next(button for button in page.findChildren(QToolButton) if button.text() == text)


def click(page, text: str) -> None:
    QTest.mouseClick(button(page, text), LEFT)
    QApplication.processEvents()
    rest(page)


def seen(page) -> np.ndarray:
    """Where the picture shows something, (rows, columns)."""
    cast = np.frombuffer(page.pane._bytes, np.uint8).reshape(page.pane.height(), page.pane.width(), 4)
    return cast[..., :3].any(axis=2)


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures are the same, as far as rows that were cast in other bands are."""
    if one.shape != other.shape:
        return False
    return float(np.abs(one.astype(int) - other.astype(int)).mean()) < (1e-3 if one.dtype == bool else 0.05)


def said(page) -> list[str]:
    """The texts below on the left, where warnings are."""
    return lines(page.pane._corners().bottom_left)


def draw(page, *places: tuple[float, float]) -> None:
    """Round these places with the left button held."""
    first, *rest_ = places
    mouse(page.pane, PRESS, first, LEFT, LEFT)
    for place in rest_:
        mouse(page.pane, MOVE, place, Qt.MouseButton.NoButton, LEFT)
    mouse(page.pane, RELEASE, places[-1], LEFT, Qt.MouseButton.NoButton)
    QApplication.processEvents()
    rest(page)


# Table and head-holder


def test_a_button_removes_the_table_says_so_and_gives_it_back(page):
    click(page, "Skin")
    click(page, "L")
    whole = seen(page)
    click(page, "Remove table")
    assert button(page, "Remove table").isChecked()
    without = seen(page)
    assert without.sum() < 0.9 * whole.sum()
    assert (without & ~whole).mean() < 1e-3
    assert "Table and head-holder removed" in said(page)
    page._viewing.set_annotation(Annotation.OFF)
    assert "Table and head-holder removed" in said(page)  # never in silence
    page._viewing.set_annotation(Annotation.FULL)
    click(page, "Remove table")
    assert same(seen(page), whole)
    assert said(page) == []


def test_a_body_without_a_table_says_that_none_was_found(page, monkeypatch):
    monkeypatch.setattr(sculptor, "find_outside", lambda solid: None)
    before = seen(page)
    click(page, "Remove table")
    assert said(page) == ["No table or head-holder found"]
    assert not button(page, "Remove table").isChecked()
    assert same(seen(page), before)


def test_a_search_that_fails_says_why(page, monkeypatch):
    def fail(solid):
        raise RuntimeError("no such thing")

    monkeypatch.setattr(sculptor, "find_outside", fail)
    click(page, "Remove table")
    assert said(page) == ["Table and head-holder could not be searched for (RuntimeError: no such thing)"]


def test_where_values_are_not_hu_no_table_can_be_removed(window):
    window.open(next(entry for entry in window.viewing.entries if entry.series.modality == "MR"))
    page = open_page(window, "3d")
    assert not button(page, "Remove table").isEnabled()


# Scissors


def box(page) -> list[tuple[float, float]]:
    width, height = page.pane.width(), page.pane.height()
    return [(width * x, height * y) for x, y in ((0.4, 0.35), (0.6, 0.35), (0.6, 0.65), (0.4, 0.65))]


def inside(page, line) -> np.ndarray:
    (x0, y0), (x1, y1) = line[0], line[2]
    rows, columns = np.indices((page.pane.height(), page.pane.width()))
    return (columns > x0 + _VOXEL) & (columns < x1 - _VOXEL) & (rows > y0 + _VOXEL) & (rows < y1 - _VOXEL)


def outside(page, line) -> np.ndarray:
    (x0, y0), (x1, y1) = line[0], line[2]
    rows, columns = np.indices((page.pane.height(), page.pane.width()))
    return (columns < x0 - _VOXEL) | (columns > x1 + _VOXEL) | (rows < y0 - _VOXEL) | (rows > y1 + _VOXEL)


def test_what_is_drawn_round_goes_and_undo_and_redo_are_keys(page):
    click(page, "Skin")
    whole = seen(page)
    click(page, "Cut away")
    line = box(page)
    draw(page, *line)
    cut = seen(page)
    assert not cut[inside(page, line)].any()
    assert same(cut[outside(page, line)], whole[outside(page, line)])
    assert said(page) == ["Parts cut away (1 cut)"]
    QTest.keyClick(page.pane, Qt.Key.Key_Z, CONTROL)
    rest(page)
    assert same(seen(page), whole)
    assert said(page) == []
    QTest.keyClick(page.pane, Qt.Key.Key_Y, CONTROL)
    rest(page)
    assert same(seen(page), cut)
    click(page, "Undo")
    assert same(seen(page), whole)
    QTest.keyClick(page.pane, Qt.Key.Key_Z, CONTROL)
    assert said(page) == ["There is no cut to undo"]


def test_keep_cuts_everything_else_away_from_every_side(page):
    click(page, "Skin")
    whole = seen(page)
    click(page, "Keep")
    line = box(page)
    draw(page, *line)
    kept = seen(page)
    assert not kept[outside(page, line)].any()
    assert same(kept[inside(page, line)], whole[inside(page, line)])
    click(page, "P")  # from behind: the cut goes through the body
    behind = seen(page)
    assert 0.2 * kept.sum() < behind.sum() < 1.5 * kept.sum()


def test_esc_cancels_the_line_then_puts_the_scissors_away_and_cuts_nothing(page):
    click(page, "Cut away")
    whole = seen(page)
    mouse(page.pane, PRESS, (100, 100), LEFT, LEFT)
    mouse(page.pane, MOVE, (300, 300), Qt.MouseButton.NoButton, LEFT)
    mouse(page.pane, MOVE, (100, 300), Qt.MouseButton.NoButton, LEFT)
    assert page.pane.scissors.drawing
    QTest.keyClick(page.pane, Qt.Key.Key_Escape)
    mouse(page.pane, RELEASE, (100, 300), LEFT, Qt.MouseButton.NoButton)
    rest(page)
    assert same(seen(page), whole) and said(page) == []
    assert button(page, "Cut away").isChecked()
    QTest.keyClick(page.pane, Qt.Key.Key_Escape)
    assert not button(page, "Cut away").isChecked()


def test_a_slip_of_the_hand_cuts_nothing(page):
    click(page, "Cut away")
    draw(page, (200, 200), (203, 201), (201, 203))
    assert said(page) == []


# Opacity


@pytest.mark.parametrize("way", ["button", "key", "shift"])
def test_a_drag_moves_the_preset_says_the_value_and_0_restores_it(window, page, way):
    click(page, "Skin")
    before = colours(page.pane)
    if way == "button":
        click(page, "Opacity")
    elif way == "key":
        QTest.keyClick(page.pane, Qt.Key.Key_W)
    assert button(page, "Opacity").isChecked() == (way != "shift")
    if way == "shift":
        QTest.mousePress(page.pane, LEFT, SHIFT, QPoint(300, 300))
        moved = QMouseEvent(QEvent.Type.MouseMove, QPointF(300, 400), Qt.MouseButton.NoButton, LEFT, SHIFT)
        QApplication.sendEvent(page.pane, moved)
        QTest.mouseRelease(page.pane, LEFT, SHIFT, QPoint(300, 400))
    else:
        drag(page.pane, LEFT, 0, 100)
    assert page.pane.body.look.points[0][0] == pytest.approx(-450 + 170)  # a fifth of the 850 HU of the preset
    assert said(page) == ["Shown from −280 HU: preset moved by 170 HU (0 restores it)"]
    rest(page)
    QTest.keyClick(page.pane, Qt.Key.Key_0)
    rest(page)
    assert said(page) == []
    assert same(colours(page.pane), before)
    assert window.viewing.tool is (Tool.SCROLL if way == "shift" else Tool.WINDOW)


def test_number_keys_choose_presets_and_leave_the_window_of_the_slices(window, page):
    before = window.viewing.state.window
    QTest.keyClick(page.pane, Qt.Key.Key_5)
    assert button(page, "Skin").isChecked()
    assert page.pane.body.look.name == "Skin"
    assert window.viewing.state.window == before


# Keys that would act on a slice that nobody sees


def test_k_and_delete_do_nothing_to_the_slices_behind_and_say_so(window, page):
    window.pages.leave()
    QTest.keyClick(window.pane, Qt.Key.Key_D)
    for place in (QPoint(200, 200), QPoint(260, 240)):
        QTest.mouseClick(window.pane, LEFT, pos=place)
    measured = window.viewing.markings.all
    assert len(measured) == 1
    page = open_page(window, "3d")
    for key, text in (
        (Qt.Key.Key_K, "A body has no slice to mark: key images are marked on the slices"),
        (Qt.Key.Key_Delete, "Measurements are on the slices: none is deleted in 3D"),
    ):
        for target in (page.pane, window.list):
            QTest.keyClick(target, key)
            assert said(page) == [text]
    QTest.keyClick(page.pane, Qt.Key.Key_Delete, SHIFT)
    QTest.keyClick(page.pane, Qt.Key.Key_Z, CONTROL)
    assert window.viewing.markings.all == measured
    assert not window.viewing.markings.key_images
    more = next(button for button in window._toolbar.findChildren(QToolButton) if button.objectName() == "more").menu()
    more.aboutToShow.emit()
    assert [action.isEnabled() for action in more.actions() if action.text().startswith("Key image")] == [False]


# Turntable


def test_a_turntable_saves_a_whole_turn_where_the_reader_chose_and_says_where(page, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    page.window().resize(800, 560)
    QApplication.processEvents()
    rest(page)
    before = colours(page.pane)
    for name in ("CASE-001-turntable", "CASE-001-turntable-2"):
        QTest.mouseClick(button(page, "Turntable"), LEFT)
        assert wait_until(lambda: not page.turntable.running, 120)
        rest(page)
        files = sorted((tmp_path / name).iterdir())
        assert [file.name for file in files] == [f"CASE-001-{number:02}.png" for number in range(1, 37)]
        assert f"36 pictures of a whole turn saved in {tmp_path / name}" in said(page)
    pictures = [QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32) for file in files]
    assert len({bytes(picture.constBits().asstring(picture.byteCount())) for picture in pictures}) == 36
    page.pane.say("")
    assert same(colours(page.pane), before)  # back where it began
    first = pictures[0]
    bits = np.frombuffer(first.constBits().asstring(first.byteCount()), np.uint8)
    assert same(bits.reshape(first.height(), first.width(), 4)[..., 2::-1], before)  # as it was shown


def test_esc_ends_a_turntable_and_turns_the_body_back(page, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    page.pane.look_from(SIDES[2])
    rest(page)
    facing = page.pane.body.facing
    QTest.mouseClick(button(page, "Turntable"), LEFT)
    folder = tmp_path / "CASE-001-turntable"
    assert wait_until(lambda: len(list(folder.glob("*.png"))) >= 3, 60)
    QTest.keyClick(page.pane, Qt.Key.Key_Escape)
    saved = len(list(folder.glob("*.png")))
    assert said(page) == [f"Turntable ended: {saved} of 36 pictures saved in {folder}"]
    rest(page)
    assert len(list(folder.glob("*.png"))) == saved
    assert np.array(page.pane.body.facing) == pytest.approx(np.array(facing))


def test_a_folder_that_cannot_be_written_is_named(page, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "gone"))
    QTest.mouseClick(button(page, "Turntable"), LEFT)
    assert said(page) == [f"{tmp_path / 'gone'} cannot be written. Choose another folder."]
    assert turntable.PICTURES == 36 and not page.turntable.running


# Small pictures, and what fails


def test_each_preset_has_a_small_picture_of_the_case_itself(page):
    assert wait_until(lambda: page.previews.done, 30)
    pictures = []
    for look in page.looks:
        icon = button(page, look.name).icon()
        image = icon.pixmap(60, 46).toImage().convertToFormat(QImage.Format.Format_RGB32)
        grey = np.frombuffer(image.constBits().asstring(image.byteCount()), np.uint8).reshape(46, 60, 4)[..., :3]
        assert 0.02 < (grey.max(axis=2) > 20).mean() < 0.95, look.name
        pictures.append(grey)
    assert all(not np.array_equal(grey, other) for n, grey in enumerate(pictures) for other in pictures[:n])


def test_whatever_fails_while_it_is_cast_is_said_on_the_picture(page, monkeypatch):
    def fail(*_):
        raise ValueError("a voxel went missing")

    with monkeypatch.context() as patch:
        patch.setattr(page.pane.body, "rows", fail)
        page.pane.rest()
        assert wait_until(lambda: not page.pane._fine.busy, 10)
        assert said(page) == ["The sharp picture could not be made (ValueError: a voxel went missing)"]
        patch.setattr(page.pane.body, "rows", lambda *_: (_ for _ in ()).throw(MemoryError()))
        page.pane.rest()
        assert wait_until(lambda: not page.pane._fine.busy, 10)
        assert said(page) == ["This PC has too little memory for a sharp picture"]
    page.pane.rest()
    rest(page)
    assert said(page) == []


def test_a_small_body_has_one_cast_and_the_window_lives_while_it_is_used(page):
    body = page.pane.body
    assert body.shared
    assert body._still is body._moving


def test_the_picture_names_the_sides_that_the_clip_box_cuts_even_without_texts(window, page):
    click(page, "Clip")
    assert not any("clip box" in text for text in said(page))  # the box is as large as the body
    sliders = {slider.accessibleName(): slider for slider in page.findChildren(QSlider)}
    whole = seen(page).sum()
    sliders["Clip from L"].setValue(60)
    sliders["Clip from S"].setValue(80)
    rest(page)
    assert "Cut by the clip box from L, S" in said(page)
    assert 0 < seen(page).sum() < 0.8 * whole
    window.viewing.set_annotation(Annotation.OFF)
    assert said(page) == ["Cut by the clip box from L, S"]
    corner = colours(page.pane)[-60:, :260]
    assert (corner[..., 0].astype(int) - corner[..., 2] > 60).sum() > 100  # the colour of warnings
    double_click(page.pane)  # the sliders are hidden now
    assert not sliders["Clip from L"].isVisible() and said(page) == ["Cut by the clip box from L, S"]
    double_click(page.pane)
    window.viewing.set_annotation(Annotation.FULL)
    click(page, "Clip")
    assert not any("clip box" in text for text in said(page))
