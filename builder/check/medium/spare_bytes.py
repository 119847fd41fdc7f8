"""Finds the bytes of a SQLite file that no query can read, where something deleted may remain."""

from collections.abc import Iterable, Iterator, Sequence
from mmap import mmap
import struct

# https://www.sqlite.org/fileformat2.html, 1.6 "B-tree Pages": the first byte of a page.
_INDEX_NODE, _TABLE_NODE, _INDEX_LEAF, _TABLE_LEAF = 2, 5, 10, 13
_NODE_HEAD, _LEAF_HEAD = 12, 8
_DATABASE_HEAD = 100
# The header of a free block, and the least size of a cell.
_LEAST = 4

# Asks a database for the first page of each table and index.
FIRST_PAGES = "SELECT rootpage FROM sqlite_master WHERE rootpage > 0"

Span = tuple[int, int]


def spare_bytes(content: bytes | mmap, first_pages: Iterable[int]) -> list[Span]:
    """First byte and end of each spare run, in order; raises IndexError if the file is damaged.

    A page that no table and no index leads to is spare as a whole.
    """
    try:
        return _Database(content).spare([1, *first_pages])
    except struct.error as fault:
        raise IndexError(str(fault)) from fault


class _Database:
    """Reads page after page, and keeps only the spare runs of each: all used runs would take too much memory."""

    def __init__(self, content: bytes | mmap) -> None:
        (size,) = struct.unpack_from(">H", content, 16)
        self._size = 65536 if size == 1 else size
        if self._size < 512:
            raise IndexError(self._size)
        self._usable = self._size - content[20]
        self._content = memoryview(content)
        self._spare: dict[int, list[Span]] = {}

    def spare(self, pages: list[int]) -> list[Span]:
        while pages:
            page = pages.pop()
            if page not in self._spare:
                pages += self._read_tree(page)
        everything = range(1, -(-len(self._content) // self._size) + 1)
        return [span for page in everything for span in self._spare.get(page, [self._whole(page)])]

    def _whole(self, page: int) -> Span:
        return (page - 1) * self._size, min(page * self._size, len(self._content))

    def _keep(self, page: int, used: Iterable[Span]) -> None:
        """Record the gaps between the used runs, which count from the beginning of the page."""
        start, stop = self._whole(page)
        self._spare[page] = [(start + begin, min(start + end, stop)) for begin, end in _between(used, self._size)]

    def _read_tree(self, page: int) -> list[int]:
        """Record the page, and the overflow pages of its rows; returns the pages below it."""
        start, stop = self._whole(page)
        cells = _Page(self._content[start:stop], _DATABASE_HEAD if page == 1 else 0, self._usable)
        self._keep(page, cells.used())
        for first, length in cells.continued:
            self._read_chain(first, length)
        return cells.below

    def _read_chain(self, page: int, length: int) -> None:
        """1.6 "Overflow pages": each begins with the number of the next."""
        while page and length > 0 and page not in self._spare:
            held = min(length, self._usable - 4)
            start, stop = self._whole(page)
            (following,) = struct.unpack_from(">I", self._content[start:stop])
            self._keep(page, [(0, 4 + held)])
            page, length = following, length - held


class _Page:
    """One page of a tree. `used` fills `below`, the pages under it, and `continued`: first page and bytes elsewhere."""

    def __init__(self, page: memoryview, head: int, usable: int) -> None:
        self._page, self._head, self._usable = page, head, usable
        self._kind, self._free, self._cells = struct.unpack_from(">BHH", page, head)
        if self._kind not in (_INDEX_NODE, _TABLE_NODE, _INDEX_LEAF, _TABLE_LEAF):
            raise IndexError(self._kind)
        self._is_node = self._kind in (_INDEX_NODE, _TABLE_NODE)
        self.below: list[int] = []
        self.continued: list[Span] = []

    def used(self) -> Iterator[Span]:
        pointers = self._head + (_NODE_HEAD if self._is_node else _LEAF_HEAD)
        yield 0, pointers + 2 * self._cells
        for at in struct.unpack_from(f">{self._cells}H", self._page, pointers):
            yield at, max(self._end_of(at), at + _LEAST)
        if self._is_node:
            self.below += struct.unpack_from(">I", self._page, self._head + 8)
        yield from self._free_heads()

    def _free_heads(self) -> Iterator[Span]:
        at = self._free
        while at:
            yield at, at + _LEAST
            (following,) = struct.unpack_from(">H", self._page, at)
            at = following if following > at else 0

    def _end_of(self, at: int) -> int:
        """The end of the cell at this place."""
        if self._is_node:
            self.below += struct.unpack_from(">I", self._page, at)
            at += 4
        length, at = _varint(self._page, at)
        if self._kind == _TABLE_NODE:  # its cells have a row number but no row
            return at
        if self._kind == _TABLE_LEAF:
            _, at = _varint(self._page, at)
        end = at + _held_here(length, self._usable, is_table=self._kind == _TABLE_LEAF)
        if end == at + length:
            return end
        (first,) = struct.unpack_from(">I", self._page, end)
        self.continued.append((first, at + length - end))
        return end + 4


def _held_here(length: int, usable: int, *, is_table: bool) -> int:
    """1.6 "Cell payload overflow": how many bytes of a row are on its own page (X, M and K as in the document)."""
    x = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
    m = (usable - 12) * 32 // 255 - 23
    k = m + (length - m) % (usable - 4)
    return length if length <= x else k if k <= x else m


def _varint(page: Sequence[int], at: int) -> tuple[int, int]:
    """A number of seven bits per byte, eight in the ninth; and its end."""
    value = 0
    for place in range(8):
        value = value << 7 | page[at + place] & 127
        if page[at + place] < 128:
            return value, at + place + 1
    return value << 8 | page[at + 8], at + 9


def _between(used: Iterable[Span], size: int) -> Iterator[Span]:
    at = 0
    for begin, end in sorted(used):
        if begin > at:
            yield at, begin
        at = max(at, end)
    if at < size:
        yield at, size
