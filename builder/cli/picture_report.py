"""What the report says of text in pictures: what was done to each series, and what is to be decided."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from builder.decide.picture_records import undecided
from builder.decide.series_counts import SeriesPictures
from builder.key.private_files import look_path, table_path

if TYPE_CHECKING:  # what only a build needs takes longer to load than a stick to check
    from builder.pipeline.outcome import Outcome

# Holes that are named one by one.
_NAMED = 4


def picture_lines(outcome: "Outcome") -> list[str]:
    """A line for each series of which images were left out, masked or kept, or wait; then what to do."""
    if not outcome.pictures:
        return []
    text = ["", "Text in pictures", *(f"  {series_line(one)}" for one in outcome.pictures)]
    return [*text, *_to_do(outcome)]


def series_line(one: SeriesPictures) -> str:
    """'CASE-012, series 3: 1 of 140 left out, the volume has a hole at 34.5 mm'."""
    name = one.case or f"{one.pseudonym} (no image of the case is left)"
    return f"{name}, series {one.series_number}: {'; '.join(_parts(one))}"


def _parts(one: SeriesPictures) -> Iterator[str]:
    of = f" of {one.images:,}"
    if one.left_out:
        yield f"{one.left_out:,}{of} left out{_holes(one.holes)}"
    if one.masked:
        yield f"{one.masked:,}{of} masked, {_percent(one.share)} of a picture at the most"
    if one.kept:
        yield f"{one.kept:,}{of} kept, as you decided"
    if one.undecided:
        yield f"{one.undecided:,}{of} to be decided"


def _holes(holes: Sequence[float]) -> str:
    if not holes:
        return ""
    if len(holes) == 1:
        return f", the volume has a hole at {holes[0]:.1f} mm"
    if len(holes) > _NAMED:
        return f", the volume has {len(holes):,} holes from {holes[0]:.1f} to {holes[-1]:.1f} mm"
    *some, last = (f"{one:.1f}" for one in holes)
    return f", the volume has holes at {', '.join(some)} and {last} mm"


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %") if share >= 0.001 else "less than 0.1 %"


def _to_do(outcome: "Outcome") -> Iterator[str]:
    key = outcome.options.key
    number = undecided(outcome.seen)
    if not number:
        yield f"  All of them: {look_path(key)}"
        return
    yield ""
    yield f"To be decided: {number:,} picture{'s' * (number > 1)} that may show text, and {_are(number)} on the drive"
    yield f"  1. look at   {look_path(key)}"
    yield f"  2. fill in   {table_path(key)}"
    yield f"  3. build again onto an empty drive, with --decide {table_path(key)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
