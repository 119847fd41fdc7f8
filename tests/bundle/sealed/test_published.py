"""The vectors that are published with the format: our reader and the other one find in them what they say."""

import json

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
import pytest

from bundle.sealed.catalogue import SealedExtent, data_key, object_context
from bundle.sealed.chunking import CHUNKINGS
from bundle.sealed.header import parse
from bundle.sealed.messages import SealedMessage, sealed_pieces
from bundle.sealed.primitives import argon2id, password_bytes
from bundle.sealed.readings import SealedFolder
from bundle.sealed.slots import open_header
from tests.bundle.sealed import other_reader
from tests.bundle.sealed.publish import PLACE

FOUND = json.loads(PLACE.read_text(encoding="utf-8"))


class Vectors:
    """Those of one version of the seal."""

    def __init__(self, version: int) -> None:
        self.version, self.found = version, FOUND[f"version {version}"]
        self.reader, self.researcher = self.found["password of a reader"], self.found["password of the researcher"]

    def raw(self, name: str) -> bytes:
        return bytes.fromhex(self.found[name])


@pytest.fixture(params=CHUNKINGS, scope="module")
def vectors(request) -> Vectors:
    return Vectors(request.param)


def test_there_is_a_set_for_each_version():
    assert set(FOUND) == {f"version {number}" for number in CHUNKINGS}
    assert [bytes.fromhex(found["header"])[15] for found in FOUND.values()] == list(CHUNKINGS)


def test_our_reader_finds_the_keys(vectors):
    raw, header = vectors.raw, parse(vectors.raw("header") * 2)
    keys = open_header(header, vectors.reader)
    assert argon2id(password_bytes(vectors.reader), header.salt, header.stretching) == raw("stretched")
    assert (keys.stick, keys.slot_id) == (raw("stick"), raw("slot"))
    assert (bytes(keys.master), bytes(keys.journal)) == (raw("master key"), raw("journal key"))
    assert data_key(keys) == raw("key of all messages")
    assert open_header(header, vectors.researcher).journal_of(raw("slot")) == raw("journal key")


def test_our_reader_opens_object_and_journal(vectors, tmp_path):
    raw = vectors.raw
    sealed, plain, header = raw("object 2, sealed"), vectors.found["object 2"].encode(), parse(raw("header") * 2)
    context = object_context(raw("stick"), SealedExtent(2, 0, len(plain)))
    assert context == raw("context of object 2")

    def source(at: int, place: memoryview) -> None:
        place[:] = sealed[at : at + len(place)]

    content = bytearray(len(plain))
    message = SealedMessage(
        source, 0, len(plain), raw("key of all messages"), context, "object", CHUNKINGS[header.version]
    )
    message.read_into(0, memoryview(content))
    assert bytes(content) == plain
    (tmp_path / "S-0123456789ABCDEF.BIN").write_bytes(raw("journal, sealed"))
    name, *lines = vectors.found["journal"]
    for password in (vectors.reader, vectors.researcher):
        folder = SealedFolder(tmp_path, open_header(header, password))
        assert folder.names() == [name]
        assert folder.read(name, 1 << 20).decode().splitlines() == lines


@pytest.mark.parametrize("who", ["reader", "researcher"])
def test_the_other_reader_finds_the_same(vectors, who):
    raw, keys = vectors.raw, other_reader.keys(vectors.raw("header"), getattr(vectors, who))
    assert keys["master"] == raw("master key")
    assert other_reader.journal(raw("journal, sealed"), keys) == [line.encode() for line in vectors.found["journal"]]
    data = other_reader.expand(keys["master"], other_reader.BASE + b"data\0" + keys["stick"])
    found = other_reader.message(raw("object 2, sealed"), vectors.version, data, raw("context of object 2"))
    assert found == vectors.found["object 2"].encode()


@pytest.mark.parametrize("length", [0, 10, (1 << 14) - 1, 1 << 14, 40_000])
def test_messages_of_version_1_are_those_of_cryptography(length):
    plain, key, context = bytes(range(250)) * 200, bytes(range(32)), b"an object"
    opened = Cobblestone256Decryptor(key, context)
    ours = b"".join(sealed_pieces(CHUNKINGS[1], key, context, [plain[:length]]))
    assert opened.update(ours) + opened.finalize() == plain[:length]
    made = Cobblestone256Encryptor(key, context)
    theirs = made.update(plain[:length]) + made.finalize()
    assert other_reader.message(theirs, 1, key, context) == plain[:length]
