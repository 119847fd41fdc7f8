"""The program that reads pictures for `reader`: one after another, until nobody sends any more; it says nothing."""

from contextlib import suppress
from functools import cache
import os
import pickle
from typing import Any, BinaryIO

import numpy as np

from builder.burned_in.found import Box, Picture, Word
from builder.burned_in.opencv import cv2

# Of the cores, the workers need the others.
_MOST_THREADS = 4
# The engine makes pictures larger until their shorter side has so many pixels; ours have the size that they need.
_LEAST_SIDE = 64


def main() -> None:
    """Answer each picture with its words, or with why it cannot be read."""
    pictures, answers = _private_streams()
    with suppress(Exception):  # which the first picture meets again
        _engine()
    while True:
        try:
            picture = pickle.load(pictures)
        except EOFError:  # whoever asked is gone
            return
        pickle.dump(_answer(picture), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Where pictures come from and answers go to; what the engine prints goes nowhere."""
    pictures, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return pictures, answers


def _answer(picture: Picture) -> list[Word] | str:
    try:
        return _read(picture)
    except Exception as error:  # the engine fails in its own ways; whoever asked says so
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
            # Memory that is given back to the system after each layer takes a sixth of the time to get anew.
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            "Det.limit_side_len": _LEAST_SIDE,
        }
    )


if __name__ == "__main__":
    main()
