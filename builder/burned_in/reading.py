"""The program that reads pictures for `reader`: one after another, until its input closes; it prints nothing."""

from contextlib import suppress
from functools import cache
import os
import pickle
from typing import Any, BinaryIO

import numpy as np

from builder.burned_in.found import Box, Picture, Word
from builder.burned_in.opencv import cv2

# The share of the cores; the workers need the others.
_MOST_THREADS = 4
# The engine enlarges pictures until their shorter side has this many pixels; ours already have the size they need.
_LEAST_SIDE = 64


def main() -> None:
    """Answer each picture with its words, or with the reason why it cannot be read."""
    pictures, answers = _private_streams()
    with suppress(Exception):  # the first picture fails in the same way
        _engine()
    while True:
        try:
            picture = pickle.load(pictures)
        except EOFError:  # the requesting process is gone
            return
        pickle.dump(_answer(picture), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The streams for pictures and answers; anything that the engine prints is discarded."""
    pictures, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return pictures, answers


def _answer(picture: Picture) -> list[Word] | str:
    try:
        return _read(picture)
    except Exception as error:  # the engine can fail in any way; the requesting process reports it
        return f"{type(error).__name__}: {error}"


def _read(picture: Picture) -> list[Word]:
    result = _engine()(np.ascontiguousarray(np.broadcast_to(picture[..., None], (*picture.shape, 3))))
    if result.boxes is None or result.txts is None:
        return []
    found = zip(result.txts, result.scores, result.boxes, strict=True)
    return [Word(text, float(score), _around(corners)) for text, score, corners in found]


def _around(corners: Any) -> Box:
    left, top, width, height = cv2.boundingRect(np.asarray(corners, np.float32))
    return Box(top, left, top + height, left + width)


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = min(_MOST_THREADS, max((os.cpu_count() or 1) // 2, 1))
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # Without it, a sixth of the time goes into returning and reallocating memory for each layer.
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            "Det.limit_side_len": _LEAST_SIDE,
        }
    )


if __name__ == "__main__":
    main()
