"""The first stage: places in frames that may hold text, found at the cost of a few passes over the pixels."""

from collections.abc import Iterator, Sequence

from builder.burned_in import find_text
from builder.burned_in.found import Box, Candidate, Kind, Pixels

_SMALLEST_SIDE = 12


def find_candidates(frames: Sequence[Pixels], *, look_at: Sequence[Box] = ()) -> list[Candidate]:
    """Places in frames of stored values, each of shape (rows, columns), that may hold text; most suspicious first.

    Where text was read in a projection of a series, `look_at` has its places: each becomes a candidate in every frame.
    """
    found = [one for k, frame in enumerate(frames) if min(frame.shape) >= _SMALLEST_SIDE for one in _in_frame(frame, k)]
    found += [Candidate(box, k, 0, Kind.PROJECTED) for k in range(len(frames)) for box in look_at]
    return sorted(found, key=lambda one: -one.score)


def _in_frame(frame: Pixels, number: int) -> Iterator[Candidate]:
    for box in find_text(frame):
        yield Candidate(Box(box.top, box.left, box.bottom, box.right), number, 0.5, Kind.ROW)
