"""Packed items come out unchanged, and the memory of a build per image stays small even for very many images."""

import gc
import tracemalloc

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from bench.scans import write_scans
from builder import spool
from builder.pipeline import build
from builder.pipeline.outcome import BuildOptions
from builder.spool import BLOCK, Spool, spooled
from builder.workers import local_workers

# Small enough that some thousand are made and built in seconds.
_FILES, _SIDE = (600, 2_400), 16
# The first build loads what all need.
_FIRST = 40
_WRITTEN = "Making the index and previews"
# Bytes for each image: what a build holds when the last one is written, and the most at any moment. 200,000 of them
# take at most 360 MB so, of 500 for all processes together.
_HELD, _MOST = 800, 1_800


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=5), max_size=5), st.integers(0, 2 * BLOCK + 5), st.integers(0, 3))
def test_what_is_packed_comes_out_as_it_went_in(items, number, plain):
    wanted = [((items or [""])[k % max(len(items), 1)], k, k / 3) for k in range(number)]
    kept = Spool(wanted, plain=plain * BLOCK)
    assert len(kept) == len(wanted)
    assert list(kept) == wanted
    assert kept[3:] == wanted[3:]
    assert kept[-BLOCK - 3 :: 7] == wanted[-BLOCK - 3 :: 7]
    assert all(kept[k] == wanted[k] and kept[-k - 1] == wanted[-k - 1] for k in range(0, number, 100))
    packed = spooled(wanted, of=spool.PLAIN + 1)
    assert (list(packed), len(packed), packed[:9]) == (wanted, len(wanted), wanted[:9])


def test_behind_the_end_is_nothing():
    with pytest.raises(IndexError):
        Spool([1, 2])[2]
    assert not Spool()


class Weighed:
    """Takes the memory that Python has given out when a step begins, and the most before."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self._name = ""

    def step(self, name, *, in_bytes=False):
        gc.collect()
        self.held[name], self.most[self._name] = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        self._name = name
        return lambda done, total: None

    def say(self, text):
        """Nobody listens."""


def test_what_is_known_of_an_image_takes_few_bytes(tmp_path, monkeypatch):
    """In the main process, where all comes together, from the first image on as of those behind the 16,384th.

    What a build takes whatever its size is that of a smaller one.
    """
    monkeypatch.setattr(spool, "PLAIN", 0)
    with local_workers(2) as executor:
        _, few, many = (weighed(tmp_path / str(files), files, executor) for files in (_FIRST, *_FILES))
    more = _FILES[1] - _FILES[0]
    assert many.held[_WRITTEN] - few.held[_WRITTEN] < _HELD * more
    assert max(many.most.values()) - max(few.most.values()) < _MOST * more


def weighed(folder, files, executor) -> Weighed:
    write_scans(folder / "scans", files, _SIDE)
    (folder / "drive").mkdir()
    options = BuildOptions(
        (folder / "scans",), folder / "drive", folder / "key", (), look_into_pictures=False, check=False
    )
    talk = Weighed()
    tracemalloc.start()
    try:
        assert build.build(options, executor, talk).instances == files
        talk.step("the end")
    finally:
        tracemalloc.stop()
    return talk
