"""The memory of a stack: preparing it changes nothing in it, and ends when the block is full."""

from pathlib import Path
import sys
import threading
import time

import pytest

from viewer.images.block import Block, Supply

_MEGABYTE = 1 << 20


def _pages() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pages"]


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_what_is_filled_stays_while_the_rest_is_made_ready():
    size = 64 * _MEGABYTE + 4096 + 10
    block, pattern = Block(size), bytes(range(1, 252)) * 4178
    helper = threading.Thread(target=block.make_ready, args=(threading.Event(),))
    helper.start()
    for start in range(0, size, len(pattern)):
        place = block.place(start, min(len(pattern), size - start))
        place[:] = pattern[: len(place)]
    helper.join(20)
    assert not helper.is_alive()
    for start in range(0, size, len(pattern)):
        place = block.place(start, min(len(pattern), size - start))
        assert place == pattern[: len(place)]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hand out pages as they are written")
def test_slow_filling_has_the_memory_made_ready():
    block, supply = Block(96 * _MEGABYTE), Supply()
    before = _resident()
    supply.used(block, _MEGABYTE)
    time.sleep(0.1)  # 4 MB take 4 ms where memory is at hand
    supply.used(block, 4 * _MEGABYTE)
    for thread in _pages():
        thread.join(20)
    supply.end()
    assert _resident() - before > 90 * _MEGABYTE
    assert not any(block.place(0, block.size))


def test_fast_filling_needs_no_help_and_a_full_block_ends_it():
    block, supply = Block(8 * _MEGABYTE), Supply()
    supply.used(block, 1 << 40)  # more than any time allows
    assert not _pages()
    filled = threading.Event()
    filled.set()
    before = _resident()
    block.make_ready(filled)
    assert _resident() - before < _MEGABYTE
