"""Keeps the page and the table of pictures that may show text beside the key, for the researcher's decisions."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
import csv
from io import StringIO
from pathlib import Path

from builder.cell_text import not_a_formula
from builder.decide.crops import Crop, crops_of
from builder.decide.decisions import COLUMNS, SUSPECTED, TEXT, Decision, read_decisions
from builder.decide.look_page import look_page
from builder.decide.picture_records import PictureRecord, most_suspicious_first
from builder.errors.decisions import DecisionsMistaken
from builder.key.private_files import look_path, table_path
from builder.key.safekeeping.lock import locked_name, write_kept
from builder.plan import Progress

# The most pictures on the page: more than anybody reviews, and the page still opens.
_MOST_PICTURES = 400
_AT_ONCE = 8


def keep_look(
    key: Path, seen: Iterable[PictureRecord], lines: Sequence[Decision], executor: Executor, progress: Progress
) -> None:
    """Write both; raises PrivateFileFailed. If there is nothing to show, those of the previous build are removed.

    No decision gets lost: `lines` that were carried out stay in the table, and so do lines that somebody filled into
    the table of the previous build without passing it to --decide.
    """
    ordered, table = most_suspicious_first(seen), table_path(key)
    known = [*_filled_in(table), *lines]
    if not (ordered or known):
        for path in (look_path(key), table, locked_name(look_path(key)), locked_name(table)):
            path.unlink(missing_ok=True)
        return
    crops = list(_crops(ordered[:_MOST_PICTURES], executor, progress))
    write_kept(key, look_path(key), look_page(ordered, crops, table))
    write_kept(key, table, table_of(ordered, known))


def _filled_in(table: Path) -> Sequence[Decision]:
    """The lines in the table of the previous build; an unreadable table is renamed."""
    try:
        return read_decisions(table).lines if table.exists() else ()
    except DecisionsMistaken:
        table.replace(table.with_name(f"{table.name}.old"))
        return ()


def _crops(seen: Sequence[PictureRecord], executor: Executor, progress: Progress) -> Iterator[Crop]:
    wanted = [(picture.file, picture.places) for picture in seen]
    chunks = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    done = 0
    for some in executor.map(crops_of, chunks):
        yield from some
        done += len(some)
        progress(done, len(wanted))


def table_of(seen: Sequence[PictureRecord], lines: Sequence[Decision] = ()) -> str:
    """The table for a spreadsheet: a line for each picture, and one for each series before its first picture.

    Each has the decision from `lines`; lines that match none of the pictures come last.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    decided = {_name(line.series, line.image): line for line in lines}
    for row in _rows(seen):
        known = decided.pop(_name(row[-2], row[-1]), None)
        writer.writerow(map(not_a_formula, (known.choice.value if known else "", *row)))
    for picture in decided.values():
        found = TEXT if picture.knows_text else SUSPECTED
        writer.writerow(map(not_a_formula, (picture.choice.value, found, "", "", "", picture.series, picture.image)))
    return text.getvalue()


def _name(series: str, image: str) -> tuple[str, str]:
    """The identity of a line: its image, or its series if it applies to the whole series."""
    return ("", image) if image else (series, "")


def _rows(seen: Sequence[PictureRecord]) -> Iterator[tuple[str, ...]]:
    """All cells except the decision."""
    of_series: dict[str, list[PictureRecord]] = {}
    for picture in seen:
        of_series.setdefault(picture.identity.series, []).append(picture)
    for picture in seen:
        members = of_series.pop(picture.identity.series, [])
        series, image = picture.identity
        if members:
            found = TEXT if any(member.text for member in members) else SUSPECTED
            yield f"{found}: {len(members)} of this series", picture.case, str(picture.series_number), "all", series, ""
        yield picture.found, picture.case, str(picture.series_number), str(picture.image), series, image
