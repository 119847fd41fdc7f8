"""One series minus another: its values by NumPy, what is said of it, and the figures with which it is refused."""

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import LEFT, colours, drag, fit, grey, lines, mouse, press, settle
from viewer import annotation
from viewer.annotation import Nothing
from viewer.marks.roi import probe
from viewer.state import Annotation, Tool
from viewer.ui.look.message import Message
from viewer.ui.trial import wait_until

SHAPE = (8, 40, 48)


def noise(seed: int, low: int = -900, high: int = 1200) -> np.ndarray:
    return np.random.default_rng(seed).integers(low, high, SHAPE)


def at(first: float = 0.0, step: float = 2.5, aside: float = 0.0) -> list[tuple[float, float, float]]:
    return [(-24 + aside, -20, first + step * k) for k in range(SHAPE[0])]


def stack(stored: np.ndarray, positions=None, **more) -> StackSpec:
    return StackSpec(stored, positions or at(), more.pop("orientation", AXIAL), **more)


def series(spec: StackSpec, number: int, frame: str = "1.2.3", modality: str = "CT") -> SeriesSpec:
    return SeriesSpec([spec], modality, number, f"Abdomen, axial 2.5 mm, {number}", frame)


def opened(show_window, tmp_path, *all_series: SeriesSpec):
    root = bundles.make_bundle(tmp_path / "b", [CaseSpec(list(all_series))])
    window = show_window(root, size=(1200, 800), series="2.25.11.1")
    settle(window)
    return window


def subtract(window) -> None:
    press(window, Qt.Key.Key_Y, held=Qt.KeyboardModifier.ShiftModifier)
    assert wait_until(lambda: window.viewing.subtracting.parts_of(window.viewing.entry) is not None, 20)
    settle(window)


def shown_values(window) -> np.ndarray:
    loaded = window.viewing.loaded_stack
    return np.stack([loaded.modality_values(k) for k in range(SHAPE[0])])


def said_on(window, level: Annotation = Annotation.FULL) -> list[str]:
    return lines(corners_of(window, level).bottom_left)


def corners_of(window, level: Annotation = Annotation.FULL) -> annotation.Corners:
    port = window.viewing.port
    return annotation.corners(port.entry, port.loaded_stack, port.state, level)


# Its values


@pytest.mark.parametrize(
    ("more", "other"),
    [
        ({}, {}),
        ({"rescales": [(1.0, -1024.0)] * 8, "bits_stored": 12, "signed": False}, {}),
        ({"rescales": [(0.25 + k / 7, 3.5) for k in range(8)]}, {"rescales": [(1.5, -0.125 * k) for k in range(8)]}),
    ],
    ids=["whole", "shifted", "slopes"],
)
def test_every_voxel_is_the_difference_of_the_two(show_window, tmp_path, more, other):
    low = 0 if more.get("signed") is False else -900
    one, two = noise(1, low), noise(2)
    window = opened(show_window, tmp_path, series(stack(one, **more), 1), series(stack(two, **other), 2))
    subtract(window)

    def values(stored, spec):
        slopes, intercepts = np.array(spec.get("rescales") or [(1.0, 0.0)] * 8).T[:, :, None, None]
        return stored * slopes + intercepts

    wanted = values(one, more) - values(two, other)
    assert np.abs(shown_values(window) - wanted).max() <= (0 if not other else 1e-6 * np.abs(wanted).max())
    assert window.viewing.entry.stack.units == "HU"


