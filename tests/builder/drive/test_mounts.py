"""A build waits for every disk of the PC only if a separate process keeps the files, or nobody knows who does."""

import os
from pathlib import Path
import subprocess
import sys

import pytest

from builder.drive.mounts import may_be_fuse

_LINE = "41 24 {} / /media/stick rw,relatime shared:1 - {} /dev/sdb1 rw\n"


def _mounted(folder: Path, kind: str) -> Path:
    device = folder.stat().st_dev
    listed = folder / "mountinfo"
    other = _LINE.format("0:9999", "fuse.other")
    listed.write_text(other + _LINE.format(f"{os.major(device)}:{os.minor(device)}", kind))
    return listed


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux lists what is mounted")
@pytest.mark.parametrize(
    ("kind", "fuse"), [("ext4", False), ("vfat", False), ("exfat", False), ("fuseblk", True), ("fuse.ntfs-3g", True)]
)
def test_a_file_system_is_known_by_what_is_mounted(tmp_path: Path, kind: str, fuse: bool) -> None:
    assert may_be_fuse(tmp_path, _mounted(tmp_path, kind)) is fuse


def test_what_nobody_lists_may_be_anything(tmp_path: Path) -> None:
    assert may_be_fuse(tmp_path, tmp_path / "none")
    listed = tmp_path / "mountinfo"
    listed.write_text(_LINE.format("0:9999", "ext4"))
    assert may_be_fuse(tmp_path, listed)


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux lists what is mounted")
def test_it_agrees_with_stat(tmp_path: Path) -> None:
    kind = subprocess.run(["stat", "-f", "-c", "%T", tmp_path], capture_output=True, text=True, check=True).stdout
    assert may_be_fuse(tmp_path) == kind.startswith("fuse")
