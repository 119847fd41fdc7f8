"""Replaces OpenBLAS, which NumPy brings, by the few routines that the viewer needs: 25 to 33 megabytes less.

OpenBLAS holds each routine in a version for every processor of the last twenty years. The viewer multiplies and solves
matrices of three or four rows; `products.c` says how, and ends the program at everything else.
"""

from pathlib import Path
import shutil
import subprocess
import tempfile

from builder.freeze.errors import ToolMissing

SOURCE = Path(__file__).with_name("products.c")
COMPILERS = {"linux64": "gcc", "win64": "x86_64-w64-mingw32-gcc"}
# Debian's names of what holds them.
_PACKAGES = {"linux64": "gcc", "win64": "gcc-mingw-w64-x86-64-win32"}
_REPLACED = "libscipy_openblas*"
# Of GCC's Fortran, for OpenBLAS alone.
_NEEDED_BY_IT = ("libgfortran*", "libquadmath*")
# Complex products by their definition; nothing of a C library, so that none has to be there. No product is rounded
# together with a sum (contracted), so that all compilers come to the same numbers.
_OPTIONS = (
    "-O2", "-std=gnu11", "-shared", "-s", "-ffreestanding", "-nostdlib", "-nostartfiles", "-fvisibility=hidden",
    "-fcx-limited-range", "-ffp-contract=off",
)  # fmt: skip
_LINUX = ("-fPIC", "-Wl,--build-id=none")
# Without a fixed base the linker would make one of the path of its output.
_WINDOWS = ("-Wl,--entry,DllMain", "-Wl,--no-insert-timestamp", "-Wl,--image-base,0x180000000")
_WINDOWS_LIBRARIES = ("-lkernel32",)


def compiler(platform: str) -> str | None:
    """The C compiler for this platform, if it is installed here."""
    return shutil.which(COMPILERS[platform]) if platform in COMPILERS else None


def problem(platform: str) -> ToolMissing | None:
    """That the compiler is missing; it is asked for on Linux alone, where it is easily had."""
    if compiler(platform) is None:
        return ToolMissing(platform, COMPILERS[platform], f"apt-get install {_PACKAGES[platform]}")
    return None


def only_products(platform: str, folder: Path) -> None:
    """Replace the library below `folder`; where a Windows PC has no compiler, the whole OpenBLAS stays."""
    program = compiler(platform)
    for library in folder.rglob(_REPLACED) if program else ():
        compile_products(platform, library)
        for pattern in _NEEDED_BY_IT:
            for needless in library.parent.glob(pattern):
                needless.unlink()


def compile_products(platform: str, library: Path) -> None:
    """Write the library; it has the name by which NumPy asks for it."""
    windows = platform == "win64"
    special = _WINDOWS if windows else (*_LINUX, f"-Wl,-soname,{library.name}")
    with tempfile.TemporaryDirectory() as work:
        made = Path(work, library.name)
        command = [COMPILERS[platform], *_OPTIONS, *special, "-o", made, SOURCE]
        command += _WINDOWS_LIBRARIES if windows else ()
        subprocess.run(command, check=True, capture_output=True)
        shutil.copyfile(made, library)
