"""Unpacks archives and disc images below the scans into a private folder, and deletes it when the build ends.

The scan reads their files like those of a folder; for reports, each keeps its name within the archive.
"""

from collections.abc import Callable
from itertools import count
import os
from pathlib import Path, PurePosixPath
import shutil
import tarfile
from tempfile import mkdtemp
from types import TracebackType
from typing import IO, NamedTuple
import zipfile

from psutil import pid_exists

from builder.errors.build import PrivateFileFailed
from builder.plan import SkippedFile
from builder.reasons import Reason
from builder.scan.other_formats import ISO, reason_not_to_take

_TAR = (".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_NAMES = (*_TAR, ".zip", ".7z", ".iso")
# It leaves out an archive in an archive in an archive, and one with more files than any study has.
_DEEPEST, _MOST_FILES = 2, 1_000_000
# All archives together may fill this share of the free space.
_SHARE = 0.5
_BLOCK = 1 << 20
# File systems allow 255 bytes: room for this many letters of any script.
_LONGEST_NAME = 60


class OpenedArchive(NamedTuple):
    """The folder with the files of an archive, if it could be opened, and the fault if files are missing."""

    folder: str
    fault: SkippedFile | None


class _Refused(Exception):
    """An archive is not unpacked, or not completely; the researcher reads the text."""


class Unpacking:
    """A context manager: its end removes the unpacked files. The first archive creates the folder."""

    def __init__(self, beside: Path, say: Callable[[str], None]) -> None:
        self._beside, self._say = beside, say
        self._prefix = f"{beside.stem}.unpacked-"
        self._folder: Path | None = None
        self._room = 0
        self._numbers = count()

    def __enter__(self) -> "Unpacking":
        for old in self._beside.parent.glob(f"{self._prefix}*"):
            owner = old.name.removeprefix(self._prefix).split("-")[0]
            if owner.isdigit() and not pid_exists(int(owner)):  # left by a build that was killed
                shutil.rmtree(old, ignore_errors=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, path: str, name: str, *, inside: int) -> OpenedArchive | None:
        """Unpack the archive at `path`, which reports call `name` and which lies `inside` so many other archives.

        Returns None if the file is no archive. Raises PrivateFileFailed if there is no place to unpack it.
        """
        if not name.lower().endswith(_NAMES) or reason_not_to_take(path) is not Reason.ARCHIVE:
            return None
        folder = self._new_folder()
        try:
            if inside >= _DEEPEST:
                raise _Refused(f"it lies inside {inside} other archives")
            self._say(f"Unpacking {Path(name).name} …")
            self._unpack(path, folder)
            fault = None
        except _Refused as refusal:
            fault = SkippedFile(Path(name), Reason.ARCHIVE, str(refusal))
        except Exception as error:  # a damaged archive can fail in any way; the files before that count
            fault = SkippedFile(Path(name), Reason.ARCHIVE, f"it is damaged: {type(error).__name__}: {error}")
        return OpenedArchive(str(folder), fault)

    def _new_folder(self) -> Path:
        """A folder that only its owner may enter."""
        parent = self._beside.parent
        try:
            if self._folder is None:
                parent.mkdir(parents=True, exist_ok=True)
                self._folder = Path(mkdtemp(prefix=f"{self._prefix}{os.getpid()}-", dir=parent))
                self._room = int(shutil.disk_usage(self._folder).free * _SHARE)
            folder = self._folder / f"{next(self._numbers):06}"
            folder.mkdir()
        except OSError as error:  # of the disk of the key, and not of the scans
            raise PrivateFileFailed(parent, error.strerror or type(error).__name__) from error
        return folder

    def _unpack(self, path: str, folder: Path) -> None:
        numbers, last = count(1), list[NewFile]()

        def new_file(name: str) -> NewFile:
            if next(numbers) > _MOST_FILES:
                raise _Refused(f"it holds more than {_MOST_FILES:,} files")
            last[:] = [NewFile(_place_for(folder, name), self._take_room)]
            return last[0]

        try:
            _unpacker(path)(path, new_file)
        except BaseException:
            for file in last:
                file.discard()
            raise

    def _take_room(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise _Refused("unpacked, it takes more than half of the free space on this disk")


class NewFile:
    """A file from an archive; each write first checks the free space."""

    def __init__(self, place: Path, take_room: Callable[[int], None]) -> None:
        self._place, self._stream, self._take_room = place, place.open("xb"), take_room

    def write(self, content: bytes) -> int:
        """Add to the file."""
        self._take_room(len(content))
        return self._stream.write(content)

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()

    def discard(self) -> None:
        """Delete the file, because the archive broke off within it."""
        if not self._stream.closed:
            self._stream.close()
            self._place.unlink()


MakeFile = Callable[[str], NewFile]


def _unpacker(path: str) -> Callable[[str, MakeFile], None]:
    """The function for this format, by its first bytes: a disc image begins with zeros, like an empty tar archive."""
    with open(path, "rb") as stream:  # noqa: PTH123  # its path is a text
        first = stream.read(ISO[0] + len(ISO[1]))
    if first.startswith(b"7z"):
        from builder.scan.seven_zip import unpack_7z  # its library loads slowly

        return unpack_7z
    if first.startswith(b"PK"):
        return _unpack_zip
    return _unpack_iso if first.endswith(ISO[1]) and len(first) > ISO[0] else _unpack_tar


def _copy(source: IO[bytes], target: NewFile) -> None:
    with source:
        while block := source.read(_BLOCK):
            target.write(block)
    target.close()


def _unpack_zip(path: str, new_file: MakeFile) -> None:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                _copy(archive.open(member), new_file(member.filename))


def _unpack_tar(path: str, new_file: MakeFile) -> None:
    with tarfile.open(path) as archive:
        for member in archive:
            source = archive.extractfile(member) if member.isreg() or member.islnk() else None
            if source is not None:
                _copy(source, new_file(member.name))


def _unpack_iso(path: str, new_file: MakeFile) -> None:
    """Unpack it with the longest names that it has: Joliet, Rock Ridge, or those of ECMA-119 without their versions."""
    from builder.drive.opened_image import open_image

    with open_image(Path(path)) as image:
        names = "joliet_path" if image.has_joliet() else "rr_path" if image.has_rock_ridge() else "iso_path"
        for folder, _, files in image.walk(**{names: "/"}):
            for file in files:
                place = f"{folder.rstrip('/')}/{file}"
                target = new_file(place.split(";", maxsplit=1)[0])
                image.get_file_from_iso_fp(target, **{names: place})
                target.close()  # not if the image breaks off: then the file is discarded


def _place_for(folder: Path, name: str) -> Path:
    """A new path below the folder, whatever name the archive gives; each file gets its own."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    place = folder.joinpath(*(part.replace(":", "_")[:_LONGEST_NAME] for part in parts or ["file"]))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return place if not os.path.lexists(place) else _numbered(place)
    except OSError:  # a file lies where a folder should be
        return _numbered(folder / "file")


def _numbered(place: Path) -> Path:
    number = 2
    while os.path.lexists(fresh := place.with_name(f"{place.name}~{number}")):
        number += 1
    return fresh
