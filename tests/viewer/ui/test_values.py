"""Windows, units, padding and alterations in the real window: pixels and texts as a person sees them."""

from dataclasses import replace
import math
import subprocess

import numpy as np
from PyQt5.QtCore import QPointF
from PyQt5.QtGui import QFontMetrics
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import lines, settle
from viewer import annotation
from viewer.images import early, grey
from viewer.images.windowing import PixelKind, Rescale
from viewer.space.mpr import Plane
from viewer.state import Annotation, ViewState
from viewer.ui.cases import case_delegate
from viewer.ui.look import theme
from viewer.ui.mpr import words
from viewer.ui.slices.drawing import value_unit
from viewer.ui.trial import _one_to_one, grab_grey, wait_until

FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def by_the_standard(x: float, c: float, w: float, function: str) -> float:
    """PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2, word by word, ymin 0 and ymax 255."""
    if function == "SIGMOID":
        return 255 / (1 + math.exp(min(-4 * (x - c) / w, 700)))
    if function == "LINEAR_EXACT":
        if x <= c - w / 2:
            return 0.0
        return 255.0 if x > c + w / 2 else ((x - c) / w + 0.5) * 255
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    return 255.0 if x > c - 0.5 + (w - 1) / 2 else ((x - (c - 0.5)) / (w - 1) + 0.5) * 255


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("window", [(40.0, 400.0), (0.5, 1.0), (-600.0, 1500.0), (20.0, 7.5)])
def test_every_function_is_drawn_as_the_standard_says_with_numpy_and_without(function, window):
    kind = PixelKind(16, 16, signed=True, monochrome1=False, padding=None, voi=function)
    raw = np.arange(-1200, 1400, dtype="<i2").view("<u2").reshape(50, 52)
    rescale = Rescale(0.25, -30.0)
    wanted = [by_the_standard(x * 0.25 - 30, *window, function) for x in range(-1200, 1400)]
    shown = grey.to_grey(raw, kind, rescale, window)
    assert np.abs(shown.ravel() - np.array(wanted)).max() <= 0.5 + 1e-6
    assert early.to_grey(raw.data.cast("B"), kind, rescale, window) == shown.tobytes()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_pydicom_draws_the_same(function):
    from pydicom.dataset import Dataset
    from pydicom.pixels import apply_windowing

    header = Dataset()
    header.PhotometricInterpretation, header.BitsStored, header.PixelRepresentation = "MONOCHROME2", 8, 0
    header.WindowCenter, header.WindowWidth, header.VOILUTFunction = 90, 120, function
    values = np.arange(256, dtype=np.uint8)
    wanted = apply_windowing(values, header)
    kind = PixelKind(8, 8, signed=False, monochrome1=False, padding=None, voi=function)
    assert np.abs(grey.to_grey(values, kind, Rescale(), (90.0, 120.0)).astype(int) - wanted).max() <= 0.51


def ramp(slices: int = 6) -> np.ndarray:
    """Values from -800 to 800, another row in each slice."""
    k, j, i = np.mgrid[:slices, :64, :64]
    return (i * 25 - 800 + j * 3 + k).astype(np.int64)


@pytest.fixture
def stick(tmp_path):
    """A SIGMOID, an exact window, an MR, a PET and an iodine map, with padding and alterations."""
    padded = ramp()
    padded[:, :8] = -2000
    padded[:, 8:12] = -1990
    paddings = [(-2000, -1990)] * 3 + [(None, None)] * 3
    altered = ["text masked, 41 of 4096 pixels"] + [""] * 4 + ["stray bits above the lowest 12 cleared"]
    return bundles.make_bundle(tmp_path / "stick", [CaseSpec([
        SeriesSpec([
            StackSpec(padded, voi="SIGMOID", window=(0.0, 900.0), paddings=paddings, altered=altered,
                      description="Head, axial 2 mm, thin"),
            StackSpec(ramp(3), voi="LINEAR_EXACT", window=(100.0, 0.5), description="Head, coronal 3 mm",
                      rescales=[(0.001, 100.0)] * 3),
        ]),
        SeriesSpec([StackSpec(ramp(), window=(300, 900))], "MR", 2, "Head, MR"),
        SeriesSpec([StackSpec(ramp() + 900, window=(900, 1800), units="Bq/ml", signed=False)], "PT", 3, "PET"),
        SeriesSpec([StackSpec(ramp(), window=(40, 80), units="mg/ml")], "CT", 4, "Iodine"),
    ])])  # fmt: skip


