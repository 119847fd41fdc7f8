"""The program waits for another program's end, whatever processes still hold its pipes."""

import subprocess
import time

import pytest

from builder.waiting import said_until_end

# A program of the system that a fresh one may lack: run there too.
pytestmark = pytest.mark.scans


def started(script: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen(["sh", "-c", script], stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT)


def test_all_that_a_program_says_is_kept_however_much_it_is():
    with started("head -c 300000 /dev/zero; cat; sleep 2.5; echo end >&2") as process:
        assert said_until_end(process, 60, b"given ") == bytes(300_000) + b"given end\n"
        assert process.returncode == 0


def test_what_a_program_leaves_running_is_not_waited_for():
    began = time.monotonic()
    with started("sleep 600 & echo $!; exit 3") as process:
        left = said_until_end(process, 300)
        subprocess.run(["kill", left.strip()], check=True)  # so that it did run
        assert process.returncode == 3
    assert time.monotonic() - began < 60


def test_a_program_that_does_not_end_is_said():
    with started("echo begun; exec sleep 600") as process:
        with pytest.raises(subprocess.TimeoutExpired) as raised:
            said_until_end(process, 0.5)
        process.kill()
    assert raised.value.output == b"begun\n"
