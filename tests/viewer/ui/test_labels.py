"""The labels of measurements and answers in the real window: none is covered by another, or by a letter of a side."""

from pathlib import Path

import numpy as np
from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QImage, QPainter
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import click, colours, press, settle
from tests.viewer.ui.test_answers import FORM, begin, button
from tests.viewer.ui.test_plane_answers import page_of
from viewer.annotation import TextLine
from viewer.space.mpr import Plane
from viewer.state import Annotation, Tool
from viewer.ui.look import theme
from viewer.ui.over import labels
from viewer.ui.over.labels import Room
from viewer.ui.slices.overlay import Overlay


@pytest.fixture
def dark(show_window, tmp_path, monkeypatch):
    """A window with a form, on black: whatever has a colour is drawn on the image."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    positions = [(-40.0, 10.0, 100.0 + 3.0 * k) for k in range(20)]
    spec = StackSpec(np.full((20, 60, 60), -1000), positions, pixel_spacing=(1.0, 1.0), window=(40, 400))
    root = bundles.make_bundle(tmp_path / "stick", [CaseSpec([SeriesSpec([spec], frame_of_reference="2.25.8")])])
    (Path(root) / "BUNDLE/FORM.TXT").write_text(FORM.replace("LOCK", ""))
    window, panel = begin(show_window, root)
    window.viewing.set_annotation(Annotation.MINIMAL)
    return window, panel


def amount(pane, colour) -> int:
    """How many pixels have the hue of a colour, the frame of the pane apart."""
    seen, wanted = (
        colours(pane)[20:-20, 20:-20].astype(float),
        np.array((colour.red(), colour.green(), colour.blue()), float),
    )
    strength = np.linalg.norm(seen, axis=2)
    alike = (seen @ wanted) > 0.992 * np.linalg.norm(wanted) * strength
    return int((alike & (strength > 0.5 * np.linalg.norm(wanted))).sum())


def rows_of(pane) -> list[tuple[TextLine, QRectF]]:
    """The rows of text in the corners of a slice pane, and where they are."""
    image = QImage(pane.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    overlay = Overlay(painter, QRectF(pane.rect()))
    overlay.prepare(pane._corners(), pane._letters(), pane._scale())
    painter.end()
    return [(row.line, row.box) for row in overlay._rows]


def part(picture: np.ndarray, box: QRectF) -> np.ndarray:
    return picture[int(box.top()) + 1 : int(box.bottom()) - 1, int(box.left()) : int(box.right())]


@pytest.mark.parametrize("number", [9, 6])
@pytest.mark.parametrize("size", [(1366, 768), (1600, 1000)])
def test_in_small_panes_labels_keep_clear_of_what_must_stay_and_the_rest_folds(dark, number, size):
    window, _ = dark
    window.resize(*size)
    window.viewing.lay_out(number)
    window.viewing.set_annotation(Annotation.FULL)
    settle(window)
    pane = window.panes.all[0]
    width, height = pane.width(), pane.height()
    bare = colours(pane)
    must_stay = [(line, box) for line, box in rows_of(pane) if not line.fold]
    assert {"Case 1", "W 400   C 40"} <= {line.text for line, _ in must_stay}
    for x, y in ((0.35, 0.3), (0.35, 0.6), (0.8, 0.3), (0.82, 0.66)):
        measured(pane, window, (x * width - 20, y * height), (x * width + 12, y * height - 6))
    assert len(window.viewing.markings.on(window.viewing.port.where)) == 4
    labelled = colours(pane)
    for line, box in must_stay:
        lines_through = np.mean(np.any(part(labelled, box) != part(bare, box), axis=2))
        assert lines_through < 0.02, line.text
    texts = amount(pane, theme.ACCENT) + amount(pane, theme.NOTE)
    window.viewing.set_annotation(Annotation.OFF)
    alone = amount(pane, theme.ACCENT) + amount(pane, theme.NOTE)
    assert texts > 0.93 * alone > 200  # no text lies on a label


def test_a_line_that_may_fold_gives_way_to_a_label_as_a_whole_and_comes_back(dark):
    window, _ = dark
    window.viewing.lay_out(9)
    window.viewing.set_annotation(Annotation.FULL)
    settle(window)
    pane = window.panes.all[0]
    before = colours(pane)
    loose = [box for line, box in rows_of(pane) if line.fold]
    assert loose
    pane_room = Room(QRectF(pane.rect()), [box for line, box in rows_of(pane) if not line.fold], loose)
    wanted = QRectF(loose[0].center().x(), loose[0].top(), 70, 18)
    placed = pane_room.place(wanted, wanted)
    assert not any(placed.intersects(box) for line, box in rows_of(pane) if not line.fold)
    end = (loose[0].left() + 4, loose[0].center().y())
    measured(pane, window, (end[0] - 3, end[1] + 30), end)
    window.viewing.markings.clear(window.viewing.entry.stack.stack_id)
    window.viewing.changed.emit()
    assert np.array_equal(colours(pane), before)


def measured(pane, window, *places) -> None:
    window.viewing.set_tool(Tool.DISTANCE)
    click(pane, *places)
    window.viewing.set_tool(Tool.SCROLL)


@pytest.mark.parametrize("side", ["right", "bottom"])
def test_no_letter_of_a_side_covers_a_value_on_a_slice_or_a_plane(dark, side):
    window, _ = dark

    def check(pane) -> None:
        width, height = pane.width(), pane.height()
        end = (width - 70, height / 2) if side == "right" else (width / 2 - 50, height - 62)
        measured(pane, window, (end[0] - 90, end[1] - 40), end)
        with_letters = amount(pane, theme.ACCENT)
        window.viewing.set_annotation(Annotation.OFF)
        alone = amount(pane, theme.ACCENT)
        window.viewing.set_annotation(Annotation.MINIMAL)
        assert alone > 200
        assert with_letters > 0.93 * alone

    check(window.pane)
    press(window, Qt.Key.Key_M)
    page = page_of(window)
    page.planes.show_cross(shown=False)
    check(page.panes[Plane.CORONAL])


@pytest.mark.parametrize("on", ["slice", "plane"])
def test_the_label_of_an_answer_covers_no_value_of_a_measurement(dark, on):
    window, panel = dark
    pane = window.pane
    press(window, Qt.Key.Key_M)
    page = page_of(window)
    page.planes.show_cross(shown=False)
    if on == "plane":
        pane = page.panes[Plane.AXIAL]
    else:
        window.pages.leave()
    x, y = pane.width() * 0.4, pane.height() * 0.4
    measured(pane, window, (x - 60, y - 50), (x, y))
    before = amount(pane, theme.ACCENT)
    assert before > 200
    button(panel, "diameter", "Measure on the image").click()
    click(pane, (x - 60, y + 70), (x - 4, y + 6))
    assert amount(pane, theme.ANSWER) > 500
    assert amount(pane, theme.ACCENT) > 0.93 * before


def test_many_labels_about_one_place_find_room_without_a_look_at_every_place(monkeypatch):
    """Each label offers places to all others: looking at each of them took 0.25 s a picture for 20, and 2 s for 40."""
    looked, trouble = [], labels._trouble
    monkeypatch.setattr(labels, "_trouble", lambda *about: looked.append(about) or trouble(*about))
    ends = np.random.default_rng(4).normal((640, 400), 70, (20, 2))
    lines = [QRectF(x, y, 60, 1) for x, y in ends]
    room = Room(QRectF(0, 0, 1280, 800), [QRectF(14, 14, 150, 80)], [QRectF(14, 700, 150, 60)])
    for line in lines:
        room.keep_off((line.topLeft(), line.topRight()))
    boxes = [room.place(QRectF(line.right() + 9, line.y() - 20, 130, 44), line) for line in lines]
    assert not any(box.intersects(other) for k, box in enumerate(boxes) for other in boxes[:k])
    assert len(looked) < 200 * len(lines)
