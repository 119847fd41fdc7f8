"""One case as plain DICOM files for another program: only where the form allows it, and never on the medium."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
import hashlib
import io
import os
from pathlib import Path
import shutil

from bundle import manifest
from bundle.errors import BundleError, DamagedFile
from bundle.index.records import Study
from bundle.layout import DICOMDIR, MANIFEST, resolve
from bundle.medium.port import BundleMedium
from bundle.reading.form import SHOWABLE, Form
from viewer.reading.directory import study_directory
from viewer.words import tr

# More than the DICOMDIR of any medium has.
_LARGEST_DIRECTORY = 1 << 28
_BLOCK = 1 << 20


class PlaceOnMedium(BundleError):
    """The folder lies on the stick or disc itself."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "{folder} is on the stick itself, which stays as it was made. Nothing was written. "
            "Choose a folder on this PC.",
            folder=folder,
        )


class NotRecorded(BundleError):
    """The record of what leaves the medium cannot be written, so nothing leaves it."""

    def __init__(self) -> None:
        super().__init__(
            "It cannot be recorded that the case was written, because your answers cannot be saved at the moment. "
            "Nothing was written. Put the stick back, or make room on it, and try again."
        )


class MediumUnread(BundleError):
    """The stick cannot be read while a case is written: it was pulled out, or is failing."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            "{path} on the stick cannot be read ({reason}). Nothing of the case stays on this PC. "
            "Plug the stick in again, and try again.",
            path=path,
            reason=reason,
        )


class LeftBehind(BundleError):
    """What was written of a case cannot be taken away again."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(
            "Files of the case are still in {folder}, without protection: they could not be removed ({reason}). "
            "Delete this folder yourself.",
            folder=folder,
            reason=reason,
        )


def may_hand(form: Form) -> bool:
    """Whether a reader may take a case out: the files tell all that a form may hide."""
    return form.hand_over and form.show.issuperset(SHOWABLE)


class Handing:
    """A study on its way into a new folder below `chosen`; raises BundleError, OSError before anything is written."""

    def __init__(self, medium: BundleMedium, study: Study, chosen: Path) -> None:
        if _is_on(medium.root, chosen):
            raise PlaceOnMedium(str(chosen))
        with _reading(MANIFEST):
            self._medium, self._digests = medium, manifest.parse(medium.read(MANIFEST, manifest.LARGEST))
        with _reading(DICOMDIR):
            directory = medium.read(DICOMDIR, _LARGEST_DIRECTORY)
        if hashlib.sha256(directory).hexdigest() != self._digests.get(DICOMDIR):
            raise _changed(DICOMDIR)
        self._directory, self.paths = study_directory(directory, study.study_instance_uid)
        self.folder = _free(chosen / study.case)

    def write(self) -> Generator[int, None, None]:
        """Write file after file, and yield how many are there; raises BundleError, OSError.

        Nothing stays of an attempt that fails, or that is closed before its end; what cannot be removed raises
        LeftBehind. The DICOMDIR is written last.
        """
        self.folder.mkdir(mode=0o700)
        try:
            for done, path in enumerate(self.paths):
                yield done
                self._copy(path)
            _put(self.folder / DICOMDIR, self._directory)
        except BaseException as error:
            self._remove(error)
            raise

    def _remove(self, cause: BaseException) -> None:
        """Take away all that can be; raises LeftBehind if something stays."""
        failed: list[BaseException] = []
        shutil.rmtree(self.folder, onerror=lambda _function, _path, found: failed.append(found[1]))
        if failed:
            reason = getattr(failed[0], "strerror", None) or type(failed[0]).__name__
            raise LeftBehind(str(self.folder), reason) from cause

    def _copy(self, path: str) -> None:
        target, digest = resolve(self.folder, path), hashlib.sha256()
        target.parent.mkdir(parents=True, exist_ok=True)
        with _reading(path):
            place, _ = self._medium.locate(path)
            opened = self._medium.open_at(place)
        with opened as source, target.open("xb") as stream:
            while block := _block(source, path):
                digest.update(block)
                stream.write(block)
            stream.flush()
            os.fsync(stream.fileno())
        if digest.hexdigest() != self._digests.get(path):
            raise _changed(path)


@contextmanager
def _reading(path: str) -> Iterator[None]:
    """The stick fails in other words than the disk of the PC."""
    try:
        yield
    except OSError as error:
        raise MediumUnread(path, error.strerror or type(error).__name__) from error


def _block(source: io.RawIOBase, path: str) -> bytes | None:
    with _reading(path):
        return source.read(_BLOCK)


def _changed(path: str) -> DamagedFile:
    return DamagedFile(path, tr("it is not what the medium's list of files says"))


def _put(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _free(folder: Path) -> Path:
    """The folder, or the first free name behind it."""
    number, found = 2, folder
    while found.exists():
        found, number = folder.with_name(f"{folder.name} {number}"), number + 1
    return found


def _is_on(root: Path, chosen: Path) -> bool:
    """Whether a folder lies in the bundle, or on its stick: a disk on which the reader's own files do not lie."""
    place = chosen.resolve()
    if any(_is_same(folder, root) for folder in (place, *place.parents)):
        return True
    disk = root.stat().st_dev
    try:
        return chosen.stat().st_dev == disk != Path.home().stat().st_dev
    except OSError:
        return chosen.stat().st_dev == disk


def _is_same(folder: Path, root: Path) -> bool:
    """However it is spelled, and wherever else it is mounted."""
    with suppress(OSError):
        return folder.samefile(root)
    return False
