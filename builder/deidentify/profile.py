"""PS3.15 Table E.1-1 as data: what the Basic Profile does with an attribute."""

from functools import cache
from importlib.resources import files
import json
import re

from pydicom.tag import BaseTag, Tag

_SINGLE = re.compile(r"\([0-9A-F]{4},[0-9A-F]{4}\)")
_TABLE = "confidentiality_profile.json"


@cache
def basic_actions() -> dict[int, str]:
    """Tag -> action code of the Basic Profile, without the rows that are ranges (curves, overlays, private)."""
    rows = json.loads(files(__package__).joinpath(_TABLE).read_text(encoding="utf-8"))["rows"]
    return {_tag(row["tag"]): row["basic"] for row in rows if _is_single(row["tag"])}


def action(tag: BaseTag) -> str:
    """The action code of the Basic Profile for a tag; empty where the table does not name it."""
    return basic_actions().get(int(tag), "")


def _is_single(text: str) -> bool:
    return _SINGLE.fullmatch(text) is not None


def _tag(text: str) -> int:
    return int(Tag(text.strip("()").replace(",", "")))
