"""A file to send: the journals unchanged, so that every digest can still be checked."""

from collections.abc import Mapping, Sequence
import json
from typing import NamedTuple

from bundle.bounded import read_json

SENT_FORMAT = 1
# A file to send holds all journals of a reader; journals are far smaller than this.
MOST_SENT = 32 << 20

# Each run of the viewer in which something was answered makes one.
_MOST_SENT = 10_000


class OpenedSent(NamedTuple):
    """An encrypted file that was sent: journals by their names, and the names of those that do not open."""

    journals: Mapping[str, bytes]
    closed: Sequence[str]


def pack_journals(contents: Mapping[str, bytes], bundle: str) -> str:
    """The journals, by file name, as one JSON text to send."""
    files = {name: content.decode("utf-8", "surrogateescape") for name, content in contents.items()}
    return json.dumps({"mkbundle-readings": SENT_FORMAT, "bundle": bundle, "files": files}, indent=1)


def unpack_journals(text: str) -> dict[str, bytes]:
    """File name -> content; raises ValueError if the text is no file of `pack_journals`."""
    packed = read_json(text)
    if not isinstance(packed, dict) or packed.get("mkbundle-readings") != SENT_FORMAT:
        raise ValueError("it is not a file of readings that this program knows")
    files = packed.get("files")
    if not isinstance(files, dict) or not all(isinstance(content, str) for content in files.values()):
        raise ValueError("it names no journals")
    if len(files) > _MOST_SENT:
        raise ValueError(f"it holds more than {_MOST_SENT:,} journals")
    return {str(name): content.encode("utf-8", "surrogateescape") for name, content in files.items()}
