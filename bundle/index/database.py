"""Opens a database that may be hostile: read-only, plain tables alone, and every query within limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
import sqlite3
from typing import Any, BinaryIO

# What a damaged or hostile database can raise while it is read.
FAULTS = (sqlite3.Error, KeyError, ValueError, TypeError, IndexError, OverflowError, MemoryError)
# Views and triggers compute, perhaps without end; an index only holds data. A virtual table has no page of its own, and
# SQLite evaluates a CHECK while it tests the integrity.
_COMPUTED = """
SELECT count(*) FROM sqlite_master
WHERE type NOT IN ('table', 'index') OR coalesce(rootpage, 0) = 0 OR sql LIKE '%CHECK%'
"""
# table_xinfo marks a generated column as hidden; -2 in index_xinfo stands for an expression.
_GENERATED = """
SELECT count(*) FROM sqlite_master AS one, pragma_table_xinfo(one.name) AS info
WHERE one.type = 'table' AND info.hidden != 0
"""
_EXPRESSIONS = """
SELECT count(*) FROM sqlite_master AS one, pragma_index_xinfo(one.name) AS info
WHERE one.type = 'index' AND (info.cid = -2 OR one.sql LIKE '%WHERE%')
"""
# A query may take this many million steps of SQLite's virtual machine: 200,000 instances take three.
_STEPS, _MOST_STEPS = 1_000_000, 100
# No row of an index takes less room in its file, and no text in a table is longer.
_SMALLEST_ROW = 16
# An index has a dozen tables and indexes: SQLite reads the definitions of all of them before it answers anything.
_MOST_TABLES = 100
# What a row may hold of any length.
_TEXT = (str, bytes)
# https://www.sqlite.org/fileformat2.html, 1.3 and 1.6: the size of a page, and its first byte, in a tree of a table.
_PAGE_SIZE_AT, _DATABASE_HEAD, _NODE, _LEAF = 16, 100, 5, 13


class MoreThanTables(ValueError):
    """The database computes something, or holds what is no plain table."""

    def __init__(self) -> None:
        super().__init__("it holds more than tables")


class Database:
    """An open database, of a file or of bytes; every method raises one of FAULTS. `longest` is the length of its
    longest possible value.

    It writes nothing beside the file and takes no lock, so that write-protected media work.
    """

    def __init__(self, place: Path | bytes, longest: int) -> None:
        self._size, self._steps, self._counts_on = _size_of(place), 0, False
        with BytesIO(place) if isinstance(place, bytes) else place.open("rb") as stream:
            _check_definitions(stream)
        self._connection = _connected(place)
        try:
            self._connection.row_factory = sqlite3.Row
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
            self._connection.set_progress_handler(self._is_too_long, _STEPS)
            if any(self.rows(query)[0][0] for query in (_COMPUTED, _GENERATED, _EXPRESSIONS)):
                raise MoreThanTables
        except BaseException:
            self._connection.close()
            raise

    def rows(self, query: str, *values: int) -> list[Any]:
        """All rows of a query."""
        return list(self.each(query, *values))

    def each(self, query: str, *values: int) -> Iterator[Any]:
        """The rows one by one: entries can name one page many times, so that a small file claims endless rows."""
        self._steps = self._steps if self._counts_on else 0
        room, texts = self._size // _SMALLEST_ROW, 2 * self._size
        for row in self._connection.execute(query, values):
            texts -= sum([len(value) for value in row if isinstance(value, _TEXT)])
            room -= 1
            if room < 0 or texts < 0:
                raise ValueError("it claims more rows than it has room for")
            yield row

    @contextmanager
    def together(self) -> Iterator[None]:
        """All queries in this block share the limit of one."""
        self._steps, self._counts_on = 0, True
        try:
            yield
        finally:
            self._counts_on = False

    def close(self) -> None:
        """Close the file, so that the medium can be taken out."""
        self._connection.close()

    def _is_too_long(self) -> bool:
        self._steps += 1
        return self._steps > _MOST_STEPS


def _size_of(place: Path | bytes) -> int:
    return len(place) if isinstance(place, bytes) else place.stat().st_size


def _connected(place: Path | bytes) -> sqlite3.Connection:
    """A connection to a file, or to a copy of the bytes in memory, which never reaches a disk."""
    if isinstance(place, bytes):
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.deserialize(place)
        return connection
    uri = place.resolve().as_uri() + "?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _check_definitions(stream: BinaryIO) -> None:
    """Raise ValueError if there are more tables and indexes than an index has, by the pages that list them."""
    head = stream.read(_DATABASE_HEAD)
    size = int.from_bytes(head[_PAGE_SIZE_AT : _PAGE_SIZE_AT + 2], "big")
    size = 65_536 if size == 1 else size
    stream.seek(0)
    first = stream.read(size)[_DATABASE_HEAD:]
    pages = [first]
    if first[:1] == bytes([_NODE]):
        cells = min(_number(first, 3), _MOST_TABLES)
        places = [_number(first, 12 + 2 * cell) - _DATABASE_HEAD for cell in range(cells)]
        children = [_number(first, at, 4) for at in (8, *places)]
        pages = [_page(stream, number, size) for number in children]
    if any(page[:1] != bytes([_LEAF]) for page in pages):
        raise ValueError("it is no database, or holds more than an index")
    if sum(_number(page, 3) for page in pages) > _MOST_TABLES:
        raise ValueError("it holds more tables than an index")


def _page(stream: Any, number: int, size: int) -> bytes:
    stream.seek(max(number - 1, 0) * size)
    content: bytes = stream.read(size)
    return content


def _number(content: bytes, at: int, length: int = 2) -> int:
    return int.from_bytes(content[at : at + length], "big") if at >= 0 else 0