def entry_of(window, number):
    return [entry for entry in window.viewing.entries if entry.series.series_number == number]


def open_entry(window, entry):
    window.open(entry)
    settle(window)


def shown_at(window, index):
    """The pixels of a slice on the screen, one each, (rows, columns) of grey levels."""
    window.viewing.set_annotation(Annotation.OFF)
    pane, entry = window.pane, window.viewing.entry
    pane.picture.smooth, pane.bare = False, True
    window.viewing.set_state(_one_to_one(entry, pane, index, window.viewing.first_window))
    QApplication.processEvents()
    mapping, seen = pane.mapping(), grab_grey(pane)
    columns, rows = np.arange(entry.stack.columns) + 0.5, np.arange(entry.stack.rows) + 0.5
    x = (mapping.origin_x + columns * mapping.scale_x).astype(int)
    y = (mapping.origin_y + rows * mapping.scale_y).astype(int)
    return seen[np.ix_(y, x)].astype(int)


def test_the_pane_draws_the_files_function_and_padding_black_slice_by_slice(show_window, stick):
    window = show_window(stick)
    thin, exact = entry_of(window, 1)
    open_entry(window, thin)
    values = ramp()
    values[:, :8], values[:, 8:12] = -2000, -1990
    for index, padded in ((1, True), (4, False)):
        wanted = np.array([[by_the_standard(x, 0.0, 900.0, "SIGMOID") for x in row] for row in values[index].tolist()])
        if padded:
            wanted[:12] = 0
        assert np.abs(shown_at(window, index) - wanted).max() <= 1
    open_entry(window, exact)
    assert window.viewing.first_window == (100.0, 0.5)
    values = ramp(3)[1] * 0.001 + 100
    wanted = np.array([[by_the_standard(x, 100.0, 0.5, "LINEAR_EXACT") for x in row] for row in values.tolist()])
    assert np.abs(shown_at(window, 1) - wanted).max() <= 1


def test_a_narrow_exact_window_is_dragged_and_set_but_never_made_linear(show_window, stick):
    window = show_window(stick)
    open_entry(window, entry_of(window, 1)[1])
    viewing = window.viewing
    window.commands._use_preset(7)
    assert viewing.state.window == (-600, 1500)
    viewing.reset()
    assert viewing.state.window == (100.0, 0.5) and viewing.port.least_width < 0.5


def test_what_was_done_to_a_picture_is_said_on_it_alone_and_always(show_window, stick):
    window = show_window(stick)
    open_entry(window, entry_of(window, 1)[0])
    viewing = window.viewing
    for level in Annotation:
        said = []
        for index in (0, 2, 5):
            state = ViewState(index, viewing.first_window)
            said.append(lines(annotation.corners(viewing.entry, viewing.loaded_stack, state, level).bottom_left))
        assert "Text masked, 1.0 % of the image" in said[0]
        assert not any("masked" in text or "cleared" in text for text in said[1])
        assert "Stray bits above the lowest 12 cleared" in said[2]
    viewing.set_annotation(Annotation.OFF)
    window.pane.bare = False
    viewing.set_index(2)
    QApplication.processEvents()
    assert not orange(window.pane)
    viewing.set_index(0)
    QApplication.processEvents()
    assert orange(window.pane)


def orange(widget) -> bool:
    """Whether something is written or drawn in the colour of what is to be known."""
    image = widget.grab().toImage()
    found = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    return theme.NOTE.rgb() in found


