"""Makes the icon of viewer.exe from the viewer's own mark: python -m tests.emblem [FILE.ico]."""

import os
from pathlib import Path
import struct
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtCore import QBuffer, QIODevice

from viewer.ui.app import make_application
from viewer.ui.look.emblem import emblem

FILE = Path(__file__).parents[1] / "builder" / "freeze" / "viewer.ico"
SIZES = (16, 24, 32, 48, 64, 128, 256)


def png(size: int) -> bytes:
    """The mark as PNG, which Windows takes within an icon."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert emblem(size).save(buffer, "PNG")
    return bytes(buffer.data())


def make() -> bytes:
    """The icon file: a directory, then the pictures."""
    make_application()
    pictures = [png(size) for size in SIZES]
    place, entries = 6 + 16 * len(SIZES), b""
    for size, picture in zip(SIZES, pictures, strict=True):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
    return struct.pack("<HHH", 0, 1, len(SIZES)) + entries + b"".join(pictures)


def pictures_in(icon: bytes) -> dict[int, bytes]:
    """The pictures of an icon file by their size."""
    (count,) = struct.unpack_from("<H", icon, 4)
    found = {}
    for number in range(count):
        width, _, _, _, _, _, length, place = struct.unpack_from("<BBBBHHII", icon, 6 + 16 * number)
        found[width or 256] = icon[place : place + length]
    return found


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    target.write_bytes(make())
    print(target)  # noqa: T201 - this is its command line
