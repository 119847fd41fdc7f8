"""The labels of measurements and answers in the real window: none is covered by another, or by a letter of a side."""

from pathlib import Path

import numpy as np
from PyQt5.QtCore import Qt
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import click, colours, press
from tests.viewer.ui.test_answers import FORM, begin, button
from tests.viewer.ui.test_plane_answers import page_of
from viewer.space.mpr import Plane
from viewer.state import Annotation, Tool
from viewer.ui.look import theme


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
