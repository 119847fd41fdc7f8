"""Runs PyInstaller over a folder of sources, and arranges its output as on the stick."""

from collections.abc import Callable
from dataclasses import dataclass
import json
from pathlib import Path
import re
import shutil
import subprocess
from typing import Protocol

from builder.freeze import cache, trim
from builder.freeze import program as programs
from builder.freeze.errors import FreezeFailed
from builder.freeze.libraries import blas, dlls, icu, unused
from builder.freeze.program import Program
from builder.waiting import said_until_end
from bundle import __version__
from bundle.errors import BundleError
from bundle.layout import LINUX_PACK, READER_PACKS, WINDOWS_PACK

Say = Callable[[str], None]

SPEC = "pack.spec"
START_HOOK = "start_hook.py"
ICON = "viewer.ico"
TITLE = "Portable DICOM viewer"
# Windows programs start in the root of the stick, with everything else below VIEWER; on Linux a script starts it there.
_CONTENTS = {WINDOWS_PACK.name: WINDOWS_PACK.folder.split("/"), LINUX_PACK.name: ["lib"]}
_OWN_FOLDER = Path(__file__).parent
_LONGEST = 3600.0
_LAST_LINES = 12
# Wine 8 reports this for about one in some thousand programs that it starts, and PyInstaller starts dozens.
_NOT_STARTED = "[WinError 1359]"


@dataclass(frozen=True)
class Toolbox:
    """A Python with PyInstaller: how to start it, where its packages are, and where its own licence is."""

    python: tuple[str, ...]
    environment: dict[str, str]
    package_folders: tuple[Path, ...]
    python_licence: Path | None
    python_version: str


class Workshop(Protocol):
    """A way to freeze for one platform; the modules `native` and `wine` are such ways."""

    def problem(self, platform: str, program: Program) -> BundleError | None:
        """Why it is impossible here, if it is."""

    def versions(self) -> list[str]:
        """Everything that the result depends on besides the sources."""

    def prepare(self, say: Say) -> Toolbox:
        """Get everything ready; this may download."""


def fixed_environment(base: dict[str, str]) -> dict[str, str]:
    """The environment without Python's own variables, and with those that make builds reproducible."""
    kept = {name: value for name, value in base.items() if not name.startswith("PYTHON")}
    return kept | {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "315532800", "PYTHONUTF8": "1"}


def freeze(platform: str, program: Program, toolbox: Toolbox, *, log: Path, work: Path, folder: Path) -> list[str]:
    """Freeze the program into `folder`; returns the paths of the frozen files in the toolbox's view."""
    programs.copy_sources(program, work)
    for name in (SPEC, START_HOOK, ICON):
        shutil.copyfile(_OWN_FOLDER / name, work / name)
    job = _job(platform, program, _early(program, toolbox, work))
    (work / "job.json").write_text(json.dumps(job), encoding="utf-8")
    _run(platform, toolbox, log, work)
    target = folder if platform == WINDOWS_PACK.name else folder / READER_PACKS[platform].folder
    _move_tree(work / "dist" / "pack", target)
    trim.press_library(folder)
    blas.only_products(platform, folder)
    if platform == LINUX_PACK.name:
        trim.strip_symbols(folder)
        icu.without_data(folder)
    else:
        unused.leave_out(folder)
        dlls.share_runtime(folder, folder.joinpath(*_CONTENTS[platform]))
        dlls.shorten(folder)
        dlls.hold_in_memory(folder)
    collected: list[str] = json.loads((work / "collected.json").read_text(encoding="utf-8"))
    return collected


def _early(program: Program, toolbox: Toolbox, work: Path) -> list[str]:
    """The modules that a start loads, in its order: they lie together, so that little else is read with them."""
    if not program.first:
        return []
    code = f"import sys, {program.first}; print(*sys.modules, sep='\\n')"
    said, ended_well = run_with_pipes([*toolbox.python, "-c", code], work, toolbox.environment)
    return said.split() if ended_well else []


def _job(platform: str, program: Program, early: list[str]) -> dict[str, object]:
    numbers = [int(part) for part in re.findall(r"\d+", __version__)]
    return {
        "contents": _CONTENTS[platform],
        "modules": [*programs.modules(program), *program.needs],
        "data": programs.data_files(program),
        "excludes": trim.MODULES,
        "empty_modules": trim.EMPTY_MODULES if "vtkmodules" in program.needs else (),
        "early": early,
        "leave_out": trim.PATTERNS,
        "kept": trim.KEPT,
        "title": TITLE,
        "version": __version__,
        "version_numbers": [*numbers, 0, 0, 0, 0][:4],
    }


def _run(platform: str, toolbox: Toolbox, log: Path, work: Path) -> None:
    command = [*toolbox.python, "-m", "PyInstaller", "--noconfirm", "--distpath", "dist", SPEC]
    environment = toolbox.environment | {"PYINSTALLER_CONFIG_DIR": "config"}
    said, ended_well = run_with_pipes(command, work, environment)
    if not ended_well and _NOT_STARTED in said:
        said, ended_well = run_with_pipes(command, work, environment)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(said, encoding="utf-8")
    if not ended_well or not (work / "dist" / "pack").is_dir() or not (work / "collected.json").is_file():
        raise FreezeFailed(platform, log, last_lines(said))


def run_with_pipes(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[str, bool]:
    """Run a program to its end; both streams are pipes, since Python under Wine stops at anything else."""
    pipe = subprocess.PIPE
    try:
        with subprocess.Popen(
            command, cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
        ) as process:
            try:
                said = said_until_end(process, _LONGEST, b"\n")
            except BaseException:
                process.kill()
                raise
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {error}", False
    return said.decode("utf-8", "replace").replace("\r\n", "\n"), process.returncode == 0


def last_lines(said: str) -> str:
    """The end of a log, short enough for a message."""
    return "\n".join(said.strip().splitlines()[-_LAST_LINES:])


def _move_tree(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        shutil.move(path, target / path.name)


def log_file(name: str) -> Path:
    """The log of PyInstaller, kept even after a failure."""
    return cache.root() / "logs" / f"{name}.log"
