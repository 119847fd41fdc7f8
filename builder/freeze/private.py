"""Overwrites the paths of the machine that froze a pack, wherever a library still contains them."""

from collections.abc import Iterable
from pathlib import Path
import sys

from builder.freeze import cache

# Paths that exist on every machine reveal nothing.
_COMMON = ("/usr", "/root", "/opt", "/home", "/tmp", "/var", "/mnt", "/media", "/srv")
_COMMON_BELOW = "/usr/"


def private_paths(folders: Iterable[Path]) -> list[str]:
    """The paths that would identify this machine, the longest first: home, Python, cache, these folders."""
    known = [Path.home(), Path(sys.prefix), Path(sys.base_prefix), cache.root(), *folders]
    texts = {str(path) for folder in known for path in (folder.absolute(), folder.resolve())}
    return sorted((text for text in texts if _tells_something(text)), key=len, reverse=True)


def _tells_something(path: str) -> bool:
    return len(path) > 3 and path not in _COMMON and not path.startswith(_COMMON_BELOW)


def overwrite(folder: Path, paths: list[str]) -> list[Path]:
    """Replace each path by as many underscores; returns the files that contained one."""
    return [path for path in _files(folder) if _overwrite_in(path, _spellings(paths))]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _spellings(paths: list[str]) -> list[bytes]:
    """A path as Linux and Windows write it, in the encodings of C and of Windows."""
    texts = [text for path in paths for text in (path, path.replace("/", "\\"))]
    return [text.encode(coding) for text in dict.fromkeys(texts) for coding in ("utf-8", "utf-16-le")]


def _overwrite_in(path: Path, spellings: list[bytes]) -> bool:
    """The length stays the same: moving a byte would break a library."""
    content = blank = path.read_bytes()
    for text in spellings:
        if text in blank:
            blank = blank.replace(text, b"/" + b"_" * (len(text) - 1))
    if blank != content:
        path.write_bytes(blank)
    return blank != content
