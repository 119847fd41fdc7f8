"""The phases of the start, as they are written for whoever measures it."""

from pathlib import Path
import time

import pytest

from viewer.startup import clock


@pytest.fixture(autouse=True)
def _new_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_moments", {})
    monkeypatch.setattr(clock, "_log", [])
    monkeypatch.setattr(clock, "_first_shown", [])


def test_phases_before_and_after_following_are_written_once_in_their_order(tmp_path: Path) -> None:
    log = tmp_path / "phases"
    before = time.perf_counter()
    clock.mark("index read")
    clock.follow(log)
    clock.mark("first picture")
    clock.mark("index read")
    lines = [line.split("\t") for line in log.read_text("utf-8").splitlines()]
    assert [phase for _, phase in lines] == ["index read", "first picture"]
    moments = [float(when) for when, _ in lines]
    assert before - 1e-6 <= moments[0] <= moments[1] <= time.perf_counter() + 1e-6


def test_the_hand_is_obeyed_once_another_slice_and_another_window_were_painted() -> None:
    clock.slice_shown(27, (40, 400))
    assert list(clock.phases()) == ["first slice shown"]
    clock.slice_shown(27, (40, 400))
    clock.slice_shown(28, (40, 400))
    assert list(clock.phases()) == ["first slice shown", "scrolling answers"]
    clock.slice_shown(28, (300, 1500))
    assert "windowing answers" in clock.phases()


def test_a_log_that_cannot_be_written_does_not_disturb_the_viewer(tmp_path: Path) -> None:
    clock.follow(tmp_path / "no folder" / "phases")
    clock.mark("first picture")
    assert "first picture" in clock.phases()
