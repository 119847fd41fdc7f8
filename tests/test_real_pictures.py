"""The window's picture of every real scan, compared with pydicom's values and the formulas of the standard."""

from dataclasses import replace

import numpy as np
from pydicom import Dataset, dcmread
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer.conftest import show_window  # noqa: F401
from viewer.annotation import signed
from viewer.images import early
from viewer.ui.slices.overlay import Overlay
from viewer.ui.trial import grab_grey, wait_until

SIDES = (("L", "R"), ("P", "A"), ("S", "I"))
# Of all pixels so many may differ by one grey level, as a half is rounded up or down.
ROUNDED = 0.001


def of_frame(dataset: Dataset, frame: int, group: str, keyword: str):
    """An attribute of a frame, wherever the object has it (PS3.3 C.7.6.16)."""
    for name, item in (("PerFrameFunctionalGroupsSequence", frame), ("SharedFunctionalGroupsSequence", 0)):
        groups = dataset.get(name)
        if groups and group in groups[item] and keyword in groups[item][group][0]:
            return groups[item][group][0][keyword].value
    return dataset.get(keyword)


def modality_values(dataset: Dataset, frame: int) -> tuple[np.ndarray, np.ndarray]:
    """PS3.3 C.11.1.1.2; and the stored values."""
    stored = dataset.pixel_array
    stored = (stored[frame] if stored.ndim == 3 else stored).astype(float)
    slope = of_frame(dataset, frame, "PixelValueTransformationSequence", "RescaleSlope")
    intercept = of_frame(dataset, frame, "PixelValueTransformationSequence", "RescaleIntercept")
    return stored * float(1 if slope is None else slope) + float(intercept or 0), stored


def expected_grey(dataset: Dataset, frame: int, window: tuple[float, float]) -> np.ndarray:
    """PS3.3 C.11.2.1.2.1, then C.7.6.3.1.2 and C.7.5.1.1.2."""
    values, stored = modality_values(dataset, frame)
    center, width = window[0], max(window[1], 1)
    grey = np.clip(((values - (center - 0.5)) / max(width - 1, 1e-9) + 0.5) * 255, 0, 255)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        grey = 255 - grey
    if dataset.Modality == "PT":  # opens as readers of PET are used to: what takes up is dark
        grey = 255 - grey
    if "PixelPaddingValue" in dataset:
        grey[stored == dataset.PixelPaddingValue] = 0
    return np.floor(grey + 0.5).astype(int)


def look_closely(window, index: int) -> None:
    """A slice with each of its pixels larger than one of the screen, and nothing over it."""
    pane, viewing = window.pane, window.viewing
    viewing.set_index(index)
    (x0, y0), (x1, y1) = pane.mapping().to_screen(0, 0), pane.mapping().to_screen(1, 1)
    viewing.set_state(replace(viewing.state, zoom=viewing.state.zoom * 2.5 / min(x1 - x0, y1 - y0)))
    QApplication.processEvents()


@pytest.fixture
def letters_shown(monkeypatch):
    shown = []
    draw = Overlay.letters
    monkeypatch.setattr(Overlay, "letters", lambda self, letters: (shown.append(letters), draw(self, letters)))
    return shown


