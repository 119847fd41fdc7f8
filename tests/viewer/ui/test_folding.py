"""The texts in the corners of a pane: nothing that matters is cut off, whatever the size of the pane."""

from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.annotation import Corners, TextLine, Weight
from viewer.ui.over.folding import arranged

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
