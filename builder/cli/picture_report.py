"""The report on text in pictures: the treatment of each series, and the pictures to decide."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from builder.decide.picture_records import undecided
from builder.decide.series_counts import SeriesPictures
from builder.key.private_files import look_path, table_path

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.pipeline.outcome import Outcome

# Up to this many holes are listed individually.
_NAMED = 4


def picture_lines(outcome: "Outcome") -> list[str]:
    """A line for each series with images left out, masked, kept or waiting; then what to do."""
    if not outcome.pictures:
        return []
    text = ["", "Text in pictures", *(f"  {series_line(pictures)}" for pictures in outcome.pictures)]
    return [*text, *_to_do(outcome)]


def series_line(series: SeriesPictures) -> str:
    """'CASE-012, series 3: 1 of 140 left out, the volume has a hole at 34.5 mm'."""
    name = series.case or f"{series.pseudonym} (no image of the case is left)"
    return f"{name}, series {series.series_number}: {'; '.join(_parts(series))}"


def _parts(series: SeriesPictures) -> Iterator[str]:
    of = f" of {series.images:,}"
    if series.left_out:
        yield f"{series.left_out:,}{of} left out{_holes(series.holes)}"
    if series.masked:
        yield f"{series.masked:,}{of} masked, {_percent(series.share)} of a picture at the most"
    if series.kept:
        yield f"{series.kept:,}{of} kept, as you decided"
    if series.undecided:
        yield f"{series.undecided:,}{of} to decide"


def _holes(holes: Sequence[float]) -> str:
    if not holes:
        return ""
    if len(holes) == 1:
        return f", the volume has a hole at {holes[0]:.1f} mm"
    if len(holes) > _NAMED:
        return f", the volume has {len(holes):,} holes from {holes[0]:.1f} to {holes[-1]:.1f} mm"
    *some, last = (f"{hole:.1f}" for hole in holes)
    return f", the volume has holes at {', '.join(some)} and {last} mm"


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %") if share >= 0.001 else "less than 0.1 %"


def _to_do(outcome: "Outcome") -> Iterator[str]:
    key = outcome.options.key
    number = undecided(outcome.seen)
    if not number:
        if outcome.seen:
            yield f"  All of them: {look_path(key)}"
        return
    yield ""
    yield f"To decide: {number:,} picture{'s' * (number > 1)} that may show text, and {_are(number)} on the drive"
    yield f"  1. review    {look_path(key)}"
    yield f"  2. fill in   {table_path(key)}"
    yield f"  3. build again onto an empty drive, with --decide {table_path(key)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
