"""Numbers, sizes and names as reports say them."""

from bundle.layout import READER_PACKS


def count(number: int, noun: str) -> str:
    """'1 study', '2 studies', '3 images'."""
    if number == 1:
        return f"1 {noun}"
    same = noun == "series"
    return f"{number:,} {noun if same else noun[:-1] + 'ies' if noun.endswith('y') else noun + 's'}"


def size(number: int) -> str:
    """'42 MB', '1.5 GB'."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{max(number / 1e6, 0.1):,.1f} MB"


def printable(text: object) -> str:
    """A text that is safe for a terminal: names of files can hold control characters and invalid bytes."""
    return "".join(character if character.isprintable() else "�" for character in str(text))


def platform_name(platform: str) -> str:
    """The name of a pack's system for people."""
    return READER_PACKS[platform].system
