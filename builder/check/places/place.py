"""Reads a place of a medium, which is a path of a folder, or one of an encrypted medium."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
import hashlib
from mmap import ACCESS_READ, mmap
import os
from pathlib import Path
import sys

from builder.check.places.sealed_place import SealedPlace
from bundle import bounded
from bundle.layout import READINGS_FOLDER
from bundle.medium.plain import PlainFolder
from bundle.medium.port import BundleMedium, JournalFolder

Place = Path | SealedPlace
# An entry of a folder: that of a Path has its kind without another look at the medium.
Entry = os.DirEntry[str] | SealedPlace


def drive_of(root: Place) -> Path:
    """The folder on the disk."""
    return root if isinstance(root, Path) else root.tree.drive


def bundle_of(root: Place) -> Path | BundleMedium:
    """The bundle, for its index; of an encrypted one another opening, which can be closed."""
    return root if isinstance(root, Path) else root.tree.medium.again()


def readings_of(root: Place) -> JournalFolder:
    """Its journals, as far as they can be read."""
    return PlainFolder(root / READINGS_FOLDER) if isinstance(root, Path) else root.tree.medium.readings()


def entries_of(folder: Place | Entry) -> Iterable[Entry]:
    """What lies in a folder; raises OSError."""
    return folder.iterdir() if isinstance(folder, SealedPlace) else os.scandir(folder)


def everything(root: Place) -> Iterator[str]:
    """Every file, folder and link on the medium, whatever its origin; links are not followed."""
    if isinstance(root, Path):
        for folder, folders, files in os.walk(root):
            for name in (*folders, *files):
                yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")  # noqa: PTH118
    else:
        yield from _below(root)


def _below(folder: SealedPlace) -> Iterator[str]:
    for place in folder.iterdir():
        yield place.inner
        if place.is_dir(follow_symlinks=False):
            yield from _below(place)


def read_file(place: Place, most: int) -> bytes:
    """The bytes of a regular file; raises OSError if it is too large or not regular."""
    if isinstance(place, Path):
        return bounded.read_file(place, most)
    if place.stat().st_size > most:
        raise OSError(None, f"it is larger than {most:,} bytes", place.inner)
    return place.read_bytes()


def digest_of(place: Place) -> str:
    """SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with place.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def database_of(place: Place) -> Path | bytes:
    """A database: the file, or its bytes if they must not lie on any disk."""
    return place if isinstance(place, Path) else place.read_bytes()


def content_of(place: Place) -> mmap | bytes:
    """The bytes of a large file."""
    if isinstance(place, SealedPlace):
        return place.read_bytes()
    with place.open("rb") as stream:
        return mmap(stream.fileno(), 0, access=ACCESS_READ)


def has_file_for_programs(root: Place) -> bool:
    """Whether another program can read the files: of an encrypted medium only where memory can pass for a file."""
    return isinstance(root, Path) or sys.platform == "linux"


@contextmanager
def file_for_programs(place: Place) -> Iterator[str]:
    """A file that another program opens; of an encrypted medium it is memory, which no disk holds."""
    if isinstance(place, Path):
        yield str(place)
        return
    assert sys.platform == "linux"
    memory = os.memfd_create("check")
    try:
        with place.open("rb") as stream, os.fdopen(os.dup(memory), "wb") as copy:
            while block := stream.read(1 << 20):
                copy.write(block)
        yield f"/proc/{os.getpid()}/fd/{memory}"
    finally:
        os.close(memory)
