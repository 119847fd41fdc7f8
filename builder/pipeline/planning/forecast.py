"""The forecast of a dry run, which writes nothing: series, space and time."""

from collections.abc import Sequence
from pathlib import Path
import tempfile

from builder.choose.rows import SeriesRow
from builder.pipeline.outcome import BuildOptions, Forecast
from builder.pipeline.viewers import Viewers

# Seconds for the start, an image, and reading text in the pictures of a series; docs/performance.md has measurements.
_START, _IMAGE, _READING = 2.4, 0.002, 1.0
# Making a viewer, and the bytes that a usual stick takes in a second.
_VIEWER, STICK = 90.0, 30_000_000


def forecast(
    rows: Sequence[SeriesRow], needed: int, free: int, viewers: Viewers, options: BuildOptions, media: int = 1
) -> Forecast:
    """All that a dry run knows; the check reads the whole medium once more."""
    taken = [row for row in rows if row.is_taken]
    seconds = _START + _IMAGE * sum(row.images - row.left_out for row in taken)
    if options.look_into_pictures:
        seconds += _READING * len(taken)
    seconds += _VIEWER * len(viewers.unmade) + needed / STICK * (2 if options.check else 1)
    return Forecast(rows, needed, free, seconds, viewers.unmade, media)


def place_to_unpack(options: BuildOptions) -> Path:
    """Beside which file archives are unpacked: the key, which may not be there yet in a dry run."""
    return Path(tempfile.gettempdir(), "mkbundle") if options.dry_run else options.key
