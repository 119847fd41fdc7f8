"""Encrypts a finished plain bundle onto a drive: viewers, README.TXT and INDEX.HTM stay readable, nothing else does."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
import hashlib
from pathlib import Path

from builder.catalogue.template import language_of, languages, sealed_papers
from builder.drive import staging, target
from builder.drive.verified_write import put_copy
from builder.errors.build import BuildStopped
from builder.errors.drive import DriveFailed
from builder.plan import Talk
from bundle import __version__, manifest, web
from bundle.layout import (
    FORM,
    HANGING,
    INDEX,
    INDEX_PAGE,
    MANIFEST,
    READER_PACKS,
    README,
    STARTS,
    VIEWER_FOLDER,
)
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.header import LockHeader
from bundle.sealed.slots import Keys, NewSlot
from bundle.sealed.writing import Sealing

# What sealing adds at most: tags and padding by a share, and a header, a catalogue and the smallest padding besides.
SHARE, BESIDES = 1.0021, 1 << 20
# What a viewer reads before its first picture lies together.
_FIRST = (INDEX, FORM, HANGING)
# What lies on an encrypted medium in other words than in its container: how it is opened.
PAPERS = (README, INDEX_PAGE, web.PAGE)


def is_open(path: str) -> bool:
    """Whether a file of a plain bundle stays readable on an encrypted medium: those of the viewers."""
    return path in (*STARTS, web.SCRIPT) or path.startswith(f"{VIEWER_FOLDER}/")


def seal_onto(drive: Path, plain: Path, slots: Sequence[NewSlot], talk: Talk, *, resume: bool = False) -> None:
    """Encrypt the bundle in `plain` onto a drive; raises what a build raises for its drive.

    After an interruption it begins anew, with new keys.
    """
    _onto(drive, plain, lambda folder: Sealing(folder, slots), talk, resume=resume)


def seal_again(
    drive: Path, plain: Path, header: LockHeader, keys: Keys, talk: Talk, *, task: str, resume: bool = False
) -> None:
    """Encrypt a bundle that has changed onto its drive, under the same passwords; its journals stay as they are."""
    _onto(drive, plain, lambda folder: Sealing.again(folder, header, keys), talk, resume=resume, task=task)


def check_room(drive: Path, plain: Path, *, is_there: bool = False) -> None:
    """Refuse a drive without enough space for the bundle in `plain` as ciphertext; raises DriveTooSmall.

    With `is_there`, the ciphertext of before gives its room back.
    """
    sizes = [(plain / path).stat().st_size for path in (*manifest.read(plain), MANIFEST)]
    there = target.total_size(path for path in drive.rglob("*") if path.is_file()) if is_there else 0
    target.check_space(drive, len(sizes), max(round(sum(sizes) * SHARE) + BESIDES - there, 0))


def _onto(
    drive: Path, plain: Path, begin: Callable[[Path], Sealing], talk: Talk, *, resume: bool, task: str = ""
) -> None:
    listed = manifest.read(plain)
    paths = list(_in_order(listed))
    sizes = {path: (plain / path).stat().st_size for path in paths}
    check_room(drive, plain, is_there=bool(task))
    try:
        with staging.hold(drive, resume=resume, task=task) as held, closing(begin(held.folder)) as sealing:
            digests = _copy_open(plain, held.folder, listed)
            digests |= _seal_all(plain, paths, sizes, sealing, talk)
            for path, content in sealed_papers(
                _platforms(listed), version=__version__, language=_language(plain)
            ).items():
                target.write_file(held.folder, path, content)
                digests[path] = hashlib.sha256(content).hexdigest()
            held.commit(digests, erase=bool(task))
    except OSError as error:
        raise DriveFailed(drive, error.strerror or type(error).__name__) from error
    except KeyboardInterrupt:
        raise BuildStopped(drive) from None


def _in_order(listed: dict[str, str]) -> Iterator[str]:
    """What is sealed, in the order of the container; the plain manifest is sealed, too."""
    sealed = [path for path in (*listed, MANIFEST) if not is_open(path)]
    yield from (path for path in _FIRST if path in sealed)
    yield from sorted(path for path in sealed if path not in _FIRST)


def _copy_open(plain: Path, folder: Path, listed: dict[str, str]) -> dict[str, str]:
    for path in filter(is_open, listed):
        put_copy(plain / path, folder / path)
    return {path: digest for path, digest in listed.items() if is_open(path)}


def _seal_all(plain: Path, paths: Sequence[str], sizes: dict[str, int], sealing: Sealing, talk: Talk) -> dict[str, str]:
    """Path -> SHA-256 of each part of the container."""
    progress, done = talk.step("Encrypting onto the drive", in_bytes=True), 0
    total = sum(sizes[path] for path in paths)
    for path in paths:
        sealing.add_file(path, plain / path)
        done += sizes[path]
        progress(done, total)
    sealing.finish()
    return sealing.digests


def check_papers(drive: Path, listed: Collection[str], generator: str) -> None:
    """Raise DamagedSeal if a paper of an encrypted medium is none that this version would write there.

    Anybody can change them and the outer manifest. `generator` is the program that made the medium, by its encrypted
    index: that of another version cannot be proved.
    """
    if generator != f"mkbundle {__version__}":
        return
    right = [sealed_papers(_platforms(listed), version=__version__, language=code) for code in languages()]
    for path in PAPERS:
        said = (drive / path).read_bytes() if (drive / path).is_file() else b""
        if said not in [papers[path] for papers in right]:
            raise DamagedSeal(path, "it does not say what mkbundle writes there")


def _platforms(listed: Collection[str]) -> list[str]:
    return [name for name, pack in READER_PACKS.items() if pack.start in listed]


def _language(plain: Path) -> str:
    return language_of((plain / INDEX_PAGE).read_bytes())
