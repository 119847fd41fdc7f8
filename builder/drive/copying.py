"""Copies a finished bundle onto another drive, and reads every byte back from there."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from builder.drive import staging, target
from builder.drive.private_paths import is_inside
from builder.drive.verified_write import digest_on_medium, put_copy
from builder.errors.media import CopyDamaged, CopyFailed, CopyHasReadings, CopyOnItself
from builder.plan import Progress
from bundle import manifest
from bundle.errors import DamagedManifest, NoBundle
from bundle.layout import INDEX, LOCK, MANIFEST, READINGS_FOLDER, check_relative


def check_copies(source: Path, drives: tuple[Path, ...], *, without_readings: bool) -> None:
    """Refuse a source that is no bundle or holds readings, and drives that a build would refuse, before any is written.

    Raises NoBundle, CopyHasReadings, CopyOnItself, and what a build raises for its drive.
    """
    if not ((source / MANIFEST).is_file() and any((source / path).is_file() for path in (INDEX, LOCK))):
        raise NoBundle(str(source))
    folder = source / READINGS_FOLDER
    journals = sum(path.is_file() for path in folder.rglob("*")) if folder.is_dir() else 0
    if journals and not without_readings:
        raise CopyHasReadings(source, journals)
    digests = manifest.read(source)
    sizes = _sizes(source, digests)
    for place, drive in enumerate(drives):
        if any(is_inside(drive, other) or is_inside(other, drive) for other in drives[:place]):
            raise CopyOnItself(drive)
        target.check_drive(drive, [source], resume=False)
        target.check_space(drive, len(digests), sizes)


def _sizes(source: Path, digests: Mapping[str, str]) -> int:
    try:
        return target.total_size(source / check_relative(path) for path in digests)
    except OSError as error:
        raise CopyDamaged(source, str(error.filename)) from None


def copy_bundle(source: Path, drive: Path, step: Callable[[str], Progress], before_commit: Callable[[], None]) -> int:
    """Make an identical bundle on `drive`; returns its number of files. `before_commit` is called before it is one.

    Every file must be that of the manifest when it is read, and again when it comes back from the drive. Raises
    CopyDamaged, CopyFailed, DamagedManifest. The copy of an encrypted bundle opens with the same passwords.
    """
    listed = manifest.read(source)
    header = [LOCK] if (source / LOCK).is_file() else []  # no manifest lists it
    digests = listed | {path: manifest.file_digest(source / path) for path in header}
    with staging.hold(drive, resume=False) as held:
        try:
            _copy_all(source, held.folder, digests, step(f"Copying onto {drive}"))
            held.flush()
            _read_back(held.folder, drive, digests, step(f"Reading back from {drive}"))
            before_commit()
        except (CopyDamaged, CopyFailed, DamagedManifest):
            with suppress(OSError):
                held.abandon()
            raise
        held.commit(listed)
    if (drive / MANIFEST).read_bytes() != (source / MANIFEST).read_bytes():
        raise CopyFailed(drive, MANIFEST)
    return len(digests) + 1


def _copy_all(source: Path, folder: Path, digests: Mapping[str, str], progress: Progress) -> None:
    for done, path in enumerate(sorted(digests), start=1):
        original = source / check_relative(path)
        try:
            if manifest.file_digest(original) != digests[path]:
                raise CopyDamaged(source, path)
            put_copy(original, folder / path)
        except FileNotFoundError:
            raise CopyDamaged(source, path) from None
        progress(done, len(digests))


def _read_back(folder: Path, drive: Path, digests: Mapping[str, str], progress: Progress) -> None:
    """What comes back from the drive must be what the manifest says."""
    for done, (path, digest) in enumerate(sorted(digests.items()), start=1):
        if digest_on_medium(folder / path) != digest:
            raise CopyFailed(drive, path)
        progress(done, len(digests))
