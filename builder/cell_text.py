"""What people typed or pasted, as tables and reports can hold it."""

import re

# Not in XML 1.0, so not in Excel; R ends a text at the first NUL. Lone halves of a pair are no text at all.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What makes a spreadsheet take the text of a cell for a formula, which may start programs.
_FORMULA = ("=", "+", "-", "@", "\t")


def printable(text: str) -> str:
    """The text with line feeds for all line ends, and U+FFFD for each control character that was pasted."""
    return _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def not_a_formula(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
