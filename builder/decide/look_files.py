"""Keeps the page and the table of pictures that may show text beside the key, for the researcher to decide."""

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
from builder.key.private_files import look_path, table_path, write_private
from builder.plan import Progress

# Pictures on the page: more than anybody looks at, and it can still be opened.
_MOST_PICTURES = 400
_AT_ONCE = 8


def keep_look(
    key: Path, seen: Iterable[PictureRecord], lines: Sequence[Decision], executor: Executor, progress: Progress
) -> None:
    """Write both; raises PrivateFileFailed. Where there is nothing to show, those of the build before are removed.

    No decision gets lost: `lines` that were carried out stay in the table, and so do those that somebody filled into
    the table of the build before without handing it over.
    """
    ordered, table = most_suspicious_first(seen), table_path(key)
    known = [*_filled_in(table), *lines]
    if not (ordered or known):
        look_path(key).unlink(missing_ok=True)
        table.unlink(missing_ok=True)
        return
    crops = list(_crops(ordered[:_MOST_PICTURES], executor, progress))
    write_private(look_path(key), look_page(ordered, crops, table))
    write_private(table, table_of(ordered, known))


def _filled_in(table: Path) -> Sequence[Decision]:
    """What stands in the table of the build before; one that cannot be read is put aside."""
    try:
        return read_decisions(table).lines if table.exists() else ()
    except DecisionsMistaken:
        table.replace(table.with_name(f"{table.name}.old"))
        return ()


def _crops(seen: Sequence[PictureRecord], executor: Executor, progress: Progress) -> Iterator[Crop]:
    wanted = [(one.source, one.places) for one in seen]
    chunks = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    done = 0
    for some in executor.map(crops_of, chunks):
        yield from some
        done += len(some)
        progress(done, len(wanted))


def table_of(seen: Sequence[PictureRecord], lines: Sequence[Decision] = ()) -> str:
    """The table as a spreadsheet opens it: a line for each picture, and one for each series before its first.

    Each has what `lines` say of it; those that name nothing of all this come last.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    decided = {_name(one.series, one.image): one for one in lines}
    for row in _rows(seen):
        known = decided.pop(_name(row[-2], row[-1]), None)
        writer.writerow(map(not_a_formula, (known.choice.value if known else "", *row)))
    for one in decided.values():
        found = TEXT if one.knows_text else SUSPECTED
        writer.writerow(map(not_a_formula, (one.choice.value, found, "", "", "", one.series, one.image)))
    return text.getvalue()


def _name(series: str, image: str) -> tuple[str, str]:
    """By what a line is known: its image alone, or its series where it is for all of it."""
    return ("", image) if image else (series, "")


def _rows(seen: Sequence[PictureRecord]) -> Iterator[tuple[str, ...]]:
    """All cells but the decision."""
    of_series: dict[str, list[PictureRecord]] = {}
    for one in seen:
        of_series.setdefault(one.identity.series, []).append(one)
    for one in seen:
        members = of_series.pop(one.identity.series, [])
        series, image = one.identity
        if members:
            found = TEXT if any(member.text for member in members) else SUSPECTED
            yield f"{found}: {len(members)} of this series", one.case, str(one.series_number), "all", series, ""
        yield one.found, one.case, str(one.series_number), str(one.image), series, image