def test_what_was_done_to_pictures_is_said_on_planes_and_in_3d(show_window, stick):
    window = show_window(stick, size=(1200, 800))
    open_entry(window, entry_of(window, 1)[0])
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 60)
    page = window.pages.page.content
    for level in Annotation:
        said = lines(words.corners(window.viewing, page.planes, Plane.AXIAL, level).bottom_left)
        assert "Text masked in 1 of 6 images" in said
        assert "Stray bits above the lowest 12 cleared in 1 of 6 images" in said


def test_values_have_the_units_of_their_file(show_window, stick):
    window = show_window(stick)
    found = {}
    for number in (1, 2, 3, 4):
        open_entry(window, entry_of(window, number)[0])
        pane = window.pane
        pane.hand.pointer = (40.5, 30.5)
        from viewer.marks.roi import probe

        value = probe(window.viewing.loaded_stack, 4, (40.5, 30.5))
        names = [name for _, name, _ in window.commands.presets()]
        found[number] = (
            annotation.probe_text(value, window.viewing.entry.stack.units), value_unit(window.viewing.port),
            any("Lung" in name for name in names),
        )  # fmt: skip
    truth = int(ramp()[4, 30, 40])
    assert found == {
        1: (f"{truth} HU", " HU", True), 2: (f"{truth}", "", False), 3: (f"{truth + 900} Bq/ml", " Bq/ml", False),
        4: (f"{truth} mg/ml", " mg/ml", False),
    }  # fmt: skip
    # A window that is a preset over Hounsfield units has no name over others.
    text = lines(
        annotation.corners(
            entry_of(window, 4)[0], window.viewing.loaded_stack, window.viewing.state, Annotation.FULL
        ).bottom_right
    )
    assert window.viewing.state.window == (40, 80) and "Brain" not in text


def test_the_pointer_says_padding_and_beside_the_image(show_window, stick, monkeypatch):
    window = show_window(stick)
    open_entry(window, entry_of(window, 1)[0])
    pane = window.pane
    monkeypatch.setattr(pane, "underMouse", lambda: True)
    early.bring_numpy()
    assert wait_until(early.numpy_is_here, 20)
    said = []
    for index, place in ((1, (5.5, 3.5)), (1, (5.5, 9.5)), (5, (5.5, 3.5)), (1, (-3.0, 3.0)), (1, (5.5, 30.5))):
        window.viewing.set_index(index)
        pane.hand.pointer = place
        said.append(pane._probe())
    assert said == [
        "padding, not part of the image", "padding, not part of the image", "−2000 HU", "outside the image", "−584 HU",
    ]  # fmt: skip


def test_each_stack_has_its_own_name_in_list_and_title(show_window, stick):
    window = show_window(stick)
    assert [line.title for line in entry_of(window, 1)] == [
        "Head, axial 2 mm, thin, part 1 of 2", "Head, coronal 3 mm, part 2 of 2",
    ]  # fmt: skip
    alone = entry_of(window, 2)[0]
    assert alone.title == "Head, MR"
    assert replace(alone, stack=replace(alone.stack, description="Other")).title == "Head, MR"


def test_the_list_has_room_for_what_tells_stacks_of_one_series_apart(show_window, tmp_path, monkeypatch):
    names = [f"Abdomen, axial 2.5 mm, cardiac phase {k} %" for k in (30, 75)]
    places = [(0.0, 0.0, z) for z in (0.0, 2.0, 7.0)]
    stacks = [StackSpec(ramp(3), places, description=name) for name in names]
    drawn, draw = [], case_delegate._text
    monkeypatch.setattr(case_delegate, "_text", lambda *its, **how: (drawn.append(its[:4]), draw(*its, **how)))
    window = show_window(bundles.make_bundle(tmp_path / "b", [CaseSpec([SeriesSpec(stacks)])]))
    window.grab()
    rows = [(text, box) for _, box, text, size in drawn if size == case_delegate._TITLE]
    font = QFontMetrics(theme.sized(QApplication.font(), case_delegate._TITLE))
    assert all(font.horizontalAdvance(text) <= box.width() for text, box in rows)
    for name in names:
        first = next(text for text, _ in rows if name.startswith(text) and name != text)
        assert name.removeprefix(first).strip() in {text for text, _ in rows}


