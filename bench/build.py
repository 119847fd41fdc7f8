"""python -m bench.build: what mkbundle costs per file, as a ratio to `cp -r`, beside three other programs."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
import shutil
import statistics
import subprocess
import tempfile
import time

from bench import peers
from bench.measure import fixed, run, slope
from bench.peers import Command
from bench.scans import write_scans

_GOAL_RATIO, _GOAL_FIXED, _GOAL_MEGABYTES = 1.5, 1.5, 500
# Enough pictures for a slope, small enough that 30,000 of them fit anywhere.
_SMALL_SIDE = 64
_MANY = (300, 3_000, 30_000)
_IMAGE_BYTES = 3 << 30
# A file system looks for freed places for some seconds after files were deleted, which would slow down the next run.
_REST = 6

Times = dict[str, dict[int, list[float]]]


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.work) as folder:
        work = Path(folder)
        scans = {number: _scans(work, number) for number in arguments.files}
        others = {} if arguments.no_peers else peers.peers(work)
        with _target(arguments.target) as target:
            print(f"{arguments.files} files of 512 x 512 x 16 bit, {arguments.rounds} rounds, written to {target.kind}")
            _print_slopes(_measure(scans, target.folder, others, arguments.rounds))
        if arguments.many:
            _print_growth(work)
        if arguments.exfat:
            with _exfat(work) as drive:
                print(f"\nThe same onto an exFAT image (exfat-fuse, loop device), {arguments.files[0]} files")
                _print_medians(_measure({arguments.files[0]: scans[arguments.files[0]]}, drive, {}, arguments.rounds))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs=2, default=[600, 3000], metavar="N", help="two numbers of files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, help="where the scans are made")
    parser.add_argument("--target", type=Path, help="where to write; default: memory, so that no disk is measured")
    parser.add_argument("--no-peers", action="store_true", help="only cp and mkbundle")
    parser.add_argument("--many", action="store_true", help="also up to 30,000 small files: growth and memory")
    parser.add_argument("--exfat", action="store_true", help="also onto an exFAT image (root, exfatprogs, exfat-fuse)")
    return parser.parse_args()


def _scans(work: Path, number: int, side: int = 512) -> Path:
    folder = work / f"scans-{number}-{side}"
    write_scans(folder, number, side)
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


def _measure(
    scans: dict[int, Path], target: Path, others: dict[str, Callable[[Path, Path], Command]], rounds: int
) -> Times:
    """All commands on all folders in turn, so that whatever else the machine does meets all of them."""
    commands = {"cp -r": peers.copy, "mkbundle": peers.mkbundle, **others}
    if others:
        commands["with text search"] = peers.mkbundle_with_text_search
    times: Times = {name: {number: [] for number in scans} for name in commands}
    for turn in range(rounds):
        for name, command in commands.items():
            if turn and name not in ("cp -r", "mkbundle"):  # far slower: once tells enough
                continue
            for number, folder in scans.items():
                times[name][number].append(_one(command, folder, target))
    return times


def _one(command: Callable[[Path, Path], Command], scans: Path, target: Path) -> float:
    place = target / "run"
    place.mkdir()
    try:
        return run(command(scans, place)).seconds
    finally:
        shutil.rmtree(place)
        if not _is_memory(target):
            time.sleep(_REST)


def _is_memory(folder: Path) -> bool:
    kind = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=True)
    return kind.stdout.strip() == "tmpfs"


# Printing


def _print_slopes(times: Times) -> None:
    base = slope(times["cp -r"])
    print(f"\n{'':18}{'per file':>10}{'of cp -r':>10}{'fixed':>9}")
    for name, measured in times.items():
        ratio = slope(measured) / base
        print(f"{name:18}{slope(measured) * 1000:7.2f} ms{ratio:10.2f}{fixed(measured):7.2f} s")
    ours = times["mkbundle"]
    _print_goal("per file, of cp -r", slope(ours) / base, _GOAL_RATIO)
    _print_goal("fixed start in seconds", fixed(ours), _GOAL_FIXED)


def _print_medians(times: Times) -> None:
    for name, measured in times.items():
        for number, seconds in measured.items():
            print(f"{name:18}{number:7} files{statistics.median(seconds):8.2f} s")
    ((_, copied),), ((_, made),) = times["cp -r"].items(), times["mkbundle"].items()
    print(f"ratio {statistics.median(made) / statistics.median(copied):.2f}")


def _print_growth(work: Path) -> None:
    print(f"\nGrowth, files of {_SMALL_SIDE} x {_SMALL_SIDE}")
    for number in _MANY:
        scans = _scans(work, number, _SMALL_SIDE)
        place = work / "run"
        place.mkdir()
        measured = run(peers.mkbundle(scans, place), weigh=True)
        shutil.rmtree(place)
        shutil.rmtree(scans)
        per_file = measured.seconds / number * 1000
        print(f"{number:7} files{measured.seconds:8.2f} s{per_file:7.2f} ms a file{measured.megabytes:7.0f} MB")
    _print_goal("memory in MB, all processes", measured.megabytes, _GOAL_MEGABYTES)


def _print_goal(what: str, reached: float, goal: float) -> None:
    print(f"goal: {what} at most {goal}: {reached:.2f}, {'reached' if reached <= goal else 'MISSED'}")


@contextmanager
def _exfat(work: Path) -> Iterator[Path]:
    """A real exFAT file system on a loop device."""
    image, drive = work / "stick.img", work / "stick"
    drive.mkdir()
    with image.open("wb") as stream:
        stream.truncate(_IMAGE_BYTES)
    _command("mkfs.exfat", image)
    loop = _command("losetup", "--find", "--show", image)
    try:
        _command("mount.exfat-fuse", loop, drive)
        try:
            yield drive
        finally:
            _command("umount", drive)
    finally:
        _command("losetup", "--detach", loop)


def _command(*command: str | Path) -> str:
    done: Sequence[str] = list(map(str, command))
    return subprocess.run(done, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
