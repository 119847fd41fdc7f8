"""Texts that nobody should read by accident, in base64: a reader's order of cases is no secret, but is not on show.

It hides nothing from somebody who wants to know, and it must not: whoever checks a medium can read all of it. Base64
alone, without compression, keeps a small file from swelling, and any search for identifiers decodes it.
"""

import base64
import binascii
from collections.abc import Mapping
import json
import textwrap
from typing import Any

from bundle.bounded import read_json

# The first line of a veiled file, and below it what a person who opens it should know.
_HEAD = "mkbundle veiled 1"
_SAID = (
    "What is below is for the viewer alone. It is encoded in base64, so that nobody who is to read",
    "cases without knowing more about them learns more by accident.",
)
_WIDTH = 76


def veil(text: str) -> str:
    """The text in base64, on one line."""
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


def unveil(veiled: str) -> str:
    """The text again; raises ValueError if it is not what `veil` makes."""
    try:
        return base64.b64decode(veiled.encode("ascii"), validate=True).decode("utf-8", "surrogatepass")
    except binascii.Error as error:
        raise ValueError(f"it is not base64: {error}") from None


def veiled_file(text: str) -> bytes:
    """A file with the text in base64, and what a person should know who opens it."""
    return "\n".join([_HEAD, *_SAID, "", *textwrap.wrap(veil(text), _WIDTH), ""]).encode("ascii")


def is_veiled(content: bytes) -> bool:
    """Whether a file is one of `veiled_file`."""
    return content.startswith(_HEAD.encode("ascii"))


def unveiled_file(content: bytes) -> bytes:
    """The text of a veiled file in UTF-8; a file that is not veiled as it is. Raises ValueError."""
    if not is_veiled(content):
        return content
    lines = content.decode("ascii").split("\n")
    start = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    return unveil("".join(line.strip() for line in lines[start:])).encode("utf-8", "surrogatepass")


# Data of a journal's lines: those that tell of cases are veiled as a whole, of the first one only the form's text.

FORM_TEXT = "form_text"
# The first format of journals with veiled data.
VEILED_FORMAT = 3


def veiled_data(data: Mapping[str, Any], *, is_opening: bool) -> dict[str, Any] | str:
    """The data as a journal of version 3 has them."""
    if not is_opening:
        return veil(json.dumps(dict(data), ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    text = data.get(FORM_TEXT)
    return {**data, FORM_TEXT: veil(text)} if isinstance(text, str) else dict(data)


def unveiled_data(data: Any) -> Any:
    """The data again, also those of older journals, which are not veiled; raises ValueError, RecursionError."""
    if isinstance(data, str):
        return read_json(unveil(data))
    if isinstance(data, dict) and data.get("format") == VEILED_FORMAT and isinstance(data.get(FORM_TEXT), str):
        return {**data, FORM_TEXT: unveil(data[FORM_TEXT])}
    return data
