"""Judges the content of an index before any code trusts it: anybody who held the medium may have altered it."""

from collections.abc import Iterable, Mapping, Sequence
import math
import re
import sqlite3
from typing import Any

from bundle.index.schema import TABLES, VOI_LUT_FUNCTIONS

# As the writer makes them, and no larger than a viewer can show: sides of a preview, and its bytes.
_LARGEST_PREVIEW, PREVIEW_BYTES = 2048, 1 << 24
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_LONGEST_TEXT = 500
# Unknown if the source does not say.
_MAY_BE_EMPTY = frozenset({
    "pixel_padding_value", "row_spacing", "column_spacing", "row_x", "row_y", "row_z", "column_x", "column_y",
    "column_z", "origin_x", "origin_y", "origin_z", "step_x", "step_y", "step_z", "spacing_between_slices",
    "x", "y", "z", "pixel_padding_range_limit", "slice_thickness", "patient_weight", "injected_dose", "half_life",
    "cardiac_phase", "respiratory_phase", "volume_ml", "first_slice", "last_slice",
})  # fmt: skip
# A slice without a window of its own has that of its stack.
_EMPTY_WINDOWS = frozenset({("frame", "window_center"), ("frame", "window_width")})
# PS3.3 C.7.6.3.1: Rows and Columns are US.
_BOUNDS = {
    "rows": (1, 65_535), "columns": (1, 65_535), "number_of_frames": (1, 1 << 20), "preview_frame": (0, 1 << 20),
    "pixel_representation": (0, 1), "bits_stored": (1, 32), "is_volume": (0, 1), "pixel_offset": (0, 1 << 40),
    "pixel_length": (0, 1 << 40), "file_size": (0, 1 << 40), "frame_index": (0, 1 << 20),
    "images_left_out": (0, 1 << 31), "images_masked": (0, 1 << 31),
    "images_undecided": (0, 1 << 31), "images_not_chosen": (0, 1 << 31), "images_unreadable": (0, 1 << 31),
}  # fmt: skip
# Numbers that are above 0, and percentages.
_ABOVE_ZERO = frozenset({"patient_weight", "injected_dose", "half_life"})
_PERCENT = frozenset({"cardiac_phase", "respiratory_phase"})
# Times, with or without a date and fractions of a second.
_MOMENTS = frozenset({"acquired", "injected", "decay_corrected_to"})
_MOMENT = re.compile(r"((\d{8})?\d{6}(\.\d{1,6})?)?")
_ALLOCATED = (8, 16, 32)
# As `bundle.images.geometry.is_orientation` accepts them, with a margin for the last digits.
_VECTOR_TOLERANCE = 0.02


def check_row(table: str, row: Mapping[str, Any]) -> None:
    """Raise ValueError if the writer would never have written one of the values."""
    for name, kind in TABLES[table][0].items():
        _check_value(table, name, kind, row[name])


def check_slices(rows: Sequence[sqlite3.Row]) -> None:
    """The same for the joined rows of frame and instance of each slice, whose path must be that of a DICOM file.

    It goes by columns: a series may have thousands of slices, and a reader waits for the first.
    """
    columns = dict(zip(rows[0].keys(), zip(*rows, strict=True), strict=True)) if rows else {}
    for table in ("frame", "instance"):
        for name, kind in TABLES[table][0].items():
            for value in _extremes(columns.get(name, ()), kind):
                _check_value(table, name, kind, value)
    for path in columns.get("path", ()):
        if plain(path) != path:
            raise ValueError(f"{plain(path)!r} is no path")


def _extremes(values: Sequence[Any], kind: type) -> Iterable[Any]:
    """Values that stand for all: the least and the greatest number, or one of the texts; all if a type differs."""
    if set(map(type, values)) != {kind}:
        return values
    return values[:1] if kind is str else (min(values), max(values))


def _check_value(table: str, name: str, kind: type, value: object) -> None:
    if not _is_sound(name, value, kind, may_be_empty=name in _MAY_BE_EMPTY or (table, name) in _EMPTY_WINDOWS):
        raise ValueError(f"{table}.{name} holds {str(value)[:40]!r}")


def check_stack(row: Mapping[str, Any]) -> None:
    """Like `check_row`, and whether the values of one stack agree with each other."""
    check_row("stack", row)
    fits = row["bits_allocated"] in _ALLOCATED and row["bits_stored"] <= row["bits_allocated"]
    spacing = (row["row_spacing"], row["column_spacing"], row["slice_thickness"])
    if (
        not fits
        or any(millimetres is not None and millimetres <= 0 for millimetres in spacing)
        or not _has_sound_vectors(row)
    ):
        raise ValueError(f"stack {row['id']} contradicts itself")


def _has_sound_vectors(row: Mapping[str, Any]) -> bool:
    """Whether row and column are perpendicular unit vectors (PS3.3 C.7.6.2.1.1), and a volume's slices lie apart."""
    along, down, step = ([row[f"{name}_{axis}"] for axis in "xyz"] for name in ("row", "column", "step"))
    if None not in (*along, *down):
        lengths = math.hypot(*along), math.hypot(*down)
        angle = sum(cosine * other for cosine, other in zip(along, down, strict=True))
        if any(abs(length - 1) > _VECTOR_TOLERANCE for length in lengths) or abs(angle) > _VECTOR_TOLERANCE:
            return False
    return not row["is_volume"] or (None not in (*along, *down, *step) and math.hypot(*step) > 0)


def _is_sound(name: str, value: object, kind: type, *, may_be_empty: bool) -> bool:
    if value is None:
        return may_be_empty
    if kind is float:
        return isinstance(value, float | int) and math.isfinite(value) and _is_within(name, value)
    if name in _MOMENTS and not (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return False
    low, high = _BOUNDS.get(name, (-(1 << 53), 1 << 53))
    if name == "voi_lut_function" and value not in ("", *VOI_LUT_FUNCTIONS):
        return False
    return isinstance(value, kind) and (not isinstance(value, int) or low <= value <= high)


def _is_within(name: str, value: float) -> bool:
    if name in _ABOVE_ZERO:
        return value > 0
    return name not in _PERCENT or 0 <= value <= 100


def plain(text: str) -> str:
    """A text that is safe to show: no control characters, and nothing that a window would take for markup."""
    shown = text[:_LONGEST_TEXT]
    if not shown.isprintable():
        shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in shown)
    return shown.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")


def is_preview(png: object) -> bool:
    """Whether this is a PNG whose header claims no more pixels than a preview may have."""
    if not isinstance(png, bytes) or not png.startswith(_PNG) or len(png) < len(_PNG) + 8:
        return False
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    return 0 < width <= _LARGEST_PREVIEW and 0 < height <= _LARGEST_PREVIEW
