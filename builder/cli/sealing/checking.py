"""Opens an encrypted stick for a check: every chunk, then its plain content in a folder that goes with the check."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from builder.cli.sealing.beside import copy_beside
from builder.cli.sealing.passwords import open_asked
from builder.pipeline.sealing.unseal import write_plain
from builder.plan import Talk
from bundle.layout import LOCK, MANIFEST, README, SEALED_FOLDER, STAGE, UNFINISHED
from bundle.manifest import file_digest, read
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.header import LENGTH, damaged_copies
from bundle.sealed.medium import SealedMedium

# What the report says of an encrypted stick.
SEALED_LINES = (
    "",
    "  The stick is encrypted: every chunk of it was opened, also of the padding, and is what was written.",
    "  Its plain content lay in a temporary folder of this PC during the check. Room, speed and file",
    "  system are those of that folder. Answers were checked as far as this password opens them.",
)


@contextmanager
def opened_folder(drive: Path, password_file: Path | None, talk: Talk) -> Iterator[Path]:
    """The plain bundle of a stick in a folder that only its owner can open; it goes when the check ends.

    Raises DamagedSeal if a chunk, a copy of the header or an open file is not what was written.
    """
    with closing(open_asked(drive, password_file)) as medium, TemporaryDirectory(prefix="mkbundle-check-") as folder:
        _check_open(drive, medium)
        medium.check_padding()
        write_plain(medium, Path(folder) / "bundle", talk)
        copy_beside(drive, Path(folder) / "bundle")
        yield Path(folder) / "bundle"


def _check_open(drive: Path, medium: SealedMedium) -> None:
    """What anybody can read: the header twice, and the files of the outer manifest, and no other of ours."""
    for copy in damaged_copies((drive / LOCK).read_bytes()[:LENGTH]):
        raise DamagedSeal(LOCK, f"copy {copy} of the header; change any password, and both are written anew")
    listed = read(drive)
    for path in (path for path in listed if path.startswith(SEALED_FOLDER) or path == README):
        if not (drive / path).is_file() or file_digest(drive / path) != listed[path]:
            raise DamagedSeal(path, "it is not the file of BUNDLE/MANIFEST.TXT")
    there = {path.relative_to(drive).as_posix() for path in (drive / "BUNDLE").rglob("*") if not path.is_dir()}
    own = {LOCK, MANIFEST, UNFINISHED, *medium.part_names}
    for path in sorted(there - own):
        if not path.startswith(f"{STAGE}/"):  # a step that was interrupted, of which the check has a finding
            raise DamagedSeal(path, "nothing of an encrypted stick has this name")
