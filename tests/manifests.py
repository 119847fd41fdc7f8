"""What a manifest should hold, from what lies on a medium."""

from collections.abc import Iterable
from pathlib import Path

from bundle.layout import MANIFEST, READINGS_FOLDER, ROOT_NAMES, resolve
from bundle.manifest import file_digest


def bundle_files(root: Path) -> set[str]:
    """Every file below the names that a bundle owns, but for the manifest itself and the readings."""
    found: set[str] = set()
    for name in set(ROOT_NAMES) - {READINGS_FOLDER}:
        top = root / name
        paths = top.rglob("*") if top.is_dir() else [top]
        found.update(path.relative_to(root).as_posix() for path in paths if path.is_file() or path.is_symlink())
    return found - {MANIFEST}


def digests_of(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each of the relative paths."""
    return {path: file_digest(resolve(root, path)) for path in paths}
