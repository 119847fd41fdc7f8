"""The memory of a stack: nothing in it changes when it goes on in small pages."""

from viewer.images.block import Block

_MEGABYTE = 1 << 20


def test_what_is_filled_stays_when_the_block_goes_on_in_small_pages():
    size = 64 * _MEGABYTE + 4096 + 10
    block, pattern = Block(size), bytes(range(1, 252)) * 4178
    for turn, start in enumerate(range(0, size, len(pattern))):
        place = block.place(start, min(len(pattern), size - start))
        place[:] = pattern[: len(place)]
        if turn == 20:
            block.use_small_pages()
    for start in range(0, size, len(pattern)):
        place = block.place(start, min(len(pattern), size - start))
        assert place == pattern[: len(place)]
