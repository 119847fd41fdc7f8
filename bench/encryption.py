"""python -m bench.encryption: what encryption costs, against a plain stick of the same scans in the same run.

The same build makes both. Every reader is a process of its own and times itself without its start: loading one series,
and the way from the password to the index. Files are in the file cache, so that nothing hides behind a slow stick; the
last row is loading from one.
"""

import argparse
from collections.abc import Callable
from contextlib import closing
import json
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile
import time

from bench.measure import print_goal, reader_parser, run
from bench.scans import write_scans
from bench.startup.stick import slow_stick

_PASSWORD = "acorn beacon cricket delta ember"
_SLICES = 256
# MB/s of a slow stick.
_SLOW = 30
# Seconds from password to first slice, shares of the plain speed, ratio of times, of sizes.
_GOAL_OPEN, _GOAL_FROM_MEMORY, _GOAL_SLOW, _GOAL_BUILD, _GOAL_SIZE = 1.0, 0.6, 0.9, 1.25, 0.1


def main() -> None:
    """Measure and print; with a name of a reader, be that reader."""
    arguments = _arguments()
    if arguments.reader:
        print(json.dumps(_READERS[arguments.reader](arguments.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.work) as folder:
        work = Path(folder)
        write_scans(work / "scans", arguments.slices, per_series=arguments.slices)
        (work / "pw").write_text(_PASSWORD)
        print(f"{arguments.slices} slices of 512 x 512 x 16 bit, {arguments.rounds} rounds, in the file cache")
        _print_builds(work, arguments.rounds)
        _print_readers(work, arguments.rounds)
        _print_slow(work, arguments.rounds)


def _arguments() -> argparse.Namespace:
    parser = reader_parser(__doc__, _SLICES, 5)
    return parser.parse_args()


# Readers


def _medium(folder: Path):  # noqa: ANN202 - plain or sealed
    from bundle.medium.plain import PlainMedium
    from bundle.sealed.medium import is_sealed, open_medium

    return open_medium(folder, _PASSWORD) if is_sealed(folder) else PlainMedium(folder)


def _load(folder: Path) -> float:
    from bundle.index.index import Catalog
    from viewer.images.loading import Loader
    from viewer.images.volume import LoadedStack

    with Catalog(_medium(folder)) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        start = time.perf_counter()
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
        loader = Loader(catalog.medium, loaded, stack.preview_frame, lambda index: None)
        loader.start()
        loader.join()
        seconds = time.perf_counter() - start
    assert loaded.complete and not loaded.damaged
    return seconds


def _open(folder: Path) -> float:
    """From the password to the first slice in memory."""
    from bundle.index.index import Catalog
    from viewer.images.volume import FrameReader, LoadedStack

    start = time.perf_counter()
    with Catalog(_medium(folder)) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
        FrameReader(catalog.medium, loaded).read(stack.preview_frame)
    assert loaded.slices[stack.preview_frame] is True
    return time.perf_counter() - start


_READERS: dict[str, Callable[[Path], float]] = {"load": _load, "open": _open}


# Figures


def _print_builds(work: Path, rounds: int) -> None:
    """The command as people type it first; then without its check and its search, where encryption weighs most."""
    bare = ["--no-check", "--no-picture-search"]
    usual = _build_times(work, "", [], min(rounds, 3))
    quick = _build_times(work, "quick", bare, min(rounds, 3))
    print(f"build with check and search of the pictures: plain {usual[0]:.1f} s, encrypted {usual[1]:.1f} s")
    print_goal("encrypted build over plain build", usual[1] / usual[0], _GOAL_BUILD)
    print(f"build with {' '.join(bare)}: plain {quick[0]:.1f} s, encrypted {quick[1]:.1f} s,")
    print(f"  {quick[1] / quick[0]:.2f} times as long (no goal: nobody gives such a stick away)")
    plain, sealed = (sum(path.stat().st_size for path in (work / name).rglob("*") if path.is_file())
                     for name in ("plain0", "sealed0"))  # fmt: skip
    with closing(_medium(work / "sealed0")) as medium:
        padding = medium.padding
    print(f"size: plain {plain:,} bytes, encrypted {sealed:,} bytes, of which padding {padding:,}")
    more = 100 * ((sealed - padding) / plain - 1)
    print_goal("size of the encrypted stick beyond its padding, percent more", more, _GOAL_SIZE, digits=3)


def _build_times(work: Path, kind: str, more: list[str], rounds: int) -> tuple[float, float]:
    """The median seconds of a plain and of an encrypted build, one after the other in turn."""
    seconds: dict[str, list[float]] = {"plain": [], "sealed": []}
    for number in range(rounds):
        for name, sealing in (("plain", []), ("sealed", ["--encrypt", "--password-file", work / "pw"])):
            drive = work / f"{kind}{name}{number}"
            drive.mkdir()
            program = "from builder.cli.main import main; main()"
            options = [
                "--viewer",
                "none",
                "--no-progress",
                "--key",
                work / f"key-{kind}{name}{number}",
                *more,
                *sealing,
            ]
            seconds[name].append(run([sys.executable, "-c", program, work / "scans", drive, *options]).seconds)
    return statistics.median(seconds["plain"]), statistics.median(seconds["sealed"])


def _print_slow(work: Path, rounds: int) -> None:
    """Loading from a stick that reads 30 MB/s, cold."""
    seconds: dict[str, list[float]] = {"plain0": [], "sealed0": []}
    try:
        for name, found in seconds.items():
            with slow_stick(work / name, _SLOW) as stick:
                for _ in range(min(rounds, 3)):
                    stick.forget()
                    found.append(_timed("load", stick.root, stick.join))
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"from {_SLOW} MB/s: not measured, as that needs root, loop devices and blkio ({type(error).__name__})")
        return
    plain, sealed = (statistics.median(found) for found in seconds.values())
    print(f"load from {_SLOW} MB/s: plain {plain:.2f} s, encrypted {sealed:.2f} s")
    print_goal(f"speed of loading from {_SLOW} MB/s, share of the plain one", plain / sealed, _GOAL_SLOW, at_least=True)


def _print_readers(work: Path, rounds: int) -> None:
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for reader in _READERS:
            for name in ("plain0", "sealed0"):
                times.setdefault((reader, name), []).append(_timed(reader, work / name))
    median = {key: statistics.median(found) for key, found in times.items()}
    for (reader, name), found in times.items():
        print(f"{reader:5} {name.rstrip('0'):7} {median[reader, name]:.3f} s, {min(found):.3f} to {max(found):.3f}")
    print_goal("seconds more from the password to the first slice",
               median["open", "sealed0"] - median["open", "plain0"], _GOAL_OPEN)  # fmt: skip
    print_goal("speed of loading from memory, share of the plain one",
               median["load", "plain0"] / median["load", "sealed0"], _GOAL_FROM_MEMORY, at_least=True)  # fmt: skip


def _timed(reader: str, folder: Path, before: Callable[[], None] | None = None) -> float:
    command = [sys.executable, "-m", "bench.encryption", "--reader", reader, "--folder", str(folder)]
    return float(json.loads(_said_by(command, before)))


def _said_by(command: list[str], before: Callable[[], None] | None) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, preexec_fn=before).stdout


if __name__ == "__main__":
    main()
