"""What may stand in the cell of a table that somebody opens in a spreadsheet."""

# What makes a spreadsheet take the text of a cell for a formula, which may start programs.
_FORMULA = ("=", "+", "-", "@", "\t")


def not_a_formula(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
