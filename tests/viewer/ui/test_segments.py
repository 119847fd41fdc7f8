"""Segmentations on slices and planes: every pixel of the window against what highdicom says the mask is there."""

from dataclasses import replace
import shutil

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QToolButton
import pytest

from bundle.segments import compact_path
from tests.viewer.events import CONTROL, SHIFT, mouse, press
from tests.viewer.ui.segmented import SIZE, Known, S, rgb, shown, with_and_without
from viewer.annotation import Weight
from viewer.space.mpr import Plane, Slab
from viewer.state import Annotation
from viewer.ui.slices.segmenting import words
from viewer.ui.trial import wait_until


@pytest.mark.parametrize("stack, which", [(0, 0), (0, 1), (1, 0), (2, 0), (3, 0)])
def test_each_pixel_of_a_slice_has_the_colours_of_the_segments_that_highdicom_reads_there(
    show_window, sticks, stack, which
):  # fmt: skip
    window = show_window(sticks)
    segmentation = shown(window, stack, which)
    known, viewing = Known(sticks, segmentation, is_tilted=stack == 3), window.viewing
    viewing.set_annotation(Annotation.OFF)
    painted = 0
    for k in range(S):
        viewing.set_index(k)
        seen, bare = with_and_without(window, window.pane)
        mapping, ratio = window.pane.mapping(), window.pane.devicePixelRatioF()
        for row in range(SIZE):
            for column in range(SIZE):
                x, y = (int(part * ratio) for part in mapping.to_screen(column + 0.5, row + 0.5))
                wanted = bare[y, x].astype(float)
                for mask, segment in zip(known.masks, segmentation.segments, strict=True):
                    if mask[k, row, column]:
                        wanted = 0.65 * wanted + 0.35 * rgb(segment.colour)
                        painted += 1
                assert np.abs(seen[y, x] - wanted).max() <= 4, (k, row, column)
    assert painted == known.masks.sum() > 0


def test_fractions_are_shown_from_half_a_voxel_on_and_it_is_said(show_window, sticks):
    window = show_window(sticks)
    segmentation = shown(window, 0, 2)
    viewing, mapping = window.viewing, window.pane.mapping()
    viewing.set_annotation(Annotation.OFF)
    viewing.set_index(2)
    seen, bare = with_and_without(window, window.pane)
    ratio = window.pane.devicePixelRatioF()
    there = np.zeros((SIZE, SIZE), bool)
    for row in range(SIZE):
        for column in range(SIZE):
            x, y = (int(part * ratio) for part in mapping.to_screen(column + 0.5, row + 0.5))
            there[row, column] = np.any(seen[y, x] != bare[y, x])
    wanted = np.zeros_like(there)
    wanted[5:8, 5:9] = True
    assert np.array_equal(there, wanted)
    viewing.set_annotation(Annotation.MINIMAL)
    assert "at least 50 %" in " ".join(line.text for line in window.pane._corners().bottom_left)
    labels = viewing.segmenting.labels(viewing.entry)
    assert words.named(viewing.segmenting, labels, 2, 6, 6) == f"{segmentation.segments[0].label} [1] 75 %"
    assert words.named(viewing.segmenting, labels, 2, 3, 4) == ""


