"""Signals close the window, as whoever asks by them expects."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a program with windows alone gets no signals there")


def started(bundle_root, phases) -> subprocess.Popen[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-m", "viewer", str(bundle_root), "--phases", str(phases)], env=environment, text=True,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 30
    while not (phases.exists() and "first series read" in phases.read_text()):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.1)
    return process


@pytest.fixture(autouse=True)
def nothing_is_ignored():
    """A shell has what it starts in the background ignore SIGINT, `nohup` SIGHUP, and so all that those start."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_window_without_a_word(bundle_root, tmp_path, asked):
    process = started(bundle_root, tmp_path / "phases")
    process.send_signal(asked)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said and "KeyboardInterrupt" not in said
