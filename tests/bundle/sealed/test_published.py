"""The vectors that are published with the format: our reader and the other one find in them what they say."""

import json

from cryptography.cobblestone import Cobblestone256Decryptor
import pytest

from bundle.sealed.catalogue import SealedExtent, data_key, object_context
from bundle.sealed.header import parse
from bundle.sealed.primitives import argon2id, password_bytes
from bundle.sealed.readings import SealedFolder
from bundle.sealed.slots import open_header
from tests.bundle.sealed import other_reader
from tests.bundle.sealed.publish import PLACE
from tests.bundle.sealed.test_messages import SealedMessage

FOUND = json.loads(PLACE.read_text(encoding="utf-8"))
READER, RESEARCHER = FOUND["password of a reader"], FOUND["password of the researcher"]


def raw(name: str) -> bytes:
    return bytes.fromhex(FOUND[name])


def test_our_reader_finds_the_keys():
    header = parse(raw("header") * 2)
    keys = open_header(header, READER)
    assert argon2id(password_bytes(READER), header.salt, header.stretching) == raw("stretched")
    assert (keys.stick, keys.slot_id) == (raw("stick"), raw("slot"))
    assert (bytes(keys.master), bytes(keys.journal)) == (raw("master key"), raw("journal key"))
    assert data_key(keys) == raw("key of all messages")
    assert open_header(header, RESEARCHER).journal_of(raw("slot")) == raw("journal key")


def test_our_reader_opens_object_and_journal(tmp_path):
    sealed, plain = raw("object 2, sealed"), FOUND["object 2"].encode()
    context = object_context(raw("stick"), SealedExtent(2, 0, len(plain)))
    assert context == raw("context of object 2")

    def source(at: int, place: memoryview) -> None:
        place[:] = sealed[at : at + len(place)]

    content = bytearray(len(plain))
    SealedMessage(source, 0, len(plain), raw("key of all messages"), context, "object").read_into(
        0, memoryview(content)
    )
    assert bytes(content) == plain
    (tmp_path / "S-0123456789ABCDEF.BIN").write_bytes(raw("journal, sealed"))
    name, *lines = FOUND["journal"]
    for password in (READER, RESEARCHER):
        folder = SealedFolder(tmp_path, open_header(parse(raw("header") * 2), password))
        assert folder.names() == [name]
        assert folder.read(name, 1 << 20).decode().splitlines() == lines


@pytest.mark.parametrize("password", [READER, RESEARCHER])
def test_the_other_reader_finds_the_same(password):
    keys = other_reader.keys(raw("header"), password)
    assert keys["master"] == raw("master key")
    assert other_reader.journal(raw("journal, sealed"), keys) == [line.encode() for line in FOUND["journal"]]
    data = other_reader.expand(keys["master"], other_reader.BASE + b"data\0" + keys["stick"])
    opened = Cobblestone256Decryptor(data, raw("context of object 2"))
    assert opened.update(raw("object 2, sealed")) + opened.finalize() == FOUND["object 2"].encode()
