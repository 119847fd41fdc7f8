"""Opens an encrypted stick for a check, which reads it through the medium port: no plain byte comes onto any disk."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
import os
from pathlib import Path
import sqlite3
import sys

from builder.check import Reach, SealedPlace, SealedTree
from builder.cli.sealing.beside import beside
from builder.cli.sealing.passwords import known_password
from builder.drive.verified_write import forget_cached
from builder.pipeline.sealing.seal import PAPERS, check_papers
from bundle.errors import BundleError
from bundle.index.index import Catalog
from bundle.layout import LOCK, MANIFEST, SEALED_FOLDER, STAGE, UNFINISHED
from bundle.manifest import file_digest, parse, read
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.header import LENGTH, damaged_copies
from bundle.sealed.medium import SealedMedium, open_medium

# What the report says of an encrypted stick, after the whole check and after a part of it.
_WHOLE = "every chunk of it was opened, also of the padding, and is what was written."
_PART = "of its chunks, those that hold what was read were opened, and those of the padding."
_REST = "  Answers were checked as far as this password opens them. No plain byte of it was written anywhere."
_LONGEST = 256 << 20


def sealed_lines(reach: Reach) -> list[str]:
    """What the report says of an encrypted stick."""
    return ["", f"  The stick is encrypted: {_PART if reach.partial else _WHOLE}", _REST]


@contextmanager
def opened_place(drive: Path, password_file: Path | None) -> Iterator[SealedPlace]:
    """The plain content of a stick, for the check.

    Raises DamagedSeal if a chunk, a copy of the header or an open file is not what was written.
    """
    password = known_password(drive, password_file)
    with closing(open_medium(drive, password)) as medium, ExitStack() as opened:
        for name in medium.part_names:
            forget_cached(drive / name)
        _check_open(drive, medium)
        medium.check_padding()
        file = password_file.absolute() if password_file is not None else opened.enter_context(_in_memory(password))
        yield SealedPlace(SealedTree(medium, beside(drive, medium), file))


@contextmanager
def _in_memory(password: str) -> Iterator[Path | None]:
    """A file for the viewers that are tried, which no disk holds; None where a system has none."""
    if sys.platform != "linux":
        yield None
        return
    memory = os.memfd_create("password")
    try:
        os.write(memory, password.encode())
        yield Path(f"/proc/{os.getpid()}/fd/{memory}")
    finally:
        os.ftruncate(memory, 0)
        os.close(memory)


def _generator(medium: SealedMedium) -> str:
    """The program that made the medium; empty if its index cannot be read, of which the check has a finding."""
    with suppress(BundleError, sqlite3.Error, ValueError, LookupError), Catalog(medium.again()) as catalog:
        return str(catalog.properties.get("generator", ""))
    return ""


def _check_open(drive: Path, medium: SealedMedium) -> None:
    """What anybody can read: the header twice, and the files of the outer manifest, and no other of ours."""
    for copy in damaged_copies((drive / LOCK).read_bytes()[:LENGTH]):
        raise DamagedSeal(LOCK, f"copy {copy} of the header; change any password, and both are written anew")
    listed = read(drive)
    for path in (path for path in listed if path.startswith(SEALED_FOLDER) or path in PAPERS):
        if not (drive / path).is_file() or file_digest(drive / path) != listed[path]:
            raise DamagedSeal(path, "it is not the file of BUNDLE/MANIFEST.TXT")
    check_papers(drive, parse(medium.read(MANIFEST, _LONGEST)), _generator(medium))
    there = {path.relative_to(drive).as_posix() for path in (drive / "BUNDLE").rglob("*") if not path.is_dir()}
    own = {LOCK, MANIFEST, UNFINISHED, *medium.part_names}
    for path in sorted(there - own):
        if not path.startswith(f"{STAGE}/"):  # a step that was interrupted, of which the check has a finding
            raise DamagedSeal(path, "nothing of an encrypted stick has this name")
