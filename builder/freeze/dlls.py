"""Shortens the names of Windows libraries: with the digests that wheels put into them a path soon has 260 letters."""

from pathlib import Path
import re

_DIGESTED = re.compile(r"(?P<name>.+?)(?:-\d[\d.]*)?-(?P<digest>[0-9a-f]{32})\.dll")
# Of others there may be several, such as the C++ runtime: under one name they would take each other's place.
_SINGLE = re.compile(r"vtk.+|libscipy_openblas.*")
_TAGGED = re.compile(r"(.+)\.cp\d+-win_amd64\.pyd")
_LINKED = (".dll", ".pyd", ".exe")


def shorten(folder: Path) -> None:
    """Rename the libraries below `folder`, and write the new names where others link to them.

    A name is a text that ends in a zero byte (PE format, section "Import Directory Table"), so a shorter one fits.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _LINKED]
    renamed = {path.name: _short(found) for path in files if (found := _DIGESTED.fullmatch(path.name))}
    for path in files:
        content = path.read_bytes()
        changed = _with_names(content, renamed)
        if changed != content:
            path.write_bytes(changed)
        tagged = _TAGGED.fullmatch(path.name)
        name = f"{tagged[1]}.pyd" if tagged else renamed.get(path.name, path.name)
        if name != path.name:
            path.rename(path.with_name(name))


def _short(found: re.Match[str]) -> str:
    single = _SINGLE.fullmatch(found["name"])
    return f"{found['name']}.dll" if single else f"{found['name']}-{found['digest'][:4]}.dll"


def _with_names(content: bytes, renamed: dict[str, str]) -> bytes:
    if not any(old.encode() in content for old in renamed):
        return content
    for old, new in renamed.items():
        content = content.replace(old.encode() + b"\0", new.encode().ljust(len(old), b"\0") + b"\0")
    return content
