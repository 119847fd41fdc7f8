"""Arranges the texts of a pane's corners: long ones wrap, and without room the least important ones fold away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
import re

from viewer.annotation import Corners, TextLine, Weight

WidthOf = Callable[[str, bool], float]

# A corner takes at most this share of the pane's width, so that it never meets its neighbour.
_SHARE = 0.48
# Warnings are never cut: in a pane too narrow for them they take up to this many pixels of its width.
_NOTE_WIDTH = 420.0
# Lines of text that stay free in the middle of the sides, for the letters of orientation.
_LETTER = 1.6
# A number stays with its unit, with the letter before it, and with the number that it is one of: "S 837.1 mm", "W 400",
# "10 / 20".
_BREAK = re.compile(r"(?<!/) (?!/ |mm\b|%|: \d|(?<=\b[A-Z] )\d)")
# A text of several parts has each on a row of its own, if they fit: "Thickness 1 mm," and "spacing 0.8 mm".
_PARTS = re.compile(r"(?<=,) ")
_WARNINGS = (Weight.NOTE, Weight.DAMAGE)


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of text of a line: from the top of the area down to its own top, in pixels, and its side."""

    text: str
    line: TextLine
    top: float
    left: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """A corner with its lines wrapped; `fold` of a line as in `TextLine`."""

    lines: tuple[tuple[TextLine, tuple[str, ...]], ...]

    @property
    def rows(self) -> int:
        return sum(len(parts) for _, parts in self.lines)

    @property
    def last_fold(self) -> int:
        """The highest fold of its lines, 0 if all must stay."""
        return max((line.fold for line, _ in self.lines), default=0)

    def without(self, fold: int) -> "_Block":
        """The lines that stay when those of this fold go."""
        return replace(self, lines=tuple(pair for pair in self.lines if pair[0].fold != fold))


def arranged(corners: Corners, width: float, height: float, row: float, width_of: WidthOf) -> list[Placed]:
    """All lines that fit into an area of this size with rows of this height; `width_of` measures (text, bold)."""
    column = width * _SHARE
    wide = max(column, min(width, _NOTE_WIDTH))

    def block(lines: Sequence[TextLine], for_notes: float = column) -> _Block:
        return _Block(tuple((line, _wrapped(line, column, for_notes, width_of)) for line in lines))

    room = max(int(height / row / 2 - _LETTER), 1)
    top_left, top_right = (_fitting(block(lines), room) for lines in (corners.top_left, corners.top_right))
    right = _fitting(block(corners.bottom_right), room)
    left = _fitting(block(corners.bottom_left, wide), room)
    # What is too wide for the corner lies above what stands on the right.
    if any(width_of(part, _bold(line)) > column for line, parts in left.lines for part in parts):
        left, right = _stacked(left, right, room)
        low = _upwards(left, height - row * _beside(left, right, column, width_of), row, True)
    else:
        low = _upwards(left, height, row, True)
    return [*_downwards(top_left, row, True), *_downwards(top_right, row, False), *low,
            *_upwards(right, height, row, False)]  # fmt: skip


def _stacked(left: _Block, right: _Block, room: int) -> tuple[_Block, _Block]:
    """Both, one above the other, without the lines that have no room."""
    while left.rows + right.rows > room and max(left.last_fold, right.last_fold):
        fold = max(left.last_fold, right.last_fold)
        left, right = left.without(fold), right.without(fold)
    return left, right


def _beside(left: _Block, right: _Block, column: float, width_of: WidthOf) -> int:
    """How many rows the left block must rise, so that its wide lines lie above the right block."""
    narrow = 0
    for line, parts in reversed(left.lines):
        if any(width_of(part, _bold(line)) > column for part in parts):
            break
        narrow += len(parts)
    return max(right.rows - narrow, 0)


def _fitting(block: _Block, room: int) -> _Block:
    while block.rows > room and block.last_fold:
        block = block.without(block.last_fold)
    return block


def _downwards(block: _Block, row: float, left: bool) -> list[Placed]:
    texts = [(line, part) for line, parts in block.lines for part in parts]
    return [Placed(part, line, number * row, left) for number, (line, part) in enumerate(texts)]


def _upwards(block: _Block, bottom: float, row: float, left: bool) -> list[Placed]:
    start = bottom - row * block.rows
    return [replace(placed, top=placed.top + start) for placed in _downwards(block, row, left)]


def _wrapped(line: TextLine, column: float, for_notes: float, width_of: WidthOf) -> tuple[str, ...]:
    """The text in as many rows as it needs; only a single word may be wider than its row."""
    limit, bold = for_notes if line.weight in _WARNINGS else column, _bold(line)
    if width_of(line.text, bold) <= limit:
        return (line.text,)
    parts = _PARTS.split(line.text)
    if max(width_of(part, bold) for part in parts) > limit:
        parts = _BREAK.split(line.text)
    rows: list[str] = []
    for part in parts:
        longer = f"{rows[-1]} {part}" if rows else part
        if rows and width_of(longer, bold) <= limit:
            rows[-1] = longer
        else:
            rows.append(part)
    return tuple(rows)


def _bold(line: TextLine) -> bool:
    return line.weight is Weight.STRONG
