"""OpenCV on one thread, since each worker has a core; programs started from here are not affected."""

import os

# Its wheel puts its own libraries ahead of those of every program started later (PATH on Windows).
_CHANGED = ("LD_LIBRARY_PATH", "PATH")
_before = {name: os.environ.get(name) for name in _CHANGED}

import cv2  # noqa: E402  # its changes on import are recorded before

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

cv2.setNumThreads(1)

__all__ = ["cv2"]
