"""How fast the reader in a browser is, from a stick that reads 30 MB/s, with the browser already open.

    python -m bench.web [--rows first loaded wheel window crosshair memory] [--browsers chromium firefox]

The yardstick is the plain read of the same bytes from the same cold stick. Needs root, loop devices and the blkio
controller (cgroup v1). The work for a picture is that of the page's own thread, with the pixels on the canvas.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
import sys
import tempfile

import numpy as np

from bench.measure import print_goal
from bench.startup.stick import Stick, slow_stick
from bench.web import rows, watch
from bench.web.scene import make_medium
from tests.browser import Browser, chromium
from tests.firefox import firefox

_ROWS = ("first", "loaded", "wheel", "window", "crosshair", "memory")
_SLICES, _MANY = 512, 2000
# Nothing waits for a page to end loading, and nothing is logged on the way.
_QUICK = {"pageLoadStrategy": "none"}
_BROWSERS: dict[str, Callable[[], AbstractContextManager[Browser]]] = {
    "chromium": lambda: chromium(capabilities=_QUICK | {"goog:loggingPrefs": {}}),
    "firefox": lambda: firefox(_QUICK),
}
# Half of a PC of 4 GB, for all processes of the browser; and the second way through needs no more than the first.
_MOST_MEGABYTES = 2000
_ACTS = {
    "wheel": ("work for a picture, wheel, 99 %, ms", rows.wheel, 16),
    "window": ("work for a picture, window, 99 %, ms", rows.window, 16),
    "crosshair": ("work for a picture, cross-hair over the planes, 99 %, ms", rows.crosshair, 50),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", choices=_ROWS, default=list(_ROWS))
    parser.add_argument("--browsers", nargs="+", choices=list(_BROWSERS), default=list(_BROWSERS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--rate", type=float, default=30.0, help="MB/s")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-web-") as work:
        if set(given.rows) - {"memory"}:
            _say(f"Making a stick of {_SLICES} slices")
            with slow_stick(make_medium(Path(work, "made"), _SLICES), given.rate) as stick:
                stick.join()
                for name in given.browsers:
                    _from_the_stick(name, stick, given)
        if "memory" in given.rows:
            _say(f"Making {_MANY} slices")
            root = make_medium(Path(work, "many"), _MANY)
            for name in given.browsers:
                _memory(name, root)


def _from_the_stick(name: str, stick: Stick, given: argparse.Namespace) -> None:
    wanted = [row for row in ("first", "loaded") if row in given.rows]
    if wanted:
        found = list(_arrivals(name, stick, given.runs, all_slices="loaded" in wanted))
        for row, goal in (("first", 0.7), ("loaded", 5.0)):
            if row in wanted:
                times = [arrival[row == "loaded"] for arrival in found]
                plain, read = rows.plain_read(stick, rows.files_of(stick.root, first=row == "first"))
                what = "first slice" if row == "first" else f"{_SLICES} slices loaded"
                came, used = (median(arrival[k] for arrival in found) for k in (2, 3))
                print(
                    f"{name}, {what}: {_list(times)} s, {came:.0f} MB came in all, {used:.1f} s of all processors; "
                    f"the plain read of {read:.0f} MB took {plain:.2f} s"
                )
                print_goal(f"{name}, {what}, s", median(times), goal)
    acts = [row for row in _ACTS if row in given.rows]
    if not acts:
        return
    with _BROWSERS[name]() as browser:
        rows.arrival(browser, stick.root, all_slices=True)
        browser.run(watch.COSTS)
        for row in acts:
            what, act, goal = _ACTS[row]
            found = act(browser, given.rounds)
            print(
                f"{name}, {row}: {len(found.work)} pictures, median {np.median(found.work):.1f} ms of work, "
                f"{found.processor:.0f} ms of all processors each; from the event to the pixels, with the wait for the "
                f"screen, median {np.median(found.latency):.1f} ms"
            )
            print_goal(f"{name}, {what}", float(np.percentile(found.work, 99)), goal, digits=1)


def _arrivals(name: str, stick: Stick, runs: int, *, all_slices: bool) -> Iterator[tuple[float, float, float, float]]:
    """Each time in a browser of its own, which is open and has shown nothing; the stick is cold.

    Seconds until the first slice and until all, the MB that came from the stick, and seconds of all processors.
    """
    for _ in range(runs):
        with _BROWSERS[name]() as browser:
            browser.run(watch.SETTLE)
            stick.forget()
            browser.run(watch.SETTLE)  # what the browser itself lost comes back
            before, used = stick.bytes_read(), rows.processor(browser)
            first, loaded = rows.arrival(browser, stick.root, all_slices=all_slices)
            yield first, loaded, (stick.bytes_read() - before) / 1e6, rows.processor(browser) - used


def _memory(name: str, root: Path) -> None:
    with _BROWSERS[name]() as browser, rows.weighed(browser.driver) as weights:
        rows.arrival(browser, root, all_slices=False)
        rows.through(browser, 10)
        first = list(weights)
        rows.through(browser, 10)
    page, whole = (max(weight[k] for weight in weights) for k in (0, 1))
    print(f"{name}, {_MANY} slices: the page's process {page:.0f} MB, all {whole:.0f} MB at most")
    print_goal(f"{name}, {_MANY} slices, all processes, MB", whole, _MOST_MEGABYTES, digits=0)
    growth = max(weight[1] for weight in weights[len(first) :]) / max(weight[1] for weight in first)
    print_goal(f"{name}, {_MANY} slices, the second way through against the first", growth, 1.1)


def _list(times: Sequence[float]) -> str:
    return ", ".join(f"{time:.2f}" for time in times)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
