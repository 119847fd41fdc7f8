"""A slow stick: a folder on a disk image of its own that is read at the speed of a USB stick, and what was read of it.

Needs root, loop devices and the blkio controller of cgroup v1, as every way of holding a real block device down does.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import ctypes
import mmap
import os
from pathlib import Path
import shutil
import struct
import subprocess
import tempfile
import threading
import time

_CONTROLLER = Path("/sys/fs/cgroup/blkio")
_SECTOR = 512
# In KB: what Linux reads ahead from a USB stick. A disk image has the value of whatever it lies on, up to 8,192.
_READ_AHEAD = "128"
_PAGE = mmap.PAGESIZE
_POLL_SECONDS = 0.002
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
_libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
_libc.fanotify_mark.argtypes = [ctypes.c_int, ctypes.c_uint, ctypes.c_uint64, ctypes.c_int, ctypes.c_char_p]


class Stick:
    """A mounted, read-only image; processes started with `join` as preexec_fn read it at the stick's speed."""

    def __init__(self, root: Path, device: str, group: Path) -> None:
        self.root, self._device, self._group = root, device, group

    def join(self) -> None:
        """Put the calling process under the speed limit."""
        (self._group / "cgroup.procs").write_text(str(os.getpid()))

    def forget(self) -> None:
        """Make the next start a cold one: nothing of any file is in memory."""
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")

    def bytes_read(self) -> int:
        """What the device has given since it was made."""
        return int(Path(f"/sys/block/{self._device}/stat").read_text().split()[2]) * _SECTOR

    def bytes_in_memory(self, folder: str) -> int:
        """How much of the files below a folder is in the page cache."""
        return sum(_cached(path) for path in (self.root / folder).rglob("*") if path.is_file())


@contextmanager
def slow_stick(folder: Path, megabytes_per_second: float) -> Iterator[Stick]:
    """Copy a folder onto a fresh ext4 image and mount that; everything is taken away again at the end."""
    with tempfile.TemporaryDirectory(prefix="slow-stick-") as work:
        image, root = Path(work, "disk.img"), Path(work, "stick")
        root.mkdir()
        used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        with image.open("wb") as stream:
            stream.truncate(int(used * 1.2) + (64 << 20))
        _run("mkfs.ext4", "-q", "-m", "0", image)
        loop = _run("losetup", "-f", "--show", image).strip()
        Path(f"/sys/block/{Path(loop).name}/queue/read_ahead_kb").write_text(_READ_AHEAD)
        try:
            _run("mount", loop, root)
            shutil.copytree(folder, root, dirs_exist_ok=True)
            _run("umount", root)
            _run("mount", "-o", "ro,noatime", loop, root)
            with _held_down(Path(loop).name, megabytes_per_second) as group:
                yield Stick(root, Path(loop).name, group)
        finally:
            subprocess.run(["umount", "-l", root], check=False, capture_output=True)
            _run("losetup", "-d", loop)


@contextmanager
def _held_down(device: str, rate: float) -> Iterator[Path]:
    group = _CONTROLLER / f"slow-stick-{os.getpid()}"
    group.mkdir()
    numbers = Path(f"/sys/block/{device}/dev").read_text().strip()
    (group / "blkio.throttle.read_bps_device").write_text(f"{numbers} {int(rate * 1e6)}")
    try:
        yield group
    finally:
        for _ in range(20):
            with suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.2)


def _run(*command: object) -> str:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout


def _cached(path: Path) -> int:
    """Bytes of one file in the page cache."""
    size = path.stat().st_size
    if not size:
        return 0
    descriptor = os.open(path, os.O_RDONLY)
    try:
        address = _libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, descriptor, 0)
        pages = ctypes.create_string_buffer((size + _PAGE - 1) // _PAGE)
        _libc.mincore(address, size, pages)
        _libc.munmap(address, size)
    finally:
        os.close(descriptor)
    return sum(byte & 1 for byte in pages.raw) * _PAGE


class Watch:
    """Notes, with the time, how much the device has read and which files are opened for the first time."""

    # include/uapi/linux/fanotify.h
    _MARK_ADD_MOUNT, _OPEN, _CLASS_NOTIF_NONBLOCK, _EVENT = 0x11, 0x20, 0x2, struct.Struct("=IBBHQii")

    def __init__(self, stick: Stick) -> None:
        self._stick = stick
        self._reads: list[tuple[float, int]] = []
        self.opened: dict[Path, float] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._notifier = _libc.fanotify_init(self._CLASS_NOTIF_NONBLOCK, os.O_RDONLY)
        marked = _libc.fanotify_mark(self._notifier, self._MARK_ADD_MOUNT, self._OPEN, -100, bytes(stick.root))
        if self._notifier < 0 or marked < 0:
            raise OSError(ctypes.get_errno(), "fanotify cannot watch the stick")

    def __enter__(self) -> "Watch":
        self._begin = self._stick.bytes_read()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        os.close(self._notifier)

    def bytes_until(self, moment: float) -> int:
        """What the device had read at a time of `time.monotonic`."""
        return max((value for when, value in self._reads if when <= moment), default=0)

    def opened_until(self, moment: float) -> list[Path]:
        """The files of the stick that had been opened by then."""
        return sorted(path for path, when in self.opened.items() if when <= moment)

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self._reads.append((time.monotonic(), self._stick.bytes_read() - self._begin))
            self._take_events()
            time.sleep(_POLL_SECONDS)

    def _take_events(self) -> None:
        try:
            events = os.read(self._notifier, 1 << 16)
        except BlockingIOError:
            return
        for length, _, _, _, _, descriptor, pid in _events(events, self._EVENT):
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            os.close(descriptor)
            if pid != os.getpid() and length and path.is_file():
                self.opened.setdefault(path, time.monotonic())


def _events(block: bytes, layout: struct.Struct) -> Iterator[tuple[int, ...]]:
    place = 0
    while place < len(block):
        event = layout.unpack_from(block, place)
        yield event
        place += event[0]
