"""python -m bench.check: how long `mkbundle check` takes, as a ratio to `sha256sum -c` over the same medium.

Both are whole programs, begin with a cold file cache, and take turns. The time of all processors is given too, which
says more than the clock on a machine that others use. `--work` says where the medium is: a folder of
a stick, a disk, or of memory (/dev/shm), where nothing but the processor counts.
"""

import argparse
import os
from pathlib import Path
import shutil
import statistics
import subprocess
import sys
import tempfile

from bench.measure import Run, run
from bench.scans import write_scans
from bundle.layout import MANIFEST

_GOAL = 1.2
_MKBUNDLE = (sys.executable, "-c", "from builder.cli.main import main; main()")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, help="where the bundle is made")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.work) as folder:
        bundle = _bundle(Path(folder), arguments.files)
        size = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file())
        print(f"{arguments.files} files of 512 x 512 x 16 bit, {size / 1e6:,.0f} MB, {arguments.rounds} rounds, cold")
        _print(_measure(bundle, arguments.rounds), size)


def _bundle(work: Path, files: int) -> Path:
    write_scans(work / "scans", files)
    bundle = work / "bundle"
    bundle.mkdir()
    options = ("--viewer", "none", "--no-check", "--no-progress", "--no-picture-search", "--key", str(work / "key"))
    subprocess.run([*_MKBUNDLE, work / "scans", bundle, *options], check=True, capture_output=True)
    shutil.rmtree(work / "scans")
    return bundle


def _measure(bundle: Path, rounds: int) -> dict[str, list[Run]]:
    """Runs by program, by turns."""
    commands = {
        "sha256sum -c": ("sh", "-c", f"cd '{bundle}' && sha256sum --quiet -c {MANIFEST}"),
        "mkbundle check": (*_MKBUNDLE, "check", str(bundle), "--no-progress"),
        "mkbundle check --quick": (*_MKBUNDLE, "check", "--quick", str(bundle), "--no-progress"),
    }
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            _forget(bundle)
            runs[name].append(run(command))
    return runs


def _forget(bundle: Path) -> None:
    """Take the files out of the cache, so that they come from the medium."""
    os.sync()
    for path in bundle.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def _print(runs: dict[str, list[Run]], size: int) -> None:
    """Medians of the clock and the best of the processors, each as a multiple of sha256sum's."""
    clock = {name: statistics.median(run.seconds for run in several) for name, several in runs.items()}
    processor = {name: min(run.processor for run in several) for name, several in runs.items()}
    yardstick = next(iter(runs))
    for name in runs:
        rate = f"{size / clock[name] / 1e6:6,.0f} MB/s" if "quick" not in name else ""
        print(
            f"{name:<24}{clock[name]:8.2f} s {clock[name] / clock[yardstick]:6.2f} times   processors "
            f"{processor[name]:6.2f} s {processor[name] / processor[yardstick]:6.2f} times  {rate}"
        )
    print(f"goal: {_GOAL} times")


if __name__ == "__main__":
    main()
