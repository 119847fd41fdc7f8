"""The manifest: reads and writes lines in the format of sha256sum."""

from collections.abc import Mapping
import hashlib
from pathlib import Path
import re

from bundle.errors import DamagedManifest
from bundle.layout import MANIFEST

_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^\\].*)")
_BLOCK = 1 << 20


def format_lines(digests: Mapping[str, str]) -> str:
    """The manifest's text, sorted by path; `sha256sum -c` in the bundle's root accepts it."""
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