@pytest.mark.parametrize("stack", [0, 1, 2, 3])
def test_planes_in_all_directions_show_a_segment_where_highdicom_has_it(show_window, sticks, stack):
    window = show_window(sticks)
    segmentation = shown(window, stack, 1 if stack == 0 else 0)
    known = Known(sticks, segmentation, is_tilted=stack == 3)
    window.viewing.set_annotation(Annotation.OFF)
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 30)
    page = window.pages.page.content
    mask = known.masks[0]
    middle = np.argwhere(mask)[len(np.argwhere(mask)) // 2][::-1]
    page.planes.move_to(known.matrix[:, :3] @ (middle + 0.2) + known.matrix[:, 3])
    page.planes.show_cross(shown=False)
    assert wait_until(lambda: window.pages.settled, 10)
    for plane, pane in page.panes.items():
        seen, bare = with_and_without(window, pane)
        changed = np.any(seen != bare, axis=-1)
        cut = pane.cut()
        rows, columns = np.mgrid[4 : cut.rows - 4 : 3, 4 : cut.columns - 4 : 3]
        pixels = np.stack((columns, rows, np.zeros_like(rows), np.ones_like(rows)), axis=-1)
        index = known.index((pixels @ cut.matrix.T)[..., :3])
        sure = np.all(np.abs(index - np.floor(index) - 0.5) > 0.08, axis=-1)  # away from where two voxels meet
        i, j, k = np.moveaxis(np.rint(index).astype(int), -1, 0)
        within = (i >= 0) & (i < SIZE) & (j >= 0) & (j < SIZE) & (k >= 0) & (k < S)
        wanted = np.zeros(within.shape, bool)
        wanted[within] = mask[k[within], j[within], i[within]] > 0
        assert (wanted & sure).sum() > 20, plane
        assert np.array_equal(changed[rows, columns][sure], wanted[sure]), plane


def test_of_a_slab_the_plane_in_its_middle_has_the_segments_and_that_is_said(show_window, sticks):
    window = show_window(sticks)
    shown(window, 0, 1)
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 30)
    page = window.pages.page.content
    page.planes.show_cross(shown=False)
    pane, level = page.panes[Plane.AXIAL], window.viewing.annotation
    window.viewing.set_annotation(Annotation.OFF)
    seen, bare = with_and_without(window, pane)
    page.planes.set_slab(6.0, Slab.MEAN)
    assert wait_until(lambda: window.pages.settled, 10)
    thick, bare_thick = with_and_without(window, pane)
    changed = np.any(seen != bare, axis=-1)
    assert changed.any() and np.array_equal(changed, np.any(thick != bare_thick, axis=-1))
    window.viewing.set_annotation(level)
    said = [line.text for line in pane._texts(Annotation.FULL).bottom_left]
    assert "Segments: those on the plane in the middle of the slab" in said


def test_segments_are_hidden_shown_and_found_by_list_and_by_keys(show_window, sticks):
    window = show_window(sticks)
    segmentation = shown(window, 0, 0)
    panel, viewing = window.segments.panel, window.viewing
    assert panel.isVisible() and [panel.list.topLevelItem(n).text(0) for n in range(3)] == [
        segment.label for segment in segmentation.segments
    ]
    assert panel.list.topLevelItem(0).text(1) == words.volume(segmentation.segments[0]) != ""
    press(window, Qt.Key.Key_Period, Qt.Key.Key_Period, Qt.Key.Key_Period)
    third = segmentation.segments[2]
    assert viewing.state.index == (third.first_slice + third.last_slice) // 2
    assert panel.list.currentItem() is panel.list.topLevelItem(2)
    press(window, Qt.Key.Key_Period, held=CONTROL)
    assert panel.list.topLevelItem(2).checkState(0) == Qt.CheckState.Unchecked
    assert "1 of 3 segments hidden" in [line.text for line in window.pane._corners().bottom_left]
    viewing.set_annotation(Annotation.OFF)
    seen, bare = with_and_without(window, window.pane)
    assert np.array_equal(seen, bare)
    item = panel.list.topLevelItem(2)
    place = panel.list.visualItemRect(item)
    QTest.mouseClick(
        panel.list.viewport(), Qt.LeftButton, pos=place.topLeft() + QPointF(9, place.height() / 2).toPoint()
    )
    assert item.checkState(0) == Qt.CheckState.Checked
    seen, bare = with_and_without(window, window.pane)
    assert not np.array_equal(seen, bare)
    press(window, Qt.Key.Key_G, held=CONTROL | SHIFT)
    assert not panel.isVisible()


