"""PS3.15 Table E.1-1 as data: the action of the Basic Profile and its options on each attribute."""

from functools import cache
from importlib.resources import files
import json
import re
from typing import Any

from pydicom.tag import BaseTag, Tag

_SINGLE = re.compile(r"\(([0-9A-F]{4}),([0-9A-F]{4})\)")
_TABLE = "confidentiality_profile.json"


@cache
def rows() -> tuple[dict[str, Any], ...]:
    """The rows of the table in the order of the file."""
    return tuple(json.loads(files(__package__).joinpath(_TABLE).read_text(encoding="utf-8"))["rows"])


def single_tag(text: str) -> BaseTag | None:
    """The tag of a row; None for a row with a range (curves, overlays, private)."""
    match = _SINGLE.fullmatch(text)
    return Tag(int(match[1], 16), int(match[2], 16)) if match else None


@cache
def basic_actions() -> dict[int, str]:
    """Tag -> action code of the Basic Profile, without the rows with ranges."""
    tags = ((single_tag(row["tag"]), row["basic"]) for row in rows())
    return {int(tag): action for tag, action in tags if tag is not None}


def action(tag: BaseTag) -> str:
    """The action code of the Basic Profile for a tag; empty if the table does not list it."""
    return basic_actions().get(int(tag), "")
