"""The reader in a browser: its names on a medium, and the format of its list of scans (WEB/INDEX.JS).

The list is a script with one assignment of JSON in one canonical spelling: a page opened from a medium can load scripts
beside it, and nothing else. It holds rows of the index. Where readers are blinded, nothing in it may tell which case it
is: it has a pseudonym, a date, a time or a number of a series only as far as the form shows them, and never a UID.
"""

from collections.abc import Mapping, Sequence
import json
import re
from typing import Any

from bundle.layout import DICOM_FOLDER, WEB_FOLDER

PAGE, SCRIPT, ROWS, QUESTIONS = (f"{WEB_FOLDER}/{name}" for name in ("READER.HTM", "READER.JS", "INDEX.JS", "FORM.JS"))
# Those that are the same on every medium of one version.
FIXED = (PAGE, SCRIPT)
FILES = (*FIXED, ROWS, QUESTIONS)
# The page refuses every other version.
VERSION = 1
_BEFORE, _BEHIND = "self.bundleIndex=", ";\n"

# `chunk_frames` is the number of frames in a chunk; 0 where the medium has none, and the page asks for its folder.
# `rules` are the hanging rules, as far as their conditions are settled: a stack has the number of the first one that it
# fits, from 1, as its `rule`; 0 for none.
ROOT_KEYS = ("version", "chunk_frames", "rules", "cases")
RULE_KEYS = ("layout", "window", "prior")
# `before` is the person's previous case, where a rule shows it and no form is on the medium; else it is empty.
# Pseudonym, date, number and time are empty or 0 where the form of the medium does not show them.
CASE_KEYS = ("case", "pseudonym", "date", "before", "images_not_chosen", "images_unreadable", "series")
# `frame_of_reference` is equal in series of a case that share one: its place in the case, from 1; 0 for none.
SERIES_KEYS = ("modality", "number", "images", "images_left_out", "frame_of_reference", "stacks")
# As in the records of the index; `name` is that of the stack within its series.
STACK_KEYS = (
    "name", "number_of_frames", "rows", "columns", "bits_allocated", "bits_stored", "pixel_representation",
    "photometric_interpretation", "pixel_padding_value", "pixel_spacing", "orientation", "spacing_between_slices",
    "is_volume", "not_volume_reason", "notes", "window", "preview_frame", "units", "voi_lut_function",
    "slice_thickness", "acquired", "cardiac_phase", "respiratory_phase", "rule", "preview_columns", "preview", "frames",
)  # fmt: skip
# The longer side of a preview, in pixels: it is that of the index with each block of n x n made one, n as small as
# possible. A block becomes the mean of its pixels, rounded half up, and then one of as many greys as there are signs.
PREVIEW_SIDE = 64
# No letter and no digit: so no picture can be taken for a name or a number by the search for identifiers.
PREVIEW_GREYS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
# A column for each: the one value of all frames, or a list. A file is `folder`/IM`number`; `orientation` is six numbers
# with blanks between them, empty where the stack has one.
FRAME_KEYS = (
    "folder", "number", "frame_index", "pixel_offset", "pixel_length", "file_size", "header_digest", "x", "y", "z",
    "rescale_slope", "rescale_intercept", "voi_lut_function", "pixel_padding_value", "pixel_padding_range_limit",
    "altered", "orientation",
)  # fmt: skip

# A chunk is a script with the pixels of so many frames of a stack, in its order: one call, with the name of the chunk,
# the number of bytes of each frame, and these bytes in base64.
CHUNK_FRAMES = 8
_CHUNK = re.compile(rf"{WEB_FOLDER}/(PT\d{{6}}/ST\d{{6}}/SE\d{{6}}/\d{{8}})\.JS")
_CALL, _CALLED = "self.bundleChunk(", ");\n"
_OF_CHUNK = re.compile(rb'self\.bundleChunk\(\["[A-Z0-9/]+",\[[0-9,]+\],"([A-Za-z0-9+/]*=?=?)"\]\);\n')


def chunk_path(folder: str, stack: int, chunk: int) -> str:
    """The path of a chunk; `folder` is that of the stack's first file, and both numbers count from 1."""
    return f"{WEB_FOLDER}/{folder.removeprefix(f'{DICOM_FOLDER}/')}/{stack:04d}{chunk:04d}.JS"


def is_chunk(path: str) -> bool:
    """Whether a chunk may have this path."""
    return _CHUNK.fullmatch(path) is not None


def chunk_of(path: str, lengths: Sequence[int], base64: bytes) -> bytes:
    """The content of a chunk."""
    numbers = ",".join(map(str, lengths))
    return b"".join((f'{_CALL}["{chunk_name(path)}",[{numbers}],"'.encode(), base64, f'"]{_CALLED}'.encode()))


def chunk_name(path: str) -> str:
    """The name by which a chunk calls itself, so that one in the place of another is found out."""
    return path.removeprefix(f"{WEB_FOLDER}/").removesuffix(".JS")


def payload_in(content: bytes) -> tuple[int, int] | None:
    """Where the base64 of a chunk begins and ends; None if the content is none, and may hold or do anything."""
    found = _OF_CHUNK.fullmatch(content)
    return None if found is None else found.span(1)


def script_of(rows: Mapping[str, Any]) -> bytes:
    """The content of WEB/INDEX.JS: every value in one spelling, so that equal rows have equal bytes."""
    text = json.dumps(rows, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return f"{_BEFORE}{text}{_BEHIND}".encode("ascii")
