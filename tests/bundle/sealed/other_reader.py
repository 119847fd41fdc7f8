"""A second reader of sealed media, written from docs/bundle-format.md alone: it knows nothing of bundle.sealed."""

import hashlib
import hmac
from pathlib import Path
import struct
import unicodedata

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

BASE = b"mkbundle sealed 1 "
# By the version of the seal: bytes of a chunk, and the label of its messages' keys.
CHUNKS = {
    1: (1 << 14, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"),
    2: (1 << 16, b"mkbundle sealed 2 chunks\0"),
}


def expand(secret: bytes, info: bytes, length: int = 32) -> bytes:
    blocks, block = b"", b""
    while len(blocks) < length:
        block = hmac.digest(secret, block + info + bytes([len(blocks) // 64 + 1]), "sha512")
        blocks += block
    return blocks[:length]


def extract(secret: bytes, salt: bytes) -> bytes:
    return hmac.digest(salt, secret, "sha512")


def keys(header: bytes, password: str) -> dict[str, bytes]:
    fixed = header[:64]
    stick, salt, memory, passes, lanes = struct.unpack_from(">16s16sIII", header, 16)
    typed = " ".join(unicodedata.normalize("NFKC", password).split()).encode()
    stretched = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(typed)
    for place in range(16):
        slot = header[1280 + 240 * place :][:240]
        made = expand(extract(stretched, slot[:32]), BASE + b"slot\0" + stick, 64)
        if made[32:] == slot[32:64]:
            plain = AESGCM(made[:32]).decrypt(bytes(12), slot[64:], fixed + bytes([place]))
            names = ("role", "slot", "master", "journal", "secret")
            return dict(zip(names, struct.unpack_from(">c16s32s32s32s", plain), strict=True)) | {"stick": stick}
    raise ValueError("wrong password")


def message(sealed: bytes, version: int, key: bytes, context: bytes) -> bytes:
    size, label = CHUNKS[version]
    made = expand(key, label + sealed[:24] + context, 76)
    assert made[44:] == sealed[24:56]
    plain, base = b"", int.from_bytes(made[32:44], "big")
    for number, at in enumerate(range(56, len(sealed), size + 16)):
        chunk = sealed[at : at + size + 16]
        plain += AESGCM(made[:32]).decrypt((base ^ number).to_bytes(12, "big"), chunk, None)
    assert len(chunk) < size + 16
    return plain


def objects(root: Path, password: str) -> dict[str, bytes]:
    header = (root / "BUNDLE/LOCK.BIN").read_bytes()[:8192]
    assert hashlib.sha256(header[:-32]).digest() == header[-32:]
    found, version = keys(header, password), header[15]
    master, stick = found["master"], found["stick"]
    volume = AESGCM(expand(master, BASE + b"volume\0" + stick)).decrypt(header[96:108], header[108:188], header[:64])
    at, length, *_ = struct.unpack_from(">QQQQQ", volume)
    container = b"".join(path.read_bytes() for path in sorted((root / "BUNDLE/SEALED").iterdir()))
    data = expand(master, BASE + b"data\0" + stick)

    def opened(kind: bytes, number: int, start: int, size: int) -> bytes:
        sealed = container[start : start + 56 + size + 16 * (size // CHUNKS[version][0] + 1)]
        return message(sealed, version, data, BASE + kind + b"\0" + stick + number.to_bytes(8, "big"))

    lines = opened(b"catalogue", 0, at, length).decode().splitlines()
    parts = [line.split(" ", 2) for line in lines]
    return {path: opened(b"object", n, int(start), int(size)) for n, (start, size, path) in enumerate(parts)}


def journal(content: bytes, found: dict[str, bytes]) -> list[bytes]:
    assert content[:16] == b"MKBUNDLE JOURNAL"
    salt = content[16:48]
    head = AESGCM(expand(extract(found["master"], salt), BASE + b"journal head\0" + found["stick"]))
    slot = head.decrypt(bytes(12), content[48:80], None)
    own = expand(found["secret"], BASE + b"journal\0" + found["stick"] + slot) if any(found["secret"]) else None
    key = AESGCM(expand(extract(own or found["journal"], salt), BASE + b"journal blocks\0"))
    lines, line = [], b""
    for number in range((len(content) - 80) // 512):
        block = content[80 + 512 * number :][:512]
        plain = key.decrypt(block[:12], block[12:], number.to_bytes(8, "big"))
        more, used = struct.unpack_from(">BH", plain)
        line += plain[3 : 3 + used]
        if not more:
            lines.append(line)
            line = b""
    return lines
