"""What is copied, saved and printed is the picture that the reader sees, on slices, planes and in 3D."""

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QImage
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, colours
from tests.viewer.ui.test_layouts import double_click, open_page
from viewer.space.mpr import Plane


@pytest.fixture
def window(show_window, tmp_path):
    positions = [(0.0, 0.0, 2.0 * k) for k in range(24)]
    spec = StackSpec(bundles.head_like(24, 40, 48), positions, pixel_spacing=(2.0, 2.0))
    return show_window(bundles.make_bundle(tmp_path / "stick", [CaseSpec([SeriesSpec([spec])])]))


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = np.frombuffer(image.constBits().asstring(image.byteCount()), np.uint8)
    return bits.reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int)


def shown(window, name: str):
    """The picture that has the focus."""
    if name == "single":
        return window.pane
    page = open_page(window, "3d" if name == "3d" else "mpr")
    if name == "3d":
        return page.pane
    pane = page.panes[Plane.CORONAL]
    if name == "alone":
        double_click(pane)
        assert [other for other in page.panes.values() if other.isVisible()] == [pane]
    pane.setFocus()
    return pane


@pytest.mark.parametrize("name", ["single", "mpr", "alone", "3d"])
def test_ctrl_c_and_ctrl_s_take_the_picture_that_is_seen(window, tmp_path, monkeypatch, name):
    pane = shown(window, name)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved.png"), ""))
    QTest.keyClick(pane, Qt.Key.Key_C, CONTROL)
    QTest.keyClick(pane, Qt.Key.Key_S, CONTROL)
    for image in (QApplication.clipboard().image(), QImage(str(tmp_path / "saved.png"))):
        assert np.array_equal(pixels(image), colours(pane))


def test_a_page_without_a_picture_is_taken_as_it_is(show_window, tmp_path):
    single = StackSpec(bundles.head_like(1))
    other = show_window(bundles.make_bundle(tmp_path / "one", [CaseSpec([SeriesSpec([single])])]))
    open_page(other, "mpr")
    QTest.keyClick(other.pages.page, Qt.Key.Key_C, CONTROL)
    assert np.array_equal(pixels(QApplication.clipboard().image()), colours(other.pages.page))
