"""Figures for the eye and for other programs: the histogram of an area, and the table on the clipboard."""

import csv
import io

import numpy as np
from PyQt5.QtCore import QLocale, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, LEFT, SHIFT, click, colours, drag, press
from tests.viewer.ui.test_layouts import open_page
from tests.viewer.ui.test_outlines import circle, on_screen, trace, write
from viewer.marks.measure import MeasurementKind
from viewer.space.mpr import Plane
from viewer.state import Tool
from viewer.ui.look import theme
from viewer.ui.look.message import Message
from viewer.ui.values.histogram import HistogramPanel
from viewer.ui.values.table import as_text


@pytest.fixture
def root(tmp_path):
    noise = np.random.default_rng(8).integers(-500, 900, (9, 48, 64))
    spec = StackSpec(noise, [(-32.0, -24.0, 3.0 * k) for k in range(9)], AXIAL, pixel_spacing=(1.5, 0.8))
    return bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([spec], description="=1+1")])])


def panel_of(window) -> HistogramPanel | None:
    shown = [panel for panel in window.findChildren(HistogramPanel) if panel.isVisible()]
    return shown[0] if shown else None


def figures(panel) -> dict[str, str]:
    return {label.accessibleName(): label.text() for label in panel.findChildren(QLabel) if label.accessibleName()}


def box_of(window, first, last) -> None:
    press(window, Qt.Key.Key_B)
    (x0, y0), (x1, y1) = on_screen(window.pane, [first, last])
    drag(window.pane, LEFT, x1 - x0, y1 - y0, (x0, y0))


def test_the_histogram_shows_counts_and_figures_of_the_area_touched_last_and_follows_it(show_window, root):
    window = show_window(root)
    QTest.keyClick(window.pane, Qt.Key.Key_H, CONTROL)
    panel = panel_of(window)
    assert "Draw an ellipse" in panel.findChildren(QLabel)[0].text()
    assert set(figures(panel).values()) == {""}
    box_of(window, (9.9, 9.9), (30.1, 30.1))
    values = window.viewing.loaded_stack.modality_values(window.viewing.state.index)[10:30, 10:30]
    assert_figures(panel, values)
    box_of(window, (39.9, 9.9), (50.1, 20.1))
    other = window.viewing.loaded_stack.modality_values(window.viewing.state.index)[10:20, 40:50]
    assert_figures(panel, other)
    assert_bars(panel.bars, other)
    QTest.keyClick(window.pane, Qt.Key.Key_Z, CONTROL)
    assert_figures(panel, values)
    QTest.keyClick(window.pane, Qt.Key.Key_H, CONTROL)
    assert panel_of(window) is None


def assert_figures(panel, values) -> None:
    found = {name: float(text.replace("−", "-")) for name, text in figures(panel).items()}
    assert found == {
        "Pixels": values.size, "Mean": pytest.approx(values.mean(), abs=0.051),
        "SD": pytest.approx(values.std(ddof=1), abs=0.051), "Minimum": values.min(), "Maximum": values.max(),
        "5 %": pytest.approx(np.percentile(values, 5), abs=0.051),
        "25 %": pytest.approx(np.percentile(values, 25), abs=0.051),
        "Median": pytest.approx(np.median(values), abs=0.051),
        "75 %": pytest.approx(np.percentile(values, 75), abs=0.051),
        "95 %": pytest.approx(np.percentile(values, 95), abs=0.051),
    }  # fmt: skip


def assert_bars(bars, values) -> None:
    """The heights of the bars on the screen are the counts, by NumPy in ranges of 50 from the least value down."""
    width = 50
    low = np.floor(values.min() / width) * width
    counts, _ = np.histogram(values, np.arange(low, values.max() + width + 1e-6, width))
    seen, area = colours(bars), bars.area
    accent = np.array((theme.ACCENT.red(), theme.ACCENT.green(), theme.ACCENT.blue()))
    wide = area.width() / len(counts)
    # Two places of each bar, since the line at the median may hide one.
    for number, count in enumerate(counts):
        columns = (seen[:, int(area.left() + (number + share) * wide)] for share in (0.25, 0.6))
        tall = max(int(np.sum(np.all(np.abs(column - accent) < 12, axis=1))) for column in columns)
        assert tall == pytest.approx(area.height() * count / counts.max(), abs=2.1), number


def test_the_histogram_of_an_outline_on_a_plane_is_that_of_its_voxels(show_window, root):
    window = show_window(root)
    page = open_page(window, "mpr")
    pane = page.panes[Plane.AXIAL]
    window.viewing.set_tool(Tool.FREEHAND)
    trace(pane, circle((pane.width() / 2, pane.height() / 2), 60))
    QTest.keyClick(pane, Qt.Key.Key_H, CONTROL)
    panel = panel_of(window)
    (measure,) = window.viewing.markings.in_space.all
    assert panel.findChildren(QLabel)[0].text() == "Free-hand outline, MPR plane  (HU)"
    assert int(figures(panel)["Pixels"]) == measure.values.pixels == sum(measure.histogram.counts) > 50
    assert figures(panel)["Minimum"] == f"{measure.values.minimum:.0f}".replace("-", "−")
    assert float(figures(panel)["Median"].replace("−", "-")) == pytest.approx(measure.histogram.percentiles[2], abs=0.1)


