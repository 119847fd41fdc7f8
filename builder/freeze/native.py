"""Freezes for the system that this program runs on, with its own Python."""

from importlib import metadata
from importlib.util import find_spec
import os
from pathlib import Path
import platform as machine
import shutil
import site
import sys
import sysconfig

from builder.freeze.errors import ToolMissing
from builder.freeze.libraries import compiling
from builder.freeze.program import Program
from builder.freeze.pyinstaller import Say, Toolbox, fixed_environment
from bundle.errors import BundleError

_DISTRIBUTIONS = (
    "PyInstaller",
    "pyinstaller-hooks-contrib",
    "PyQt5",
    "PyQt5-Qt5",
    "PyQt5-sip",
    "numpy",
    "vtk",
    "cryptography",
    "cffi",
)
_PIP_NAMES = {"PyInstaller": "pyinstaller", "vtkmodules": "vtk"}


def platform_here() -> str | None:
    """The platform whose pack this machine makes natively, if there is one."""
    if machine.machine().lower() not in {"x86_64", "amd64"}:
        return None
    return {"linux": "linux64", "win32": "win64"}.get(sys.platform)


def host_name() -> str:
    """The name of this kind of computer in messages."""
    return f"{machine.system() or 'this system'} ({machine.machine() or 'unknown processor'})"


def problem(platform: str, program: Program) -> BundleError | None:
    """Which tool or package is missing, if one is."""
    for name in ("PyInstaller", *program.needs):
        if find_spec(name) is None:
            return ToolMissing(platform, f"the Python package {name}", f"pip install {_PIP_NAMES.get(name, name)}")
    if sys.platform == "linux" and shutil.which("objdump") is None:
        return ToolMissing(platform, "objdump", "apt-get install binutils")
    return compiling.problem(platform) if sys.platform == "linux" else None


def versions() -> list[str]:
    """The interpreter, the system's C library, the packages to freeze, and whether there is a compiler."""
    # Linux makes no pack without one, but takes a pack that is there already.
    compiler = str(sys.platform == "linux" or compiling.compiler(platform_here() or "") is not None)
    return [sys.version, *machine.libc_ver(), *(f"{name} {_version(name)}" for name in _DISTRIBUTIONS), compiler]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"


def prepare(say: Say) -> Toolbox:
    """Everything is already installed."""
    return Toolbox(
        python=(sys.executable,),
        environment=fixed_environment(dict(os.environ)),
        package_folders=tuple(dict.fromkeys(Path(folder) for folder in _package_folders())),
        python_licence=_licence(),
        python_version=machine.python_version(),
    )


def _package_folders() -> list[str]:
    known = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]
    return [*known, site.getusersitepackages()]


def _licence() -> Path | None:
    """Python's licence is in its library, on Windows beside python.exe, in Debian with the documentation."""
    numbered = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = (
        Path(sysconfig.get_path("stdlib"), "LICENSE.txt"),
        Path(sys.base_prefix, "LICENSE.txt"),
        Path("/usr/share/doc", numbered, "copyright"),
    )
    return next((place for place in places if place.is_file()), None)
