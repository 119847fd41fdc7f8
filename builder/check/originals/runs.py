"""The runs of bytes in which something can be read: all but random ones; and those of digits that may be a number."""

from collections.abc import Iterator
import re

from builder.check.originals.originals import SHORTEST_NUMBER

# Parts of one name are this near to each other, in bytes, wherever a name is written.
NEAR = 48
# Digests and UIDs that mkbundle made: long random numbers in which any six digits occur.
_DIGEST = re.compile(rb"[0-9a-f]{32,}+")
_LONGEST_DIGEST = 128
OUR_UID = re.compile(rb"2\.25(?<![\d.]2\.25)\.\d{1,39}+")
# Not before decimals; nor the decimals of a number, nor the time of day in an element of VR TM.
_NUMBER_RUN = re.compile(rb"\d{%d,}+(?!\.\d)" % SHORTEST_NUMBER)
_NO_NUMBER_BEHIND = re.compile(rb"(?s:.*)(?:\d\.|TM[\x06\x08\x0e\x10]\0)")
_BEHIND = 4
# A run of this many letters, digits and separators could be read, so it is searched; in pictures, where short runs
# occur by chance, it must be longer, without accented letters.
_MARKS = " ,.^=_/()+:-"
_IN_PICTURES = bytes(ord("c") * (chr(n).isalnum() or chr(n) in _MARKS) * (n < 0x80) for n in range(256))
_ELSEWHERE = bytes(ord("c") * (n >= 0x80) or _IN_PICTURES[n] for n in range(256))
_SIGNS = {True: (_IN_PICTURES, re.compile(rb"ccccc+")), False: (_ELSEWHERE, re.compile(rb"ccc+"))}


def readable(content: bytes, *, picture: bool) -> Iterator[tuple[int, int]]:
    """The stretches with readable text, and their surroundings; programs are full of them."""
    classes, signs = _SIGNS[picture]
    start = end = 0
    for run in signs.finditer(content.translate(classes)):
        if run.start() - NEAR > end:
            if end:
                yield start, end
            start = max(run.start() - NEAR, 0)
        end = run.end() + NEAR
    if end:
        yield start, end


def hide_random(content: bytes) -> bytes:
    """The bytes with stars for digests and for UIDs that anybody may make."""
    return _DIGEST.sub(_hide, OUR_UID.sub(_hide, content))


def _hide(run: re.Match[bytes]) -> bytes:
    length = len(run[0])
    return b"*" * length if run[0].startswith(b"2.25.") or length <= _LONGEST_DIGEST else run[0]


def number_runs(content: bytes) -> set[bytes]:
    """Every run of digits that may be somebody's number."""
    return {
        run[0]
        for run in _NUMBER_RUN.finditer(content)
        if not _NO_NUMBER_BEHIND.fullmatch(content, max(run.start() - _BEHIND, 0), run.start())
    }
