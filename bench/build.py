"""python -m bench.build: what mkbundle costs per file, as a ratio to `cp -r`, beside three other programs.

The first row of ours is what people run: everything on, check included. The next is the same without the
search for originals; those below it leave out one thing after the other.
The cost per file is the slope between two numbers of files, by the clock and as time of all processors; the latter says
more on a machine that others use as well.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
import shutil
import statistics
import subprocess
import tempfile
import time

from bench import growth, medium, peers
from bench.measure import Run, fixed, print_goal, run, slope
from bench.peers import Command
from bench.reading import cost_of_reading, readings
from bench.scans import write_scans

_DEFAULT, _CHUNKS, _UNSEARCHED, _UNCHECKED, _UNREAD, _HEADERS = (
    "mkbundle", "--web full", "nothing searched", "without the check", "nothing read", "--no-picture-search",
)  # fmt: skip
_COPY, _LIMIT = "cp -r", "SHA-256 of each file"
_OURS = {
    _DEFAULT: peers.checked, _CHUNKS: peers.with_chunks, _UNSEARCHED: peers.unsearched, _UNCHECKED: peers.unchecked,
    _UNREAD: peers.unread, _HEADERS: peers.headers_only,
}  # fmt: skip
# Of the default build without the search for originals.
_GOAL_SEARCH = 1.25
# Milliseconds more for the images for browsers, of each file.
_GOAL_CHUNKS = 2.5
# Times `cp -r`, seconds, and the share of a medium's pace.
_GOAL_PICTURES, _GOAL_HEADERS, _GOAL_FIXED, _GOAL_PACE = 3.0, 1.5, 1.5, 0.95
_PACE = 100_000_000
# A build with something for the researcher to look at ends with 1.
_WELL = (0, 1)
# A file system looks for freed places for some seconds after files were deleted, which would slow down the next run.
_REST = 6

Commands = Mapping[str, Callable[[Path, Path], Command]]
Runs = dict[str, dict[int, list[Run]]]


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.work) as folder:
        work = Path(folder)
        scans = {number: _scans(work, number) for number in arguments.files}
        others = {} if arguments.no_peers else peers.peers(work)
        with _target(arguments.target) as target:
            print(f"{arguments.files} files of 512 x 512 x 16 bit, {arguments.rounds} rounds, written to {target.kind}")
            _print_slopes(
                _measure(
                    scans,
                    target.folder,
                    {_COPY: peers.copy, _LIMIT: peers.bytes_alone} | _OURS | others,
                    arguments.rounds,
                )
            )
            _print_readings(scans[min(scans)], target.folder)
        if arguments.slow:
            _measure_slow(work, scans, arguments.rounds)
        if arguments.exfat:
            _measure_exfat(work, scans, arguments.rounds)
        scans.clear()
        if arguments.many is not None:
            growth.measure(work, arguments.many)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs=2, default=[600, 3000], metavar="N", help="two numbers of files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, help="where the scans are made")
    parser.add_argument("--target", type=Path, help="where to write; default: memory, so that no disk is measured")
    parser.add_argument("--no-peers", action="store_true", help="only cp and mkbundle")
    parser.add_argument(
        "--many", type=int, nargs="*", metavar="N", help="also so many small files: growth, memory and the check"
    )
    parser.add_argument("--slow", action="store_true", help="also onto a medium of 100 MB/s (root, cgroup v1)")
    parser.add_argument("--exfat", action="store_true", help="also onto an exFAT image (root, exfatprogs, exfat-fuse)")
    return parser.parse_args()


def _scans(work: Path, number: int) -> Path:
    folder = work / f"scans-{number}"
    write_scans(folder, number)
    run(["cat", *sorted(folder.rglob("*.dcm"))])  # so that all find them in memory
    return folder


class _Target:
    """A folder to write to, and what it is called in the table."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder, self.kind = folder, kind


@contextmanager
def _target(chosen: Path | None) -> Iterator[_Target]:
    memory = Path("/dev/shm")  # where Linux keeps files in memory
    parent = chosen or (memory if memory.is_dir() else None)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as folder:
        yield _Target(Path(folder), "memory" if parent == memory else str(chosen or "a temporary folder"))


# Measuring


def _measure(scans: Mapping[int, Path], target: Path, commands: Commands, rounds: int) -> Runs:
    """All commands on all folders in turn, so that whatever else the machine does meets all of them."""
    runs: Runs = {name: {number: [] for number in scans} for name in commands}
    for turn in range(rounds):
        for name, command in commands.items():
            if turn and name not in (_COPY, _LIMIT, *_OURS):  # far slower: once tells enough
                continue
            for number, folder in scans.items():
                runs[name][number].append(_one(command, folder, target))
    return runs


