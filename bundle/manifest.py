"""The manifest: lines as sha256sum writes them, read, written and compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import hashlib
from pathlib import Path
import re

from bundle.errors import DamagedManifest
from bundle.layout import MANIFEST, READINGS_FOLDER, ROOT_NAMES, resolve

_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^\\].*)")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Comparison:
    """What differs between a manifest and a medium; each is a sorted tuple of relative POSIX paths."""

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    changed: tuple[str, ...]


def format_lines(digests: Mapping[str, str]) -> str:
    """The manifest's text, sorted by path; `sha256sum -c` run in the bundle's root accepts it."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests))


def parse_lines(text: str) -> dict[str, str]:
    """Relative path -> SHA-256 in hex; raises DamagedManifest with the number of the first bad line."""
    digests: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in digests:
            raise DamagedManifest(number)
        digests[match[2]] = match[1]
    return digests


def read(root: Path) -> dict[str, str]:
    """Read the manifest of the bundle in `root`; raises DamagedManifest, FileNotFoundError."""
    try:
        return parse_lines((root / MANIFEST).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise DamagedManifest(1) from None


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def bundle_files(root: Path) -> set[str]:
    """Every file below the names that a bundle owns, but for the manifest itself and the readings."""
    found: set[str] = set()
    for name in ROOT_NAMES:
        top = root / name
        if name == READINGS_FOLDER:
            continue
        paths: Iterable[Path] = top.rglob("*") if top.is_dir() else [top]
        found.update(p.relative_to(root).as_posix() for p in paths if p.is_file() or p.is_symlink())
    return found - {MANIFEST}


def compare(expected: Mapping[str, str], found: Mapping[str, str]) -> Comparison:
    """Compare two mappings of relative path -> digest."""
    both = expected.keys() & found.keys()
    return Comparison(
        missing=tuple(sorted(expected.keys() - found.keys())),
        unexpected=tuple(sorted(found.keys() - expected.keys())),
        changed=tuple(sorted(path for path in both if expected[path] != found[path])),
    )


def digests_of(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each of the relative paths; raises PathLeavesBundle."""
    return {path: file_digest(resolve(root, path)) for path in paths}
