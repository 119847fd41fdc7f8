"""The form for the reader in a browser (WEB/FORM.JS): the form as its TOML was understood, and who the cases are.

A browser reads no TOML, and the rows of the index name no study and no series. So this script has both, in one
canonical spelling and veiled, as the form itself is: a reader who opens it in an editor learns nothing by accident.
"""

from collections.abc import Mapping
import json
from typing import Any

from bundle.veiled import unveil, veil

# The page refuses every other version.
FORM_VERSION = 1
_BEFORE, _BEHIND = 'self.bundleForm="', '";\n'

ROOT_KEYS = ("version", "bundle", "form", "cases")
# As in the records of a form; limits of questions are its `minimum` and `maximum`. `show` is sorted.
FORM_KEYS = (
    "title", "version", "introduction", "lock", "keep_view", "no_way_back", "idle_after", "readers", "show", "text",
    "digest", "questions", "of_reader", "order", "media", "sessions", "given", "feedback",
)  # fmt: skip
QUESTION_KEYS = (
    "id", "text", "kind", "per", "required", "help", "options", "minimum", "maximum", "decimals", "unit", "anchors",
    "least", "most", "lines", "longest", "only_if", "rating",
)  # fmt: skip
OPTION_KEYS = ("value", "text")
CONDITION_KEYS = ("question", "values", "at_least", "at_most")
RATING_KEYS = ("text", "minimum", "maximum", "anchors")
ORDER_KEYS = ("shuffle", "seed", "cases", "training", "repeat", "design", "blocks")
MEDIA_KEYS = ("name", "cases")
SESSION_KEYS = ("number", "arm", "arms")
# In the order of the index; pseudonym, date and number of a series are empty unless the form shows them.
CASE_KEYS = ("case", "study", "pseudonym", "date", "series")
# `instances` are the SOP Instance UIDs of its files in the order of their paths, where images are there as chunks: a
# page that was given no folder reads no file, and places in answers name their instance. Elsewhere there are none.
SERIES_KEYS = ("uid", "number", "description", "frame_of_reference", "instances")


def script_of(rows: Mapping[str, Any] | None) -> bytes:
    """The content of WEB/FORM.JS; without a form it says that there is none."""
    if rows is None:
        return f"{_BEFORE}{_BEHIND}".encode("ascii")
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{_BEFORE}{veil(text)}{_BEHIND}".encode("ascii")


def rows_of(script: bytes) -> Any:
    """The rows again; raises ValueError if it is no such script."""
    text = script.decode("ascii")
    if not text.startswith(_BEFORE) or not text.endswith(_BEHIND):
        raise ValueError("it is not the script of a form")
    return json.loads(unveil(text[len(_BEFORE) : -len(_BEHIND)]))
