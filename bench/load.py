"""python -m bench.load: how long a series takes to load, as a ratio to `cat`, beside three other readers.

Every reader is a process of its own and times itself without its start. `--stick` also reads from a disk held to
30 MB/s (loop device, blkio controller, root) and says how long one slice, asked for in the middle of loading, takes.
"""

import argparse
from collections.abc import Callable
import json
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from bench.measure import print_goal, reader_parser
from bench.scans import write_scans

_GOAL_RATIO, _GOAL_SLICE = 1.5, 0.2
_SLICES = 512
_ASKED = 25
# Megabytes a second.
_STICK_RATE = 30.0
_STICK_ROUNDS = 3


def main() -> None:
    """Measure and print; with a name of a reader, be that reader."""
    arguments = _arguments()
    if arguments.reader:
        print(json.dumps(_READERS[arguments.reader](arguments.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.work) as folder:
        bundle = _bundle(Path(folder), arguments.slices)
        print(f"{arguments.slices} slices of 512 x 512 x 16 bit, {arguments.rounds} rounds, in the file cache")
        _print_times(_measure(bundle, arguments.rounds))
        if arguments.stick:
            _print_stick(bundle, arguments.rounds)


def _arguments() -> argparse.Namespace:
    parser = reader_parser(__doc__, _SLICES, 9)
    parser.add_argument("--stick", action="store_true", help="also from a slow disk; needs root")
    return parser.parse_args()


def _bundle(work: Path, slices: int) -> Path:
    """One series as a bundle."""
    write_scans(work / "scans", slices, per_series=slices)
    bundle = work / "bundle"
    bundle.mkdir()
    options = ["--viewer", "none", "--no-check", "--no-progress", "--no-picture-search", "--key", str(work / "key")]
    program = "from builder.cli.main import main; main()"
    command = [sys.executable, "-c", program, str(work / "scans"), str(bundle), *options]
    subprocess.run(command, check=True, capture_output=True)
    return bundle


def _files(bundle: Path) -> list[Path]:
    return sorted((bundle / "DICOM").rglob("IM*"))


# Readers: each returns the seconds that it took, from a process that has imported what it needs


def _cat(bundle: Path) -> float:
    files = _files(bundle)
    start = time.perf_counter()
    subprocess.run(["cat", *files], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def _viewer(bundle: Path) -> float:
    from bundle.index.index import Catalog
    from viewer.images.loading import Loader
    from viewer.images.volume import LoadedStack

    with Catalog(bundle) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        start = time.perf_counter()
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    loader = Loader(bundle, loaded, stack.preview_frame, lambda index: None)
    loader.start()
    loader.join()
    seconds = time.perf_counter() - start
    assert loaded.complete and not loaded.damaged
    return seconds


def _vtk(bundle: Path) -> float:
    from vtkmodules.vtkIOImage import vtkDICOMImageReader

    reader = vtkDICOMImageReader()
    reader.SetDirectoryName(str(_files(bundle)[0].parent))
    start = time.perf_counter()
    reader.Update()
    seconds = time.perf_counter() - start
    assert reader.GetOutput().GetDimensions()[2] == len(_files(bundle))
    return seconds


def _pydicom(bundle: Path) -> float:
    import numpy as np
    from pydicom import dcmread

    files = _files(bundle)
    start = time.perf_counter()
    volume = np.stack([dcmread(path).pixel_array for path in files])
    seconds = time.perf_counter() - start
    assert len(volume) == len(files)
    return seconds


def _simpleitk(bundle: Path) -> float:
    import SimpleITK

    reader = SimpleITK.ImageSeriesReader()
    files = list(map(str, _files(bundle)))
    start = time.perf_counter()
    reader.SetFileNames(files)
    image = reader.Execute()
    seconds = time.perf_counter() - start
    assert image.GetSize()[2] == len(files)
    return seconds


def _slices_in_the_middle(bundle: Path) -> list[float]:
    """From asking for a slice that is not there yet until it is there, while the series loads."""
    from bundle.index.index import Catalog
    from viewer.images.loading import NEAR, Loader
    from viewer.images.volume import LoadedStack

    with Catalog(bundle) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    settled = threading.Condition()

    def tell(index: int) -> None:
        with settled:
            settled.notify_all()

    loader = Loader(bundle, loaded, 0, tell)
    loader.start()
    found = []
    for turn in range(_ASKED):
        place = (turn * (2 * NEAR + 3) * 7) % len(loaded.slices)
        missing = [index for index in range(place, len(loaded.slices)) if loaded.slices[index] is None]
        if not missing:
            continue
        start = time.perf_counter()
        loader.look_at(missing[0])
        with settled:
            settled.wait_for(lambda: loaded.slices[missing[0]] is not None)  # noqa: B023 - waited for within the turn
        found.append(time.perf_counter() - start)
    loader.stop()
    loader.join()
    return found


_READERS: dict[str, Callable[[Path], float | list[float]]] = {
    "cat": _cat,
    "this viewer": _viewer,
    "VTK": _vtk,
    "pydicom and NumPy": _pydicom,
    "SimpleITK": _simpleitk,
    "slices": _slices_in_the_middle,
}


# Measuring and printing


def _run(reader: str, bundle: Path) -> float | list[float] | None:
    """What a reader printed; None where it is not installed."""
    command = [sys.executable, "-m", "bench.load", "--reader", reader, "--folder", str(bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "ModuleNotFoundError" in done.stderr:
        return None
    done.check_returncode()
    found: float | list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measure(bundle: Path, rounds: int) -> dict[str, list[float]]:
    """All readers in turn, so that whatever else the machine does meets all of them."""
    times: dict[str, list[float]] = {name: [] for name in _READERS if name != "slices"}
    for turn in range(rounds + 1):  # the first round warms the cache
        for name, measured in times.items():
            seconds = _run(name, bundle)
            if isinstance(seconds, float) and turn:
                measured.append(seconds)
    return times


def _print_times(times: dict[str, list[float]]) -> None:
    base = statistics.median(times["cat"])
    print(f"\n{'':20}{'median':>9}{'fastest':>9}{'slowest':>9}{'of cat':>8}")
    for name, seconds in times.items():
        if not seconds:
            print(f"{name:20}  not installed here")
            continue
        middle = statistics.median(seconds)
        print(f"{name:20}{middle:7.3f} s{min(seconds):7.3f} s{max(seconds):7.3f} s{middle / base:8.2f}")
    print_goal("of cat", statistics.median(times["this viewer"]) / base, _GOAL_RATIO)


def _print_stick(bundle: Path, rounds: int) -> None:
    from bench.startup.stick import slow_stick

    waits: list[float] = []
    for _ in range(min(rounds, _STICK_ROUNDS)):
        with slow_stick(bundle, _STICK_RATE) as stick:  # freshly mounted: nothing of it is in memory
            command = [sys.executable, "-m", "bench.load", "--reader", "slices", "--folder", str(stick.root)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=stick.join)
        waits += json.loads(done.stdout.splitlines()[-1])
    waits.sort()
    print(f"\nA slice that is not loaded yet, from a disk of 30 MB/s, {len(waits)} times asked for:")
    print(f"median {statistics.median(waits):.3f} s, 99 of 100 within {waits[int(len(waits) * 0.99)]:.3f} s")
    print_goal("seconds for any slice", waits[-1], _GOAL_SLICE)


if __name__ == "__main__":
    main()
