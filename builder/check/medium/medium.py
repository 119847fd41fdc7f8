"""Reads a medium: its files, every byte of the bundle once, and the facts of each DICOM file."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
import time

from builder.check.findings import Finding, finding, limited
from builder.check.medium import contents
from builder.check.medium.bits import Bits, bits_above
from builder.check.medium.contents import MAGIC, Content
from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.file_checks import examine
from builder.check.medium.frame_traits import once
from builder.check.medium.parsed_header import HeaderReader
from builder.check.medium.reach import EVERYTHING, Reach
from builder.check.places.place import Entry, Place, entries_of, read_file
from bundle import manifest
from bundle.errors import DamagedManifest, PathLeavesBundle
from bundle.layout import (
    DICOM_FOLDER,
    DICOMDIR,
    INDEX,
    MANIFEST,
    READINGS_FOLDER,
    ROOT_NAMES,
    STAGE,
    UNFINISHED,
    check_relative,
)

Progress = Callable[[int, int], None]
# The content of a file, and the bits that its pixels use.
Read = tuple[Content, Bits]
# A DICOMDIR of 100,000 images is smaller.
_DIRECTORY_KEPT = 256 << 20
# This many files are read ahead, and this many at the same time: while one waits for the medium, the digest of another
# is computed. More would make the head of a disc drive go to and fro.
_AHEAD, _READERS = 4, 2

# In the File-set ID and the implementation version name of every DICOMDIR that mkbundle wrote.
_OUR_NAME = b"MKBUNDLE"

# Windows, Linux, macOS (four forms) and scripts.
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!",
)  # fmt: skip

# Files that Windows starts by a double-click, whatever their first bytes.
_PROGRAM_SUFFIXES = (
    ".exe", ".com", ".bat", ".cmd", ".scr", ".pif", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta", ".msi",
    ".msp", ".ps1", ".lnk", ".url", ".cpl", ".jar", ".reg", ".scf", ".dll", ".sys", ".ocx",
)  # fmt: skip

# Files that operating systems create on any medium.
_SYSTEM_NAMES = frozenset({
    "system volume information", "$recycle.bin", ".trashes", ".spotlight-v100", ".fseventsd", "lost+found",
})  # fmt: skip

# No bundle has folders deeper in folders; without a limit, a hostile medium could exhaust the stack.
DEEPEST = 100
# And those that they create in folders: how a window looks, and attributes that FAT has no room for.
_LITTER = frozenset({".ds_store", ".localized", "thumbs.db", "desktop.ini"})
_LONGEST_LITTER = 64 << 10


@dataclass(frozen=True, slots=True)
class MediumFile:
    """One file: its size, its SHA-256 (empty if it was not read to the end) and its first bytes."""

    size: int
    digest: str
    magic: bytes


@dataclass(slots=True)
class Medium:
    """The content of the medium. `expected` is the manifest, None if there is no readable one.

    `others`: another program made it, so it only has to meet the general requirements of DICOM and IHE PDI.

    `files` are those that could be read; `litter` are files that a Mac or Windows left. `odd` are links and devices,
    which are never followed; `twins` are files with a second name (hard links).
    """

    root: Place
    others: bool = False
    expected: Mapping[str, str] | None = None
    files: dict[str, MediumFile] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    litter: list[str] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    dicom: dict[str, DicomFile] = field(default_factory=dict)
    directory: bytes | None = None
    bytes_read: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    reader: HeaderReader = field(default_factory=HeaderReader)

    @property
    def unfinished(self) -> bool:
        """Whether an interrupted build left something."""
        return any((self.root / path).exists() for path in (UNFINISHED, STAGE))

    def has(self, path: str) -> bool:
        """Whether this path exists, or its loss is already reported."""
        known = path in self.files or path in self.unreadable or path in (self.expected or ())
        return known or any(path == odd or path.startswith(f"{odd}/") for odd in self.odd)

    def intact(self, path: str) -> bool:
        """Whether a file exists and matches the manifest, so that it is worth examining.

        A changed file is reported once, as changed: its content is not what was written, and every further finding
        about it, or about references to it, would only repeat that.
        """
        file = self.files.get(path)
        if file is None or self.expected is None:
            return file is not None
        return self.expected.get(path) == file.digest if file.digest else path in self.expected


def read_medium(root: Place, progress: Progress | None, reach: Reach = EVERYTHING) -> Medium:
    """Read what `reach` says, in the order in which the files were written; `progress` counts bytes."""
    medium, start = Medium(root, is_of_others(root)), time.monotonic()
    if medium.others:
        medium.findings.append(finding("medium.others", ".", "it has a DICOMDIR, and no other part of a bundle"))
    else:
        _read_manifest(medium)
    known = {path: path for path in medium.expected or ()}  # each path is kept only once
    sizes = {known.get(path, path): size for path, size in sorted(_list_root(medium))}
    del known
    paths = list(sizes)
    skimmed = reach.skimmed(paths, medium.others)
    sizes |= {path: min(sizes[path], contents.FIRST_LOOK) for path in skimmed}
    done, total = 0, sum(sizes.values())
    with ThreadPoolExecutor(_READERS) as reader:
        for path, read in _ahead(medium, paths, skimmed, reader):
            _take(medium, path, read.result)
            done += sizes[path]
            if progress:
                progress(done, total)
    medium.seconds = time.monotonic() - start
    return medium


def is_of_others(root: Place) -> bool:
    """Whether another program made the medium: no folder of a bundle, and a DICOMDIR without our name."""
    if (root / INDEX.split("/", maxsplit=1)[0]).exists() or not (root / DICOMDIR).is_file():
        return False
    try:
        with (root / DICOMDIR).open("rb") as stream:
            return _OUR_NAME not in stream.read(contents.FIRST_LOOK)
    except OSError:
        return False


def _read_manifest(medium: Medium) -> None:
    if (medium.root / MANIFEST).is_symlink() or not (medium.root / MANIFEST).is_file():
        if not medium.unfinished:
            medium.findings.append(finding("manifest.absent", MANIFEST, "there is none"))
        return
    try:
        medium.expected = manifest.parse(read_file(medium.root / MANIFEST, manifest.LARGEST))
    except (DamagedManifest, OSError) as error:
        medium.findings.append(finding("manifest.damaged", MANIFEST, str(error)))
        return
    outside = (path for path in medium.expected if not is_inside(path))
    text = "the manifest names a file outside the bundle"
    medium.findings += limited(finding("manifest.outside", path, text) for path in outside)


def _list_root(medium: Medium) -> Iterator[tuple[str, int]]:
    """Every file of the bundle, with its size."""
    for entry in sorted(entries_of(medium.root), key=lambda entry: entry.name):
        if entry.name in ROOT_NAMES or (medium.others and not _is_systems(entry.name)):
            yield from _list(medium, entry, entry.name)
        elif _is_litter(medium, entry, entry.name):
            medium.litter.append(entry.name)
        elif not _is_systems(entry.name):
            medium.foreign.append(entry.name)


def _is_systems(name: str) -> bool:
    return name.casefold() in _SYSTEM_NAMES or name.startswith(".Trash-")


def _is_litter(medium: Medium, entry: Entry, path: str) -> bool:
    """Whether a Mac or Windows left a file; a longer one may hide something, and what the manifest lists is ours."""
    named = entry.name.casefold() in _LITTER or entry.name.startswith("._")
    regular = named and entry.is_file(follow_symlinks=False)
    return (
        regular and path not in (medium.expected or ()) and entry.stat(follow_symlinks=False).st_size <= _LONGEST_LITTER
    )


def _list(medium: Medium, entry: Entry, path: str) -> Iterator[tuple[str, int]]:
    if entry.is_file(follow_symlinks=False):
        state = entry.stat(follow_symlinks=False)
        if state.st_nlink > 1:
            medium.twins.append(path)
        if not medium.others and _is_litter(medium, entry, path):
            medium.litter.append(path)
        if path not in (MANIFEST, UNFINISHED):
            yield path, state.st_size
    elif path == STAGE:  # its content is unfinished: one finding reports that
        return
    elif entry.is_dir(follow_symlinks=False) and path.count("/") < DEEPEST:
        for below in sorted(entries_of(entry), key=lambda entry: entry.name):
            yield from _list(medium, below, f"{path}/{below.name}")
    else:
        medium.odd.append(path)


def _ahead(
    medium: Medium, paths: Sequence[str], skimmed: Set[str], reader: Executor
) -> Iterator[tuple[str, "Future[Read]"]]:
    """Each file as it comes from the medium; the next files are read while one is examined."""
    waiting: deque[tuple[str, Future[Read]]] = deque()
    try:
        for path in paths:
            waiting.append((path, reader.submit(_content, medium, path, skim=path in skimmed)))
            if len(waiting) > _AHEAD:
                yield waiting.popleft()
        yield from waiting
    finally:  # a stop does not wait for the rest
        for _, content in waiting:
            content.cancel()


def _content(medium: Medium, path: str, *, skim: bool) -> Read:
    bits = Bits()
    if path == DICOMDIR:  # its icons also have pixels
        return contents.read_whole(medium.root / path, _DIRECTORY_KEPT), bits
    if not medium.others and not path.startswith(f"{DICOM_FOLDER}/"):
        return (contents.skim if skim else contents.read_whole)(medium.root / path, MAGIC), bits
    if skim:
        return contents.skim(medium.root / path, contents.HEADER), bits
    return contents.read_whole(medium.root / path, contents.HEADER, to_pixels=True, bits=bits), bits


def _take(medium: Medium, path: str, read: Callable[[], Read]) -> None:
    try:
        (size, digest, head), bits = read()
        medium.bytes_read += size if digest else len(head)
        written = (medium.expected or {}).get(path)
        digest = written if digest == written else digest  # kept only once, then
        medium.files[path] = MediumFile(size, digest, once(head[:MAGIC]))
        if not medium.intact(path) or is_program(path, head):
            return
        if path == DICOMDIR:
            medium.directory = head
        elif head[128:MAGIC] == b"DICM" if medium.others else path.startswith(f"{DICOM_FOLDER}/"):
            _examine(medium, path, head, bits)
    except OSError as error:
        medium.unreadable.add(path)
        medium.findings.append(finding("medium.unreadable", path, f"reading fails: {error.strerror or error}"))


def _examine(medium: Medium, path: str, head: bytes, bits: Bits) -> None:
    size, whole = medium.files[path].size, medium.files[path].digest
    file, found = examine(path, head, size, medium.reader, others=medium.others)
    if file is None and len(head) < size:  # there may be pixels inside a sequence, or it ends too early
        if not whole:
            _take(medium, path, lambda: _content(medium, path, skim=False))
            return
        if head[128:MAGIC] == b"DICM":
            head = contents.beginning(medium.root / path, contents.HEADER)
            file, found = examine(path, head, size, medium.reader, others=medium.others)
    medium.findings += found
    if file is not None:
        medium.dicom[path] = file
        if whole and not medium.others:
            medium.findings += bits_above(medium.root, file, bits)


def is_program(path: str, head: bytes) -> bool:
    """Whether a file begins like a program or script, or has such a name, and is not a DICOM file."""
    return (head.startswith(_PROGRAMS) or path.lower().endswith(_PROGRAM_SUFFIXES)) and head[128:132] != b"DICM"


def is_inside(path: str) -> bool:
    """Whether a stored path stays inside the bundle."""
    if path.isprintable() and path[:1] not in ("", "/") and not any(sign in path for sign in ("..", ":", "\\")):
        return True  # as nearly all do; the whole question takes ten times as long
    try:
        check_relative(path)
    except PathLeavesBundle:
        return False
    return True


def is_checksummed(path: str) -> bool:
    """Whether the manifest should list the path: everything of a bundle except readings."""
    return not path.startswith(f"{READINGS_FOLDER}/") and path not in (MANIFEST, UNFINISHED)
