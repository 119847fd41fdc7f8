"""One start of a program from the stick, with a hand that turns the wheel and presses a key until it answers."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
import os
from pathlib import Path
import signal
import subprocess
import tempfile
import time

from bench.startup.stick import Stick, Watch

FIRST = "first picture"
SLICE = "first slice shown"
ANSWERS = ("scrolling answers", "windowing answers")
PATIENCE = 180.0
_HAND_SECONDS = 0.05
PHASES = "@PHASES@"


@dataclass(frozen=True)
class Start:
    """Seconds from the launch, bytes from the device, and the files that were opened on the way."""

    first_picture: float
    answers: float
    bytes_first: int
    bytes_answers: int
    opened: Sequence[str]
    opened_sizes: Sequence[int]
    phases: Mapping[str, float]


def start(stick: Stick, command: Sequence[str], environment: Mapping[str, str], *, only_first: bool = False) -> Start:
    """Start, wait for the phases, end it; `@PHASES@` in the command is the file into which it writes them.

    `bytes_answers` leaves out what was read of the series itself.
    """
    with tempfile.TemporaryDirectory() as work, Watch(stick) as watch:
        log = Path(work, "phases")
        launched = time.monotonic()
        process = subprocess.Popen(
            [word.replace(PHASES, str(log)) for word in command], env=dict(environment), cwd=work,
            preexec_fn=stick.join,  # noqa: PLW1509
            start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wanted = (FIRST,) if only_first else (FIRST, *ANSWERS)
            phases = _wait(process, log, wanted, environment)
            os.killpg(process.pid, signal.SIGSTOP)
            read_of_series = stick.bytes_in_memory("DICOM")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        end = max(phases[name] for name in wanted)
        opened = watch.opened_until(phases[FIRST])
        return Start(
            phases[FIRST] - launched,
            end - launched,
            watch.bytes_until(phases[FIRST]),
            watch.bytes_until(end + 0.01) - (0 if only_first else read_of_series),
            [path.relative_to(stick.root).as_posix() for path in opened],
            [path.stat().st_size for path in opened],
            {name: when - launched for name, when in phases.items()},
        )


def _wait(
    process: "subprocess.Popen[bytes]", log: Path, wanted: Sequence[str], environment: Mapping[str, str]
) -> dict[str, float]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        phases = read_phases(log)
        if all(name in phases for name in wanted):
            return phases
        if FIRST in phases:
            _use_hand(environment, wheel=ANSWERS[0] not in phases)
        time.sleep(_HAND_SECONDS if FIRST in phases else 0.005)
    raise TimeoutError(f"the program ended or did not come to its phases: {sorted(read_phases(log))}")


def _use_hand(environment: Mapping[str, str], *, wheel: bool) -> None:
    """A person who tries at once whether the picture follows: first the wheel, then a key for another window."""
    action = ["click", "5"] if wheel else ["key", "2"]
    subprocess.run(["xdotool", "mousemove", "800", "500", *action], env=dict(environment), check=False, timeout=10)


def read_phases(log: Path) -> dict[str, float]:
    """Phase -> time of `time.monotonic`, which is the program's `time.perf_counter` as well."""
    lines = log.read_text().split("\n")[:-1] if log.is_file() else []
    found: dict[str, float] = {}
    for line in lines:
        when, phase = line.split("\t")
        found.setdefault(phase, float(when))
    return found
