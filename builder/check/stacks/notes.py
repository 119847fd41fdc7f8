"""Whether the notes of a stack contain everything that its files imply, and nothing else."""

from collections.abc import Iterator
import re

from builder.check.stacks.indexed_stack import IndexedStack
from builder.check.stacks.positions import StackLine, holes, lost

UNDECIDED = "the files do not say which images belong together"
_TILT = re.compile(r"tilted gantry, (-?\d+\.\d)°")
_MISSING = re.compile(r"slices missing at position (-?\d+\.\d+(?:, -?\d+\.\d+)*)( …)? mm")
_UNEVEN = re.compile(r"uneven spacing, (\d+\.\d+) to (\d+\.\d+) mm")
# Below this angle, in degrees, a tilt needs no note.
_TILTED = 0.1
# Steps that differ by less, as a share of the usual one, are even; those that differ by more are not.
_EVEN, _UNEVEN_SHARE = 0.005, 0.25
# Half of the last digit, and rounding in the calculation.
_TENTH, _HUNDREDTH = 0.06, 0.006


def notes(seen: IndexedStack) -> Iterator[str]:
    """Missing and wrong notes; a wrong note may contain anything, so it is not quoted."""
    parts = list(filter(None, seen.stack.notes.split("; ")))
    loss = _loss(seen)
    if any(not (part == loss or _holds(seen, part)) for part in parts):
        yield "there is a note that the files do not give"
    if loss and loss not in parts:
        yield f"there should be the note {loss!r}"
    for said, what in _expected(seen):
        if not any(said.fullmatch(part) for part in parts):
            yield f"the notes do not say {what}"


def _loss(seen: IndexedStack) -> str:
    return max((file.loss for _, file, _ in seen.slices), default="")


def _holds(seen: IndexedStack, part: str) -> bool:
    """Whether a note is one of the known ones, and true."""
    line = seen.line
    if line is None or part == UNDECIDED:  # checked with the other stacks of the series
        return part == UNDECIDED
    if tilt := _TILT.fullmatch(part):
        return seen.stack.is_volume and abs(float(tilt[1]) - line.tilt) <= _TENTH + _TILTED
    if missing := _MISSING.fullmatch(part):
        return all(_is_in_hole(line, float(place)) for place in missing[1].split(", "))
    if uneven := _UNEVEN.fullmatch(part):
        ends = (line.steps.min() - float(uneven[1]), line.steps.max() - float(uneven[2]))
        return max(map(abs, ends)) <= _HUNDREDTH + _EVEN * line.usual[1] and _varies(line) > _EVEN
    return False


def _is_in_hole(line: StackLine, place: float) -> bool:
    return any(before - _TENTH < place < behind + _TENTH for before, behind in holes(line))


def _varies(line: StackLine) -> float:
    """How far the steps differ from the usual one, as a share of it."""
    usual = line.usual[1]
    return float(abs(line.steps - usual).max() / usual) if usual > 0 else 0.0


def _expected(seen: IndexedStack) -> Iterator[tuple[re.Pattern[str], str]]:
    """The notes that a volume must have."""
    line = seen.line
    if line is None or not seen.stack.is_volume:
        return
    if abs(seen.stack.tilt) > _TILTED:
        yield _TILT, "how the gantry is tilted"
    places = lost(line, _EVEN)
    if places:
        yield _missing_at(places), f"that slices are missing at {places[0]:.1f} mm"
    elif _varies(line) > _UNEVEN_SHARE:
        yield re.compile(f"{_MISSING.pattern}|{_UNEVEN.pattern}"), "that the slices are unevenly spaced"


def _missing_at(places: list[float]) -> re.Pattern[str]:
    """The first of these places is in the note."""
    digits = {f"{places[0] + off:.1f}" for off in (-0.05, 0, 0.05)}
    return re.compile(rf"slices missing at position ({'|'.join(map(re.escape, sorted(digits)))})[, ].*")
