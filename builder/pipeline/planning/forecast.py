"""The forecast of a dry run, which writes nothing: series, space and time."""

from collections import Counter
from pathlib import Path
import tempfile

from builder.decide.decisions import Choice
from builder.pipeline.outcome import BuildOptions, Forecast
from builder.pipeline.sources import SourcesRead
from builder.pipeline.viewers import Viewers

# Seconds for the start, an image, and reading text in the pictures of a series; docs/performance.md has measurements.
_START, _IMAGE, _READING = 2.4, 0.002, 1.0
# Making a viewer, and the bytes that a usual stick takes in a second.
_VIEWER, STICK = 90.0, 30_000_000


def forecast(
    sources: SourcesRead, needed: int, free: int, viewers: Viewers, options: BuildOptions, media: int = 1
) -> Forecast:
    """All that a dry run knows; the check reads the whole medium once more."""
    taken = [row for row in sources.rows if row.is_taken]
    images = sum(row.images - row.left_out for row in taken)
    seconds = _START + _IMAGE * images
    if options.look_into_pictures:
        seconds += _READING * len(taken)
    seconds += _VIEWER * len(viewers.unmade) + needed / STICK * (2 if options.check else 1)
    gone = {str(file.path) for file in sources.skipped}
    decided = Counter(decision.choice.value for file, decision in sources.decided.items() if file not in gone)
    searched = images - decided[Choice.LEAVE_OUT.value] if options.look_into_pictures else 0
    return Forecast(sources.rows, needed, free, seconds, viewers.unmade, media, searched, decided)


def place_to_unpack(options: BuildOptions) -> Path:
    """Beside which file archives are unpacked: the key, which may not be there yet in a dry run."""
    return Path(tempfile.gettempdir(), "mkbundle") if options.dry_run else options.key
