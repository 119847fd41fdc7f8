"""What a build and a check of very many small pictures take: time a file, and the memory of all processes."""

from collections.abc import Sequence
from pathlib import Path
import shutil
import sys

from bench import peers
from bench.measure import Run, print_goal, run
from bench.scans import write_scans

# Enough pictures to count, small enough that 200,000 of them fit anywhere.
_SIDE = 32
_MANY = (3_000, 30_000, 200_000)
_GOAL_MEGABYTES, _GOAL_LINEAR = 500, 1.3
_WELL = (0, 1)
_MKBUNDLE = (sys.executable, "-c", "from builder.cli.main import main; main()")


def measure(work: Path, numbers: Sequence[int]) -> None:
    """Measure and print."""
    print(f"\nGrowth, files of {_SIDE} x {_SIDE}, nothing read")
    print(f"{'':14}{'build':>9}{'a file':>10}{'memory':>10}{'check':>10}{'a file':>10}{'memory':>10}")
    runs = {number: _one(work, number) for number in sorted(numbers or _MANY)}
    for number, (build, check) in runs.items():
        print(f"{number:8} files{_told(build, number)}{_told(check, number)}")
    most = max(runs)
    (build, check), (_, first) = runs[most], runs[min(runs)]
    print_goal("memory of a build in MB, all processes,", build.megabytes, _GOAL_MEGABYTES, digits=1)
    grown = (check.processor / most) / (first.processor / min(runs))
    print_goal("the check's processor time a file, of that for the fewest,", grown, _GOAL_LINEAR, digits=1)


def _one(work: Path, number: int) -> tuple[Run, Run]:
    """A build without its check, and the check alone."""
    scans, place = work / f"many-{number}", work / "run"
    write_scans(scans, number, _SIDE)
    place.mkdir()
    build = run(peers.unread(scans, place), weigh=True, well=_WELL)
    shutil.rmtree(scans)
    check = run([*_MKBUNDLE, "check", place / "drive", "--no-progress"], weigh=True, well=_WELL)
    shutil.rmtree(place)
    return build, check


def _told(run: Run, number: int) -> str:
    return f"{run.seconds:7.1f} s{run.seconds / number * 1000:7.2f} ms{run.megabytes:7.0f} MB"
