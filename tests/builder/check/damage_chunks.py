"""Damages of the images for browsers: they are made for a good bundle first, and then one of them is broken."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
import json
from pathlib import Path
import shutil
import zlib

from builder.catalogue.web_chunks import Chunks
from builder.catalogue.web_files import web_files
from bundle import web
from tests.builder.check.damaging import INDEX, Damage, write_manifest
from tests.conftest import Silence


def with_chunks(root: Path) -> list[Path]:
    """Make the images for browsers; the files with them."""
    with ThreadPoolExecutor(1) as executor:
        for path, content in web_files((root / INDEX).read_bytes(), chunks=Chunks(root, executor, Silence())):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    write_manifest(root)
    return sorted(path for path in (root / web.PAGE).parent.rglob("*/*") if path.is_file())


def _damage(change: Callable[[Path], object]) -> Damage:
    def damage(root: Path) -> None:
        change(with_chunks(root)[0])
        write_manifest(root)

    return damage


def _said_anew(change: Callable[[list], object]) -> Damage:
    """Change what a chunk says, and write it in the spelling of all chunks."""

    def edit(path: Path) -> None:
        said = json.loads(path.read_text()[len("self.bundleChunk(") : -len(");\n")])
        change(said)
        path.write_text(f"self.bundleChunk({json.dumps(said, separators=(',', ':'))});\n")

    return _damage(edit)


def _shorter(said: list) -> None:
    said[1][0] -= 1


def _another_pixel(said: list) -> None:
    packed = b64decode(said[2])
    planes = bytearray(zlib.decompress(packed[: said[1][0]]))
    planes[5] ^= 2
    first = zlib.compress(bytes(planes))
    said[2] = b64encode(first + packed[said[1][0] :]).decode()
    said[1][0] = len(first)


def _a_tail(said: list) -> None:
    packed = b64decode(said[2])
    said[2] = b64encode(packed + b"Quillfeather").decode()
    said[1][-1] += len("Quillfeather")


def _append(content: bytes) -> Damage:
    return _damage(lambda path: path.write_bytes(path.read_bytes() + content))


def _of_another_stack(root: Path) -> None:
    first, *_, last = with_chunks(root)
    shutil.copy(last, first)
    write_manifest(root)


CHUNK_DAMAGES: list[tuple[str, Damage]] = [
    ("web.chunks", damage)
    for damage in (
        _damage(Path.unlink), _append(b"alert(1);\n"), _append(b"// Quillfeather\n"), _said_anew(_shorter),
        _said_anew(_another_pixel), _said_anew(_a_tail), _said_anew(lambda said: said[1].pop()), _of_another_stack,
        _damage(lambda path: path.write_bytes(b"self.bundleChunk(alert(1));\n")),
        _damage(lambda path: path.write_bytes(path.read_bytes().replace(b'",[', b'" ,[', 1))),
        _damage(lambda path: shutil.copy(path, path.with_name("00900001.JS"))),
        _damage(lambda path: path.write_bytes(bytes(10_000_000))),
    )
]  # fmt: skip
