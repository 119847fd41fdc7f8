"""Stored values to grey levels, against the formula of the standard."""

import math

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from bundle.index.records import StackFrame
from viewer.images import grey, windowing
from viewer.images.grey import linear, lookup_table, stored_values, to_grey
from viewer.images.windowing import PixelKind, Rescale

CT = PixelKind(bits_allocated=16, bits_stored=16, signed=True, monochrome1=False, padding=None)


def by_the_standard(x: float, c: float, w: float) -> int:
    """PS3.3 C.11.2.1.2.1, word by word, ymin 0 and ymax 255."""
    if x <= c - 0.5 - (w - 1) / 2:
        y = 0.0
    elif x > c - 0.5 + (w - 1) / 2:
        y = 255.0
    else:
        y = ((x - (c - 0.5)) / (w - 1) + 0.5) * (255 - 0) + 0
    return math.floor(y + 0.5)


@given(
    st.lists(st.integers(-32768, 32767), min_size=1, max_size=50),
    st.floats(-3000, 3000),
    st.floats(1, 5000),
)
def test_the_lookup_table_agrees_with_the_formula(values, center, width):
    raw = np.array(values, "<i2").view("<u2")
    grey = to_grey(raw, CT, Rescale(), (center, width))
    assert grey.tolist() == [by_the_standard(x, center, width) for x in values]


def test_the_examples_of_the_standard():
    # PS3.3 C.11.2.1.2.1: center 2048 width 4096 begins at 0; center 0 width 1 is a threshold at -0.5.
    assert linear(np.array([0.0, 4095.0, 4096.0]), (2048, 4096)).tolist() == [0, 255, 255]
    assert linear(np.array([-1.0, -0.5, 0.0]), (0, 1)).tolist() == [0, 0, 255]


def test_a_width_below_one_counts_as_one():
    assert linear(np.array([4.0, 5.0]), (5, 0)).tolist() == [0, 255]


def test_values_are_sign_extended_and_bits_above_are_ignored():
    kind = PixelKind(16, 12, True, False, None)
    raw = np.array([0x0FFF, 0xFFFF, 0x7800, 0x07FF, 0x3001], np.uint16)
    assert stored_values(raw, kind).tolist() == [-1, -1, -2048, 2047, 1]
    unsigned = PixelKind(16, 12, False, False, None)
    assert stored_values(raw, unsigned).tolist() == [4095, 4095, 2048, 2047, 1]


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_every_width_of_pixels_is_shown(bits):
    kind = PixelKind(bits, bits, False, False, None)
    raw = np.array([[0, 100, 200]], f"<u{bits // 8}")
    assert to_grey(raw, kind, Rescale(), (100.5, 201)).tolist() == [[0, 128, 255]]


def test_monochrome1_and_invert_turn_grey_around_and_cancel_out():
    raw = np.array([0, 1000], np.uint16)
    mono1 = PixelKind(16, 16, False, True, None)
    plain = PixelKind(16, 16, False, False, None)
    window = (500.0, 1000.0)
    assert to_grey(raw, mono1, Rescale(), window).tolist() == [255, 0]
    assert to_grey(raw, plain, Rescale(), window, inverted=True).tolist() == [255, 0]
    assert to_grey(raw, mono1, Rescale(), window, inverted=True).tolist() == [0, 255]


def test_padding_is_background_although_it_would_be_white():
    kind = PixelKind(16, 16, False, False, padding=63536)
    grey = to_grey(np.array([63536, 1100], np.uint16), kind, Rescale(1, -1024), (40, 80))
    assert grey.tolist() == [0, by_the_standard(76, 40, 80)]


def test_the_table_has_an_entry_for_each_bit_pattern():
    assert lookup_table(CT, Rescale(), (40, 80), False).shape == (65536,)


def frame(slope: float, intercept: float = 0.0) -> StackFrame:
    return StackFrame("P", 0, "1", 1, 0, 0, 0, "", None, slope, intercept, None)


def test_the_rescale_of_the_slice_comes_before_its_window():
    # A real MR: stored values of 0 to 50, slope 7.84, and a window of 378 / 465 over the rescaled ones.
    raw = np.array([0, 19, 30, 50], np.uint16)
    grey = to_grey(raw, CT, windowing.rescale_of(frame(7.84)), (378, 465))
    assert grey.tolist() == [by_the_standard(x * 7.84, 378, 465) for x in raw]
    assert grey.max() > 100


def test_values_of_less_than_one_unit_are_more_than_black_and_white():
    values = np.linspace(0.2, 0.8, 10_000)
    center, width = grey.window_from_values(values)
    shown = [by_the_standard(value, center, width) for value in (0.2, 0.35, 0.5, 0.65, 0.8)]
    assert shown == pytest.approx([0, 64, 128, 191, 255], abs=2)


def test_a_window_over_nearly_all_values():
    values = np.concatenate([np.full(10_000, 100.0), np.linspace(0, 1000, 10_000), [1e6]])
    center, width = grey.window_from_values(values)
    assert 400 < center < 600
    assert 900 < width < 1000
