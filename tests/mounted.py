"""A folder as a stick: copied onto an exFAT image of its own, which is mounted as desktops mount it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import shutil
import subprocess

# What the file system itself takes, and room for what is written on the stick.
_SPARE = 30_000_000


@contextmanager
def mounted(folder: Path, work: Path) -> Iterator[Path]:
    """The stick's place, with everything of the folder on it; `work` is where image and place are made."""
    image, place = work / "stick.img", work / "mounted"
    place.mkdir()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    with image.open("wb") as stream:
        stream.truncate(size * 11 // 10 + _SPARE)
    device = _run("losetup", "--find", "--show", image).strip()
    try:
        _run("mkfs.exfat", device)
        _run("mount.exfat-fuse", device, place)
        shutil.copytree(folder, place, dirs_exist_ok=True, copy_function=shutil.copyfile)
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=False, capture_output=True)
        _run("losetup", "-d", device)


def _run(*command: object) -> str:
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"
    return done.stdout