def test_a_segment_that_is_gone_to_is_in_the_middle_of_the_planes(show_window, sticks):
    window = show_window(sticks)
    segmentation = shown(window, 2)
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 30)
    press(window, Qt.Key.Key_Period)
    known, planes = Known(sticks, segmentation), window.pages.page.content.planes
    i, j, k = known.index(np.array(planes.state.point))
    (segment,), on_slice = segmentation.segments, known.masks[0, int(np.rint(k))]
    rows, columns = np.nonzero(on_slice)
    assert np.rint(k) == (segment.first_slice + segment.last_slice) // 2
    assert (i, j) == pytest.approx(((columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2), abs=0.01)


def test_the_pointer_names_the_segments_under_it(show_window, sticks):
    window = show_window(sticks)
    segmentation = shown(window, 0, 0)
    window.viewing.set_index(1)
    mapping = window.pane.mapping()
    window.pane.underMouse = lambda: True
    mouse(window.pane, QEvent.Type.MouseMove, mapping.to_screen(6.5, 5.5), Qt.NoButton, Qt.NoButton)
    names = [f"{segment.label} [{segment.number}]" for segment in segmentation.segments[:2]]
    assert window.pane._probe().endswith(", ".join(names))


@pytest.mark.parametrize("damage", ["a byte of a mask", "a box", "cut short", "gone"])
def test_a_damaged_segmentation_is_said_on_the_image_and_shows_no_mask(show_window, sticks, tmp_path, damage):
    root = tmp_path / "stick"
    shutil.copytree(sticks, root)
    path = root / compact_path(2)
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "cut short":
        path.write_bytes(content[:-3])
    else:
        content[-4 if damage == "a byte of a mask" else 8 + 12 + 12 + 4] ^= 1
        path.write_bytes(content)
    window = show_window(root)
    segmenting, entry = window.viewing.segmenting, window.viewing.entry
    assert wait_until(lambda: bool(segmenting.offered(entry)), 10)
    segmenting.choose(entry, segmenting.offered(entry)[1])
    assert wait_until(lambda: segmenting.arriving(entry).failure is not None, 10)
    for level in Annotation:
        window.viewing.set_annotation(level)
        lines = [line for line in window.pane._corners().bottom_left if line.weight is Weight.DAMAGE]
        assert len(lines) == 1 and lines[0].text.startswith("The segmentation is not shown, because BUNDLE/SEGMENTS")
    assert segmenting.labels(entry) is None


def test_the_menus_name_the_keys_that_do_the_same(show_window, sticks):
    window = show_window(sticks)
    shown(window, 0, 0)
    commands, named = (*window.commands.tools, *window.commands.others), {}
    keys = {key for command in commands for key in command.shown.replace(" or ", ", ").split(", ")}
    for button in window.findChildren(QToolButton):
        if menu := button.menu():
            menu.aboutToShow.emit()
            named |= dict(action.text().split("\t") for action in menu.actions() if "\t" in action.text())
    assert named["Segmentations"] == "Ctrl+G" and len(named) > 15
    wrong = {text: key for text, key in named.items() if not key.isdecimal() and not {*key.split(", ")} <= keys}
    assert wrong == {}


def test_a_difference_that_joins_the_list_leaves_hidden_segments_hidden(show_window, sticks):
    window = show_window(sticks)
    segmentation, viewing = shown(window, 0, 1), window.viewing
    viewing.segmenting.show_segment(segmentation, 1, shown=False)
    viewing.set_annotation(Annotation.OFF)
    viewing.list_entries(viewing.entries)
    seen, bare = with_and_without(window, window.pane)
    assert viewing.segmenting.chosen(viewing.entry) is segmentation and np.array_equal(seen, bare)
    anew = tuple(replace(entry) for entry in viewing.entries)
    viewing.show_case(anew, anew[0])  # the same case once more
    assert viewing.segmenting.hidden(segmentation) == frozenset()
