"""Two segmentations of one series: Dice and difference by NumPy on what highdicom reads, and both side by side."""

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer.events import colours
from tests.viewer.ui.segmented import SIZE, Known, S, rgb, shown, with_and_without
from viewer.segments.likeness import COLOURS
from viewer.state import Annotation
from viewer.ui.trial import wait_until


@pytest.fixture
def compared(show_window, sticks):
    """The window, and the masks of two readers of the same three segments."""
    window = show_window(sticks, size=(1400, 800))
    one = shown(window, 0, 0)
    segmenting, entry = window.viewing.segmenting, window.viewing.entry
    other = next(
        each for each in segmenting.offered(entry) if each is not one and len(each.segments) == len(one.segments)
    )
    panel = window.segments.panel
    number = panel.other.findText("series 107", Qt.MatchContains)
    panel.other.setCurrentIndex(number)
    panel.other.activated.emit(number)
    assert wait_until(lambda: bool(segmenting.comparing.dice), 10)
    window.viewing.set_annotation(Annotation.OFF)
    return window, Known(sticks, one).masks, Known(sticks, other).masks


def _centres(window, pane, picture: np.ndarray) -> np.ndarray:
    """The colours in the middle of each pixel of the image."""
    mapping, ratio = pane.mapping(), pane.devicePixelRatioF()
    places = [mapping.to_screen(n + 0.5, n + 0.5) for n in range(SIZE)]
    columns, rows = (np.array([int(place[part] * ratio) for place in places]) for part in (0, 1))
    return picture[np.ix_(rows, columns)]


def test_dice_is_that_of_numpy(compared):
    window, one, other = compared
    panel = window.segments.panel
    assert not panel.list.isColumnHidden(2)
    for n, (first, second) in enumerate(zip(one, other, strict=True)):
        dice = 2 * np.logical_and(first, second).sum() / (first.sum() + second.sum())
        assert panel.list.topLevelItem(n).text(2) == f"{dice:.3f}"


def test_the_difference_has_a_colour_for_each_side_and_one_for_both(compared):
    window, one, other = compared
    first, second = one.any(axis=0), other.any(axis=0)
    found = set()
    for k in range(S):
        window.viewing.set_index(k)
        seen, bare = (_centres(window, window.pane, part) for part in with_and_without(window, window.pane))
        for row, column in np.ndindex(SIZE, SIZE):
            there = first[k, row, column], second[k, row, column]
            wanted = bare[row, column].astype(float)
            if any(there):
                which = 0 if all(there) else (1 if there[0] else 2)
                found.add(which)
                wanted = 0.65 * wanted + 0.35 * rgb(COLOURS[which])
            assert np.abs(seen[row, column] - wanted).max() <= 4, (k, row, column)
    assert found == {0, 1, 2}
    window.viewing.set_annotation(Annotation.FULL)
    said = [line.text for line in window.pane._corners().bottom_left]
    assert "White: in both segmentations" in said and "Orange: only in Segmentation 1 (series 101)" in said


def test_a_hidden_segment_is_hidden_in_both(compared):
    window, one, other = compared
    segmenting = window.viewing.segmenting
    chosen = segmenting.chosen(window.viewing.entry)
    for label in (1, 2):
        segmenting.show_segment(chosen, label, shown=False)
    window.viewing.set_index(0)
    seen, bare = with_and_without(window, window.pane)
    assert one[0, 0].any() and other[0, 0].any() and np.array_equal(seen, bare)


def test_side_by_side_each_pane_has_its_own_and_scrolls_with_the_other(compared):
    window, *masks = compared
    QTest.mouseClick(window.segments.panel.beside, Qt.LeftButton)
    QApplication.processEvents()
    assert len(window.panes.all) == 2
    window.viewing.set_index(0)
    QApplication.processEvents()
    for pane, mask in zip(window.panes.all, masks, strict=True):
        assert pane.port.state.index == 0
        seen = _centres(window, pane, colours(pane))
        saturated = seen.max(axis=-1) - seen.min(axis=-1) > 8
        assert np.array_equal(saturated, mask[:, 0].any(axis=0))


def test_if_the_other_is_damaged_the_first_stays_and_the_other_is_named(compared):
    """As when a slice is painted before the thread that unpacks all of them has come to it."""
    window, one, _ = compared
    segmenting, entry = window.viewing.segmenting, window.viewing.entry
    other = segmenting.comparing.other(entry)
    labels = segmenting.labels_of(other)
    place = max(k for k in range(S) if one[:, k].any() and labels.form.of_slice.get(k))
    window.viewing.set_index(0 if place else 1)
    window.pane.grab()
    labels._there[place] = False
    content = bytearray(labels.form._content)
    content[labels.form.of_slice[place][0].start] ^= 0xFF
    labels.form._content = bytes(content)
    window.viewing.set_index(place)
    window.pane.grab()
    assert wait_until(lambda: segmenting.arriving_of(other).failure is not None, 5)
    assert segmenting.arriving(entry).failure is None
    seen, bare = with_and_without(window, window.pane)
    assert not np.array_equal(seen, bare)
