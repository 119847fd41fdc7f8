"""Writes files so that a good existing file stays: it is read back and compared, never trusted."""

from collections.abc import Iterator
import contextlib
import hashlib
from io import FileIO
import os
from pathlib import Path
import shutil
from typing import BinaryIO

_BLOCK = 1 << 20


def put(target: str | Path, *parts: bytes) -> bool:
    """Write a file that consists of `parts`, making its folders; False if exactly that was already there."""
    try:
        stream = _new(target)
    except FileExistsError:  # from an interrupted build
        if _holds(Path(target), parts):
            return False
        stream = FileIO(target, "w")
    with stream:
        for part in parts:
            _write_whole(stream, part)
    return True


def put_whole(target: Path, content: bytes, *, erase: bool = False) -> bool:
    """Like `put`, but at every moment either the old or the new content is there.

    With `erase`, the old content is overwritten when it is replaced.
    """
    if target.exists() and _holds(target, (content,)):
        return False
    fresh = target.with_name(f"{target.name}.NEW")
    put(fresh, content)
    with fresh.open("rb+") as stream:
        os.fsync(stream.fileno())
    # Windows cannot replace an open file: there the blocks of the old content are only released.
    with target.open("rb+") if erase and os.name == "posix" and target.exists() else contextlib.nullcontext() as old:
        fresh.replace(target)
        if old is not None:
            _overwrite(old)
    return True


def erase_file(path: Path) -> None:
    """Overwrite a file in place, and remove it; a stick may keep old blocks that no program can reach."""
    with path.open("rb+") as stream:
        _overwrite(stream)
    path.unlink()


def _overwrite(stream: BinaryIO) -> None:
    rest = os.fstat(stream.fileno()).st_size
    while rest > 0:
        rest -= stream.write(bytes(min(rest, _BLOCK)))
    stream.flush()
    os.fsync(stream.fileno())


def put_copy(source: Path, target: Path) -> bool:
    """Copy a file with its executable bit, but not its times; False if it was already there."""
    fresh = not (target.exists() and _same(source, target))
    if fresh:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    with contextlib.suppress(OSError):  # FAT has no such bit and may refuse to set it
        shutil.copymode(source, target)
    return fresh


def digest_on_medium(path: Path) -> str:
    """SHA-256 in hex of the bytes that come back from the medium; what was just written must be flushed before."""
    digest = hashlib.sha256()
    with _from_the_medium(path) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def forget_cached(path: Path) -> None:
    """Let the next reader of a file get its bytes from the medium; what was just written must be flushed before."""
    _from_the_medium(path).close()


def _new(target: str | Path) -> FileIO:
    try:
        return FileIO(target, "x")
    except FileNotFoundError:  # the first file of its folder
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        return FileIO(target, "x")


def _write_whole(stream: FileIO, part: bytes) -> None:
    """Write everything, or raise OSError: on a nearly full medium, a raw write may accept only a part."""
    rest = memoryview(part)
    while rest:
        rest = rest[stream.write(rest) :]


def _holds(target: Path, parts: tuple[bytes, ...]) -> bool:
    if target.stat().st_size != sum(map(len, parts)):
        return False
    with _from_the_medium(target) as stream:
        return all(stream.read(len(block)) == block for part in parts for block in _blocks(part))


def _same(source: Path, target: Path) -> bool:
    if target.stat().st_size != source.stat().st_size:
        return False
    with source.open("rb") as wanted, _from_the_medium(target) as stream:
        return all(stream.read(len(block)) == block for block in iter(lambda: wanted.read(_BLOCK), b""))


def _from_the_medium(path: Path) -> BinaryIO:
    """Opened so that the bytes come from the medium, and not from the system's cache."""
    stream = path.open("rb")
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return stream


def _blocks(part: bytes) -> Iterator[memoryview]:
    view = memoryview(part)
    return (view[i : i + _BLOCK] for i in range(0, len(view), _BLOCK))