def test_it_is_drawn_measured_and_read_under_the_pointer(show_window, tmp_path, monkeypatch):
    one, two = np.full(SHAPE, 130), np.full(SHAPE, 60)
    two[:, :, 24:] = 190  # on the right of the picture the second is larger
    window = opened(show_window, tmp_path, series(stack(one), 1), series(stack(two), 2))
    subtract(window)
    window.viewing.set_annotation(Annotation.OFF)
    pane, (center, width) = window.pane, window.viewing.state.window
    assert center == 0
    scale, (left, top) = fit(pane, SHAPE[1:])
    seen = colours(pane)
    for column, value in ((10, 70), (40, -60)):
        x, y = round(left + column * scale), round(top + 10 * scale)
        assert seen[y, x] == pytest.approx([float(grey(value, center, width))] * 3, abs=1)
        monkeypatch.setattr(pane, "underMouse", lambda: True)
        mouse(pane, 5, (x, y), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
        assert pane._probe() == f"{value} HU".replace("-", "−")
    window.viewing.set_tool(Tool.RECTANGLE)
    drag(pane, LEFT, 8 * scale, 8 * scale, (left + 4 * scale, top + 4 * scale))
    (measure,) = window.viewing.markings.on(window.viewing.port.where)
    from viewer.marks.roi import statistics

    found = statistics(window.viewing.loaded_stack, window.viewing.state.index, measure)
    assert (found.mean, found.deviation) == (70, 0)


def test_it_is_said_on_the_image_whatever_the_texts_and_in_the_planes(show_window, tmp_path):
    window = opened(show_window, tmp_path, series(stack(noise(1)), 1), series(stack(noise(2)), 2))
    subtract(window)
    first, other = "Abdomen, axial 2.5 mm, 1 (series 1)", "Abdomen, axial 2.5 mm, 2 (series 2)"
    wanted = f"Difference of two series: {first} minus {other}"
    for level in Annotation:  # once, and with both names where there is room
        said = [line for line in said_on(window, level) if line.startswith("Difference of two series")]
        assert said == ["Difference of two series" if level is Annotation.OFF else wanted]
    assert window.viewing.entry.title == "Difference: series 1 − 2"
    assert window.viewing.entry in window.viewing.entries and "Difference" in window.windowTitle()
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 60)
    page = window.pages.page.content
    assert page.planes.solid.voxels.shape == SHAPE
    from viewer.space.mpr import Plane
    from viewer.ui.mpr import words

    texts = lines(words.corners(window.viewing, page.planes, Plane.AXIAL, Annotation.OFF).bottom_left)
    assert texts == ["Difference of two series in 8 of 8 images"]


def test_the_list_shows_the_difference_and_no_number_of_another_series(show_window, tmp_path):
    one, two = np.full(SHAPE, 130), np.full(SHAPE, 60)
    two[:, :, 24:] = 190
    window = opened(show_window, tmp_path, series(stack(one), 1), series(stack(two), 2))
    subtract(window)
    entry = window.viewing.entry
    assert entry.series.series_number == 0
    seen = colours(window.list)
    place = window.list.visualRect(window.list.currentIndex())
    small = seen[place.top() : place.bottom(), place.left() + 15 : place.left() + 75, 0]
    center, width = entry.stack.window
    for value in (70, -60):
        assert (np.abs(small.astype(int) - grey(value, center, width)) <= 2).sum() > 300
    assert not any("Series" in line for line in lines(corners_of(window).bottom_right))


def test_in_3d_no_preset_takes_differences_for_bone_or_skin(show_window, tmp_path):
    window = opened(show_window, tmp_path, series(stack(noise(1)), 1), series(stack(noise(2)), 2))
    subtract(window)
    window.pages.show_page("3d")
    assert wait_until(lambda: window.pages.settled, 60)
    assert [look.name for look in window.pages.page.content.looks] == ["Window", "Maximum (MIP)"]


