"""The algorithms, by vectors that others have published: Project Wycheproof, and the reference code of Argon2."""

import hashlib
import json
from pathlib import Path
import subprocess
import sys
import zlib

import pytest

from bundle.sealed.chunking import COBBLESTONE
from bundle.sealed.errors import DamagedSeal, UnknownSeal
from bundle.sealed.messages import SealedMessage
from bundle.sealed.primitives import Stretching, argon2id, hkdf, password_bytes, seal, unseal

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text())


def known(name: str) -> list:
    return [pytest.param(vector, id=str(vector.get("tcId", at))) for at, vector in enumerate(VECTORS[name])]


@pytest.mark.parametrize("vector", known("aes_gcm"))
def test_aes_gcm_is_that_of_wycheproof(vector):
    key, nonce, bound, plain, text, tag = (
        bytes.fromhex(vector[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
    )
    opened = unseal(key, nonce, text + tag, bound)
    if vector["result"] == "valid":
        assert opened == plain
        assert seal(key, nonce, plain, bound) == text + tag
    else:
        assert opened is None


def test_there_are_both_kinds_of_vectors():
    for name in ("aes_gcm", "chunked"):
        assert {vector["result"] for vector in VECTORS[name]} == {"valid", "invalid"}
    assert [len(VECTORS[name]) for name in ("aes_gcm", "chunked", "hkdf_sha512", "argon2id")] == [56, 33, 20, 7]


@pytest.mark.parametrize("vector", known("argon2id"))
def test_argon2id_is_that_of_the_reference_code(vector):
    stretching = Stretching(vector["memory"], vector["passes"], vector["lanes"])
    assert argon2id(vector["password"].encode(), vector["salt"].encode(), stretching).hex() == vector["tag"]


@pytest.mark.parametrize("vector", known("hkdf_sha512"))
def test_hkdf_is_that_of_wycheproof(vector):
    secret, salt, info = (bytes.fromhex(vector[name]) for name in ("ikm", "salt", "info"))
    assert hkdf(secret, salt, info, vector["size"]).hex() == vector["okm"]


@pytest.mark.parametrize("vector", known("chunked"))
def test_chunks_are_those_of_wycheproof(vector):
    sealed, key, context = (
        zlib.decompress(bytes.fromhex(vector["ct"])),
        *map(bytes.fromhex, (vector["key"], vector["ctx"])),
    )
    length = COBBLESTONE.plain_length(len(sealed))

    def source(at: int, place: memoryview) -> None:
        place[:] = sealed[at : at + len(place)]

    def opened() -> bytes:
        if length is None:
            raise DamagedSeal("message", "its length")
        message, content = SealedMessage(source, 0, length, key, context, "message", COBBLESTONE), bytearray(length)
        message.read_into(0, memoryview(content))
        message.check_end()
        return bytes(content)

    if vector["result"] == "valid":
        assert (length, hashlib.sha512(opened()).hexdigest()) == (vector["msgLength"], vector["msgSha512"])
    else:
        with pytest.raises((DamagedSeal, ValueError)):
            opened()


@pytest.mark.parametrize(
    "typed", ["Äcorn  beacon", " A\N{COMBINING DIAERESIS}corn beacon\t", "Äcorn\N{NO-BREAK SPACE}beacon"]
)
def test_a_password_is_the_same_on_every_keyboard(typed):
    assert password_bytes(typed) == "Äcorn beacon".encode()


def test_capital_letters_and_inner_blanks_count():
    assert len({password_bytes(typed) for typed in ("acorn beacon", "Acorn beacon", "acornbeacon")}) == 3


@pytest.mark.parametrize("asked", [Stretching(1 << 30), Stretching(passes=10_000), Stretching(lanes=0), Stretching(8)])
def test_a_header_cannot_ask_for_hours_of_work(asked):
    with pytest.raises(UnknownSeal):
        asked.check("LOCK.BIN")


@pytest.mark.parametrize(
    "room", ["viewer.startup.locate", "bundle.index.index", "viewer.images.loading", "builder.cli.main"]
)
def test_a_plain_medium_never_loads_cryptography(room):
    code = f"import sys, {room}; print([name for name in ('cryptography', 'cffi') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
