"""Makes typed or pasted text safe for tables and reports."""

import re

# Not allowed in XML 1.0, so not in Excel; R ends a text at the first NUL. Lone surrogates are not text at all.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Characters at which a spreadsheet treats a cell as a formula, which may start programs.
_FORMULA = ("=", "+", "-", "@", "\t")


def printable(text: str) -> str:
    """The text with line feeds for all line ends, and U+FFFD for each pasted control character."""
    return _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def not_a_formula(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
