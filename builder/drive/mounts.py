"""Says who keeps the files of a medium: the kernel, or a process of its own (FUSE)."""

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")


def may_be_fuse(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a process of its own keeps what is in a folder, or nobody says who does (man 5 proc_pid_mountinfo)."""
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = [line.split() for line in mounts.read_text(errors="replace").splitlines()]
    except OSError:  # no Linux
        return True
    kinds = [line[line.index("-") + 1] for line in lines if line[2] == number]
    return not kinds or any(kind.startswith("fuse") for kind in kinds)
