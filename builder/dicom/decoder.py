"""The program that unpacks compressed pixels for `decoding`: one job after another, until nobody sends any more."""

from contextlib import suppress
import math
import os
from pathlib import Path
import pickle
import signal
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID

from builder.dicom.jpeg import JPEG_WITH_LOSS, decode_jpeg

# What a decoder takes beside what it makes: its tables, the packed bytes, and what the libraries reserve for threads.
_BESIDE = 1 << 29
# The picture once as the decoder makes it, once in one piece, once in the wanted type, and once on its way out.
_TIMES = 4
_LATER = 5.0


def main() -> None:
    """Answer each job with ('done', type, bytes) or ('failed', why, b'')."""
    jobs, answers = _private_streams()
    while True:
        try:
            syntax, attributes, size, seconds = pickle.load(jobs)
        except EOFError:  # whoever asked is gone
            return
        _limit_memory(room(size))
        _limit_time(seconds + _LATER)
        pickle.dump(_answer(syntax, attributes), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()
        _limit_time(0)


def room(size: int) -> int:
    """How many bytes more a decoder may take for a picture of `size` bytes."""
    return size * _TIMES + _BESIDE


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Where jobs come from and answers go to; what a decoder prints goes nowhere."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return jobs, answers


def _limit_memory(more: int) -> None:
    """From now on this process may take so many bytes more; only where the system can say and do so.

    Elsewhere, whoever asked watches how much it takes.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, hard))


def _limit_time(seconds: float) -> None:
    """End in so many seconds, even inside a codec: whoever asked stops it earlier, unless that process was killed."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(seconds))


def _answer(syntax: str, attributes: dict[str, Any]) -> tuple[str, str, bytes]:
    try:
        pixels = _decode(syntax, attributes)
        return "done", pixels.dtype.str, pixels.tobytes()
    except Exception as error:  # decoders fail in their own ways; each means that there is no picture
        return "failed", f"{type(error).__name__}: {error}", b""


def _decode(syntax: str, attributes: dict[str, Any]) -> NDArray[Any]:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return decode_jpeg(dataset) if syntax in JPEG_WITH_LOSS else np.ascontiguousarray(dataset.pixel_array)


if __name__ == "__main__":
    main()