def _one(command: Callable[[Path, Path], Command], scans: Path, target: Path) -> Run:
    place = target / "run"
    place.mkdir()
    try:
        return run(command(scans, place), well=_WELL)
    finally:
        shutil.rmtree(place)
        if not _is_memory(target):
            time.sleep(_REST)


def _is_memory(folder: Path) -> bool:
    kind = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=True)
    return kind.stdout.strip() == "tmpfs"


# Printing


def _clock(runs: Mapping[int, list[Run]]) -> dict[int, list[float]]:
    return {number: [run.seconds for run in several] for number, several in runs.items()}


def _processor(runs: Mapping[int, list[Run]]) -> dict[int, list[float]]:
    return {number: [run.processor for run in several] for number, several in runs.items()}


def _print_slopes(runs: Runs) -> None:
    clock, processor = slope(_clock(runs[_COPY])), slope(_processor(runs[_COPY]))
    print(f"\n{'':22}{'per file':>10}{'of cp -r':>10}{'processors':>12}{'of cp -r':>10}{'fixed':>9}")
    for name, some in runs.items():
        seconds, used = slope(_clock(some)), slope(_processor(some))
        print(
            f"{name:22}{seconds * 1000:7.2f} ms{seconds / clock:10.2f}{used * 1000:9.2f} ms{used / processor:10.2f}"
            f"{fixed(_clock(some)):7.2f} s"
        )
    for name, goal in ((_UNREAD, _GOAL_PICTURES), (_HEADERS, _GOAL_HEADERS)):
        print_goal(f"{name}, per file, of cp -r,", slope(_clock(runs[name])) / clock, goal)
    at_least = slope(_clock(runs[_LIMIT]))
    for name in (_UNREAD, _HEADERS):
        print(f"{name}, per file, of reading, SHA-256 and writing alone: {slope(_clock(runs[name])) / at_least:.2f}")
    searched, unsearched = (slope(_clock(runs[name])) for name in (_DEFAULT, _UNSEARCHED))
    print_goal("mkbundle, per file, of one that searches for no originals,", searched / unsearched, _GOAL_SEARCH)
    apart = slope(_clock(runs[_CHUNKS])) - slope(_clock(runs[_DEFAULT]))
    print_goal("--web full, per file, milliseconds more,", 1000 * apart, _GOAL_CHUNKS)
    print_goal("fixed start in seconds,", fixed(_clock(runs[_HEADERS])), _GOAL_FIXED)


def _print_readings(scans: Path, target: Path) -> None:
    """What the reader of text costs: so many readings, each of so long."""
    place = target / "run"
    place.mkdir()
    number = readings(peers.unread(scans, place), place)
    shutil.rmtree(place)
    series = sum(path.is_dir() for path in scans.iterdir())
    files = sum(1 for _ in scans.rglob("*.dcm"))
    cost = cost_of_reading()
    print(
        f"reader of text: {number} readings in {series} series, {cost:.2f} s of one core each,"
        f" {1000 * cost * number / files:.2f} ms a file"
    )


def _measure_slow(work: Path, scans: Mapping[int, Path], rounds: int) -> None:
    """The pace is that of the bytes of more files; `cp -r` with a flush at its end is held to the same."""
    size = max(sum(path.stat().st_size for path in folder.rglob("*.dcm")) for folder in scans.values())
    with medium.slow(work, size, _PACE) as drive:
        runs = _measure(scans, drive, {_COPY: peers.flushed_copy, _UNREAD: peers.unread}, rounds)
    print(f"\nOnto a medium of {_PACE / 1e6:.0f} MB/s")
    bytes_per_file = size / max(scans)
    for name, some in runs.items():
        print(f"{name:20}{bytes_per_file / slope(_clock(some)) / 1e6:7.1f} MB/s")
    print_goal(
        "share of the medium's pace,", bytes_per_file / slope(_clock(runs[_UNREAD])) / _PACE, _GOAL_PACE, at_least=True
    )


def _measure_exfat(work: Path, scans: Mapping[int, Path], rounds: int) -> None:
    few = min(scans)
    with medium.exfat(work) as drive:
        runs = _measure({few: scans[few]}, drive, {_COPY: peers.copy, _HEADERS: peers.headers_only}, rounds)
    medians = {name: statistics.median(_clock(some)[few]) for name, some in runs.items()}
    print(f"\nOnto an exFAT image (exfat-fuse, loop device), {few} files")
    for name, seconds in medians.items():
        print(f"{name:20}{seconds:8.2f} s{seconds / medians['cp -r']:8.2f} of cp -r")


if __name__ == "__main__":
    main()
