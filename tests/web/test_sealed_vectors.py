"""The vectors published with the format of encrypted media, and more of them, pass in the browser's implementation."""

import json
from pathlib import Path
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
import pytest

from bundle.sealed.chunking import CHUNKINGS
from bundle.sealed.header import parse
from bundle.sealed.messages import sealed_pieces
from bundle.sealed.readings import SealedFolder
from bundle.sealed.sent import sealed_sent
from bundle.sealed.slots import new_header, open_header
from tests import webviewer
from tests.browser import Browser
from tests.bundle.sealed import other_reader
from tests.bundle.sealed.publish import PLACE
from tests.bundle.sealed.sticks import CHECKER, OTHER, QUICK, READER, RESEARCHER, SLOTS
from tests.firefox import firefox

FOUND: dict[str, dict[str, Any]] = json.loads(PLACE.read_text(encoding="utf-8"))
VERSIONS = pytest.mark.parametrize("version", CHUNKINGS)
NAME = "R-00000000-000000000000.JSONL"
LINES = ["first", "ä" * 600, "", "\U0001f600 last"]


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A page with the functions of sealed media and nothing else."""
    folder = tmp_path_factory.mktemp("vectors")
    (folder / "vectors.js").write_bytes(webviewer.bundled(Path(__file__).with_name("sealed_vectors.ts")))
    (folder / "page.html").write_text('<!DOCTYPE html><meta charset="utf-8"><script src="vectors.js"></script>')
    if request.param == "chromium":
        browser: Browser = request.getfixturevalue("browser")
        browser.open(folder / "page.html")
        yield browser
        return
    with firefox() as running:
        running.open(folder / "page.html")
        yield running


def call(page: Browser, name: str, *arguments: object) -> Any:
    return page.run(f"return vectors.{name}(...arguments)", *arguments)


@pytest.fixture(scope="module")
def header() -> str:
    """One copy of the header of a stick with four passwords, in hex."""
    return new_header(SLOTS, QUICK)[0].to_bytes()[:8192].hex()


@VERSIONS
def test_the_published_header_opens_to_the_published_keys(page, version):
    found_in = FOUND[f"version {version}"]
    for whose, has_all in (("a reader", False), ("the researcher", True)):
        found = call(page, "keys", found_in["header"], found_in[f"password of {whose}"])
        assert found[0] == found_in["stick"] and found[2] == found_in["key of all messages"]
        assert found[3:] == [True, has_all]
    assert found[1] != found_in["slot"]
    assert call(page, "keys", found_in["header"], found_in["password of a reader"])[1] == found_in["slot"]


@VERSIONS
def test_passwords_are_stretched_as_by_the_other_library(page, version):
    found_in = FOUND[f"version {version}"]
    head = bytes.fromhex(found_in["header"])
    assert (
        call(page, "stretched", found_in["password of a reader"], head[32:48].hex(), 65536, 3, 4)
        == found_in["stretched"]
    )
    for password, memory, passes, lanes in (("\u00fc  Q", 64, 1, 1), ("u\u0308 Q", 64, 1, 1), ("x" * 200, 1024, 2, 3)):
        typed = "\u00fc Q" if "Q" in password else password
        right = Argon2id(salt=b"s" * 16, length=32, iterations=passes, lanes=lanes, memory_cost=memory)
        found = call(page, "stretched", f" {password}\u00a0", (b"s" * 16).hex(), memory, passes, lanes)
        assert found == right.derive(typed.encode()).hex()


def test_keys_are_derived_and_texts_sealed_as_by_the_other_library(page):
    secret, salt, info = (secrets.token_bytes(length) for length in (32, 24, 70))
    for length in (32, 64, 76, 200):
        right = HKDF(SHA512(), length, salt, info).derive(secret).hex()
        assert call(page, "hkdf", secret.hex(), salt.hex(), info.hex(), length) == right
        right = HKDFExpand(SHA512(), length, info).derive(secret).hex()
        assert call(page, "expanded", secret.hex(), info.hex(), length) == right
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, secret, info).hex()
    assert call(page, "seal", key.hex(), nonce.hex(), secret.hex(), info.hex()) == sealed
    assert call(page, "unseal", key.hex(), nonce.hex(), sealed, info.hex()) == secret.hex()
    assert call(page, "unseal", key.hex(), nonce.hex(), sealed, "") is None


@VERSIONS
def test_the_published_object_opens_and_no_flipped_byte_of_it(page, version):
    found_in = FOUND[f"version {version}"]
    plain, sealed = found_in["object 2"].encode(), found_in["object 2, sealed"]
    rest = (
        len(plain),
        found_in["key of all messages"],
        found_in["context of object 2"],
        version,
        [[0, len(plain)], [3, 9]],
    )
    assert call(page, "message", sealed, *rest) == [plain.hex(), plain[3:9].hex()]
    for at in range(0, len(sealed), 2):
        other = sealed[:at] + f"{int(sealed[at : at + 2], 16) ^ 4:02x}" + sealed[at + 2 :]
        assert all("was damaged or altered" in said for said in call(page, "message", other, *rest)), at


@VERSIONS
@pytest.mark.parametrize("beyond", [0, 1, -1])
@pytest.mark.parametrize("chunks", [0, 1, 3])
def test_ranges_of_messages_are_read_as_they_were_written(page, version, chunks, beyond):
    chunking = CHUNKINGS[version]
    length = max(chunks * chunking.size + beyond, 0)
    plain, key, context = secrets.token_bytes(length), secrets.token_bytes(32), b"context"
    sealed = b"".join(sealed_pieces(chunking, key, context, [plain]))
    ends = sorted({0, 1, length // 2, length - 1, length, chunking.size, chunking.size + 1} & set(range(length + 1)))
    ranges = [[start, end] for start in ends for end in ends if start <= end]
    found = call(page, "message", sealed.hex(), length, key.hex(), context.hex(), version, ranges)
    assert found == [plain[start:end].hex() for start, end in ranges]
    # A message that was cut off where a chunk ends is found out by whoever reads to its end.
    cut = call(page, "message", sealed[:-16].hex(), length, key.hex(), context.hex(), version, [[0, length]])
    assert "was damaged or altered" in cut[0]


@VERSIONS
def test_the_published_journal_opens_for_its_reader_and_the_researcher(page, version):
    found_in = FOUND[f"version {version}"]
    name, *lines = found_in["journal"]
    for whose in ("a reader", "the researcher"):
        found = call(page, "journal", found_in["header"], found_in[f"password of {whose}"], found_in["journal, sealed"])
        assert found == {"name": name, "text": "".join(f"{line}\n" for line in lines)}


def test_journals_of_the_page_open_elsewhere_and_for_nobody_else(page, header, tmp_path):
    content = call(page, "written", header, READER, NAME, LINES)
    text = "".join(f"{line}\n" for line in LINES)
    keys = other_reader.keys(bytes.fromhex(header), READER)
    assert other_reader.journal(bytes.fromhex(content), keys) == [line.encode() for line in (NAME, *LINES)]
    (tmp_path / "S-0123456789ABCDEF.BIN").write_bytes(bytes.fromhex(content))
    for password, opens in ((RESEARCHER, True), (READER, True), (OTHER, False), (CHECKER, False)):
        folder = SealedFolder(tmp_path, open_header(parse(bytes.fromhex(header) * 2), password))
        assert folder.names() == ([NAME] if opens else [])
        found = call(page, "journal", header, password, content)
        assert found == ({"name": NAME, "text": text} if opens else None)
    # A damaged block costs its line, and a torn end is none.
    torn = bytearray.fromhex(content)[:-100]
    torn[80 + 512 + 20] ^= 1
    lines = call(page, "journal", header, READER, torn.hex())["text"].split("\n")
    assert lines[1] == LINES[1] and lines[0] == "\0" and lines[-2].endswith("\0")


def test_a_checker_can_begin_no_journal(page, header):
    script = "return vectors.written(...arguments).then(() => '', (error) => error.message)"
    assert page.run(script, header, CHECKER, NAME, LINES) == "this password keeps no answers"


def test_a_file_to_send_opens_for_the_researcher(page, header):
    text = call(page, "packed", header, READER, {NAME: "one\ntwo\n"})
    sent = sealed_sent(text, "sent.json")
    assert sent is not None
    for password, opens in ((RESEARCHER, True), (READER, True), (OTHER, False)):
        journals, closed = sent.journals(sent.opened(password))
        assert journals == ({NAME: b"one\ntwo\n"} if opens else {})
        assert len(closed) == (not opens)
