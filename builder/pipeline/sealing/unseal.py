"""Opens an encrypted medium with its password: writes the plain bundle elsewhere, or reads every chunk."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from builder.drive.private_paths import is_inside
from builder.drive.verified_write import forget_cached, put_copy
from builder.errors.drive import DriveFailed
from builder.errors.sealing import FolderNotEmpty, PlainOnStick
from builder.plan import Talk
from bundle import manifest
from bundle.layout import MANIFEST, READINGS_FOLDER, resolve
from bundle.reading.sound_entries import MAX_JOURNAL
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.medium import SealedMedium, open_medium

_BLOCK = 1 << 20


def check_sealed(drive: Path, password: str, talk: Talk) -> int:
    """Open every chunk on a medium, as it comes back from there, not from a cache; returns the number of objects.

    Raises DamagedSeal.
    """
    with closing(open_medium(drive, password)) as medium:
        for name in medium.part_names:
            forget_cached(drive / name)
        return open_every_chunk(medium, talk)


def open_every_chunk(medium: SealedMedium, talk: Talk) -> int:
    """Open every chunk, also of the padding; returns the number of objects. Raises DamagedSeal."""
    progress = talk.step("Reading the encrypted medium back")
    for done, path in enumerate(medium.paths, start=1):
        medium.check_object(path)
        progress(done, len(medium.paths))
    medium.check_padding()
    return len(medium.paths)


def write_plain(medium: SealedMedium, folder: Path, talk: Talk) -> int:
    """Write the plain bundle into an empty folder, each file as its own manifest lists it; returns their number.

    Raises FolderNotEmpty, PlainOnStick, DamagedSeal, DriveFailed. Journals come along as far as the password opens
    them.
    """
    check_place(medium.root, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        progress, paths = talk.step("Writing the plain bundle", in_bytes=False), medium.paths
        for done, path in enumerate(paths, start=1):
            _write(medium, path, folder)
            progress(done, len(paths))
        opened = _copy_viewers(medium.root, folder)
        return len(paths) + opened + _write_journals(medium, folder)
    except OSError as error:
        raise DriveFailed(folder, error.strerror or type(error).__name__) from error


def check_place(drive: Path, folder: Path) -> None:
    """Refuse a folder on the medium, or one that holds anything."""
    if is_inside(folder, drive):
        raise PlainOnStick(folder, drive)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(folder)


def _write(medium: SealedMedium, path: str, folder: Path) -> None:
    target = resolve(folder, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        stream.writelines(_blocks(medium, path))


def _blocks(medium: SealedMedium, path: str) -> Iterator[bytes]:
    """The bytes of an object, to its proven end."""
    with medium.open_at(path) as file:
        while block := file.read(_BLOCK):
            yield block
    medium.check_end(path)


def _copy_viewers(drive: Path, folder: Path) -> int:
    """What was never encrypted, as the plain manifest lists it."""
    listed = manifest.read(folder)
    missing = [path for path in listed if not (folder / path).exists()]
    for path in missing:
        put_copy(resolve(drive, path), folder / path)
    for path, digest in listed.items():
        if manifest.file_digest(folder / path) != digest:
            raise DamagedSeal(path, f"it is not the file that {MANIFEST} lists")
    return len(missing)


def _write_journals(medium: SealedMedium, folder: Path) -> int:
    readings = medium.readings()
    names = readings.names()
    for name in names:
        target = resolve(folder, f"{READINGS_FOLDER}/{name}")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(readings.read(name, MAX_JOURNAL))
    return len(names)
