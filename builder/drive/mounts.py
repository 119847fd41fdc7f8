"""Detects who keeps the files of a medium: the kernel, or a separate process (FUSE)."""

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")


def may_be_fuse(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a separate process keeps the files in a folder, or that is unknown (man 5 proc_pid_mountinfo)."""
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = [line.split() for line in mounts.read_text(errors="replace").splitlines()]
    except OSError:  # not Linux
        return True
    kinds = [line[line.index("-") + 1] for line in lines if line[2] == number]
    return not kinds or any(kind.startswith("fuse") for kind in kinds)
