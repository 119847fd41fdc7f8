"""The report of a dry run: the stick before it is made, readable at 80 columns."""

from collections.abc import Iterator, Sequence
from itertools import groupby
import math
import os
import textwrap
from typing import TYPE_CHECKING

from builder.choose.rows import SeriesRow
from builder.cli.reports.words import count, platform_name, printable, size

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.pipeline.outcome import Forecast, Outcome

_WIDTH = 80
# Studies shown on the terminal.
_SHOWN = 30
_LONGEST = 34
_NOT_LOOKED_AT = (
    "A dry run reads headers only. It does not look for text or faces in the pictures, nor whether their pixels can be "
    "decoded: a build may leave out or mask more images, and names each. As far as headers tell, a build"
)


def forecast_lines(forecast: "Forecast") -> list[str]:
    """Space and time, below the numbers of the stick."""
    free = f"{size(forecast.free)} are free"
    if forecast.needed > forecast.free:
        free = f"only {free}: IT DOES NOT FIT"
    text = [f"  needs {size(forecast.needed)} with all that its file system adds; {free}"]
    if forecast.media > 1:
        text.append(f"  {forecast.media} media")
    time = _time(forecast.seconds)
    text.append(f"  {time} onto a stick that takes 30 MB/s, with the check")
    for platform, expected in forecast.unmade.items():
        text.append(f"  Viewer for {platform_name(platform)}: is made first, about {size(expected)}")
    return text


def series_lines(outcome: "Outcome", forecast: "Forecast") -> list[str]:
    """Every study with its series, and what of it would be left out."""
    every = [list(rows) for _, rows in groupby(forecast.rows, key=lambda row: row.study)]
    studies = [rows for rows in every if any(row.is_taken for row in rows)]
    text = []
    for number, rows in enumerate(studies[:_SHOWN], start=1):
        text += ["", *_study_lines(number, rows)]
    if len(studies) > _SHOWN:
        text += ["", f"… and {len(studies) - _SHOWN:,} more studies (--plan FILE.csv lists all of them)"]
    if len(every) > len(studies):
        none = len(every) - len(studies)
        where = f"(--plan FILE.csv lists {'it' if none == 1 else 'them'})"
        text += ["", f"Nothing is taken of {count(none, 'more study')} {where}"]
    text += ["", *_wrapped(_NOT_LOOKED_AT)]
    for what in _besides(outcome, forecast):
        text += _wrapped(what, "    ", "  - ")
    return text


def _study_lines(number: int, rows: Sequence[SeriesRow]) -> Iterator[str]:
    taken = [row for row in rows if row.is_taken]
    folder = _common([row.folder for row in rows])
    told = f"{count(len(taken), 'series')}, {count(sum(row.slices for row in taken), 'slice')}"
    yield f"Study {number}, of {_date(rows[0].study_date)}: {told}"
    yield f"  {printable(folder)}"
    for row in rows:
        yield from _series_lines(row, folder)
        if row.left_out:
            much = "left out" if not row.is_taken else f"{row.left_out:,} of {count(row.images, 'image')} left out"
            yield from _wrapped(f"{much}: {row.why}", "           ")


def _series_lines(row: SeriesRow, folder: str) -> list[str]:
    thickness = "" if row.thickness is None else f" of {row.thickness:g} mm"
    below = os.path.relpath(row.folder, folder)
    mark = " " if row.is_taken else "-"
    what = f"  {mark} {row.modality:<2}  {row.slices:>6,} slice{' ' if row.slices == 1 else 's'}{thickness}"
    words = " ".join(row.description.split())
    words = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    line = f"{what:<31} {printable(words)}".rstrip()
    if below == ".":
        return [line]
    beside = f"{line}  {printable(below)}"
    return [beside] if len(beside) <= _WIDTH else [line, f"           in {printable(below)}"]


def _besides(outcome: "Outcome", forecast: "Forecast") -> Iterator[str]:
    """What a build does with pictures, as far as headers tell."""
    yield from _decided(forecast)
    yield _text(outcome, forecast)
    yield from _faces(outcome, forecast.rows)
    yield "leaves out each image whose pixels cannot be decoded"


def _decided(forecast: "Forecast") -> Iterator[str]:
    words = {"leave out": "leaves out", "mask": "masks", "keep": "keeps"}
    told = [f"{said} {number:,}" for word, said in words.items() if (number := forecast.decided.get(word))]
    if told:
        yield f"carries out --decide: {', '.join(told)} of the images"


def _text(outcome: "Outcome", forecast: "Forecast") -> str:
    if not forecast.searched:
        return "searches the pictures for neither text nor faces: a name in one would stay on the stick"
    fate = "masks what is read, or leaves the image out" if outcome.options.mask else "leaves out those with any"
    return f"searches {count(forecast.searched, 'image')} for text, and {fate}"


def _faces(outcome: "Outcome", rows: Sequence[SeriesRow]) -> Iterator[str]:
    heads = [row for row in rows if row.is_taken and row.body_part.upper() in _heads()]
    if outcome.options.deface:
        yield f"looks for faces in {count(sum(row.is_taken for row in rows), 'series')}, and removes those in CT"
    elif heads:
        told = f"{count(len(heads), 'series')} of a head by Body Part Examined: a face may be recognised there"
        yield f"removes no face: {told} (--deface removes it from CT)"


def _heads() -> frozenset[str]:
    from builder.deface.search import HEAD

    return HEAD


def _common(folders: Sequence[str]) -> str:
    try:
        return os.path.commonpath(folders)
    except ValueError:  # on two drives of Windows
        return folders[0]


def _date(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) == 8 and text.isdecimal() else "unknown date"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(math.ceil(seconds / 10) * 10, 10)} s"
    minutes = math.ceil(seconds / 60)
    return f"about {minutes} min" if minutes < 90 else f"about {minutes / 60:.1f} hours"


def _wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        printable(text), _WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
