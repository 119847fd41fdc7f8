"""Reads tables of names: of 3D Slicer, ITK-SNAP and TotalSegmentator, and CSV with a value and a name on each line."""

from collections.abc import Iterator, Sequence
import csv
from pathlib import Path
import re
from typing import NamedTuple

_LARGEST = 1 << 20
_ENDINGS = (".ctbl", ".txt", ".label", ".csv", ".tsv")
# Value, red, green, blue, opacity, two switches, and the name in quotation marks.
_ITK_SNAP = re.compile(r'\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+[\d.]+\s+\d+\s+\d+\s+"([^"]*)"\s*')
# Value, name without a blank, red, green, blue, opacity.
_SLICER = re.compile(r"\s*(\d+)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+\s*")
# In an extension of the NIfTI header, as Connectome Workbench and TotalSegmentator write it; with limits, so that a
# text of many beginnings takes no longer than others.
_EXTENSION = re.compile(r'<Label\s[^>]{0,400}?Key="(\d{1,9})"[^>]{0,400}>(?:<!\[CDATA\[)?([^<\]]{1,200})')
_VALUE = frozenset({"value", "label", "labelvalue", "label_value", "index", "id", "key", "number"})
_NAME = frozenset({"name", "structure", "segment", "label_name", "labelname", "organ", "class"})


class LabelName(NamedTuple):
    """The name of a label, and its colour of 8 bits each if the table has one."""

    name: str
    colour: tuple[int, int, int] | None = None


LabelNames = dict[int, LabelName]


def table_beside(file: Path) -> Path | None:
    """The table with the name of the file, or the only `labels` in its folder."""
    stem = stem_of(file)
    for name in (stem, "labels"):
        found = [path for ending in _ENDINGS if (path := file.with_name(name + ending)).is_file()]
        if found:
            return found[0]
    return None


def stem_of(file: Path) -> str:
    """Its name without the endings of its format."""
    return re.sub(r"(\.nii(\.gz)?|(\.seg)?\.nrrd)$", "", file.name, flags=re.IGNORECASE)


def read_table(file: Path) -> LabelNames:
    """The names by label; without any if the file is no table."""
    with file.open("rb") as stream:
        content = stream.read(_LARGEST).decode("utf-8", "replace")
    lines = [line for line in content.lstrip("\ufeff").splitlines() if line.strip() and not line.startswith("#")]
    return dict(_by_pattern(lines)) or dict(_by_columns(lines))


def names_in_extension(content: bytes) -> LabelNames:
    """Those that an extension of a NIfTI header gives."""
    found = _EXTENSION.findall(content[:_LARGEST].decode("utf-8", "replace"))
    return {int(key): LabelName(name.strip()) for key, name in found}


def _by_pattern(lines: Sequence[str]) -> Iterator[tuple[int, LabelName]]:
    for line in lines:
        if snap := _ITK_SNAP.fullmatch(line):
            yield int(snap[1]), LabelName(snap[5], _colour(snap[2], snap[3], snap[4]))
        elif slicer := _SLICER.fullmatch(line):
            yield int(slicer[1]), LabelName(slicer[2], _colour(slicer[3], slicer[4], slicer[5]))


def _colour(*parts: str) -> tuple[int, int, int] | None:
    red, green, blue = map(int, parts)
    return (red, green, blue) if max(red, green, blue) < 256 else None


def _by_columns(lines: Sequence[str]) -> Iterator[tuple[int, LabelName]]:
    separator = max(",;\t", key=lambda sign: sum(sign in line for line in lines))
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    head = [cell.casefold() for cell in rows[0]] if rows else []
    value = next((k for k, cell in enumerate(head) if cell in _VALUE), 0)
    name = next((k for k, cell in enumerate(head) if cell in _NAME), 1)
    for row in rows:
        if len(row) > max(value, name) and re.fullmatch(r"\d{1,9}", row[value]):
            yield int(row[value]), LabelName(row[name])
