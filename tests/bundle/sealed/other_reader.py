"""A second reader of sealed media, written from docs/bundle-format.md alone: it knows nothing of bundle.sealed."""

import hashlib
import hmac
from pathlib import Path
import struct
import unicodedata

from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

BASE = b"mkbundle sealed 1 "


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


def objects(root: Path, password: str) -> dict[str, bytes]:
    header = (root / "BUNDLE/LOCK.BIN").read_bytes()[:8192]
    assert hashlib.sha256(header[:-32]).digest() == header[-32:]
    found = keys(header, password)
    master, stick = found["master"], found["stick"]
    volume = AESGCM(expand(master, BASE + b"volume\0" + stick)).decrypt(header[96:108], header[108:188], header[:64])
    at, length, *_ = struct.unpack_from(">QQQQQ", volume)
    container = b"".join(path.read_bytes() for path in sorted((root / "BUNDLE/SEALED").iterdir()))
    data = expand(master, BASE + b"data\0" + stick)

    def message(kind: bytes, number: int, start: int, size: int) -> bytes:
        decryptor = Cobblestone256Decryptor(data, BASE + kind + b"\0" + stick + number.to_bytes(8, "big"))
        sealed = container[start : start + 56 + size + 16 * (size // 16384 + 1)]
        return decryptor.update(sealed) + decryptor.finalize()

    lines = message(b"catalogue", 0, at, length).decode().splitlines()
    parts = [line.split(" ", 2) for line in lines]
    return {path: message(b"object", n, int(start), int(size)) for n, (start, size, path) in enumerate(parts)}


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
