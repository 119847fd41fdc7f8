"""How many pictures a build has read, and what reading one costs."""

from collections.abc import Sequence
import json
from pathlib import Path
import subprocess

import numpy as np

from bench.measure import run_here
from builder.burned_in.reader import Reader

_SIDE, _ROUNDS = 512, 5


def readings(command: Sequence[str | Path], work: Path) -> int:
    """How many pictures a build gives to its reader of text, as its report says."""
    report = work / "report.json"
    subprocess.run([*map(str, command), "--json", str(report)], capture_output=True, check=False)
    return int(json.loads(report.read_text("utf-8"))["readings"])


def cost_of_reading() -> float:
    """Seconds of processors for one picture of 512 x 512 with some noise, once the reader has started."""
    noise = np.random.default_rng(3).integers(0, 90, (_SIDE, _SIDE), dtype=np.uint8)
    with Reader() as reader:
        reader.read([noise])
        return run_here(lambda: reader.read([noise] * _ROUNDS)) / _ROUNDS
