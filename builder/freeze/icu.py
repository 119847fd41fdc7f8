"""Replaces ICU's data by an empty library: the viewer sorts and converts no text, and the data take 25 megabytes.

ICU supports this itself: its sources have such a "stubdata" library for programs that bring no data or load them
otherwise. Code that needs the data reports that there are none, and Qt then works without ICU.
"""

from pathlib import Path
import re
import shutil
import subprocess
import tempfile

_DATA = re.compile(r"libicudata\.so\.(\d+)")
# The header of ICU's data with an empty table of contents (udata.h: DataHeader, UDataInfo; ucmndata.h: "ToCP").
_SOURCE = """\
    .globl icudt{version}_dat
    .type icudt{version}_dat, @object
    .size icudt{version}_dat, 48
    .section .rodata
    .balign 16
icudt{version}_dat:
    .short 32
    .byte 0xda, 0x27
    .short 20, 0
    .byte 0, 0, 2, 0
    .ascii "ToCP"
    .byte 1, 0, 0, 0
    .byte 0, 0, 0, 0
    .zero 8
    .zero 16
    .section .note.GNU-stack, "", @progbits
"""


def empty_data(folder: Path) -> None:
    """Replace the data library below `folder`; without binutils it stays unchanged."""
    assembler, linker = shutil.which("as"), shutil.which("ld")
    for library in folder.rglob("libicudata.so.*"):
        found = _DATA.fullmatch(library.name)
        if found and assembler and linker:
            _replace(library, found[1], assembler, linker)


def _replace(library: Path, version: str, assembler: str, linker: str) -> None:
    with tempfile.TemporaryDirectory() as work:
        compiled, linked = Path(work, "stub.o"), Path(work, library.name)
        source = _SOURCE.format(version=version)
        subprocess.run([assembler, "-o", compiled, "-"], input=source, text=True, check=True, capture_output=True)
        options = ["-shared", "--build-id=none", "-soname", library.name]
        subprocess.run([linker, *options, "-o", linked, compiled], check=True, capture_output=True)
        shutil.copyfile(linked, library)