def test_the_key_goes_back_and_comes_again_without_a_second_one_in_the_list(show_window, tmp_path):
    window = opened(show_window, tmp_path, series(stack(noise(1)), 1), series(stack(noise(2)), 2))
    first = window.viewing.entry
    subtract(window)
    made, listed = window.viewing.entry, len(window.viewing.entries)
    press(window, Qt.Key.Key_Y, held=Qt.KeyboardModifier.ShiftModifier)
    assert window.viewing.entry is first
    subtract(window)
    assert window.viewing.entry is made and len(window.viewing.entries) == listed
    press(window, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
    QApplication.processEvents()
    assert window.viewing.entry is made


def test_beside_each_other_the_next_pane_is_subtracted(show_window, tmp_path):
    parts = [series(stack(noise(k)), k) for k in (1, 2, 3)]
    window = opened(show_window, tmp_path, *parts)
    window.viewing.lay_out(2)
    settle(window)
    window.viewing.select(window.viewing.ports[1])
    window.open(window.viewing.entries[2])
    window.viewing.select(window.viewing.ports[0])
    settle(window)
    subtract(window)
    assert np.array_equal(shown_values(window), noise(1) - noise(3))


def test_padding_and_damage_of_either_are_those_of_the_difference(show_window, tmp_path):
    one, two = noise(1), noise(2)
    one[:, 3, 4], two[:, 5, 6] = -2000, -3000
    parts = [series(stack(one, padding=-2000), 1), series(stack(two, padding=-3000), 2)]
    root = bundles.make_bundle(tmp_path / "b", [CaseSpec(parts)])
    damaged = sorted((root / "DICOM").rglob("SE000002/IM*"))[2]
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    window = show_window(root, size=(1200, 800), series="2.25.11.1")
    settle(window)
    subtract(window)
    loaded = window.viewing.loaded_stack
    assert [loaded.failure(k) is not None for k in range(8)] == [k == 2 for k in range(8)]
    assert probe(loaded, 0, (4.5, 3.5)) is Nothing.PADDING and probe(loaded, 0, (6.5, 5.5)) is Nothing.PADDING
    assert probe(loaded, 0, (20.5, 20.5)) == one[0, 20, 20] - two[0, 20, 20]
    window.viewing.start()  # a slice that cannot be made is never read from a file in its place
    settle(window)
    assert loaded.failure(2) is not None


# Refused


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """The texts of all messages, which are closed at once."""
    found: list[str] = []
    monkeypatch.setattr(Message, "open", lambda self: found.append(self._text))
    return found


TURNED = (np.cos(0.02), np.sin(0.02), 0.0, -np.sin(0.02), np.cos(0.02), 0.0)


@pytest.mark.parametrize(
    ("other", "frame", "figures"),
    [
        (stack(noise(2)), "1.2.4", "no frame of reference in common"),
        (stack(noise(2)[:7], at()[:7]), "1.2.3", "48 × 40 × 8 and 48 × 40 × 7 voxels"),
        (stack(noise(2)[:, :38]), "1.2.3", "48 × 40 × 8 and 48 × 38 × 8 voxels"),
        (stack(noise(2), pixel_spacing=(1.0, 1.003)), "1.2.3", "1 × 1 and 1 × 1.003 mm (allowed: 0.2 % apart)"),
        (stack(noise(2), orientation=TURNED), "1.2.3", "turned by 1.15° (allowed: 0.17°)"),
        (stack(noise(2), at(0.4)), "1.2.3", "up to 0.40 mm apart (allowed: 0.10 mm)"),
        (stack(noise(2), at(aside=-0.7)), "1.2.3", "up to 0.70 mm apart (allowed: 0.10 mm)"),
        (stack(noise(2), at(step=2.6)), "1.2.3", "up to 0.70 mm apart (allowed: 0.10 mm)"),
        (stack(noise(2), units="mg/ml"), "1.2.3", "in HU and mg/ml"),
    ],
    ids=["frame", "slices", "rows", "spacing", "turned", "along", "aside", "step", "units"],
)
def test_another_grid_is_refused_with_figures(show_window, tmp_path, told, other, frame, figures):
    window = opened(show_window, tmp_path, series(stack(noise(1)), 1), series(other, 2, frame))
    bare = colours(window.pane)
    press(window, Qt.Key.Key_Y, held=Qt.KeyboardModifier.ShiftModifier)
    assert len(told) == 1 and figures in told[0]
    assert np.array_equal(colours(window.pane), bare)


def test_rounding_of_positions_is_no_other_grid(show_window, tmp_path):
    rounded = [(x + 0.03, y - 0.02, z + 0.04) for x, y, z in at()]
    window = opened(show_window, tmp_path, series(stack(noise(1)), 1), series(stack(noise(2), rounded), 2))
    subtract(window)
    assert np.array_equal(shown_values(window), noise(1) - noise(2))


def test_a_case_with_a_single_series_says_so(show_window, tmp_path, told):
    window = opened(show_window, tmp_path, series(stack(noise(1)), 1))
    press(window, Qt.Key.Key_Y, held=Qt.KeyboardModifier.ShiftModifier)
    assert len(told) == 1 and "There is no other series of this modality in the case." in told[0]
