"""Adapts Windows libraries to a stick: short names, one C++ runtime, and no need of the stick.

A path on Windows may have 260 letters. Each wheel brings the C++ runtime of the compiler that made it; the newest one
does for all, as Microsoft promises for every version 14.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
import re
import struct

from builder.freeze.libraries.pe import version

_DIGESTED = re.compile(r"(?P<name>.+?)(?:-\d[\d.]*)?-(?P<digest>[0-9a-f]{32})\.dll")
# Of other libraries there may be several: a shared name would make them collide.
_SINGLE = re.compile(r"vtk.+|libscipy_openblas.*")
_TAGGED = re.compile(r"(.+)\.cp\d+-win_amd64\.pyd")
# IMAGE_FILE_REMOVABLE_RUN_FROM_SWAP and IMAGE_FILE_NET_RUN_FROM_SWAP; the places of the flags and of the signature's
# length after the header of a 64 bit file.
_FROM_MEMORY = 0x0400 | 0x0800
_HEADER_AT, _FLAGS_AT, _SIGNATURE_AT = 0x3C, 22, 24 + 112 + 4 * 8
LINKED = (".dll", ".pyd", ".exe")
_RUNTIME = re.compile(r"((?:msvcp|vcruntime)140(?:_\d)?)(?:-[0-9a-f]{4,32})?\.dll", re.IGNORECASE)


def shorten(folder: Path) -> None:
    """Rename the libraries below `folder`, and write the new names wherever other files link to them.

    A name is a text that ends in a zero byte (PE format, section "Import Directory Table"), so a shorter one fits.
    """
    files = list(_linked(folder))
    renamed = {path.name: _short(found) for path in files if (found := _DIGESTED.fullmatch(path.name))}
    rename_links(folder, renamed)
    for path in files:
        tagged = _TAGGED.fullmatch(path.name)
        name = f"{tagged[1]}.pyd" if tagged else renamed.get(path.name, path.name)
        if name != path.name:
            path.rename(path.with_name(name))


def share_runtime(folder: Path, home: Path) -> None:
    """Keep the newest of each library of the C++ runtime, in `home`, and write its name wherever another one was."""
    copies: dict[str, list[Path]] = {}
    for path in _linked(folder):
        if found := _RUNTIME.fullmatch(path.name):
            copies.setdefault(f"{found[1].upper()}.dll", []).append(path)
    links: dict[str, str] = {}
    for name, paths in copies.items():
        newest = max(paths, key=version).read_bytes()
        for path in paths:
            path.unlink()
            links |= {path.name: name} if path.name.lower() != name.lower() else {}
        (home / name).write_bytes(newest)
    rename_links(folder, links)


def rename_links(folder: Path, renamed: Mapping[str, str]) -> None:
    """Write the new names of libraries, which are no longer than the old ones, wherever other files link to them."""
    for path in _linked(folder):
        content = path.read_bytes()
        changed = _with_names(content, renamed)
        if changed != content:
            path.write_bytes(changed)


def _linked(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in LINKED)


def hold_in_memory(folder: Path) -> None:
    """Make Windows read each program and library completely if it is on a stick or in the net (PE format, 3.3.2).

    Otherwise it reads them while they run, and ends a program whose stick is removed. Signed files stay unchanged.
    """
    for path in _linked(folder):
        content = bytearray(path.read_bytes())
        (header,) = struct.unpack_from("<I", content, _HEADER_AT)
        (flags,) = struct.unpack_from("<H", content, header + _FLAGS_AT)
        _, length = struct.unpack_from("<II", content, header + _SIGNATURE_AT)
        if not length and flags | _FROM_MEMORY != flags:
            struct.pack_into("<H", content, header + _FLAGS_AT, flags | _FROM_MEMORY)
            path.write_bytes(content)


def _short(found: re.Match[str]) -> str:
    single = _SINGLE.fullmatch(found["name"])
    return f"{found['name']}.dll" if single else f"{found['name']}-{found['digest'][:4]}.dll"


def _with_names(content: bytes, renamed: Mapping[str, str]) -> bytes:
    if not any(old.encode() in content for old in renamed):
        return content
    for old, new in renamed.items():
        content = content.replace(old.encode() + b"\0", new.encode().ljust(len(old), b"\0") + b"\0")
    return content
