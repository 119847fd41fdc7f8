"""Adds the columns for label and group, which a plan gave to cases; known only with the study key."""

from collections.abc import Mapping

from builder.cell_text import printable
from builder.collect.table import Tables

_MEANINGS = {
    "plan_label": "what the plan of the build calls the case",
    "plan_group": "the group of the case in the plan of the build",
}


def add_words(tables: Tables, words: Mapping[str, tuple[str, str]]) -> None:
    """Add both columns, unless no case has any; `words` are by Study Instance UID on the medium."""
    if not any(row["study_instance_uid"] in words for row in tables.wide):
        return
    for row in tables.wide:
        pair = words.get(row["study_instance_uid"], ("", ""))
        row |= {name: printable(word) for name, word in zip(_MEANINGS, pair, strict=True)}
    tables.dictionary += [
        {"column": name, "meaning": meaning, "type": "", "unit": "", "values": ""}
        for name, meaning in _MEANINGS.items()
    ]
