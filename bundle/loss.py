"""What the notes of a stack say of compression with loss: the words that the builder writes and others look for."""

from collections.abc import Collection

_WORDS = "compressed with loss"
# PS3.3 C.7.6.1.1.5.1: defined terms of Lossy Image Compression Method (0028,2114), as readers call them.
_METHODS = {
    "ISO_10918_1": "JPEG", "ISO_14495_1": "JPEG-LS", "ISO_15444_1": "JPEG 2000", "ISO_15444_15": "HTJ2K",
    "ISO_13818_2": "MPEG2",
}  # fmt: skip


def loss_note(ratios: Collection[float], methods: Collection[str]) -> str:
    """Loss by compression in plain words, with the highest ratio and the first method that is known."""
    names = [name for code, name in _METHODS.items() if code in methods]
    ratio = f", {max(ratios):g} : 1" if ratios else ""
    return f"{_WORDS}{ratio}{f', {names[0]}' if names else ''}"


def loss_in(notes: str) -> str:
    """The part of a stack's notes that tells of compression with loss, empty where there was none."""
    return next((note for note in notes.split("; ") if note.startswith(_WORDS)), "")
