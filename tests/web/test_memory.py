"""A series larger than the memory for slices: it scrolls from end to end, and the page holds no more than it may."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.browser import Browser
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.web import opened
from tests.web.conftest import make_medium

SLICES, SIZE = 120, 512
# The page may hold 160 MB for each GB.
GB = 0.125
MOST = 160 * 1024 * 1024 * GB
# A PC with little memory, and a count of the bytes of all buffers that are still in use.
SMALL_PC = f"""
Object.defineProperty(Navigator.prototype, 'deviceMemory', {{ get: () => {GB} }});
window.held = 0;
const registry = new FinalizationRegistry(bytes => {{ window.held -= bytes; }});
const count = buffer => {{
  window.held += buffer.byteLength;
  registry.register(buffer, buffer.byteLength);
  return buffer;
}};
const {{ arrayBuffer }} = Blob.prototype, {{ slice }} = ArrayBuffer.prototype;
Blob.prototype.arrayBuffer = function () {{ return arrayBuffer.call(this).then(count); }};
ArrayBuffer.prototype.slice = function (...ends) {{ return count(slice.apply(this, ends)); }};
"""


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each slice has a grey of its own, and 60 MB together."""
    stored = np.broadcast_to(np.arange(SLICES)[:, None, None], (SLICES, SIZE, SIZE))
    spec = StackSpec(stored, window=(60.0, 121.0), one_file=False)
    return make_medium(tmp_path_factory.mktemp("memory") / "stick", [CaseSpec([SeriesSpec([spec])])])


@pytest.fixture
def small(browser: Browser, medium: Path) -> Iterator[Browser]:
    name = browser.before_pages(SMALL_PC)
    browser.resize(1366, 768)
    opened.open_medium(browser, medium)
    yield browser
    browser.no_more_before_pages(name)


def held(browser: Browser) -> int:
    """The bytes in use once nothing more arrives."""
    before = -1
    while True:
        browser.forget()
        browser.run("return new Promise(done => setTimeout(() => done(true), 300))")
        browser.forget()
        now = browser.run("return window.held")
        if now == before:
            return now
        before = now


def middle_grey(browser: Browser) -> int:
    greys = opened.greys(browser)
    return int(greys[greys.shape[0] // 3, greys.shape[1] // 2])


@pytest.mark.parametrize("panes", [1, 2])
def test_a_long_series_scrolls_from_end_to_end_within_the_memory_for_slices(small, panes):
    assert SLICES * SIZE * SIZE * 2 > 2 * MOST
    opened.press(small, *["q"] * (panes - 1))
    peaks = []
    for key in (opened.HOME, opened.END, opened.HOME):
        small.keys(key)
        small.wait("return document.querySelector('.message').textContent === ''")
        opened.see(small)
        # The first slice of the reading order is the last of the stack.
        number = SLICES - 1 if key == opened.HOME else 0
        assert abs(middle_grey(small) - np.floor(((number - 59.5) / 120 + 0.5) * 255 + 0.5)) <= 1
        peaks.append(held(small))
    # What is read at this moment, and the previews, come on top.
    assert max(peaks) < MOST + 8 * SIZE * SIZE * 2
    assert max(peaks) > MOST / 4


def test_more_panes_share_the_memory_at_once_and_not_when_they_scroll(small):
    alone = held(small)
    assert alone > 0.8 * MOST
    small.keys("q", "q")
    small.wait("return document.querySelectorAll('.pane').length === 4")
    opened.see(small)
    assert held(small) < MOST + 8 * SIZE * SIZE * 2


def test_planes_of_a_series_that_is_too_large_are_refused_with_the_reason(small):
    small.keys("m")
    small.wait("return document.querySelector('.refusal')")
    assert small.text(".refusal p") == (
        "MPR and 3D are not available for this series: it is too large for this page; viewer.exe can show it. "
        "You can still view its slices."
    )
    small.keys(opened.ESCAPE)
    opened.see(small)
    assert "Slice" in small.text(".bottomLeft")


def test_where_there_is_room_for_all_slices_none_is_dropped_at_the_ends(browser, medium):
    # 80 MB: more than the series has, and less than twice as much.
    name = browser.before_pages(SMALL_PC.replace(f"=> {GB} ", "=> 0.5 "))
    try:
        browser.resize(1366, 768)
        opened.open_medium(browser, medium)
        for key in (opened.HOME, opened.END):
            opened.press(browser, key)
            opened.see(browser)
            browser.wait("return !document.querySelector('.topRight').textContent.includes('Loading')")
            browser.keys("m")
            browser.wait("return document.querySelectorAll('.plane').length === 4")
            browser.keys("m")
    finally:
        browser.no_more_before_pages(name)
