"""Times commands, weighs their memory, and sums up rounds."""

import argparse
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
import os
from pathlib import Path
import statistics
import subprocess
import time

_WEIGH_EVERY = 0.1


def print_goal(what: str, reached: float, goal: float, *, at_least: bool = False, digits: int = 2) -> None:
    """One line: the goal, what was reached, and whether that is enough."""
    well, limit = (reached >= goal, "at least") if at_least else (reached <= goal, "at most")
    print(f"goal: {what} {limit} {goal}: {reached:.{digits}f}, {'reached' if well else 'MISSED'}")


def reader_parser(description: str | None, slices: int, rounds: int) -> argparse.ArgumentParser:
    """The options of a bench whose readers are processes of their own: each is this program with --reader."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--slices", type=int, default=slices)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--work", type=Path, help="where the scans are made")
    parser.add_argument("--reader", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser


@dataclass(frozen=True)
class Run:
    """Wall time and processor time in seconds, and the most memory in MB (shared pages counted once).

    Processor time and memory are those of a command with its children.
    """

    seconds: float
    megabytes: float
    processor: float


def run(command: Sequence[str | Path], *, weigh: bool = False, well: Collection[int] = (0,)) -> Run:
    """Run a command that must end `well`; its output is kept out of the way. Raises RuntimeError with it otherwise."""
    os.sync()  # what an earlier command left in the cache is not on this one's bill
    start, before = time.perf_counter(), _processor()
    with subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment()
    ) as process:
        most = _weigh(process) if weigh else 0.0
        output = process.communicate()[0]
    seconds = time.perf_counter() - start
    if process.returncode not in well:
        raise RuntimeError(f"{command[0]} failed: {output.decode(errors='replace')[-500:]}")
    return Run(seconds, most, _processor() - before)


def _environment() -> dict[str, str]:
    """As people have it: Python keeps what it has compiled, and compiles it once instead of at each start."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run_here(call: Callable[[], object]) -> float:
    """Seconds of all processors that all processes of this one use while `call` runs, and those that it asks."""
    children = family(os.getpid())
    before = sum(map(used, children))
    call()
    return sum(map(used, children)) - before


def used(pid: int) -> float:
    """Seconds of all processors that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _processor() -> float:
    """Seconds of all processors that ended commands have used."""
    used = os.times()
    return used.children_user + used.children_system


def _weigh(process: subprocess.Popen[bytes]) -> float:
    most = 0.0
    while process.poll() is None:
        most = max(most, sum(map(proportional_megabytes, family(process.pid))))
        time.sleep(_WEIGH_EVERY)
    return most


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:  # it has just ended
        return []
    children = [child for task in tasks for child in _started_by(task)]
    return [pid, *(descendant for child in children for descendant in family(child))]


def _started_by(task: Path) -> list[int]:
    try:
        return [int(child) for child in (task / "children").read_text().split()]
    except OSError:  # a thread that has just ended
        return []


def proportional_megabytes(pid: int) -> float:
    """The memory of a process, shared pages counted in parts."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def slope(times: Mapping[int, Sequence[float]]) -> float:
    """Seconds for one more file, from the medians of the fewest and of the most files."""
    few, many = min(times), max(times)
    return (statistics.median(times[many]) - statistics.median(times[few])) / (many - few)


def fixed(times: Mapping[int, Sequence[float]]) -> float:
    """Seconds that a run takes whatever the number of files."""
    few = min(times)
    return statistics.median(times[few]) - slope(times) * few
