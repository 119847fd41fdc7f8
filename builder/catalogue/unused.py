"""Finds the unused bytes of a SQLite file, where a deleted row may remain, whatever the database claims."""

from collections.abc import Iterable, Iterator
from mmap import mmap

# https://www.sqlite.org/fileformat2.html: kinds of b-tree pages.
_INDEX_INTERIOR, _TABLE_INTERIOR, _INDEX_LEAF, _TABLE_LEAF = 2, 5, 10, 13
_INTERIOR = (_INDEX_INTERIOR, _TABLE_INTERIOR)
_FILE_HEADER = 100
_SMALLEST_CELL = 4
_FREE_BLOCK_HEAD = 4
_LONGEST_NUMBER = 9

# Asks a database for the first pages of its tables and indexes.
ROOTS = "SELECT rootpage FROM sqlite_master WHERE rootpage > 0"

Places = Iterator[tuple[int, int]]
Content = bytes | mmap


def unused(content: Content, roots: Iterable[int]) -> Places:
    """First byte and end of each run of bytes that no table and no index uses; `roots` are their first pages.

    Unreachable pages are such runs as a whole. Raises IndexError if the file is damaged.
    """
    file = _File(content)
    file.walk(roots)
    yield from file.gaps()


class _File:
    """The pages reached so far, and the unused parts of each.

    Used parts are known for one page at a time: for a large database, all of them would take more than the file itself.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self._size = 1 << 16 if content[16:18] == b"\0\1" else self._number(16, 2)
        if self._size < 512:  # smaller than any database
            raise IndexError(self._size)
        self._usable = self._size - content[20]
        self._pages = -(-len(content) // self._size)
        self._reached = set[int]()
        self._gaps: list[tuple[int, int]] = []
        self._todo: list[int] = []

    def walk(self, roots: Iterable[int]) -> None:
        """Visit every page in use, once."""
        self._todo = [1, *roots]
        while self._todo:
            page = self._todo.pop()
            if page not in self._reached:
                self._reached.add(page)
                self._note(page, self._tree_page(page))

    def gaps(self) -> Places:
        """The gaps between used parts."""
        for page in range(1, self._pages + 1):
            if page not in self._reached:
                self._note(page, [])
        yield from sorted(self._gaps)

    def _note(self, page: int, used: list[tuple[int, int]]) -> None:
        """Record the gaps of a page between its used parts, counted from the beginning of the page."""
        start, at = (page - 1) * self._size, 0
        used.sort()
        for begin, end in [*used, (self._size, self._size)]:
            if begin > at:
                self._gaps.append((start + at, start + begin))
            at = max(at, end)

    def _number(self, at: int, length: int) -> int:
        if at + length > len(self._content):
            raise IndexError(at)
        return int.from_bytes(self._content[at : at + length], "big")

    def _varint(self, at: int) -> tuple[int, int]:
        """A number of one to nine bytes, and the first byte after it."""
        value = 0
        for place in range(_LONGEST_NUMBER - 1):
            byte = self._content[at + place]
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value, at + place + 1
        return value << 8 | self._content[at + _LONGEST_NUMBER - 1], at + _LONGEST_NUMBER

    def _tree_page(self, page: int) -> list[tuple[int, int]]:
        start, head = (page - 1) * self._size, _FILE_HEADER if page == 1 else 0
        kind, cells = self._number(start + head, 1), self._number(start + head + 3, 2)
        pointers = head + (12 if kind in _INTERIOR else 8)
        used = [(0, pointers + 2 * cells)]
        for place in range(cells):
            at = self._number(start + pointers + 2 * place, 2)
            end = self._cell(start + at, kind) - start
            used.append((at, max(end, at + _SMALLEST_CELL)))
        if kind in _INTERIOR:
            self._todo.append(self._number(start + head + 8, 4))
        return used + list(self._free_blocks(start, self._number(start + head + 1, 2)))

    def _free_blocks(self, start: int, at: int) -> Places:
        """Each block holds the place of the next one and its own length; they are in the order of their places."""
        while at:
            yield at, at + _FREE_BLOCK_HEAD
            following = self._number(start + at, 2)
            at = following if following > at else 0

    def _cell(self, at: int, kind: int) -> int:
        """The end of the cell; records the pages that it points to."""
        if kind in _INTERIOR:
            self._todo.append(self._number(at, 4))
            at += 4
        length, at = self._varint(at)  # in the inner pages of a table, this is already the row
        if kind == _TABLE_INTERIOR:
            return at
        if kind == _TABLE_LEAF:
            _, at = self._varint(at)
        here = self._here(length, kind)
        if here == length:
            return at + length
        self._overflow(self._number(at + here, 4), length - here)
        return at + here + 4

    def _here(self, length: int, kind: int) -> int:
        """How much of a cell is on its page; the rest is on overflow pages."""
        most = self._usable - 35 if kind == _TABLE_LEAF else (self._usable - 12) * 64 // 255 - 23
        least = (self._usable - 12) * 32 // 255 - 23
        if length <= most:
            return length
        fitting = least + (length - least) % (self._usable - 4)
        return fitting if fitting <= most else least

    def _overflow(self, page: int, rest: int) -> None:
        while page and rest > 0 and page not in self._reached:
            held = min(rest, self._usable - 4)
            self._reached.add(page)
            self._note(page, [(0, 4 + held)])
            page, rest = self._number((page - 1) * self._size, 4), rest - held
