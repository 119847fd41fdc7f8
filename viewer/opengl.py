"""Whether this PC draws with OpenGL 3.2, as VTK needs: tried in another process, for a bad driver ends its process."""

import ctypes
from functools import cache
import os
import subprocess
import sys

from bundle.errors import EXIT_DONE, EXIT_FINDINGS

# How the viewer is started to try it.
PROBE = "--probe-opengl"
_PATIENCE = 60.0
# What makes the drivers of Linux draw by the processor, where the graphics card's own cannot.
_SOFTWARE = {"LIBGL_ALWAYS_SOFTWARE": "1"}


@cache
def is_usable() -> bool:
    """Try once, and by the processor where the graphics card will not; from then on this process draws the same way."""
    for more in ({}, _SOFTWARE) if sys.platform == "linux" else ({},):
        if _try(more):
            os.environ.update(more)
            return True
    return False


def _try(more: dict[str, str]) -> bool:
    start = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "viewer"]
    try:
        done = subprocess.run(
            [*start, PROBE], env=os.environ | more, timeout=_PATIENCE, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == EXIT_DONE


def _fall_silently() -> None:
    """A driver that ends this process must not open a window that tells of it (SEM_NOGPFAULTERRORBOX and others)."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(0x8003)


def probe() -> int:
    """Draw something here; the exit code says whether it came out."""
    import numpy as np

    _fall_silently()
    from viewer.scene.volume_render import NoPicture, render_volume

    ball = np.zeros((16, 16, 16), np.float32)
    ball[4:12, 4:12, 4:12] = 1000
    try:
        picture = render_volume(ball, np.eye(4), (64, 64))
    except NoPicture:
        return EXIT_FINDINGS
    return EXIT_DONE if picture[..., :3].any() else EXIT_FINDINGS
