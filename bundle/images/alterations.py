"""The fixed words for changes of images and masks; a written file has them in Derivation Description (0008,2111)."""

import re

# Derivation Description (PS3.3 C.7.6.1.1.3) is ST: at most 1,024 characters. The free text of a source is never kept.
_JOINED = "; "
_MASKED = re.compile(r"text masked, (\d+) of (\d+) pixels")
_KEPT = "kept by decision though text was read in it"
# Of a segmentation: its masks were no masks before.
CONTOURS_FILLED = "contours filled on the voxels of their images"
LABELS_PARTED = "label map parted into a mask for each segment"
LABELS_TAKEN = "label map of another format put on the voxels of its images"
_KNOWN = re.compile(
    rf"{_MASKED.pattern}"
    rf"|{_KEPT}"
    r"|stray bits above the lowest \d+ cleared"
    r"|high bit -?\d+ corrected to \d+"
    r"|padding -?\d+( to -?\d+)? rewritten as -?\d+( to -?\d+)?"
    r"|one of \d+ series of one image each that were put together"
    rf"|{CONTOURS_FILLED}|{LABELS_TAKEN}|{LABELS_PARTED}"
)


def text_masked(pixels: int, of: int) -> str:
    """Burned-in text was overwritten: the number of pixels, over all frames."""
    return f"text masked, {pixels} of {of} pixels"


def kept_with_text() -> str:
    """The researcher decided to keep an image although the program read text in it."""
    return _KEPT


def bits_cleared(bits_stored: int) -> str:
    """Meaningless bits above Bits Stored were cleared."""
    return f"stray bits above the lowest {bits_stored} cleared"


def padding_rewritten(old: tuple[int, int], new: tuple[int, int]) -> str:
    """Padding outside the range of Bits Stored got values inside it; pairs of value and range limit, else equal."""
    return f"padding {_span(old)} rewritten as {_span(new)}"


def high_bit_corrected(old: int, new: int) -> str:
    """High Bit (0028,0102) was wrong: where every allocated bit is stored, only one value is possible."""
    return f"high bit {old} corrected to {new}"


def is_of_stored_bits(alteration: str) -> bool:
    """Whether the alteration concerns the bits above Bits Stored, and not the visible content of the image."""
    return alteration.startswith(("stray bits ", "padding ", "high bit "))


def series_joined(series: int) -> str:
    """The image was a series by itself, and agreed with this many others in everything but its position."""
    return f"one of {series} series of one image each that were put together"


def joined(alterations: list[str]) -> str:
    """Several alterations of one image in one text, as the file and the index hold them; empty for none."""
    return _JOINED.join(alterations)


def split(altered: str) -> list[str]:
    """The alterations in such a text; raises ValueError if one does not use the fixed words."""
    alterations = altered.split(_JOINED) if altered else []
    for alteration in alterations:
        if not _KNOWN.fullmatch(alteration):
            raise ValueError("unknown alteration")
    return alterations


def masked_share(altered: str) -> float | None:
    """The share, 0 to 1, of the image's pixels that were overwritten as text; None if none was."""
    for alteration in altered.split(_JOINED):
        found = _MASKED.fullmatch(alteration)
        if found and int(found[2]):
            return int(found[1]) / int(found[2])
    return None


def is_kept_with_text(altered: str) -> bool:
    """Whether the image was kept although text was read in it."""
    return _KEPT in altered.split(_JOINED)


def _span(values: tuple[int, int]) -> str:
    low, high = sorted(values)
    return str(low) if low == high else f"{low} to {high}"
