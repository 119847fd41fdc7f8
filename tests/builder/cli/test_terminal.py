"""On a terminal of 80 columns, a report breaks between words, and what belongs together stays below each other."""

import fcntl
import os
from pathlib import Path
import pty
import struct
import subprocess
import sys
import termios

from tests import scans


def on_a_terminal(*arguments: object, columns: int = 80) -> list[str]:
    """What a person sees of the standard output."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [Path(sys.executable).with_name("mkbundle"), *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    with subprocess.Popen(command, stdout=slave, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(slave)
        seen = b""
        while block := _read(master):
            seen += block
        process.wait(60)
    os.close(master)
    return seen.decode().replace("\r", "").split("\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the other end was closed
        return b""


def test_a_report_breaks_between_words_and_keeps_its_columns(tmp_path):
    series = scans.write_series(tmp_path / "scans", 3)
    (series / "broken.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    (series / ("a very long name " * 6)).write_bytes(b"DICM")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    options = ("--viewer", "none", "--no-picture-search", "--key", tmp_path / "keys" / "key")
    command = [Path(sys.executable).with_name("mkbundle"), tmp_path / "scans", tmp_path / "one", *options]
    subprocess.run(command, check=False, capture_output=True)  # which makes the key
    plain = subprocess.run(
        [*command[:2], tmp_path / "two", *options], check=False, capture_output=True, text=True
    ).stdout.replace(str(tmp_path / "two"), str(tmp_path / "one"))
    plain = plain.replace("Stick 2 of this study key", "Stick 3 of this study key")  # the next build of the key
    (tmp_path / "two").rename(tmp_path / "away")
    (tmp_path / "one").rename(tmp_path / "away too")
    (tmp_path / "one").mkdir()
    lines = on_a_terminal(tmp_path / "scans", tmp_path / "one", *options)
    assert " ".join(" ".join(lines).split()) == " ".join(plain.split())
    too_long = [line for line in lines if len(line) > 80]
    assert all(max(map(len, line.split())) > 60 for line in too_long), too_long  # a path, which is never broken
    (first,) = (number for number, line in enumerate(lines) if "unpack it" in line or line.endswith("unpack"))
    label = lines[first].index("an archive")
    assert lines[first + 1].startswith(" " * label)


def test_a_wide_terminal_and_a_pipe_show_each_line_whole(tmp_path):
    wide = on_a_terminal("explain", columns=300)
    piped = subprocess.run(
        [Path(sys.executable).with_name("mkbundle"), "explain"], capture_output=True, text=True, check=True
    ).stdout
    assert "\n".join(wide) == piped
