"""OpenCV on one thread, as each worker has a core; programs that are started from here do not notice it."""

import os

# Its wheel puts its own libraries in front of those of every program started later (PATH on Windows).
_CHANGED = ("LD_LIBRARY_PATH", "PATH")
_before = {name: os.environ.get(name) for name in _CHANGED}

import cv2  # noqa: E402  # what it changes on import is noted before

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

cv2.setNumThreads(1)

__all__ = ["cv2"]
