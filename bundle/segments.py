"""The compact form of a segmentation on a medium: names, constants and layouts of docs/bundle-format.md."""

import struct

from bundle.layout import SEGMENTS_FOLDER

MAGIC = b"MKBSEG1\0"
# Kind, number of segments, number of chunks.
HEAD = struct.Struct("<LLL")
# Of a chunk the masks are runs, or bytes.
RUNS, BYTES = 1, 2
# Segment Number, first chunk, number of chunks.
SEGMENT = struct.Struct("<LLL")
# Place in the stack; first and last row and column of the box, counted in the images; offset of the data in the file
# and their length.
CHUNK = struct.Struct("<LLLLLQL")
# For segments whose file recommends no colour, by their number: distinct for most kinds of colour vision.
PALETTE = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#8dd35f", "#b39ddb", "#ff8a80",
    "#80deea", "#c8ad7f",
)  # fmt: skip


def compact_path(number: int) -> str:
    """The file with the compact form of the segmentation with this id in the index."""
    return f"{SEGMENTS_FOLDER}/SG{number:06d}.BIN"


def palette_colour(segment: int) -> str:
    """The colour of a segment without one of its own."""
    return PALETTE[(segment - 1) % len(PALETTE)]