def table() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(QApplication.clipboard().text()), delimiter="\t"))


def test_the_table_has_every_measurement_with_its_values_and_no_formula(show_window, root):
    window = show_window(root)
    number = window.viewing.state.index
    box_of(window, (9.9, 9.9), (30.1, 30.1))
    press(window, Qt.Key.Key_D)
    click(window.pane, *on_screen(window.pane, [(15, 40), (45, 40)]))
    write(window, (30, 20), '=HYPERLINK("x";"y")')
    write(window, (20, 35), '"open quote')
    press(window, Qt.Key.Key_Down)
    write(window, (30, 20), "-5 mm, @home")
    QTest.keyClick(window.pane, Qt.Key.Key_C, CONTROL | SHIFT)
    rows = table()
    values = window.viewing.loaded_stack.modality_values(number)[10:30, 10:30]
    assert len(rows) == 5
    (alone,) = [row for row in rows if [other["Slice"] for other in rows].count(row["Slice"]) == 1]
    assert alone["Text"] == "'-5 mm, @home"
    area = next(row for row in rows if row["Kind"] == "Rectangle")
    point = QLocale.system().decimalPoint()
    numbers = {name: float(area[name].replace(point, ".")) for name in ("Mean", "SD", "Minimum", "Maximum", "Value")}
    assert numbers == {
        "Mean": pytest.approx(values.mean(), abs=1e-3), "SD": pytest.approx(values.std(ddof=1), abs=1e-3),
        "Minimum": values.min(), "Maximum": values.max(), "Value": pytest.approx(20.2 * 20.2 * 1.2, abs=1.5),
    }  # fmt: skip
    assert (area["Unit"], area["Unit of the values"], area["Pixels"]) == ("mm²", "HU", str(values.size))
    length = next(row for row in rows if row["Kind"] == "Distance")
    assert float(length["Value"].replace(point, ".")) == pytest.approx(24, abs=0.3) and length["Unit"] == "mm"
    texts = [row["Text"] for row in rows if row["Kind"] == "Text"]
    assert sorted(texts) == sorted(['\'=HYPERLINK("x";"y")', '"open quote', "'-5 mm, @home"])
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "@", "\t")) and (not cell.startswith("-") or float(cell) < 0)
        assert row["Case"] == "CASE-001" and row["Series"] == "'=1+1"


def test_measurements_on_planes_are_in_the_table_too(show_window, root):
    window = show_window(root)
    page = open_page(window, "mpr")
    pane = page.panes[Plane.CORONAL]
    window.viewing.set_tool(Tool.ELLIPSE)
    drag(pane, LEFT, 60, 40, (pane.width() / 2 - 30, pane.height() / 2 - 20))
    QTest.keyClick(pane, Qt.Key.Key_C, CONTROL | SHIFT)
    (row,), (measure,) = table(), window.viewing.markings.in_space.all
    assert measure.kind is MeasurementKind.ELLIPSE
    assert (row["Slice"], row["Kind"], row["Pixels"]) == ("MPR plane", "Ellipse", str(measure.values.pixels))
    assert float(row["Mean"].replace(QLocale.system().decimalPoint(), ".")) == pytest.approx(
        measure.values.mean, abs=1e-3
    )


def test_nothing_measured_is_said_and_the_clipboard_stays(show_window, root, monkeypatch):
    said = []
    monkeypatch.setattr(Message, "exec", lambda self: said.append(self._text))
    window = show_window(root)
    QApplication.clipboard().setText("as before")
    QTest.keyClick(window.pane, Qt.Key.Key_C, CONTROL | SHIFT)
    assert QApplication.clipboard().text() == "as before"
    assert said == ["There is nothing to copy\n\nNothing has been measured in this case yet."]


@pytest.mark.parametrize(("point", "written"), [(".", "-12.3457"), (",", "-12,3457")])
def test_numbers_have_the_decimal_sign_of_the_pc(point, written):
    assert as_text([[-12.34567, 3, 0.0, -0.00001, 2.5, 1234567.0, None]], point).split("\t") == [
        written, "3", "0", "0", f"2{point}5", "1234567", "\n",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\n=1", "\x00=1"])
def test_no_text_is_a_formula(text):
    (cell,) = next(csv.reader(io.StringIO(as_text([[text]], ".")), delimiter="\t"))
    assert cell == f"'{text.strip(chr(0)).strip()}"
