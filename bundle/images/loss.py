"""The words for lossy compression, in the notes of a stack and on its images."""

from collections.abc import Sequence

# Defined Terms of Lossy Image Compression Method (0028,2114), PS3.3 C.7.6.1.1.5.1.
_METHODS = {
    "ISO_10918_1": "JPEG", "ISO_14495_1": "JPEG-LS", "ISO_15444_1": "JPEG 2000", "ISO_15444_15": "HTJ2K",
    "ISO_13818_2": "MPEG2",
}  # fmt: skip


def loss_text(ratios: Sequence[float], methods: Sequence[str]) -> str:
    """Ratio of the strongest step and method of the last, as far as they are known."""
    ratio = [f"{round(max(ratios), 1):g} : 1"] if ratios else []
    names = [_METHODS[method] for method in methods if method in _METHODS][-1:]
    return ", ".join(["compressed with loss", *ratio, *names])
