"""Packs: frozen viewers ready to copy, from the cache or newly made."""

from contextlib import suppress
from dataclasses import dataclass
import hashlib
from pathlib import Path
import shutil
import sys

from builder.freeze import cache, licences, native, private, sbom, signing, wine
from builder.freeze.errors import CacheFailed, ExportRefused, PlatformUnsupported
from builder.freeze.program import VIEWER, Program, source_files, source_folder
from builder.freeze.pyinstaller import Say, Workshop, freeze, log_file
from bundle.errors import BundleError
from bundle.layout import READER_PACKS, VIEWER_FOLDER

PLATFORMS = tuple(READER_PACKS)
_KEPT_PACKS = 3
_OWN_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Pack:
    """A frozen viewer with the folder layout of the stick: copying the tree is enough."""

    platform: str
    folder: Path
    digest: str
    files: tuple[str, ...]


def _say_nothing(message: str) -> None:
    pass


def make_pack(platform: str, *, program: Program = VIEWER, say: Say = _say_nothing) -> Pack:
    """The pack for this platform: from the cache, or made now, which takes a minute or two."""
    workshop = _workshop(platform)
    digest = pack_digest(platform, program)
    home = _home(platform, digest)
    try:
        if not home.is_dir():
            with cache.locked(home):
                if not home.is_dir():
                    _make(workshop, platform, program, home, say)
        cache.used(home)
    except OSError as error:
        raise CacheFailed(cache.root(), error.strerror or str(error)) from error
    return Pack(platform, home, digest, _files(home))


def pack_in_cache(platform: str) -> Pack | None:
    """The pack for this platform, if it is there already; changes nothing. Raises PlatformUnsupported."""
    digest = pack_digest(platform, VIEWER)
    home = _home(platform, digest)
    return Pack(platform, home, digest, _files(home)) if home.is_dir() else None


def available_platforms(program: Program = VIEWER) -> dict[str, BundleError | None]:
    """For each platform: None if its pack is here or can be made, otherwise why not. Freezes nothing."""
    return {platform: _obstacle(platform, program) for platform in PLATFORMS}


def known_bills() -> list[bytes]:
    """The bills of materials of all packs in the cache, for comparison with a viewer on a medium."""
    bills = (cache.root() / "packs").glob(f"*/{VIEWER_FOLDER}/LICENSES/*/{sbom.SBOM}")
    return [path.read_bytes() for path in sorted(bills)]


def pack_digest(platform: str, program: Program = VIEWER) -> str:
    """A digest of everything that the pack depends on: our sources, the tools, their versions, and the platform."""
    seen = hashlib.sha256()
    for word in (platform, repr(program), *_workshop(platform).versions()):
        seen.update(word.encode() + b"\0")
    for name, path in [*_own_files(), *source_files(program)]:
        seen.update(f"{name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return seen.hexdigest()


def export(pack: Pack, folder: Path) -> Path:
    """Copy a pack's tree into a folder; existing files stay untouched and end the copying."""
    taken = next((name for name in pack.files if (folder / name).exists()), None)
    if taken is not None:
        raise ExportRefused(folder, taken)
    for name in pack.files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pack.folder / name, target)
        with suppress(OSError):  # file systems of sticks have no permissions
            shutil.copymode(pack.folder / name, target)
    return folder


def _workshop(platform: str) -> Workshop:
    if platform == native.platform_here():
        return native
    if platform == "win64" and sys.platform == "linux":
        return wine
    raise PlatformUnsupported(platform, native.host_name())


def _obstacle(platform: str, program: Program) -> BundleError | None:
    try:
        workshop = _workshop(platform)
        if _home(platform, pack_digest(platform, program)).is_dir():
            return None
    except BundleError as error:
        return error
    return workshop.problem(platform, program)


def _home(platform: str, digest: str) -> Path:
    return cache.root() / "packs" / f"{platform}-{digest[:16]}"


def _make(workshop: Workshop, platform: str, program: Program, home: Path, say: Say) -> None:
    problem = workshop.problem(platform, program)
    if problem is not None:
        raise problem
    toolbox = workshop.prepare(say)
    with cache.workplace() as work, cache.making(home) as folder:
        say(f"Freezing the {platform} viewer (a minute or two, then it is kept)")
        collected = freeze(platform, program, toolbox, log=log_file(home.name), work=work, folder=folder)
        own = [source_folder(package).parent for package in program.packages]
        private.overwrite(folder, private.private_paths([work, folder, *own, *toolbox.package_folders]))
        components = licences.gather(toolbox, collected, folder / READER_PACKS[platform].licences)
        sbom.write_sbom(components, folder, folder / READER_PACKS[platform].licences / sbom.SBOM, home.name)
    cache.forget_old(home.parent, f"{platform}-", _KEPT_PACKS)


def sign_pack(pack: Pack, command: str) -> Pack:
    """The pack with its Windows program signed by the user's own command; the cache keeps it from now on.

    `{}` in the command stands for the program. A pack without a Windows program stays unchanged. Raises SigningFailed.
    """
    programs = [Path(name) for name in pack.files if name.endswith(".exe")]
    if programs:
        bill = Path(READER_PACKS[pack.platform].licences, sbom.SBOM)
        signing.sign(pack.folder, command, programs, bill)
    return pack


def _own_files() -> list[tuple[str, Path]]:
    files = [path for path in _OWN_FOLDER.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return [(path.relative_to(_OWN_FOLDER).as_posix(), path) for path in sorted(files)]


def _files(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))
