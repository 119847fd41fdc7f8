"""Measures the rows: arrival of slices, the work for a picture, and memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
import threading
import time
from typing import NamedTuple

import numpy as np

from bench.measure import family, proportional_megabytes, used
from bench.startup.stick import Stick
from bench.web import watch
from tests.browser import Browser, Refused

PATIENCE = 120.0
_PAGE = "WEB/READER.HTM"
_END, _HOME, _PAGE_DOWN = "\ue010", "\ue011", "\ue00f"
_MIDDLE = "const r = document.querySelector('.pane').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]"


def arrival(browser: Browser, root: Path, *, all_slices: bool) -> tuple[float, float]:
    """Seconds from the navigation until the first slice, and until all are there."""
    browser.open(root / _PAGE)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            first, loaded = browser.run(watch.ARRIVAL) if browser.run("return location.protocol") == "file:" else (0, 0)
        except Refused:  # between two pages
            continue
        if first and (loaded or not all_slices):
            return first / 1000, (loaded or 0) / 1000
        time.sleep(0.05)
    raise TimeoutError(f"the slices did not come: {browser.text('body')}")


def plain_read(stick: Stick, paths: list[Path]) -> tuple[float, float]:
    """Seconds to read these files from the cold stick and do nothing with them, and the MB that came from the stick."""
    time.sleep(1)  # a browser that has just ended lets go of them
    stick.forget()
    begin, before = time.perf_counter(), stick.bytes_read()
    for path in paths:
        path.read_bytes()
    return time.perf_counter() - begin, (stick.bytes_read() - before) / 1e6


def files_of(root: Path, *, first: bool) -> list[Path]:
    """What the page reads until all slices are there, or until the first one: itself, and the middle chunk."""
    page = sorted(path for path in (root / "WEB").iterdir() if path.is_file())
    chunks = sorted(path for path in (root / "WEB").rglob("*.JS") if path.parent.name != "WEB")
    return [*page, *(chunks[len(chunks) // 2 :][:1] if first else chunks)]


class Pictures(NamedTuple):
    """In ms: the page's work for each picture, from its event to its pixels, and the processor's time for one."""

    work: np.ndarray
    latency: np.ndarray
    processor: float


def _costs(browser: Browser, act: Callable[[], None]) -> Pictures:
    """What each picture costs while something is done; all processes of the browser are on the processor's bill."""
    browser.run(watch.SETTLE)
    browser.run(watch.TAKE)
    before = processor(browser)
    act()
    browser.run(watch.SETTLE)
    seconds = processor(browser) - before
    found = np.array(browser.run(watch.TAKE))
    return Pictures(found[:, 0], found[found[:, 1] > 0, 1], 1000 * seconds / len(found))


def processor(browser: Browser) -> float:
    """Seconds of all processors that the browser has used."""
    return sum(map(used, family(browser.driver)))


def middle(browser: Browser) -> tuple[float, float]:
    left, top, width, height = browser.run(_MIDDLE)
    return left + width / 2, top + height / 2


def wheel(browser: Browser, rounds: int) -> Pictures:
    """A slice with each turn: half of them to the feet, half back."""
    place = middle(browser)

    def act() -> None:
        for turn in range(rounds):
            browser.wheel(place, 100 if turn < rounds // 2 else -100)

    return _costs(browser, act)


def window(browser: Browser, rounds: int) -> Pictures:
    """The right button, drawn in circles."""
    return _costs(browser, lambda: browser.drag(_circles(middle(browser), rounds), button=2))


def crosshair(browser: Browser, rounds: int) -> Pictures:
    """The cross-hair of the first plane, with the other planes following."""
    browser.keys("m")
    browser.wait("return document.querySelectorAll('.plane').length === 4")
    browser.run(watch.SETTLE)
    script = (
        "const r = document.querySelector('.plane').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]"
    )
    left, top, width, height = browser.run(script)
    places = _circles((left + width / 2, top + height / 2), rounds)
    found = _costs(browser, lambda: browser.drag(places))
    browser.keys("m")
    return found


def _circles(place: tuple[float, float], rounds: int) -> list[tuple[float, float]]:
    """Through the place itself, so that a drag takes hold there."""
    turns = np.linspace(0, 8 * np.pi, rounds)
    return [(place[0] + 60 * np.sin(turn), place[1] + 60 * (1 - np.cos(turn)) / 2) for turn in turns]


@contextmanager
def weighed(process: int) -> Iterator[list[tuple[float, float]]]:
    """MB of the largest process below this one, and of all of them, again and again."""
    found: list[tuple[float, float]] = []
    stopped = threading.Event()

    def weigh() -> None:
        while not stopped.wait(0.2):
            weights = [proportional_megabytes(each) for each in family(process)]
            found.append((max(weights), sum(weights)))

    thread = threading.Thread(target=weigh)
    thread.start()
    try:
        yield found
    finally:
        stopped.set()
        thread.join()


def through(browser: Browser, stops: int) -> None:
    """Scroll from end to end and back, waiting at each stop until its slice is there."""
    for key in (_HOME, *[_PAGE_DOWN] * stops, _END, _HOME):
        browser.keys(*([key] if key != _PAGE_DOWN else [key] * 20))
        browser.wait("return document.querySelector('.message').textContent === ''")
        time.sleep(1.0)
