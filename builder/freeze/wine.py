"""Freezes for Windows on Linux: the Windows Python of `windows`, run by Wine."""

from importlib.util import find_spec
import os
from pathlib import Path
import shutil
import sys

from builder.freeze import cache, windows
from builder.freeze.errors import FreezeFailed, PlatformUnsupported, ToolMissing, WineMissing
from builder.freeze.libraries import compiling
from builder.freeze.program import Program
from builder.freeze.pyinstaller import Say, Toolbox, fixed_environment, last_lines, log_file, run_with_pipes
from bundle.errors import BundleError


def problem(platform: str, program: Program) -> BundleError | None:
    """Which tool is missing, if one is."""
    if platform != "win64" or sys.platform != "linux":
        return PlatformUnsupported(platform, sys.platform)
    if shutil.which("wine") is None or shutil.which("wineboot") is None:
        return WineMissing()
    if find_spec("pip") is None:
        return ToolMissing(platform, "pip", "apt-get install python3-pip")
    return compiling.problem(platform)


def versions() -> list[str]:
    """The pins determine everything, and they are part of this package."""
    return [windows.pins_digest()]


def prepare(say: Say) -> Toolbox:
    """Prepare the Windows Python and a Wine prefix to run it in."""
    home = windows.windows_python(say)
    environment = wine_environment(_prefix(say))
    return Toolbox(
        python=("wine", str(home / "python.exe")),
        environment=environment,
        package_folders=(home / "Lib" / "site-packages",),
        python_licence=home / "LICENSE.txt",
        python_version=windows.PYTHON_VERSION,
    )


def wine_environment(prefix: Path) -> dict[str, str]:
    """Without a display, and without the helpers that would put menus on the user's desktop or ask for .NET."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return fixed_environment(kept) | {
        "WINEPREFIX": str(prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
    }


def _prefix(say: Say) -> Path:
    """Wine's own Windows folder, made once; the marker says that it is complete."""
    prefix = (cache.root() / "wine").resolve()
    marker = prefix / "mkbundle-ready"
    with cache.locked(prefix):
        if not marker.is_file():
            say("Setting up Wine (once)")
            shutil.rmtree(prefix, ignore_errors=True)
            prefix.mkdir(parents=True, exist_ok=True)
            said, ended_well = run_with_pipes(["wineboot", "--init"], prefix, wine_environment(prefix))
            if not ended_well:
                raise _failed(said)
            marker.touch()
    return prefix


def _failed(said: str) -> FreezeFailed:
    log = log_file("wine")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(said, encoding="utf-8")
    return FreezeFailed("win64", log, last_lines(said))
