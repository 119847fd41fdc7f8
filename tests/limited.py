"""Runs a program as a person would start it, and says how long it took and how much memory it needed."""

from dataclasses import dataclass
import json
import os
from pathlib import Path
import subprocess
import sys

SECONDS, MEGABYTES = 10.0, 500.0
# What goes beyond every limit is ended here, before it takes the whole PC. Several tests may share it, so that the
# seconds are those of the processor, and a program that hangs has more of the clock's.
_MOST_SECONDS, _MOST_BYTES = 90.0, 6 << 30
_ROOM = Path(__file__).parents[1]
MKBUNDLE = ("-c", "from builder.cli.main import main; main()")
VIEWER = ("-m", "viewer")

# Linux counts the memory that a process had before it became another program: a small one must start what is measured.
_MEASURE = f"""
import json, os, resource, signal, sys
process = os.fork()
if process == 0:
    resource.setrlimit(resource.RLIMIT_AS, ({_MOST_BYTES},) * 2)
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGKILL))
signal.alarm({_MOST_SECONDS:.0f})
_, status, used = os.wait4(process, 0)
with open(sys.argv[1], "w") as file:
    json.dump([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024], file)
"""


@dataclass(frozen=True)
class Run:
    """A program that has ended: exit code, the processor's seconds, megabytes at its largest, and all that it said."""

    code: int
    seconds: float
    megabytes: float
    said: str

    def __str__(self) -> str:
        return f"exit code {self.code}, {self.seconds:.1f} s, {self.megabytes:.0f} MB\n{self.said[-3000:]}"


def run(work: Path, *arguments: object) -> Run:
    """Run Python with these arguments to its end, with a limit on memory that only an attack reaches."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "COLUMNS": "80"}
    with (work / "said.txt").open("wb") as said:
        command = [sys.executable, "-c", _MEASURE, str(work / "used.json"), *map(str, arguments)]
        subprocess.run(command, cwd=_ROOM, env=environment, stdout=said, stderr=subprocess.STDOUT, check=True)
    code, seconds, megabytes = json.loads((work / "used.json").read_text())
    with (work / "said.txt").open("rb") as said:
        return Run(code, seconds, megabytes, said.read(1 << 20).decode("utf-8", "replace"))
