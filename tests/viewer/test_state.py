"""Wheel, drag and keys turn one state into another: numbers only."""

from dataclasses import replace
from pathlib import Path

import pytest

from bundle.index.index import Catalog
from bundle.index.records import Stack
from viewer import state
from viewer.space.mapping import map_image
from viewer.state import Annotation, ViewState


@pytest.fixture
def stack(bundle_root: Path) -> Stack:
    with Catalog(bundle_root) as catalog:
        return catalog.patients[0].studies[0].series[0].stacks[0]


START = ViewState(index=5, window=(40.0, 400.0))


def test_scrolling_down_goes_down_in_the_patient(stack):
    # Transverse slices are ordered from the feet: the reading order begins at the head.
    assert state.reading_direction(stack) == -1
    assert state.scroll(START, stack, 1).index == 4
    assert state.slice_number(stack, stack.number_of_frames - 1) == 1
    coronal = replace(stack, image_orientation_patient=(1, 0, 0, 0, 0, -1))
    assert state.scroll(START, coronal, 1).index == 6


def test_numbers_and_indices_are_inverse(stack):
    for index in range(stack.number_of_frames):
        assert state.index_of_number(stack, state.slice_number(stack, index)) == index


def test_scrolling_stops_at_the_ends(stack):
    assert state.slice_number(stack, state.scroll(START, stack, -100).index) == 1
    assert state.slice_number(stack, state.scroll(START, stack, 100).index) == stack.number_of_frames
    assert state.go_to_end(START, stack, last=False).index == stack.number_of_frames - 1
    assert state.go_to_end(START, stack, last=True).index == 0


def test_dragging_right_is_wider_and_up_is_brighter():
    wider = state.drag_window(START, dx=50, dy=0)
    assert wider.window[1] > 400
    assert wider.window[0] == 40
    brighter = state.drag_window(START, dx=0, dy=-50)
    assert brighter.window[0] < 40
    assert brighter.window[1] == 400


def test_a_window_is_never_narrower_than_one():
    assert state.drag_window(START, dx=-9999, dy=0).window[1] == 1


def test_a_window_over_values_of_a_few_units_is_dragged_in_steps_of_its_own_size():
    narrow = replace(START, window=(1.04, 1.27))
    half = state.drag_window(narrow, dx=-150, dy=30, opened=(1.04, 1.27)).window
    assert half == pytest.approx((1.067, 1.135))
    wide = state.drag_window(replace(START, window=(1.04, 1.0)), dx=300, dy=0, opened=(1.04, 1.27)).window
    assert wide == pytest.approx((1.04, 1.027))


def test_dragging_down_scrolls_on_and_up_zooms_in(stack):
    assert state.drag_scroll(START, stack, 30).index == 4
    assert state.drag_zoom(START, -200).zoom == pytest.approx(2)
    assert state.drag_pan(START, 3, -4).pan == (3, -4)


def test_zooming_keeps_the_point_under_the_pointer(stack):
    before = map_image(stack, 800, 600, START.zoom, START.pan)
    x, y = 520.0, 140.0
    scale = before.scale_y / stack.pixel_spacing[0]
    zoomed = state.zoom_by(START, 1.5, ((x - 400) / scale, (y - 300) / scale))
    after = map_image(stack, 800, 600, zoomed.zoom, zoomed.pan)
    assert after.to_image(x, y) == pytest.approx(before.to_image(x, y))


def test_reset_keeps_the_slice():
    changed = replace(START, window=(1, 2), zoom=3, pan=(4, 5), inverted=True)
    assert state.reset(changed, (40.0, 400.0)) == START


def test_annotation_cycles_through_all_levels():
    level = Annotation.FULL
    seen = [level := level.following for _ in range(3)]
    assert seen == [Annotation.MINIMAL, Annotation.OFF, Annotation.FULL]


def test_a_picture_fits_in_its_shape(stack):
    tall = replace(stack, pixel_spacing=(2.0, 1.0))
    mapping = map_image(tall, 800, 600, 1.0, (0, 0))
    assert mapping.scale_y == pytest.approx(2 * mapping.scale_x)
    assert mapping.scale_y * tall.rows == pytest.approx(600)
    assert mapping.to_screen(tall.columns / 2, tall.rows / 2) == pytest.approx((400, 300))


def test_the_window_of_pet_keeps_black_at_zero_unless_it_is_set_free():
    start = replace(START, window=(2000, 4000))
    for dx, dy in ((30, 0), (0, 30), (-60, 10)):
        center, width = state.drag_window(start, dx, dy, "PT").window
        assert center == width / 2  # from 0 to the width
    assert state.drag_window(start, 30, 0, "PT").window[1] > 4000  # right: more of the values
    assert state.drag_window(start, 0, -30, "PT").window[1] < 4000  # up: brighter
    assert state.drag_window(start, 0, -30, "PT", state.WindowDrag(turned=True)).window[1] > 4000
    assert state.drag_window(start, -9999, 0, "PT").window == (0.5, 1)
    free = state.WindowDrag(from_zero=False)
    assert state.drag_window(start, 30, 10, "PT", free) == state.drag_window(start, 30, 10, "CT")
