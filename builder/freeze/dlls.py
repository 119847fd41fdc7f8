"""Adapts Windows libraries to a stick: short names, since a path may have 260 letters, and no need of the stick."""

from pathlib import Path
import re
import struct

_DIGESTED = re.compile(r"(?P<name>.+?)(?:-\d[\d.]*)?-(?P<digest>[0-9a-f]{32})\.dll")
# Of other libraries there may be several, such as the C++ runtime: a shared name would make them collide.
_SINGLE = re.compile(r"vtk.+|libscipy_openblas.*")
_TAGGED = re.compile(r"(.+)\.cp\d+-win_amd64\.pyd")
# IMAGE_FILE_REMOVABLE_RUN_FROM_SWAP and IMAGE_FILE_NET_RUN_FROM_SWAP; the places of the flags and of the signature's
# length after the header of a 64 bit file.
_FROM_MEMORY = 0x0400 | 0x0800
_HEADER_AT, _FLAGS_AT, _SIGNATURE_AT = 0x3C, 22, 24 + 112 + 4 * 8
_LINKED = (".dll", ".pyd", ".exe")


def shorten(folder: Path) -> None:
    """Rename the libraries below `folder`, and write the new names wherever other files link to them.

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


def hold_in_memory(folder: Path) -> None:
    """Make Windows read each program and library completely if it is on a stick or in the net (PE format, 3.3.2).

    Otherwise it reads them while they run, and ends a program whose stick is removed. Signed files stay unchanged.
    """
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _LINKED:
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


def _with_names(content: bytes, renamed: dict[str, str]) -> bytes:
    if not any(old.encode() in content for old in renamed):
        return content
    for old, new in renamed.items():
        content = content.replace(old.encode() + b"\0", new.encode().ljust(len(old), b"\0") + b"\0")
    return content
