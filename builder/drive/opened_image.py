"""Opens the image of a disc (ISO 9660, with Joliet, Rock Ridge or UDF) as a folder, as if it were mounted."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
import shutil
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple, cast

from pycdlib import PyCdlib

from builder.drive.image_limits import FIRST_DESCRIPTOR, SECTOR, CountedFile, check_crowd
from builder.errors.media import ImageAmbiguous, ImageTooLarge, ImageUnreadable
from builder.plan import Progress
from bundle.errors import BundleError

# UDF and Joliet have the names that a bundle needs; a disc of another program may have only the others.
_KINDS = ("udf_path", "joliet_path", "rr_path", "iso_path")
_HAS = ("has_udf", "has_joliet", "has_rock_ridge")
_BLOCK = 1 << 20
# ECMA-119 6.2.1: the area before the first descriptor; UDF 2.60, 2.2.3: the anchor.
_SYSTEM_AREA, _ANCHOR = FIRST_DESCRIPTOR * SECTOR, 257
_MOST_FILES = 1_000_000
# Names may share their bytes, but not so often that a small image fills a disk.
_MOST_TIMES = 4


class Unused(NamedTuple):
    """Bytes of an image from `start` to before `end` that belong to no file; `names` if names of files stand there."""

    what: str
    start: int
    end: int
    names: bool = False


@contextmanager
def image_as_folder(image: Path, progress: Progress) -> Iterator[Path]:
    """A folder with the files of an image, removed in the end; `progress` takes bytes.

    Raises ImageUnreadable, ImageAmbiguous, ImageTooLarge.
    """
    with TemporaryDirectory(prefix="mkbundle-") as folder:
        try:
            _unpack(image, Path(folder), progress)
        except BundleError:
            raise
        except Exception as error:  # a damaged image can fail in any way
            raise ImageUnreadable(image, str(error) or type(error).__name__) from error
        yield Path(folder)


def outside_files(image: Path) -> list[Unused]:
    """Everything in an image but the contents of its files, in order; raises ImageUnreadable."""
    try:
        with open_image(image) as iso:
            used = sorted({extent for kind in _kinds(iso) for extent in _extents(iso, kind)})
            described, first = _described(iso), min((start for start, _ in used), default=image.stat().st_size)
    except Exception as error:  # a damaged image can fail in any way
        raise ImageUnreadable(image, str(error) or type(error).__name__) from error
    parts = [
        Unused("the system area of the image", 0, _SYSTEM_AREA),
        Unused("the volume descriptors of the image", _SYSTEM_AREA, described),
        Unused("the directories of the image", described, max(first, described), names=True),
    ]
    gaps = _between(used, parts[-1].end, image.stat().st_size)
    return [*parts, *(Unused("bytes of the image that belong to no file", start, end) for start, end in gaps)]


def _extents(iso: Any, kind: str) -> Iterator[tuple[int, int]]:
    """First byte and end of each file's content."""
    for _, (_, record) in _files(iso, kind):
        if record.inode is not None and record.get_data_length():
            start = record.inode.extent_location() * SECTOR
            yield start, start + record.inode.get_data_length()


def _described(iso: Any) -> int:
    """The end of the volume descriptors, behind which the directories begin; with UDF they reach to its anchor."""
    pvd = iso.pvd
    tables = int(pvd.path_table_location_le), int(pvd.path_table_location_be)
    return min(_ANCHOR, *tables, int(pvd.root_directory_record().extent_location())) * SECTOR


def _between(used: Iterable[tuple[int, int]], at: int, end: int) -> Iterator[tuple[int, int]]:
    for start, stop in used:
        if start > at:
            yield at, min(start, end)
        at = max(at, stop)
    if at < end:
        yield at, end


@contextmanager
def open_image(image: Path) -> Iterator[Any]:
    """The image in pycdlib; raises Crowded, and whatever pycdlib does."""
    check_crowd(image)
    iso = PyCdlib()
    with image.open("rb") as stream:
        counted = CountedFile(stream, image.stat().st_size)
        iso.open_fp(cast(BinaryIO, counted))
        counted.counts = False
        with closing(iso):
            yield iso


def _unpack(image: Path, folder: Path, progress: Progress) -> None:
    with open_image(image) as iso:
        trees = {kind: dict(_files(iso, kind)) for kind in _kinds(iso)}
        kind, tree = next(iter(trees.items()))
        for other, names in trees.items():
            _check_same(image, tree, other, names)
        sizes = {path: record.get_data_length() for path, (_, record) in tree.items()}
        total, room = sum(sizes.values()), shutil.disk_usage(folder).free
        if total > min(_MOST_TIMES * image.stat().st_size, room) or len(tree) > _MOST_FILES:
            raise ImageTooLarge(image, total, room)
        done = 0
        for path, (place, _) in tree.items():
            _copy(iso, {kind: place}, folder / path)
            done += sizes[path]
            progress(done, total)


def _kinds(iso: Any) -> list[str]:
    return [kind for kind, has in zip(_KINDS, _HAS, strict=False) if getattr(iso, has)()] + [_KINDS[-1]]


def _files(iso: Any, kind: str) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Path -> its place in the image, and its record."""
    for folder, _, names in iso.walk(**{kind: "/"}):
        for name in names:
            place = f"{folder.rstrip('/')}/{name}"
            path = place.lstrip("/")
            if kind == "iso_path":  # ECMA-119 7.5.1: a version, and a dot even without an extension
                path = path.split(";", maxsplit=1)[0].removesuffix(".")
            if not path or ".." in PurePosixPath(path).parts or "\\" in path:
                raise ValueError(f"the name {path!r} leads out of it")
            yield path, (place, iso.get_record(**{kind: place}))


def _check_same(image: Path, tree: dict[str, tuple[str, Any]], kind: str, names: dict[str, tuple[str, Any]]) -> None:
    """Each system reads another directory of an image: none may have bytes that the check does not see."""
    seen = {id(record.inode) for _, record in tree.values()}
    hidden = [path for path, (_, record) in names.items() if record.get_data_length() and id(record.inode) not in seen]
    if hidden:
        raise ImageAmbiguous(image, hidden[0], kind.removesuffix("_path"))


def _copy(iso: Any, place: dict[str, str], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream, iso.open_file_from_iso(**place) as source:
        while block := source.read(_BLOCK):
            stream.write(block)
    target.chmod(0o755)  # every program on a mounted disc may be run
