"""Messages in chunks: any range is right, and any change is an error."""

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from bundle.sealed.errors import DamagedSeal
from bundle.sealed.messages import (
    CHUNK,
    HEAD,
    SEALED_CHUNK,
    MessageFile,
    SealedMessage,
    plain_length,
    sealed_length,
    sealed_pieces,
)

KEY, CONTEXT = bytes(range(32)), b"the third object of this stick"
LENGTHS = st.one_of(
    st.integers(0, 100), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]), st.integers(0, 5 * CHUNK)
)


def content_of(length: int) -> bytes:
    return (bytes(range(251)) * (length // 251 + 1))[:length]


def sealed_of(content: bytes, context: bytes = CONTEXT) -> bytes:
    return b"".join(sealed_pieces(KEY, context, [content[:7], content[7:]]))


def message_in(sealed: bytes, length: int, context: bytes = CONTEXT) -> SealedMessage:
    def source(at: int, place: memoryview) -> None:
        if at + len(place) > len(sealed):
            raise DamagedSeal("container", "it ends too early")
        place[:] = sealed[at : at + len(place)]

    return SealedMessage(source, 0, length, KEY, context, "object")


def whole(sealed: bytes, length: int, context: bytes = CONTEXT) -> bytes:
    message, content = message_in(sealed, length, context), bytearray(length)
    assert message.read_into(0, memoryview(content)) == length
    message.check_end()
    return bytes(content)


@given(LENGTHS)
@settings(deadline=None)
def test_the_length_of_a_message_follows_from_that_of_its_content(length):
    sealed = sealed_of(content_of(length))
    assert len(sealed) == sealed_length(length)
    assert plain_length(len(sealed)) == length
    assert whole(sealed, length) == content_of(length)


@given(LENGTHS, st.lists(st.tuples(st.integers(0, 5 * CHUNK), st.integers(0, 3 * CHUNK)), max_size=6))
@settings(deadline=None)
def test_any_ranges_in_any_order_are_right(length, ranges):
    content, file = content_of(length), MessageFile(message_in(sealed_of(content_of(length)), length))
    for start, wanted in ranges:
        file.seek(start)
        assert file.read(wanted) == content[start : start + wanted]


@given(st.integers(1, 4 * CHUNK), st.data())
@settings(deadline=None, max_examples=60)
def test_a_flipped_bit_is_an_error_when_its_chunk_is_read(length, data):
    sealed = bytearray(sealed_of(content_of(length)))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DamagedSeal):
        whole(bytes(sealed), length)


@given(st.integers(2 * CHUNK, 5 * CHUNK), st.data())
@settings(deadline=None, max_examples=60)
def test_swapped_repeated_and_lost_chunks_are_errors(length, data):
    content = content_of(length)
    sealed = sealed_of(content)
    chunks = [sealed[at : at + SEALED_CHUNK] for at in range(HEAD, len(sealed), SEALED_CHUNK)]
    one, other = data.draw(st.lists(st.integers(0, len(chunks) - 1), min_size=2, max_size=2, unique=True))
    swapped, repeated, lost = list(chunks), list(chunks), list(chunks)
    swapped[one], swapped[other] = chunks[other], chunks[one]
    repeated[one] = chunks[other]
    del lost[one]
    for changed in (swapped, repeated, lost):
        with pytest.raises(DamagedSeal):
            whole(sealed[:HEAD] + b"".join(changed), length)


@given(st.integers(0, 3 * CHUNK), st.integers(0, 3 * CHUNK))
@settings(deadline=None, max_examples=60)
def test_a_message_of_another_length_is_an_error(length, claimed):
    sealed = sealed_of(content_of(length))
    if claimed != length:
        with pytest.raises(DamagedSeal):
            whole(sealed, claimed)


def test_a_message_of_another_place_or_another_stick_is_an_error():
    sealed = sealed_of(content_of(40_000), b"the second object of this stick")
    with pytest.raises(DamagedSeal, match="another key"):
        whole(sealed, 40_000)


def test_a_chunk_of_another_message_under_the_same_key_is_an_error():
    first, second = sealed_of(content_of(40_000)), sealed_of(content_of(40_000))
    assert first != second
    mixed = first[: HEAD + SEALED_CHUNK] + second[HEAD + SEALED_CHUNK :]
    with pytest.raises(DamagedSeal, match="chunk 2"):
        whole(mixed, 40_000)
