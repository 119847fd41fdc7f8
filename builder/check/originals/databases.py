"""What a database holds, read within limits, as anybody may have made it: its cells, and bytes that no query reads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
import sqlite3

from builder.check.medium.spare_bytes import FIRST_PAGES, Span, spare_bytes
from builder.check.places.place import Place, content_of, database_of
from bundle.index.database import FAULTS, Database, MoreThanTables
from bundle.index.index import LONGEST_VALUE

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_TEXT_AT_ONCE = 4 << 20
# What computes rows, perhaps without end, and has no bytes of its own. A larger database is not copied without it.
_COMPUTED = "sqlite_master WHERE type NOT IN ('table', 'index') OR coalesce(rootpage, 0) = 0"
_MOST_COPIED = 64 << 20
# An index of 200,000 images takes a fifth. Of each page of a larger file, a list of its free bytes would be kept.
_LARGEST = 1 << 30
# Free bytes are searched in windows of whole pages (https://www.sqlite.org/fileformat2.html, 1.3: up to 65,536 bytes).
_WINDOW = 1 << 20


@contextmanager
def _plain_tables(path: Place) -> Iterator[Database]:
    """The database; if it has views, triggers or virtual tables, a copy in memory without them.

    Raises one of FAULTS.
    """
    try:
        database = Database(database_of(path), LONGEST_VALUE)
    except MoreThanTables:
        if path.stat().st_size > _MOST_COPIED:
            raise
        database = Database(_without_computed(path.read_bytes()), LONGEST_VALUE)
    try:
        yield database
    finally:
        database.close()


def _without_computed(content: bytes) -> bytes:
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(f"DELETE FROM {_COMPUTED}")
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()


@contextmanager
def opened(path: Place) -> Iterator[Database]:
    """The database, which is closed in the end; raises one of FAULTS."""
    database = Database(database_of(path), LONGEST_VALUE)
    try:
        yield database
    finally:
        database.close()


def cells(path: Place) -> Iterator[tuple[str, bytes]]:
    """(table, its cells as lines of text), some rows at a time; of tables that claim too much, only the beginning.

    Nothing of a table that computes columns or checks its values: other checks report it, and its bytes are searched
    anyway.
    """
    with suppress(*FAULTS), _plain_tables(path) as database, database.together():
        for (name,) in database.rows(_TABLES):
            with suppress(*FAULTS):
                yield from ((name, lines) for lines in _lines(database, name))


def _lines(database: Database, table: str) -> Iterator[bytes]:
    kept, size = list[bytes](), 0
    try:
        for row in database.each('SELECT * FROM "{}"'.format(table.replace('"', '""'))):
            some = [str(cell).encode("utf-8", "replace") for cell in row if isinstance(cell, str | int)]
            kept += some
            size += sum(map(len, some)) + len(some)
            if size > _TEXT_AT_ONCE:
                yield b"\n".join(kept)
                kept, size = [], 0
    finally:
        yield b"\n".join(kept)


def left_over(path: Place) -> Iterator[tuple[int, bytes]]:
    """(place, bytes) of the parts that no table and no index uses, with zeros for what one uses.

    Raises one of FAULTS, before the first part, if it is unknown which these are.
    """
    if path.stat().st_size > _LARGEST:
        raise ValueError("it is larger than any index")
    with opened(path) as database:
        roots = [int(page) for (page,) in database.rows(FIRST_PAGES)]
    return _windows(path, spare_bytes(content_of(path), roots))


def _windows(path: Place, places: Sequence[Span]) -> Iterator[tuple[int, bytes]]:
    waiting = list(reversed(places))
    with path.open("rb") as stream:
        for start in range(0, path.stat().st_size, _WINDOW):
            content = stream.read(_WINDOW)
            spare = bytearray(len(content))
            while waiting and waiting[-1][0] < start + _WINDOW:
                begin, end = (place - start for place in waiting.pop())
                spare[begin:end] = content[begin:end]
            if spare.strip(b"\0"):
                yield start, bytes(spare)
