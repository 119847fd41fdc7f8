"""Reads pictures in a separate process, one for a whole build: it starts with the first, and ends with this one."""

from collections.abc import Sequence
from contextlib import suppress
import os
from pathlib import Path
import pickle
import subprocess
import sys
from threading import Lock, Timer
from types import TracebackType

from builder.burned_in.found import Picture, Word
from builder.errors.build import TextReaderFailed

_PROGRAM = ("-m", "builder.burned_in.reading")
# Start-up, on the slowest and busiest machine; and reading one picture there.
_BEGIN_SECONDS, _PICTURE_SECONDS = 300.0, 300.0


class TextReader:
    """Reads text; several threads may share a reader. Close it, or use it in a `with`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock, self._answered = Lock(), False
        self.readings = 0
        """How many pictures were read."""

    def __enter__(self) -> "TextReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def begin(self) -> None:
        """Start the process, so that it is ready when the first picture comes."""
        if self._process is not None:  # while it reads, it holds the lock
            return
        with self._lock:
            self._process = self._process or _started()

    def read(self, pictures: Sequence[Picture]) -> list[list[Word]]:
        """The words in each of these pictures, shape (rows, columns), 8 bit; raises TextReaderFailed."""
        with self._lock:
            words = [self._ask(picture) for picture in pictures]
            self.readings += len(pictures)
        return words

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, picture: Picture) -> list[Word]:
        seconds = _PICTURE_SECONDS if self._answered else _PICTURE_SECONDS + _BEGIN_SECONDS
        process = self._process = self._process or _started()
        assert process.stdin and process.stdout
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            pickle.dump(picture, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            answer: list[Word] | str = pickle.load(process.stdout)
            self._answered = True
        except (OSError, EOFError, pickle.UnpicklingError):
            self._end()
            raise TextReaderFailed("it ended, or took too long") from None
        finally:
            timer.cancel()
        if isinstance(answer, str):
            raise TextReaderFailed(answer)
        return answer

    def _end(self) -> None:
        process, self._process, self._answered = self._process, None, False
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):  # unsent data
                stream and stream.close()


def _started() -> subprocess.Popen[bytes]:
    """The process; it ends when nobody holds its input open, and imports nothing from the current folder (-P)."""
    places = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", *_PROGRAM],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
    )  # fmt: skip
