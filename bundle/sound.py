"""Judges what an index says before anybody believes it: whoever had the medium in hand may have written anything."""

from collections.abc import Mapping
import math
from typing import Any

from bundle.schema import TABLES

# As the writer makes them, and no larger than what can be shown: sides of a preview, and its bytes.
_LARGEST_PREVIEW, PREVIEW_BYTES = 2048, 1 << 24
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_LONGEST_TEXT = 500
# Unknown where the source does not say.
_MAY_BE_EMPTY = frozenset({
    "pixel_padding_value", "row_spacing", "column_spacing", "row_x", "row_y", "row_z", "column_x", "column_y",
    "column_z", "origin_x", "origin_y", "origin_z", "step_x", "step_y", "step_z", "spacing_between_slices",
    "x", "y", "z",
})  # fmt: skip
# A slice without a window of its own has that of its stack.
_EMPTY_WINDOWS = frozenset({("frame", "window_center"), ("frame", "window_width")})
# PS3.3 C.7.6.3.1: Rows and Columns are US.
_BOUNDS = {
    "rows": (1, 65_535), "columns": (1, 65_535), "number_of_frames": (1, 1 << 20), "preview_frame": (0, 1 << 20),
    "pixel_representation": (0, 1), "bits_stored": (1, 32), "is_volume": (0, 1), "pixel_offset": (0, 1 << 40),
    "pixel_length": (0, 1 << 40), "file_size": (0, 1 << 40), "frame_index": (0, 1 << 20),
}  # fmt: skip
_ALLOCATED = (8, 16, 32)


def check_row(table: str, row: Mapping[str, Any]) -> None:
    """Raise ValueError where a value is none that the writer would have written."""
    _check_values(table, TABLES[table][0], row)


def check_slice(row: Mapping[str, Any]) -> None:
    """The same for what frame and instance say together of one slice, whose path is that of a file on any medium."""
    for table in ("frame", "instance"):
        columns = {name: kind for name, kind in TABLES[table][0].items() if name in row.keys()}  # noqa: SIM118 - sqlite3.Row
        _check_values(table, columns, row)
    if plain(row["path"]) != row["path"]:
        raise ValueError(f"{plain(row['path'])!r} is no path")


def _check_values(table: str, columns: Mapping[str, type], row: Mapping[str, Any]) -> None:
    for name, kind in columns.items():
        if not _is_sound(name, row[name], kind, may_be_empty=name in _MAY_BE_EMPTY or (table, name) in _EMPTY_WINDOWS):
            raise ValueError(f"{table}.{name} holds {str(row[name])[:40]!r}")


def check_stack(row: Mapping[str, Any]) -> None:
    """As `check_row`, and what the values of one stack are to each other."""
    check_row("stack", row)
    fits = row["bits_allocated"] in _ALLOCATED and row["bits_stored"] <= row["bits_allocated"]
    spacing = (row["row_spacing"], row["column_spacing"])
    if not fits or any(one is not None and one <= 0 for one in spacing):
        raise ValueError(f"stack {row['id']} contradicts itself")


def _is_sound(name: str, value: object, kind: type, *, may_be_empty: bool) -> bool:
    if value is None:
        return may_be_empty
    if kind is float:
        return isinstance(value, float | int) and math.isfinite(value)
    low, high = _BOUNDS.get(name, (-(1 << 53), 1 << 53))
    return isinstance(value, kind) and (not isinstance(value, int) or low <= value <= high)


def plain(text: str) -> str:
    """A text as it may be shown: no control characters, and nothing that a window would take for markup."""
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text[:_LONGEST_TEXT])
    return shown.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")


def is_preview(png: object) -> bool:
    """Whether this is a PNG whose header claims no more pixels than a preview has."""
    if not isinstance(png, bytes) or not png.startswith(_PNG) or len(png) < len(_PNG) + 8:
        return False
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    return 0 < width <= _LARGEST_PREVIEW and 0 < height <= _LARGEST_PREVIEW
