"""Writes a finished bundle as the image of a CD or DVD, and reads it back: ISO 9660 level 1, Joliet and UDF in one.

The DICOM File-set is in all three, under names that are the File IDs (PS3.12 Annex F). The viewers need names and
depths that ISO 9660 level 1 does not allow: they are in Joliet and UDF; Windows and Linux each read one of these.
"""

from collections.abc import Iterator, Mapping
import contextlib
import hashlib
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pycdlib import PyCdlib
from pycdlib.pycdlibexception import PyCdlibException

from builder.drive.private_paths import is_inside
from builder.errors.media import ImageExists, ImageFailed, ImageOnDrive
from builder.plan import Progress
from bundle import manifest
from bundle.layout import LOCK, MANIFEST, VIEWER_FOLDER

_LABEL = "SCANS"
_UDF = "2.60"
_JOLIET_LEVEL = 3


def check_image(image: Path, drive: Path) -> None:
    """Refuse a path for the image that already exists, or that is on the drive itself."""
    if image.exists():
        raise ImageExists(image)
    if is_inside(image, drive):
        raise ImageOnDrive(image)


def write_image(drive: Path, image: Path, progress: Progress) -> None:
    """Write the bundle on `drive` as `image`, which appears once it is complete; raises ImageFailed."""
    unfinished = image.with_name(f"{image.name}.part")
    try:
        beside = [path for path in (MANIFEST, LOCK) if (drive / path).is_file()]  # which no manifest lists
        digests = manifest.read(drive) | {path: manifest.file_digest(drive / path) for path in beside}
        _write(drive, digests, unfinished, progress)
        _read_back(digests, unfinished)
        unfinished.replace(image)
    except (PyCdlibException, OSError, ValueError) as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise ImageFailed(image, str(error)) from error


def _write(drive: Path, digests: Mapping[str, str], image: Path, progress: Progress) -> None:
    iso = PyCdlib()
    # The image names no user, machine or program.
    iso.new(interchange_level=1, vol_ident=_LABEL, joliet=_JOLIET_LEVEL, udf=_UDF)
    try:
        for folder in _folders(digests):
            iso.add_directory(**_places(folder, folder=True))
        for path in sorted(digests):
            iso.add_file(str(drive / path), **_places(path))
        iso.write(str(image), progress_cb=lambda done, total, _: progress(done, total))
    finally:
        iso.close()


def _folders(paths: Mapping[str, str]) -> list[str]:
    """Every folder, parents before children."""
    return sorted({str(folder) for path in paths for folder in list(PurePosixPath(path).parents)[:-1]})


def _places(path: str, *, folder: bool = False) -> dict[str, Any]:
    """The path of a file or folder in each of the three."""
    places: dict[str, Any] = {"joliet_path": f"/{path}", "udf_path": f"/{path}"}
    if PurePosixPath(path).parts[0] != VIEWER_FOLDER:
        places["iso_path"] = f"/{path.upper()}" if folder else _level_1(path)
    return places


def _level_1(path: str) -> str:
    """ECMA-119 7.5.1: a name has a dot and a version, which PS3.12 F.1.2.1 leaves out of the File ID."""
    return f"/{path.upper()}{'' if '.' in PurePosixPath(path).name else '.'};1"


def _read_back(digests: Mapping[str, str], image: Path) -> None:
    """Compare every file of the image, through each of the three; raises ValueError."""
    iso = PyCdlib()
    iso.open(str(image))
    try:
        for path, digest in digests.items():
            for kind, place in _places(path).items():
                if _digest(iso, kind, place) != digest:
                    raise ValueError(f"{path} reads back as another one")
    finally:
        iso.close()


def _digest(iso: Any, kind: str, place: str) -> str:
    digest = hashlib.sha256()
    with iso.open_file_from_iso(**{kind: place}) as stream:
        for block in _blocks(stream):
            digest.update(block)
    return digest.hexdigest()


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(1 << 20):
        yield block
