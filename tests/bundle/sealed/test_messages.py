"""Messages in chunks: any range is right, and any change is an error; with the chunks of every version of the seal."""

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from bundle.sealed.chunking import CHUNKINGS, HEAD, Chunking
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.messages import MessageFile, SealedMessage, sealed_pieces

KEY, CONTEXT = bytes(range(32)), b"the third object of this stick"
CUTS = st.sampled_from(sorted(CHUNKINGS.values(), key=lambda cut: cut.size))


def around(cut: Chunking) -> st.SearchStrategy[int]:
    size = cut.size
    return st.one_of(
        st.integers(0, 100), st.sampled_from([size - 1, size, size + 1, 3 * size]), st.integers(0, 5 * size)
    )


def content_of(length: int) -> bytes:
    return (bytes(range(251)) * (length // 251 + 1))[:length]


def sealed_of(cut: Chunking, content: bytes, context: bytes = CONTEXT) -> bytes:
    return b"".join(sealed_pieces(cut, KEY, context, [content[:7], content[7:]]))


def message_in(cut: Chunking, sealed: bytes, length: int, context: bytes = CONTEXT) -> SealedMessage:
    def source(at: int, place: memoryview) -> None:
        if at + len(place) > len(sealed):
            raise DamagedSeal("container", "it ends too early")
        place[:] = sealed[at : at + len(place)]

    return SealedMessage(source, 0, length, KEY, context, "object", cut)


def whole(cut: Chunking, sealed: bytes, length: int, context: bytes = CONTEXT) -> bytes:
    message, content = message_in(cut, sealed, length, context), bytearray(length)
    assert message.read_into(0, memoryview(content)) == length
    message.check_end()
    return bytes(content)


@given(CUTS, st.data())
@settings(deadline=None)
def test_the_length_of_a_message_follows_from_that_of_its_content(cut, data):
    length = data.draw(around(cut))
    sealed = sealed_of(cut, content_of(length))
    assert len(sealed) == cut.sealed_length(length)
    assert cut.plain_length(len(sealed)) == length
    assert whole(cut, sealed, length) == content_of(length)


@given(CUTS, st.data())
@settings(deadline=None)
def test_any_ranges_in_any_order_are_right(cut, data):
    length = data.draw(around(cut))
    ranges = data.draw(st.lists(st.tuples(st.integers(0, 5 * cut.size), st.integers(0, 3 * cut.size)), max_size=6))
    content = content_of(length)
    file = MessageFile(message_in(cut, sealed_of(cut, content), length))
    for start, wanted in ranges:
        file.seek(start)
        assert file.read(wanted) == content[start : start + wanted]


@given(CUTS, st.data())
@settings(deadline=None, max_examples=60)
def test_a_flipped_bit_is_an_error_when_its_chunk_is_read(cut, data):
    length = data.draw(st.integers(1, 4 * cut.size))
    sealed = bytearray(sealed_of(cut, content_of(length)))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DamagedSeal):
        whole(cut, bytes(sealed), length)


@given(CUTS, st.data())
@settings(deadline=None, max_examples=60)
def test_swapped_repeated_and_lost_chunks_are_errors(cut, data):
    length = data.draw(st.integers(2 * cut.size, 5 * cut.size))
    sealed = sealed_of(cut, content_of(length))
    chunks = [sealed[at : at + cut.sealed_size] for at in range(HEAD, len(sealed), cut.sealed_size)]
    one, other = data.draw(st.lists(st.integers(0, len(chunks) - 1), min_size=2, max_size=2, unique=True))
    swapped, repeated, lost = list(chunks), list(chunks), list(chunks)
    swapped[one], swapped[other] = chunks[other], chunks[one]
    repeated[one] = chunks[other]
    del lost[one]
    for changed in (swapped, repeated, lost):
        with pytest.raises(DamagedSeal):
            whole(cut, sealed[:HEAD] + b"".join(changed), length)


@given(CUTS, st.data())
@settings(deadline=None, max_examples=60)
def test_a_message_of_another_length_is_an_error(cut, data):
    length, claimed = (data.draw(st.integers(0, 3 * cut.size)) for _ in range(2))
    sealed = sealed_of(cut, content_of(length))
    if claimed != length:
        with pytest.raises(DamagedSeal):
            whole(cut, sealed, claimed)


@pytest.mark.parametrize("version", CHUNKINGS)
def test_a_message_of_another_place_or_another_stick_is_an_error(version):
    cut = CHUNKINGS[version]
    sealed = sealed_of(cut, content_of(140_000), b"the second object of this stick")
    with pytest.raises(DamagedSeal, match="another key"):
        whole(cut, sealed, 140_000)


def test_a_message_of_another_version_is_an_error():
    sealed = sealed_of(CHUNKINGS[1], content_of(100))
    assert len(sealed) == CHUNKINGS[2].sealed_length(100)
    with pytest.raises(DamagedSeal, match="another key"):
        whole(CHUNKINGS[2], sealed, 100)


@pytest.mark.parametrize("version", CHUNKINGS)
def test_a_chunk_of_another_message_under_the_same_key_is_an_error(version):
    cut = CHUNKINGS[version]
    first, second = sealed_of(cut, content_of(140_000)), sealed_of(cut, content_of(140_000))
    assert first != second
    mixed = first[: HEAD + cut.sealed_size] + second[HEAD + cut.sealed_size :]
    with pytest.raises(DamagedSeal, match="chunk 2"):
        whole(cut, mixed, 140_000)
