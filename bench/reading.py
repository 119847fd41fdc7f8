"""How many pictures a build has read, and what reading one costs."""

from collections.abc import Sequence
import json
from pathlib import Path
import subprocess

import numpy as np

from bench.measure import run_here
from builder.burned_in.reader import TextReader
from builder.burned_in.verdict import read
from builder.burned_in.views import Extremes, whole

_SIDE, _ROUNDS = 512, 5


def readings(command: Sequence[str | Path], work: Path) -> int:
    """How many pictures a build gives to its reader of text, as its report says."""
    report = work / "report.json"
    subprocess.run([*map(str, command), "--json", str(report)], capture_output=True, check=False)
    return int(json.loads(report.read_text("utf-8"))["readings"])


def cost_of_reading() -> float:
    """Seconds of processors for one reading of a series of 512 x 512 with some noise, once the reader has started.

    As a build has it read: twice as large, so that small letters are found.
    """
    noise = np.random.default_rng(3).integers(-1000, 2000, (2, _SIDE, _SIDE), dtype=np.int16)
    views = whole(Extremes.of(noise))
    with TextReader() as reader:
        read(reader, views)
        return run_here(lambda: [read(reader, views) for _ in range(_ROUNDS)]) / (_ROUNDS * len(views))
