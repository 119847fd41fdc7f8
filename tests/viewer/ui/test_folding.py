"""The texts in the corners of a pane: nothing that matters is cut off, whatever the size of the pane."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QFont, QFontMetricsF, QImage, QPainter
import pytest

from viewer.annotation import Corners, Letters, TextLine, Weight
from viewer.ui.look import theme
from viewer.ui.over.folding import arranged
from viewer.ui.slices.overlay import Overlay

_ROW = 19.0
_words = st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=12).map(" ".join)
_line = st.builds(TextLine, _words, st.sampled_from(list(Weight)), st.integers(0, 6))
_corner = st.lists(_line, max_size=5).map(tuple)
_corners = st.builds(Corners, _corner, _corner, _corner, _corner)


def width_of(text: str, bold: bool) -> float:
    return len(text) * (8.0 if bold else 7.0)


def rows_of(placed) -> list[tuple[float, float, float]]:
    """Top, left end and right end of each row, in an area of 330 pixels."""
    return [(row.top, *ends(row)) for row in placed]


def ends(row) -> tuple[float, float]:
    width = width_of(row.text, row.line.weight is Weight.STRONG)
    return (0.0, width) if row.left else (330.0 - width, 330.0)


@settings(max_examples=100, deadline=None)
@given(_corners, st.floats(200, 900))
def test_every_line_that_must_stay_is_there_word_by_word(corners, height):
    placed = arranged(corners, 330.0, height, _ROW, width_of)
    for corner in (corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right):
        for line in corner:
            shown = [row.text for row in placed if row.line is line]
            assert " ".join(shown) in (line.text, "") and (shown or line.fold)
    assert all(row.line.fold == 0 or row.top > -_ROW * 10 for row in placed)


@settings(max_examples=100, deadline=None)
@given(_corners)
def test_no_row_meets_another_at_the_bottom_and_none_leaves_the_pane(corners):
    few = Corners(bottom_left=corners.bottom_left[:2], bottom_right=corners.bottom_right[:2])
    found = sorted(rows_of(arranged(few, 330.0, 600.0, _ROW, width_of)))
    for number, (top, left, right) in enumerate(found):
        assert top >= 0 and top + _ROW <= 600.0 + 1e-6 and left >= 0 and right <= 330.0
        for other, its_left, its_right in found[number + 1 :]:
            assert other >= top + _ROW - 1e-6 or right <= its_left or its_right <= left


def test_with_little_room_the_window_and_the_warnings_stay_and_the_rest_folds_in_order():
    warning = TextLine("Compressed with loss, 12.9 : 1, JPEG 2000", Weight.NOTE)
    window = TextLine("W 400   C 50", Weight.STRONG)
    title, zoom = TextLine("Abdomen, axial 5 mm, soft", fold=4), TextLine("Zoom 172 %", fold=6)
    corners = Corners(bottom_left=(warning,), bottom_right=(title, zoom, window))

    def shown(height: float) -> list[TextLine]:
        return list({id(row.line): row.line for row in arranged(corners, 330.0, height, _ROW, width_of)}.values())

    assert shown(600) == [warning, title, zoom, window]
    assert zoom not in shown(250) and title in shown(250)
    assert shown(150) == [warning, window]
    assert shown(40) == [warning, window]


@pytest.mark.parametrize("width", range(150, 400, 10))
def test_a_letter_is_never_parted_from_its_number(width):
    slices = TextLine("Slice 10 / 120", Weight.STRONG)
    place = Corners(
        bottom_left=(slices, TextLine("R 108.9   A 20   S 827.3 mm")), bottom_right=(TextLine("W 400   C 40"),)
    )
    shown = [row.text.strip() for row in arranged(place, width, 600.0, _ROW, width_of)]
    for whole in ("10 / 120", "R 108.9", "A 20", "S 827.3 mm", "W 400", "C 40"):
        assert any(whole in text for text in shown), shown


@pytest.mark.parametrize("pixels_per_mm", [0.7, 1.9, 4.1])
@pytest.mark.parametrize("width", [330, 420, 560, 653, 880, 1500])
def test_the_scale_bar_stands_on_no_text(qapp, width, pixels_per_mm):
    corners = Corners(
        bottom_left=(TextLine("Schicht 42 / 84"), TextLine("Dicke 3.27 mm, Abstand 3.27 mm", Weight.MUTED)),
        bottom_right=(TextLine("Zoom 419 % (eingepasst)"), TextLine("W 400   C 40", Weight.STRONG)),
    )
    texts, all_of_it = (
        painted(width, 500, lambda overlay, mm=scale: (overlay.corners(corners), overlay.scale(mm)))
        for scale in (0.0, pixels_per_mm)
    )
    text = texts.max(axis=2) > 0
    assert np.array_equal(texts[text], all_of_it[text])
    assert np.any(texts != all_of_it) or width < 600, "a bar, if there is room for one"


def painted(width: int, height: int, draw: Callable[[Overlay], object]) -> np.ndarray:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    draw(Overlay(painter, QRectF(0, 0, width, height)))
    painter.end()
    bits = np.frombuffer(image.constBits().asstring(image.byteCount()), np.uint8)
    return bits.reshape(height, width, 4)[..., :3].astype(int)


@pytest.mark.parametrize("size", [(322, 352), (492, 352), (640, 480), (1180, 700)])
def test_a_message_in_place_of_an_image_is_whole_and_lies_on_no_other_text(qapp, size):
    corners = Corners(
        top_left=(TextLine("CASE-002", Weight.STRONG), TextLine("P-C5UHTXWSFV", fold=2)),
        bottom_left=(
            TextLine("160 images of this series are damaged", Weight.DAMAGE),
            TextLine("Slice 81 / 160"),
            TextLine("Thickness 1.2 mm, spacing 1.2 mm", Weight.MUTED, fold=3),
        ),
        bottom_right=(TextLine("W 3746   C 1873", Weight.STRONG),),
    )
    reason = (
        "The path 'DICOM/PT000002/ST000001/SE000001/IM000080' leads out of the bundle, so it is not opened. The bundle "
        "is damaged or was altered: ask for a new copy."
    )

    def say(overlay: Overlay) -> None:
        overlay.message("This image cannot be shown", reason, theme.DAMAGE)

    texts, message = painted(*size, lambda overlay: overlay.corners(corners)), painted(*size, say)
    assert not np.any((texts.max(axis=2) > 0) & (message.max(axis=2) > 0))
    roomy = (painted(1400, size[1], say).max(axis=2) > 60).sum()
    assert (message.max(axis=2) > 60).sum() == pytest.approx(roomy, rel=0.05)


@pytest.mark.parametrize("said", [
    "Thickness 2.5 mm, spacing 1.25 mm, here 2.5 / 5 mm", "Schichtdicke 2.5 mm, Abstand 1.25 mm, hier 2.5 / 5 mm",
    "Slice spacing 1.25 mm, here 2.5 / 5 mm",
])  # fmt: skip
@pytest.mark.parametrize("width", [340, 400, 480, 640, 900])
def test_thickness_and_spacing_wrap_between_them_and_never_within(qapp, width, said):
    metrics = QFontMetricsF(theme.sized(QFont(), 14))
    placed = arranged(
        Corners(bottom_left=(TextLine(said, Weight.MUTED, fold=3),)), width, 600, 20,
        lambda text, bold: metrics.horizontalAdvance(text),
    )  # fmt: skip
    rows = [row.text for row in placed]
    assert " ".join(rows) == said
    parts = [part if n == said.count(", ") else f"{part}," for n, part in enumerate(said.split(", "))]
    assert all(any(part in row for row in rows) for part in parts)
    assert all(metrics.horizontalAdvance(row) <= width * 0.48 for row in rows)


@pytest.mark.parametrize("width", [330, 360, 420, 480])
def test_no_letter_stands_on_a_long_note_and_the_scale_bar_is_whole_above_it(qapp, width):
    """As of a PET over planes beside the form: the note is as wide as the pane."""
    note = "Fusioniert mit PET: Extremity, axial 3.27 mm, 50 %"
    corners = Corners(bottom_left=(TextLine(note, Weight.NOTE),))
    letters = Letters("R", "L", "S", "I")
    texts = painted(width, 280, lambda overlay: overlay.corners(corners))

    def all_of_it(overlay: Overlay) -> None:
        overlay.prepare(corners, letters, 1.6)
        overlay.finish()

    whole, written = painted(width, 280, all_of_it), texts.max(axis=2) > 0
    assert np.array_equal(texts[written], whole[written])
    beside = painted(width, 280, lambda overlay: (overlay.prepare(Corners(), letters, 1.6), overlay.finish()))
    added = (whole.max(axis=2) > 60) & ~written
    assert added.sum() == pytest.approx((beside.max(axis=2) > 60).sum(), rel=0.03)  # four letters and the whole bar
    edge = np.flatnonzero(added.any(axis=0))
    assert edge[0] >= 10 and edge[-1] <= width - 10
