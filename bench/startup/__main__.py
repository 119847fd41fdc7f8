"""How the viewer starts from a slow stick: this commit against a plain freeze, made and measured in the same run.

    python bench/startup [--runs 5] [--rate 30] [--no-windows] [--no-plain] [--json FILE]

The plain freeze is made in a fresh environment with the newest PyInstaller, PyQt5, VTK, NumPy and pydicom alone, as it
would take in whatever else is installed. Needs the network for that, root, Xvfb, xdotool, loop devices and the blkio
controller (cgroup v1); Wine for the Windows viewer.
"""

import argparse
import json
import os
from pathlib import Path
import shutil
from statistics import median
import subprocess
import sys
import tempfile
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.startup import packs
from bench.startup.start import PHASES, SLICE, Start, start
from bench.startup.stick import Stick, slow_stick
from bench.startup.table import GOALS_LINUX, GOALS_WINDOWS, print_phases, print_table
from builder.freeze.wine import wine_environment
from bundle.index.index import Catalog
from bundle.layout import resolve
from tests import scans, screen
from viewer.entries import all_entries, choose

_ONE_SERIES = "dcm_qa_ct-philips"


def _scans(work: Path) -> Path:
    """A real CT of 54 slices, or a head CT where the real scans are not here."""
    real = scans.real_scans_folder()
    return real / _ONE_SERIES if real is not None else scans.write_cranium(work / "scans")


def _series_folder(drive: Path) -> str:
    """The folder of the series that the viewer opens first, relative to the drive."""
    with Catalog(drive) as catalog:
        first = choose(all_entries(catalog))
        path = catalog.frames(first.stack.stack_id)[0].path
    return resolve(drive, path).parent.relative_to(drive.resolve()).as_posix()


def _linux(stick: Stick, series: str, runs: int, home: Path) -> dict[str, Any]:
    """Both programs by turns, each cold and then warm: what disturbs one run disturbs both."""
    environment = {"DISPLAY": screen.display(), "HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    commands = {"viewer": [str(stick.root / "VIEWER/LINUX64/viewer"), "--phases", PHASES]}
    plain = stick.root / "PLAIN/LINUX64/plain"
    if plain.exists():
        commands["plain"] = [str(plain), str(stick.root / series), PHASES]
    found: dict[str, Any] = {name: {"cold": [], "warm": []} for name in commands}
    for run in range(runs):
        for name, command in commands.items():
            stick.forget()
            found[name]["cold"].append(start(stick, command, environment))
            found[name]["warm"].append(start(stick, command, environment))
            _say(f"Linux, run {run + 1} of {runs}, {name}: {found[name]['cold'][-1].first_picture:.2f} s")
    return found


def _windows(stick: Stick, runs: int, work: Path) -> dict[str, Any]:
    """Under Wine what is opened and read can be counted; how long it takes says little about a real Windows."""
    prefix = work / "wine"
    environment = wine_environment(prefix) | {"DISPLAY": screen.display()}
    subprocess.run(["wineboot", "--init"], env=environment, check=True, capture_output=True)
    for letter, place in (("s", stick.root), ("y", Path("/"))):
        link = prefix / "dosdevices" / f"{letter}:"
        link.unlink(missing_ok=True)
        link.symlink_to(place)
    commands = {"viewer": ["wine", "S:\\viewer.exe", "--phases", f"Y:{PHASES}"]}
    found: dict[str, Any] = {name: {"cold": []} for name in commands}
    try:
        for run in range(runs):
            for name, command in commands.items():
                stick.forget()
                found[name]["cold"].append(start(stick, command, environment, only_first=True))
                subprocess.run(["wineboot", "--kill"], env=environment, check=False, capture_output=True)
                _say(f"Windows, run {run + 1} of {runs}, {name}: {found[name]['cold'][-1].bytes_first / 1e6:.0f} MB")
    finally:
        subprocess.run(["wineserver", "-k", "-w"], env=environment, check=False, capture_output=True)
    return found


def _figures(starts: dict[str, list[Start]], size: tuple[int, int]) -> dict[str, float]:
    """The medians that stand in the table, in the units of the table."""
    cold, warm = starts["cold"], starts.get("warm", [])
    figures = {
        "first": median(start.first_picture for start in cold),
        "slice": median(_slice(start) for start in cold),
        "answers": median(start.answers for start in cold),
        "bytes_first": median(start.bytes_first for start in cold) / 1e6,
        "bytes_answers": median(start.bytes_answers for start in cold) / 1e6,
        "opened": median(len(start.opened) for start in cold),
        "opened_bytes": median(sum(start.opened_sizes) for start in cold) / 1e6,
        "size": size[0] / 1e6,
        "files": size[1],
    }
    return figures | ({"warm": median(_slice(start) for start in warm)} if warm else {})


def _slice(start: Start) -> float:
    """When a slice out of its file was shown: the plain freeze's first picture is one, ours is a preview."""
    return start.phases.get(SLICE, start.first_picture)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=30.0, help="MB/s")
    parser.add_argument("--no-windows", action="store_true")
    parser.add_argument("--no-plain", action="store_true", help="without the yardstick")
    parser.add_argument("--json", type=Path, help="all figures of all runs")
    given = parser.parse_args()
    windows = not given.no_windows and shutil.which("wine") is not None
    with tempfile.TemporaryDirectory(prefix="startup-") as folder:
        work = Path(folder)
        results = _measure(work, given.rate, given.runs, windows=windows, plain=not given.no_plain)
    if given.json is not None:
        given.json.write_text(
            json.dumps(results, indent=1, default=lambda value: getattr(value, "__dict__", str(value)))
        )


def _measure(work: Path, rate: float, runs: int, *, windows: bool, plain: bool) -> dict[str, Any]:
    platforms = ["linux64", "win64"] if windows else ["linux64"]
    _say("Making the packs and a bundle")
    drive = packs.build_bundle([_scans(work)], work, platforms)
    sizes = {("linux", "viewer"): packs.pack_size("linux64")}
    if windows:
        sizes["windows", "viewer"] = packs.pack_size("win64")
    if plain:
        _say("Making the plain freeze")
        sizes["linux", "plain"] = packs.size_and_files(packs.freeze_plain_linux(drive, work).parent)
    series = _series_folder(drive)
    raw: dict[str, Any] = {}
    with slow_stick(drive, rate) as stick:
        raw["linux"] = _linux(stick, series, runs, work)
        if windows:
            raw["windows"] = _windows(stick, min(runs, 3), work)
    for system, goals in (("linux", GOALS_LINUX), ("windows", GOALS_WINDOWS)):
        if system in raw:
            figures = {name: _figures(starts, sizes[system, name]) for name, starts in raw[system].items()}
            print_table(system, figures, goals)
    print_phases(raw["linux"]["viewer"])
    return raw | {"megabytes_per_second": rate, "machine": os.cpu_count()}


if __name__ == "__main__":
    main()
