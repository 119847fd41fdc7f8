"""A dose page as scanners photograph it: text burned into the pixels, names included."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from builder.demo.people import Visit

_GLYPHS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-/ ",
        (
            "25755", "65656", "34443", "65556", "74647", "74644", "34553", "55755", "72227", "11152", "55655",
            "44447", "57755", "65555", "25552", "65644", "25573", "65655", "34216", "72222", "55557", "55552",
            "55775", "55255", "55222", "71247", "75557", "26227", "61247", "61216", "55711", "74616", "34757",
            "71222", "75757", "75716", "00002", "02020", "00700", "11244", "00000",
        ),
        strict=True,
    )
)  # fmt: skip
"""Letters three pixels wide: one octal digit for each of five rows."""
_ZOOM = 3


def dose_image(visit: Visit, size: int = 512) -> NDArray[np.uint8]:
    """(size, size) the page, white on black, 8 bits."""
    page = np.zeros((size, size), np.uint8)
    lines = (
        "DOSE REPORT", "", f"NAME: {visit.person.name}", f"ID: {visit.person.patient_id}",
        f"BORN: {visit.person.birth}", f"DATE: {visit.date}", f"ACC: {visit.accession}",
        f"SITE: {visit.hospital}",
        "", "SERIES  KV   MAS   CTDI MGY   DLP MGYCM", "1       120  35    0.13       6.1",
        "2       100  140   5.92     262.4", "", "TOTAL DLP 268.5 MGYCM",
    )  # fmt: skip
    for number, line in enumerate(lines):
        _write(page, line, 24, 24 + 24 * number)
    return page


def _write(page: NDArray[np.uint8], line: str, left: int, top: int) -> None:
    plain = unicodedata.normalize("NFKD", line).upper().replace("^", " ")
    letters = [_letter(c) for c in plain if c in _GLYPHS]
    if letters:
        row = np.concatenate(letters, axis=1).repeat(_ZOOM, axis=0).repeat(_ZOOM, axis=1)
        row = row[:, : page.shape[1] - left]
        page[top : top + row.shape[0], left : left + row.shape[1]] = row


def _letter(character: str) -> NDArray[np.uint8]:
    """(5, 4) one letter and the gap after it."""
    rows = [[int(digit) >> bit & 1 for bit in (2, 1, 0)] + [0] for digit in _GLYPHS[character]]
    return np.asarray(rows, np.uint8) * np.uint8(230)
