"""Checks of names and places: the manifest, File IDs, programs, links, viewers and the texts that IHE PDI requires."""

from collections.abc import Iterator
import re

from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.medium.medium import DEEPEST, Medium, is_checksummed, is_inside, is_program
from bundle import web
from bundle.hanging_file import HangingMistaken, decode_hanging, hanging_text
from bundle.layout import (
    DICOM_FOLDER,
    DICOMDIR,
    FORM,
    HANGING,
    INDEX,
    INDEX_PAGE,
    LINUX_PACK,
    LINUX_VIEWER,
    MANIFEST,
    MANUAL,
    READER_PACKS,
    READINGS_FOLDER,
    README,
    ROOT_NAMES,
    SEGMENTS_FOLDER,
    STARTS,
    UNFINISHED,
    VIEWER_FOLDER,
    WINDOWS_PACK,
    WINDOWS_VIEWER,
    is_file_id,
)

WINDOWS_FOLDER = f"{WINDOWS_PACK.folder}/"
LINUX_PROGRAM = f"{LINUX_PACK.folder}/viewer"
_AUTORUN = "autorun.inf"
_FAT32_LIMIT = (1 << 32) - 1
# Folders where no program may be; the viewers' own files are known by name.
_PROGRAM_FOLDERS = tuple(f"{pack.folder}/" for pack in READER_PACKS.values())
# What Windows, Python or Qt may load as part of a program that starts in the same folder: libraries, and the files and
# folders that say where libraries and plugins are (docs/bundle-format.md, "Programs").
_LOADED = re.compile(
    r".*\.(dll|drv|ocx|pyd|manifest|local|_pth)|viewer\.exe\.config|qt[56]?\.conf|pyvenv\.cfg|pyqt5|plugins|platforms|styles"
    r"|imageformats|iconengines|platformthemes|platforminputcontexts|printsupport|generic|bearer|base_library\.zip",
    re.IGNORECASE,
)
# Enough bytes to distinguish a DICOM file from a program.
_MAGIC = 132
# Every file of a bundle except those with a list of their own: images, viewers and readings.
_KNOWN = (DICOMDIR, INDEX, MANIFEST, FORM, HANGING, README, INDEX_PAGE, MANUAL, *STARTS, *web.FILES)
_KNOWN_BELOW = (
    f"{DICOM_FOLDER}/", f"{READINGS_FOLDER}/", f"{SEGMENTS_FOLDER}/",
    *(f"{folder}/" for pack in READER_PACKS.values() for folder in (pack.folder, pack.licences)),
)  # fmt: skip


def manifest_against_files(medium: Medium) -> Iterator[Finding]:
    """Missing, unexpected and changed files."""
    if medium.expected is None:
        return
    for path in sorted(medium.expected.keys() - medium.files.keys() - medium.unreadable):
        if not _below_odd(medium, path) and is_inside(path):
            yield finding("manifest.missing", path, "the manifest lists it, but it is not on the medium")
    left = [path for path in medium.litter if is_checksummed(path) and path in medium.files]
    if left:
        yield finding("manifest.unexpected", left[0], f"a Mac or Windows may have left it: {some(left)}")
    for path in sorted(filter(is_checksummed, medium.files)):
        if path in left:
            continue
        if path not in medium.expected:
            if not is_program(path, medium.files[path].magic) or _may_run(path):
                yield finding("manifest.unexpected", path, "it is on the medium, but the manifest does not list it")
        elif not medium.intact(path):
            yield finding("manifest.changed", path, "its SHA-256 is not the one of the manifest")


def _below_odd(medium: Medium, path: str) -> bool:
    return any(path == odd or path.startswith(f"{odd}/") for odd in medium.odd)


def unfinished(medium: Medium) -> Iterator[Finding]:
    """The marker that a build leaves until it is finished."""
    if medium.unfinished:
        yield finding("layout.unfinished", UNFINISHED, "the build was interrupted, or is still running")


def autorun(medium: Medium) -> Iterator[Finding]:
    """Files that make Windows start a program."""
    for name in (*medium.foreign, *medium.files):
        if name.casefold() == _AUTORUN:
            yield finding("layout.autorun", name, "the file would start something by itself")


def links(medium: Medium) -> Iterator[Finding]:
    """Links and devices: no file system of PS3.12 Annex R has them, and they may lead out of the bundle."""
    for path in medium.odd:
        deep = path.count("/") >= DEEPEST
        text = "folders in folders, too deep to be read" if deep else "it is a link or a device, not a file or folder"
        yield finding("layout.link", path, text)


def programs(medium: Medium) -> Iterator[Finding]:
    """Programs outside the places for programs."""
    for path, file in medium.files.items():
        if is_program(path, file.magic) and not _may_run(path) and _is_new(medium, path):
            yield finding("layout.executable", path, "the file is a program or script")


def unknown(medium: Medium) -> Iterator[Finding]:
    """Files in the bundle's own folders that no bundle has, even if the manifest lists them."""
    for path, file in medium.files.items():
        elsewhere = not path.startswith(_KNOWN_BELOW) and path not in _KNOWN and not web.is_chunk(path)
        if elsewhere and not is_program(path, file.magic) and _is_new(medium, path) and _is_listed(medium, path):
            yield finding("layout.unknown", path, "no bundle has a file of this name")


def _is_listed(medium: Medium, path: str) -> bool:
    return medium.expected is None or path in medium.expected


def hard_links(medium: Medium) -> Iterator[Finding]:
    """Files that share their data with others, here or elsewhere: a change to those changes the bundle."""
    if medium.twins:
        yield finding("layout.hard_link", medium.twins[0], f"with a second name: {some(medium.twins)}")


