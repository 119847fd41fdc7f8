"""The program that decompresses pixels for `decoding`: one job after another, until the input closes."""

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

# Memory of a decoder beside the picture: its tables, the compressed bytes, and the libraries' reserve for threads.
_BESIDE = 1 << 29
# The picture as the decoder makes it, in one piece, in the requested type, and on its way out.
_TIMES = 4
_LATER = 5.0


def main() -> None:
    """Answer each job with ('done', type, bytes) or ('failed', why, b'')."""
    jobs, answers = _private_streams()
    while True:
        try:
            syntax, attributes, size, seconds = pickle.load(jobs)
        except EOFError:  # the requesting process is gone
            return
        _limit_memory(room(size))
        _limit_time(seconds + _LATER)
        pickle.dump(_answer(syntax, attributes), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()
        _limit_time(0)


def room(size: int) -> int:
    """How many more bytes a decoder may take for a picture of `size` bytes."""
    return size * _TIMES + _BESIDE


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The streams for jobs and answers; anything that a decoder prints is discarded."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return jobs, answers


def _limit_memory(more: int) -> None:
    """From now on this process may take only this many more bytes, if the system can enforce that.

    Otherwise the requesting process monitors its memory.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, hard))


def _limit_time(seconds: float) -> None:
    """End after this many seconds, even inside a codec: the requesting process stops it earlier, unless killed."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(seconds))


def _answer(syntax: str, attributes: dict[str, Any]) -> tuple[str, str, bytes]:
    try:
        pixels = _decode(syntax, attributes)
        return "done", pixels.dtype.str, pixels.tobytes()
    except Exception as error:  # decoders fail in many ways; each means that there is no picture
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
