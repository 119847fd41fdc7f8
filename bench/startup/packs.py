"""What is measured: a bundle with today's packs, and the plain freeze of the yardstick, made in the same run."""

from collections.abc import Sequence
import os
from pathlib import Path
import shutil
import subprocess
import sys

from builder import freeze
from builder.freeze.pyinstaller import run_with_pipes

_PLAIN = Path(__file__).with_name("plain.py")
_NAME = "plain"
_PLAIN_NEEDS = ("pyinstaller", "PyQt5", "vtk", "numpy", "pydicom")


def build_bundle(scans: Sequence[Path], folder: Path, platforms: Sequence[str]) -> Path:
    """A bundle of these scans with the viewers of this commit."""
    drive = folder / "stick"
    drive.mkdir()
    code = "import sys; from builder.cli.main import main; sys.exit(main())"
    options = ["--key", str(folder / "keys" / "study.key"), "--no-progress", "--viewer", ",".join(platforms)]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, scans), str(drive), *options], check=False, stdout=sys.stderr
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"the bundle could not be built: mkbundle ended with {done.returncode}")
    return drive


def freeze_plain_linux(drive: Path, work: Path) -> Path:
    """The yardstick as PyInstaller makes it, beside the bundle's own files; returns its program."""
    python = _fresh_python(work / "plain-environment")
    return _freeze_plain((str(python),), _without_python(), drive / "PLAIN" / "LINUX64") / _NAME


def _fresh_python(folder: Path) -> Path:
    """A Python with nothing but what the yardstick imports."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", *_PLAIN_NEEDS]
    subprocess.run(command, check=True, stdout=sys.stderr, env=_without_python())
    return python


def _without_python() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _freeze_plain(python: Sequence[str], environment: dict[str, str], target: Path) -> Path:
    work = target.parent / f"{target.name}-work"
    work.mkdir(parents=True)
    shutil.copyfile(_PLAIN, work / _PLAIN.name)
    command = [*python, "-m", "PyInstaller", "--noconfirm", "--windowed", "--name", _NAME, _PLAIN.name]
    said, ended_well = run_with_pipes(command, work, environment | {"PYINSTALLER_CONFIG_DIR": "config"})
    if not ended_well:
        raise SystemExit(f"the plain freeze failed:\n{said[-2000:]}")
    shutil.move(work / "dist" / _NAME, target)
    shutil.rmtree(work)
    return target


def size_and_files(folder: Path) -> tuple[int, int]:
    """Bytes and number of files below a folder."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return sum(sizes), len(sizes)


def pack_size(platform: str) -> tuple[int, int]:
    """Bytes and files of the pack of this commit, without the licence texts."""
    pack = freeze.make_pack(platform)
    names = [name for name in pack.files if not name.startswith("VIEWER/LICENSES")]
    return sum((pack.folder / name).stat().st_size for name in names), len(names)
