"""Keeps the researcher's private files off the medium that is given away, however a path to it is spelled."""

from collections.abc import Iterable, Iterator, Sequence
import os
from pathlib import Path
import unicodedata

from builder.errors.build import KeyOnDrive, PrivateFileOnDrive
from bundle.layout import INDEX, LOCK, MANIFEST, UNFINISHED


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a file is, or would be made, inside a folder.

    Links are followed, but for a link that is the file itself both places count: a read goes to its target, and a
    replacement to its own place. Folders are compared by the system's identifiers, so that another case, a short name
    or a second mount of the same disk makes no difference.
    """
    return any(_is_below(place, folder) for place in _places(path))


def check_key(key: Path, drive: Path) -> None:
    """Refuse a key that is, or would be made, on the drive, or whose private files would be; raises KeyOnDrive."""
    if is_inside(key, drive) or _bundle_around(key) is not None:
        raise KeyOnDrive(key)


def check_outside(files: Iterable[Path | None], drives: Sequence[Path]) -> None:
    """Refuse private files on one of the drives or in any bundle; raises PrivateFileOnDrive."""
    for file in filter(None, files):
        around = next((drive for drive in drives if is_inside(file, drive)), None) or _bundle_around(file)
        if around is not None:
            raise PrivateFileOnDrive(file, around)


def _places(path: Path) -> tuple[Path, Path]:
    return path.parent.resolve() / path.name, path.resolve()


def _is_below(place: Path, folder: Path) -> bool:
    root, spelled = _as_listed(folder.resolve()), _as_listed(place)
    return spelled.is_relative_to(root) or any(_same(path, root) for path in _with_parents(spelled))


def _as_listed(place: Path) -> Path:
    """A path as its folders list it, which may differ if case does not matter; unchanged if nothing is there."""
    spelled = Path(place.anchor)
    for part in place.parts[1:]:
        spelled /= _listed_name(spelled, part)
    return spelled


def _listed_name(folder: Path, name: str) -> str:
    try:
        if not (folder / name).exists():
            return name
        listed = os.listdir(folder)  # noqa: PTH208  # only names are needed
    except OSError:  # no permission to list it
        return name
    alike = (entry for entry in listed if _folded(entry) == _folded(name))
    return name if name in listed else next(alike, name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _same(a: Path, b: Path) -> bool:
    try:
        return os.path.samefile(a, b)  # noqa: PTH121  # neither of two equal paths is the first
    except OSError:  # one of them does not exist yet
        return False


def _bundle_around(path: Path) -> Path | None:
    """The root of the bundle, finished or not, that a path leads into."""
    folders = (folder for place in _places(path) for folder in place.parents)
    return next((folder for folder in folders if _is_bundle(folder)), None)


def _is_bundle(folder: Path) -> bool:
    try:
        finished = (folder / MANIFEST).is_file() and any((folder / path).is_file() for path in (INDEX, LOCK))
        return finished or (folder / UNFINISHED).is_file()
    except OSError:  # no permission to list it
        return False


def _with_parents(place: Path) -> Iterator[Path]:
    yield place
    yield from place.parents