def _may_run(path: str) -> bool:
    return path in (*STARTS, *web.FILES) or path.startswith(_PROGRAM_FOLDERS) or web.is_chunk(path)


def _is_new(medium: Medium, path: str) -> bool:
    """Excludes changed files of the manifest: these are reported as changed."""
    return medium.intact(path) or medium.expected is None or path not in medium.expected


def file_ids(medium: Medium) -> Iterator[Finding]:
    """Paths below DICOM that are not File IDs."""
    for path in medium.dicom:
        if not is_file_id(tuple(path.split("/"))):
            yield finding("layout.file_id", path, "the path is not made of 1 to 8 parts of 1 to 8 characters A-Z 0-9 _")


def case_clashes(medium: Medium) -> Iterator[Finding]:
    """Names that are identical to FAT, exFAT and NTFS."""
    first = {} if medium.others else {name.casefold(): name for name in ROOT_NAMES}
    for path in [*medium.foreign, *sorted(medium.files)]:
        other = first.setdefault(path.casefold(), path)
        if other != path:
            yield finding("layout.case_clash", path, f"differs from {other} only in upper and lower case")


def sizes(medium: Medium) -> Iterator[Finding]:
    """Files that FAT32 cannot hold."""
    for path, file in medium.files.items():
        if file.size > _FAT32_LIMIT:
            yield finding("layout.too_large", path, f"{file.size:,} bytes; FAT32 holds up to {_FAT32_LIMIT:,}")


def foreign(medium: Medium) -> Iterator[Finding]:
    """Other files in the root, all in one finding; what a viewer may load, and other programs, each in another."""
    clashing = {name.casefold() for name in ROOT_NAMES} | {_AUTORUN}
    names = [name for name in medium.foreign if name.casefold() not in clashing]
    beside = [name for name in names if _LOADED.fullmatch(name)]
    programs = [name for name in names if name not in beside and _is_foreign_program(medium, name)]
    others = [name for name in names if name not in (*beside, *programs)]
    if beside:
        yield finding("viewer.beside", ".", f"not part of the bundle: {some(beside)}")
    if programs:
        yield finding("layout.foreign_program", ".", f"not part of the bundle: {some(programs)}")
    if others:
        yield finding("layout.foreign", ".", f"not part of the bundle: {some(others)}")


def litter(medium: Medium) -> Iterator[Finding]:
    """What a Mac or Windows leaves in the root, all in one finding; below the bundle's own names it is unexpected."""
    left = [name for name in medium.litter if name not in medium.files]
    if left:
        yield finding("layout.litter", ".", f"left by a Mac or by Windows: {some(left)}")


def _is_foreign_program(medium: Medium, name: str) -> bool:
    path = medium.root / name
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return is_program(name, stream.read(_MAGIC))
    except OSError:
        return is_program(name, b"")


def absent(medium: Medium) -> Iterator[Finding]:
    """Files that every bundle must have, if not even the manifest lists them."""
    if _only_begun(medium):
        return
    places = (
        (DICOMDIR, "directory.absent"), (INDEX, "index.absent"), (README, "pdi.readme"), (INDEX_PAGE, "pdi.page"),
    )  # fmt: skip
    for path, check in places:
        if not medium.has(path):
            yield finding(check, path, "it is not on the medium")


def _only_begun(medium: Medium) -> bool:
    """An unfinished bundle lacks everything that a finished one has; one finding reports that."""
    return medium.unfinished and medium.expected is None


def hanging(medium: Medium) -> Iterator[Finding]:
    """A hanging rule that the viewer would ignore, or a file that contains anything else."""
    if HANGING not in medium.files or not medium.intact(HANGING):
        return
    content = (medium.root / HANGING).read_bytes()
    try:
        rules = decode_hanging(content, HANGING)
    except HangingMistaken as error:
        yield finding("layout.hanging", HANGING, "; ".join(map(str, error.mistakes)))
        return
    if content.decode() != hanging_text(rules):
        yield finding("layout.hanging", HANGING, "there is more in it than rules")


def viewers(medium: Medium) -> Iterator[Finding]:
    """A start program without its files, or files without it; or no viewer at all."""
    if _only_begun(medium):
        return
    windows = any(path.startswith(WINDOWS_FOLDER) for path in _known(medium))
    linux = medium.has(LINUX_PROGRAM)
    if medium.has(WINDOWS_VIEWER) != windows:
        yield finding("viewer.windows", WINDOWS_VIEWER, _lacks(WINDOWS_VIEWER, WINDOWS_FOLDER, windows))
    if medium.has(LINUX_VIEWER) != linux:
        yield finding("viewer.linux", LINUX_VIEWER, _lacks(LINUX_VIEWER, LINUX_PROGRAM, linux))
    if not (windows or linux or medium.has(WINDOWS_VIEWER) or medium.has(LINUX_VIEWER)):
        yield finding("viewer.none", VIEWER_FOLDER, "the medium has no viewer")


def _known(medium: Medium) -> set[str]:
    return medium.files.keys() | set(medium.expected or ())


def _lacks(start: str, rest: str, has_rest: bool) -> str:
    return f"{rest} is there, but not {start}" if has_rest else f"{start} is there, but not {rest}"


CHECKS = (
    manifest_against_files, unfinished, autorun, links, programs, file_ids, case_clashes, sizes, foreign, litter,
    absent, viewers, hard_links, hanging,
)  # fmt: skip
# If the format is known: a later one may have more files.
CHECKS_OF_THIS_VERSION = (unknown,)
# Checks of foreign media.
CHECKS_OF_OTHERS = (autorun, links, case_clashes, sizes)
