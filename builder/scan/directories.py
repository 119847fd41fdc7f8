"""Reads a DICOMDIR of the scans for one purpose: it names files, and none of them may be missing in silence."""

from collections.abc import Iterator
from functools import lru_cache
import os

from pydicom import dcmread

# Of 200,000 images.
_LARGEST = 512 << 20


def missing_files(path: str) -> list[str]:
    """The files that a DICOMDIR names, and that are not beside it; names as it writes them."""
    if os.path.getsize(path) > _LARGEST:  # noqa: PTH202  # its path is a text
        return []
    _listed.cache_clear()
    top = os.path.dirname(path)  # noqa: PTH120
    return ["/".join(parts) for parts in _named(path) if not _is_there(top, parts)]


def _named(path: str) -> Iterator[tuple[str, ...]]:
    """The Referenced File IDs (PS3.3 F.3.2.2): the components of a path."""
    for record in dcmread(path, specific_tags=["DirectoryRecordSequence"]).get("DirectoryRecordSequence") or ():
        parts = record.get("ReferencedFileID")
        if parts:
            yield (parts,) if isinstance(parts, str) else tuple(map(str, parts))


def _is_there(folder: str, parts: tuple[str, ...]) -> bool:
    """Whether a file is there, in whatever case the system shows its name, and with a version behind it or without."""
    for part in parts:
        name = _listed(folder).get(part.strip().casefold())
        if name is None:
            return False
        folder = os.path.join(folder, name)  # noqa: PTH118
    return True


@lru_cache(256)
def _listed(folder: str) -> dict[str, str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return {}
    plain = {name.split(";", maxsplit=1)[0].removesuffix(".").casefold(): name for name in names}
    # Programs that copy a disc give its files an ending.
    return {name.removesuffix(".dcm"): real for name, real in plain.items()} | plain
