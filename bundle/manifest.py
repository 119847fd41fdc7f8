"""The manifest: reads and writes lines in the format of sha256sum."""

from collections.abc import Iterable, Mapping
import hashlib
from io import BytesIO
from pathlib import Path
import re

from bundle.bounded import read_file
from bundle.errors import DamagedManifest
from bundle.layout import MANIFEST

_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^\\].*)")
_BLOCK = 1 << 20
# More than a medium full of scans needs; and no system has longer paths.
LARGEST, _MOST_LINES, _LONGEST_LINE = 128 << 20, 500_000, 8192


def format_lines(digests: Mapping[str, str]) -> str:
    """The manifest's text, sorted by path; `sha256sum -c` in the bundle's root accepts it."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests))


def parse_lines(text: str) -> dict[str, str]:
    """Relative path -> SHA-256 in hex; raises DamagedManifest with the number of the first bad line."""
    return _parsed(text.splitlines())


def _parsed(lines: Iterable[str]) -> dict[str, str]:
    digests: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line) if len(line) <= _LONGEST_LINE and number <= _MOST_LINES else None
        if match is None or match[2] in digests:
            raise DamagedManifest(number)
        digests[match[2]] = match[1]
    return digests


def read(root: Path) -> dict[str, str]:
    """Read the manifest of the bundle in `root`; raises DamagedManifest, OSError.

    It is read line by line: a hostile one could otherwise take many times its size in memory.
    """
    return parse(read_file(root / MANIFEST, LARGEST))


def parse(text: bytes) -> dict[str, str]:
    """The same from the bytes of a manifest; raises DamagedManifest."""
    content = BytesIO(text)
    lines = iter(lambda: content.readline(_LONGEST_LINE + 1), b"")
    try:
        return _parsed(line.decode().removesuffix("\n").removesuffix("\r") for line in lines)
    except UnicodeDecodeError:
        raise DamagedManifest(1) from None


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
