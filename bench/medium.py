"""A medium of a known pace: a file system on a loop device whose writes the kernel holds to so many bytes a second.

Needs root, loop devices and the blkio controller (cgroup v1). What is written to a file reaches the device by threads
of the kernel, which belong to the root group; so that group is held.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import subprocess

_LIMIT = Path("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device")
_EXFAT_BYTES = 3 << 30


@contextmanager
def slow(work: Path, size: int, pace: int) -> Iterator[Path]:
    """An ext4 file system with room for `size` bytes that takes `pace` bytes a second."""
    image = _image(work / "slow.img", size + size // 8 + (64 << 20))
    command("mkfs.ext4", "-q", "-m", "0", image)
    with _looped(image) as loop, _mounted("mount", loop, work / "slow") as drive, _held(loop, pace):
        yield drive


@contextmanager
def exfat(work: Path) -> Iterator[Path]:
    """A real exFAT file system (exfatprogs, exfat-fuse)."""
    image = _image(work / "stick.img", _EXFAT_BYTES)
    command("mkfs.exfat", image)
    with _looped(image) as loop, _mounted("mount.exfat-fuse", loop, work / "stick") as drive:
        yield drive


def command(*words: str | Path) -> str:
    """What a command says; raises CalledProcessError."""
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=True).stdout.strip()


def _image(path: Path, size: int) -> Path:
    with path.open("wb") as stream:
        stream.truncate(size)
    return path


@contextmanager
def _looped(image: Path) -> Iterator[str]:
    loop = command("losetup", "--find", "--show", image)
    try:
        yield loop
    finally:
        command("losetup", "--detach", loop)
        image.unlink()


@contextmanager
def _mounted(mount: str, loop: str, place: Path) -> Iterator[Path]:
    place.mkdir()
    command(mount, loop, place)
    try:
        yield place
    finally:
        command("umount", place)
        place.rmdir()


@contextmanager
def _held(loop: str, pace: int) -> Iterator[None]:
    device = Path(f"/sys/block/{Path(loop).name}/dev").read_text().strip()
    _LIMIT.write_text(f"{device} {pace}\n")
    try:
        yield
    finally:
        _LIMIT.write_text(f"{device} 0\n")
