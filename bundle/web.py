"""The reader in a browser: its names on a medium, and the format of its list of scans (WEB/INDEX.JS).

The list is a script with one assignment of JSON in one canonical spelling: a page opened from a medium can load scripts
beside it, and nothing else. It holds rows of the index, without anything that may tell a blinded reader which case it
is: no pseudonym, no date, no UID, no number of a series.
"""

from collections.abc import Mapping
import json
from typing import Any

from bundle.layout import WEB_FOLDER

PAGE, SCRIPT, ROWS, QUESTIONS = (f"{WEB_FOLDER}/{name}" for name in ("READER.HTM", "READER.JS", "INDEX.JS", "FORM.JS"))
# Those that are the same on every medium of one version.
FIXED = (PAGE, SCRIPT)
FILES = (*FIXED, ROWS, QUESTIONS)
# The page refuses every other version.
VERSION = 1
_BEFORE, _BEHIND = "self.bundleIndex=", ";\n"

ROOT_KEYS = ("version", "cases")
CASE_KEYS = ("case", "images_not_chosen", "images_unreadable", "series")
# `frame_of_reference` is equal in series of a case that share one: its place in the case, from 1; 0 for none.
SERIES_KEYS = ("modality", "images", "images_left_out", "frame_of_reference", "stacks")
# As in the records of the index; `name` is that of the stack within its series.
STACK_KEYS = (
    "name", "number_of_frames", "rows", "columns", "bits_allocated", "bits_stored", "pixel_representation",
    "photometric_interpretation", "pixel_padding_value", "pixel_spacing", "orientation", "spacing_between_slices",
    "is_volume", "not_volume_reason", "notes", "window", "preview_frame", "units", "voi_lut_function",
    "slice_thickness", "preview_columns", "preview", "frames",
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


def script_of(rows: Mapping[str, Any]) -> bytes:
    """The content of WEB/INDEX.JS: every value in one spelling, so that equal rows have equal bytes."""
    text = json.dumps(rows, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return f"{_BEFORE}{text}{_BEHIND}".encode("ascii")
