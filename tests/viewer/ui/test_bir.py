"""IHE Basic Image Review (RAD TF-2 4.16.4.2.2.5), its parts .2 and .3, line by line: layout and navigation.

The lines are those of the table in docs/viewer.md, which `test_bir_keys.py` holds to the tests.
"""

import re
import sqlite3

import numpy as np
from PyQt5.QtCore import QRect, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction
import pytest

from tests.viewer.events import LEFT, RIGHT, SHIFT, click, colours, drag, fit, press, settle, turn
from tests.viewer.ui.bir import SIDE, bare, block_greys, entry_of, make_stick, seen_blocks
from viewer.state import Annotation, Tool, slice_number
from viewer.ui.cases import case_delegate
from viewer.ui.trial import wait_until


@pytest.fixture
def stick(tmp_path):
    return make_stick(tmp_path / "stick")


# .2 Layout


def test_2_it_opens_with_thumbnails_and_one_pane_that_fits_its_middle_slice_windowed_annotated_and_scrolls(
    show_window, stick
):
    window = show_window(stick)
    assert window.list.isVisible() and window.list.width() >= 150
    assert (len(window.panes.all), window.viewing.tool) == (1, Tool.SCROLL)
    assert (window.viewing.annotation, window.viewing.localizers) == (Annotation.FULL, False)
    annotated = colours(window.pane)
    bare(window)
    assert (colours(window.pane) != annotated).any()
    assert np.abs(seen_blocks(window.pane) - block_greys(9 // 2)).max() <= 1
    ground, (scale, (x, y)) = colours(window.pane).max(axis=2), fit(window.pane, (SIDE, SIDE))
    columns = np.flatnonzero(ground.any(axis=0))
    assert (columns[0], columns[-1]) == pytest.approx((x, x + SIDE * scale - 1), abs=1)
    assert min(x, y) == 0  # as large as it fits


def test_2_the_thumbnails_are_pictures_of_their_series(show_window, stick):
    window = show_window(stick, size=(1100, 1000))
    shown, middle_slices = colours(window.list.viewport()).mean(axis=2), (4, 2, 4)
    for (_, place), index in zip(all_rows(window.list), middle_slices, strict=False):
        picture = shown[place.top() + 10 : place.top() + 82, place.left() + 13 : place.left() + 85]
        assert np.abs(picture[4::9, 4::9] - block_greys(index)).max() < 8  # it is made smaller


def test_2_tiles_show_successive_slices_of_one_series_and_scroll_as_one(show_window, stick):
    window = show_window(stick)
    entry_of(window, "panes", "Four slices").trigger()
    settle(window)
    bare(window)
    press(window, Qt.Key.Key_Home)
    assert shown_slices(window) == [8, 7, 6, 5]  # from the head down
    turn(window.panes.all[0], -1)
    assert shown_slices(window) == [7, 6, 5, 4]
    click(window.panes.all[3], (5, 5))
    press(window, Qt.Key.Key_End)
    assert shown_slices(window) == [3, 2, 1, 0]
    turn(window.panes.all[0], -3)
    assert shown_slices(window) == [3, 2, 1, 0]  # every tile stays full
    drag(window.panes.all[1], RIGHT, 40, 0)
    press(window, Qt.Key.Key_X)
    assert len({(port.state.window, port.state.inverted) for port in window.viewing.ports}) == 1
    press(window, Qt.Key.Key_Escape)
    assert shown_slices(window) == [3, 2, 1, 0]
    press(window, Qt.Key.Key_PageDown)
    settle(window)
    assert {port.entry.stack.number_of_frames for port in window.viewing.ports} == {4}
    entry_of(window, "panes", "Four panes").trigger()
    settle(window)
    assert len({port.entry.stack.stack_id for port in window.viewing.ports}) > 1


def shown_slices(window) -> list[int]:
    """The index of the slice in every pane, found by its grey levels."""
    every = np.array([block_greys(k) for k in range(9)])
    return [int(np.abs(every - seen_blocks(pane)).max(axis=(1, 2)).argmin()) for pane in window.panes.all]


def test_2_cine_goes_round_in_tiles_too(show_window, stick):
    window = show_window(stick)
    window.viewing.tile(4)
    window.cine.rate.setValue(60)
    first = window.viewing.ports[0]
    seen: list[int] = []
    window.viewing.changed.connect(lambda: seen.append(slice_number(first.entry.stack, first.state.index)))
    press(window, Qt.Key.Key_C)
    assert wait_until(lambda: {1, 6} <= set(seen), 20)
    assert set(seen) <= {1, 2, 3, 4, 5, 6}


def test_2_nothing_rotates_or_flips_an_image(show_window, stick):
    window = show_window(stick)
    bare(window)
    words = " ".join(f"{action.text()} {action.toolTip()}" for action in window.findChildren(QAction))
    words += " ".join(command.text for command in (*window.commands.tools, *window.commands.others))
    assert not re.search(r"rotat|flip|mirror|turn", words, re.IGNORECASE)
    elsewhere = {Qt.Key.Key_M, Qt.Key.Key_F10, Qt.Key.Key_N, Qt.Key.Key_P, Qt.Key.Key_R}
    plain = {
        key for command in (*window.commands.tools, *window.commands.others) for key in command.keys if key < SHIFT
    }
    assert len(plain) > 30
    for key in sorted(plain - elsewhere - {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}):
        press(window, key)
    press(window, *[Qt.Key.Key_Escape] * 4)
    bare(window)
    seen = seen_blocks(window.panes.all[0])
    assert (np.diff(seen, axis=0) < 0).all() and (np.diff(seen, axis=1) < 0).all()


# .3 Navigation


def all_rows(view) -> list[tuple[object, QRect]]:
    """Every series in the list, and where its row stands."""
    model = view.model()
    cases = [model.index(n, 0) for n in range(model.rowCount())]
    series = [model.index(n, 0, case) for case in cases for n in range(model.rowCount(case))]
    return [(index, view.visualRect(index)) for index in series]


def test_3_a_thumbnail_is_decorated_with_date_modality_description_and_count(show_window, stick, monkeypatch):
    painted: list[str] = []
    draw = case_delegate._text
    monkeypatch.setattr(
        case_delegate, "_text", lambda painter, box, text, *rest, **more: (painted.append(text),
                                                                          draw(painter, box, text, *rest, **more)),
    )  # fmt: skip
    window = show_window(stick, size=(1100, 1000))
    window.list.viewport().grab()
    said = " | ".join(painted)
    database = sqlite3.connect(stick / "BUNDLE/INDEX.DB")
    for date, modality, description, images in database.execute(
        "SELECT study_date, modality, description, number_of_instances FROM series JOIN study ON study_id = study.id"
    ):
        assert f"{date[:4]}-{date[4:6]}-{date[6:]}" in said
        assert re.search(rf"{modality}  ·  \d+  ·  {images} images \| {re.escape(description)}", said)
    database.close()


def test_3_series_are_never_merged(show_window, stick, bundle_root):
    for root in (stick, bundle_root):
        window = show_window(root)
        database = sqlite3.connect(root / "BUNDLE/INDEX.DB")
        number = dict(database.execute("SELECT case_number, count(*) FROM series JOIN study ON study_id = study.id "
                                       "GROUP BY case_number"))  # fmt: skip
        database.close()
        model = window.list.model()
        for case in (model.index(n, 0) for n in range(model.rowCount())):
            assert model.rowCount(case) >= number[case.data().split(",")[0]]
        alike = {entry.series.series_instance_uid for entry in window.viewing.entries}
        assert len(alike) == sum(number.values())


def test_3_a_click_in_the_list_opens_a_series_of_any_patient(show_window, stick):
    window = show_window(stick, size=(1100, 1000))
    for index, place in reversed(all_rows(window.list)):
        QTest.mouseClick(window.list.viewport(), LEFT, pos=place.center())
        settle(window)
        assert window.viewing.entry is index.data(case_delegate.ENTRY)
        assert window.viewing.entry.study.case in window.windowTitle()
    people = {entry.patient.pseudonym for entry in window.viewing.entries}
    assert len(people) == 2
