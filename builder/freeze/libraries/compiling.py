"""Compiles the small libraries of a pack, the same bytes each time."""

from collections.abc import Sequence
from pathlib import Path
import shutil
import subprocess
import tempfile

from builder.freeze.errors import ToolMissing

COMPILERS = {"linux64": "gcc", "win64": "x86_64-w64-mingw32-gcc"}
# Debian's names of what holds them.
_PACKAGES = {"linux64": "gcc", "win64": "gcc-mingw-w64-x86-64-win32"}
# Nothing of a C library, so that none has to be there.
_OPTIONS = ("-O2", "-std=gnu11", "-shared", "-s", "-ffreestanding", "-nostdlib", "-nostartfiles", "-fvisibility=hidden")
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


def compile_library(platform: str, sources: Sequence[Path], library: Path, *options: str) -> None:
    """Write the library; it has the name by which others ask for it."""
    windows = platform == "win64"
    special = _WINDOWS if windows else (*_LINUX, f"-Wl,-soname,{library.name}")
    with tempfile.TemporaryDirectory() as work:
        made = Path(work, library.name)
        command = [COMPILERS[platform], *_OPTIONS, *options, *special, "-o", str(made), *map(str, sources)]
        subprocess.run([*command, *(_WINDOWS_LIBRARIES if windows else ())], check=True, capture_output=True)
        library.unlink(missing_ok=True)  # it may be a link to another one's file
        shutil.copyfile(made, library)