def compare(window, root, letters_shown) -> int:
    """The slice that is shown; returns how many pixels were compared."""
    viewing, pane = window.viewing, window.pane
    frame = viewing.loaded_stack.frames[viewing.state.index]
    dataset = dcmread(root / frame.path)
    wanted = expected_grey(dataset, frame.frame_index, viewing.state.window)
    viewing.set_annotation(type(viewing.annotation).OFF)
    if viewing.segmenting.on:
        viewing.segmenting.toggle()
    grabbed, mapping = grab_grey(pane), pane.mapping()
    rows, columns = np.mgrid[: wanted.shape[0], : wanted.shape[1]]
    x, y = mapping.to_screen(columns + 0.5, rows + 0.5)
    x, y = np.floor(x).astype(int), np.floor(y).astype(int)
    free = (y < grabbed.shape[0] * 3 // 4) | (x > grabbed.shape[1] // 2)
    # Loss by compression of any image of the stack, and what was done to the pixels, are said in that corner.
    if "compressed with loss" not in viewing.entry.stack.notes and not dataset.get("DerivationDescription"):
        free[:] = True
    seen = free & (x >= 0) & (y >= 0) & (x < grabbed.shape[1]) & (y < grabbed.shape[0])
    difference = np.abs(grabbed[y[seen], x[seen]].astype(int) - wanted[seen])
    assert difference.max() <= 1 and (difference > 0).mean() <= ROUNDED, frame.path
    viewing.set_annotation(type(viewing.annotation).FULL)
    letters_shown.clear()
    pane.grab()
    orientation = of_frame(dataset, frame.frame_index, "PlaneOrientationSequence", "ImageOrientationPatient")
    check_letters(letters_shown[-1], orientation)
    return int(seen.sum())


def check_letters(shown, orientation) -> None:
    """PS3.3 C.7.6.2.1.1: x grows to the left of the patient, y to the back, z to the head."""
    for first, last, vector in (("left", "right", slice(0, 3)), ("top", "bottom", slice(3, 6))):
        texts = getattr(shown, first), getattr(shown, last)
        if not orientation:
            assert texts == ("", "")
            continue
        cosines = np.array(orientation[vector], float)
        axis = int(np.argmax(np.abs(cosines)))
        ends = SIDES[axis] if cosines[axis] > 0 else SIDES[axis][::-1]
        assert (texts[1][0], texts[0][0]) == ends


def test_every_real_scan_is_shown_as_its_file_says(show_window, many_bundle, letters_shown):  # noqa: F811
    window = show_window(many_bundle.drive, load=False, size=(1400, 1000))
    window.pane.picture.smooth = False
    compared = []
    for entry in window.viewing.entries:
        window.viewing.open(entry)
        assert wait_until(lambda: window.viewing.loaded_stack.complete, 60)
        count = entry.stack.number_of_frames
        for index in sorted({0, count // 2, count - 1}):
            look_closely(window, index)
            compared.append(compare(window, many_bundle.drive, letters_shown))
    assert len(compared) > 60 and min(compared) > 200


def test_the_value_under_the_pointer_is_that_of_the_file(show_window, many_bundle, monkeypatch):  # noqa: F811
    window = show_window(many_bundle.drive, load=False, size=(1400, 1000))
    pane, viewing = window.pane, window.viewing
    monkeypatch.setattr(type(pane), "underMouse", lambda self: True)
    chance = np.random.default_rng(5)
    assert wait_until(early.numpy_is_here, 10)
    for entry in viewing.entries:
        viewing.open(entry)
        assert wait_until(lambda: viewing.loaded_stack.complete, 60)
        viewing.set_index(entry.stack.number_of_frames // 2)
        frame = viewing.loaded_stack.frames[viewing.state.index]
        dataset = dcmread(many_bundle.drive / frame.path)
        values, stored = modality_values(dataset, frame.frame_index)
        hovered = 0
        for _ in range(5):
            row, column = (int(chance.integers(size)) for size in values.shape)
            at = QPointF(*pane.mapping().to_screen(column + 0.5, row + 0.5))
            if not pane.rect().contains(QPoint(round(at.x()), round(at.y()))):
                continue
            hovered += 1
            none = Qt.MouseButton.NoButton
            QApplication.sendEvent(
                pane, QMouseEvent(QEvent.Type.MouseMove, at, none, none, Qt.KeyboardModifier.NoModifier)
            )
            said = pane._probe().partition(" ")[0].replace("\u00a0", "")
            padding = stored[row, column] == dataset.get("PixelPaddingValue")
            assert said == ("padding," if padding else signed(values[row, column])), frame.path
        assert hovered