# Gaps in the window


@pytest.fixture
def gapped(tmp_path):
    """A head of which slice 8 of 21 is missing."""
    places = [(0.0, 0.0, 2.0 * k) for k in range(21) if k != 8]
    spec = StackSpec(bundles.head_like(20, 48, 48), places, window=(40.0, 400.0))
    return bundles.make_bundle(tmp_path / "gap", [CaseSpec([SeriesSpec([spec])])])


def test_planes_show_a_gap_as_an_orange_band_and_say_where(show_window, gapped):
    window = show_window(gapped, size=(1200, 800))
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 60)
    page = window.pages.page.content
    pane = page.panes[Plane.CORONAL]
    image, cut = pane.grab().toImage(), pane.cut()
    ratio = pane.devicePixelRatioF()

    def row_of(height):
        return round((cut.place_of(np.array(page.planes.solid.center) * (1, 1, 0) + (0, 0, height))[1] + 0.5) / ratio)

    def is_orange(height):
        xs = range(pane.width() // 2 + 25, pane.width() // 2 + 60)
        seen = [image.pixelColor(x, row_of(height)) for x in xs]
        return all(colour.red() > colour.blue() + 20 for colour in seen)

    assert is_orange(16.0) and is_orange(15.4) and is_orange(16.6)
    assert not is_orange(13.5) and not is_orange(18.5)
    said = lines(words.corners(window.viewing, page.planes, Plane.AXIAL, Annotation.FULL).bottom_left)
    assert any(text.startswith("Slices missing at position 16") for text in said)
    probe = pane._picture.value_at(pane.pixels, pane.place(QPointF(pane.width() / 2 + 30, row_of(16.0))))
    assert annotation.probe_text(probe, "HU") == "slices missing here"


def test_the_slider_has_an_orange_mark_where_slices_are_missing(show_window, gapped):
    window = show_window(gapped)
    (mark,) = window.slider.gap_marks()
    image = window.slider.grab().toImage()
    assert image.pixelColor(mark.center()) == theme.NOTE
    # Of 20 slices, seven lie below the gap: it is in the lower half of a slider whose top is the head.
    assert 0.5 < mark.center().y() / window.slider.height() < 0.75
    assert window.slider.minimum() == 1 and window.slider.maximum() == 20


def test_a_length_from_before_a_gap_to_behind_it_says_so(show_window, gapped):
    from viewer.reading.marks import across_gap, mark_at

    window = show_window(gapped)
    entry, loaded = window.viewing.entry, window.viewing.loaded_stack
    marks = [mark_at(entry, loaded.frames[index], 10, 10) for index in (3, 7, 8, 12)]
    assert [across_gap(loaded, pair) for pair in (marks[:2], marks[1:3], marks[2:], marks[::3], marks[:1] * 2)] == [
        False, True, False, True, False,
    ]  # fmt: skip


# Another program


@pytest.mark.parametrize("function", ["LINEAR", "SIGMOID"])
def test_dcmtk_draws_the_same(function, tmp_path):
    """dcm2pnm knows both; LINEAR_EXACT it does not."""
    from PIL import Image
    import pydicom
    from pydicom.data import get_testdata_file

    dataset = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = "150", "700", function
    dataset.save_as(tmp_path / "ct.dcm")
    made = tmp_path / "ct.pgm"
    # +Wi 1: the window of the file.
    subprocess.run(["dcm2pnm", "+Wi", "1", "+opb", tmp_path / "ct.dcm", made], capture_output=True, check=True)
    theirs = np.asarray(Image.open(made)).astype(int)
    kind = PixelKind(16, dataset.BitsStored, signed=True, monochrome1=False, padding=None, voi=function)
    raw = np.frombuffer(dataset.PixelData, "<u2").reshape(dataset.Rows, -1)
    ours = grey.to_grey(
        raw, kind, Rescale(float(dataset.RescaleSlope), float(dataset.RescaleIntercept)), (150.0, 700.0)
    )
    assert np.abs(ours - theirs).max() <= 1
