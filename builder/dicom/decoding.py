"""Decompresses pixels in a separate process, in bounded time and memory: a codec may crash, hang or swell."""

from contextlib import suppress
import os
from pathlib import Path
import pickle
import subprocess
import sys
from threading import Event, Thread
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
import psutil
from pydicom import FileDataset

from builder.dicom.decoder import room

# The attributes that a decoder needs (PS3.3 C.7.6.3, and for the fragments PS3.5 A.4).
_NEEDED = (
    "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation", "BitsAllocated", "BitsStored",
    "HighBit", "PixelRepresentation", "ExtendedOffsetTable", "ExtendedOffsetTableLengths", "PixelData",
)  # fmt: skip
# The slowest codec produces more bytes per second than this on the slowest machine, after an initial delay.
_BEGIN_SECONDS = 60.0
_BYTES_PER_SECOND = 2_000_000
# How often to check its memory: a limit of the system is better, but Windows and macOS have none.
_EVERY = 0.05
_PROGRAM = ("-m", "builder.dicom.decoder")


class NotDecoded(Exception):
    """There is no picture; the message says why."""


def decode(dataset: FileDataset, size: int) -> NDArray[Any]:
    """The picture of a data set that claims `size` bytes; raises NotDecoded."""
    try:
        attributes = {keyword: dataset[keyword].value for keyword in _NEEDED if keyword in dataset}
    except Exception as error:  # pydicom parses a value on demand, and a broken one can fail in any way
        raise NotDecoded(f"{type(error).__name__}: {error}") from error
    seconds = _BEGIN_SECONDS + size / _BYTES_PER_SECOND
    helper = _take()
    job = (str(dataset.file_meta.TransferSyntaxUID), attributes, size, seconds)
    state, text, content = helper.ask(job, seconds)
    if not helper.ended:
        _idle.append(helper)
    if state != "done":
        raise NotDecoded(text)
    return np.frombuffer(content, text)


class _Helper:
    """One process with `builder.dicom.decoder`; it ends with this process, because nobody else holds its input open."""

    def __init__(self) -> None:
        # With -P Python imports nothing from the current folder, which may contain the scans.
        self._process = subprocess.Popen(
            [sys.executable, "-P", *_PROGRAM],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": _places()},
        )  # fmt: skip

    def ask(self, job: tuple[str, dict[str, Any], int, float], seconds: float) -> tuple[str, str, bytes]:
        """The answer to a job; if there is none in time, or the process died, that is the answer."""
        done, why = Event(), ["the decoder crashed"]
        Thread(target=self._watch, args=(seconds, self._memory() + room(job[2]), done, why), daemon=True).start()
        assert self._process.stdin and self._process.stdout
        try:
            pickle.dump(job, self._process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
            answer: tuple[str, str, bytes] = pickle.load(self._process.stdout)
            return answer
        except (OSError, EOFError, pickle.UnpicklingError):
            self.end()
            return "failed", why[-1], b""
        finally:
            done.set()

    def _watch(self, seconds: float, most: int, done: Event, why: list[str]) -> None:
        """End the process if it takes too long or too much memory."""
        end = time.monotonic() + seconds
        while not done.wait(_EVERY):
            if time.monotonic() >= end:
                why.append(f"the decoder took over {seconds:.0f} s")
            elif self._memory() > most:
                why.append(f"the decoder took over {most / 1e6:,.0f} MB of memory")
            else:
                continue
            self._process.kill()
            return

    def _memory(self) -> int:
        """The memory of the process in bytes; 0 if it is gone."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    @property
    def ended(self) -> bool:
        """Whether the process is gone; the system may have needed its memory."""
        return self._process.poll() is not None

    def end(self) -> None:
        """Stop the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # unsent data
                stream and stream.close()


def _places() -> str:
    """Where the helper finds this program, besides Python's own search path."""
    given = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(Path(__file__).parents[2]), *([given] if given else [])])


# The helpers that wait for a job: as many as threads ever had one at the same time.
_idle: list[_Helper] = []
if hasattr(os, "register_at_fork"):  # a child must not talk to the helpers of its parent
    os.register_at_fork(after_in_child=_idle.clear)


def _take() -> _Helper:
    try:
        while (helper := _idle.pop()).ended:
            helper.end()
        return helper
    except IndexError:
        return _Helper()
