"""The memory of a stack: nothing in it changes when it goes on in small pages, and pages are made where needed."""

import mmap
import sys

import pytest

from viewer.images.block import Block

_MEGABYTE = 1 << 20


class _Slow:
    """A clock on which every page takes a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        self.now += 1.0
        return self.now


def _fill(block: Block) -> None:
    """Write a pattern piece by piece, each of which is prepared first, and read it back."""
    pattern = bytes(range(1, 252)) * 4178
    pieces = [(start, min(len(pattern), block.size - start)) for start in range(0, block.size, len(pattern))]
    for start, length in pieces:
        block.make_pages(start, length)
        block.place(start, length)[:] = pattern[:length]
    for start, length in pieces:
        assert block.place(start, length) == pattern[:length]


@pytest.mark.parametrize("slow", [False, True])
def test_what_is_filled_stays_when_the_block_goes_on_in_small_pages(monkeypatch, slow):
    if slow:
        monkeypatch.setattr("viewer.images.block.time", _Slow())
    _fill(Block(64 * _MEGABYTE + 4096 + 10))


@pytest.mark.parametrize("length", [0, 1, mmap.PAGESIZE, 2 * mmap.PAGESIZE - 1, 5 * mmap.PAGESIZE + 3])
def test_pages_are_made_for_any_length_and_hold_nothing(length):
    block = Block(8 * mmap.PAGESIZE)
    block.make_pages(mmap.PAGESIZE + 7, length)
    assert bytes(block.place(0, block.size)) == bytes(block.size)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems make pages at the first write")
def test_a_page_that_is_made_needs_none_at_the_first_write():
    resource = pytest.importorskip("resource")  # Linux always has it
    faults = []
    for prepared in (False, True):
        block = Block(64 * _MEGABYTE)
        block.memory.madvise(mmap.MADV_NOHUGEPAGE)
        if prepared:
            block.make_pages(0, block.size)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        block.place(0, block.size)[:: mmap.PAGESIZE] = bytes(block.size // mmap.PAGESIZE)
        faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    assert faults[0] >= block.size // mmap.PAGESIZE
    assert faults[1] < faults[0] / 10
