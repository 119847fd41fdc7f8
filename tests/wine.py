"""Runs a frozen Windows program under Wine, from the drive letter that a stick might get."""

from contextlib import suppress
import fcntl
from functools import cache
from itertools import count
import os
from pathlib import Path
import shutil
import signal
import subprocess
import threading
from typing import IO
import warnings

from builder.check.checks.wine_gaps import fill_gaps
from builder.freeze import cache as pack_cache
from builder.waiting import said_until_end
from tests import screen

_SETUP_SECONDS = 300.0
_TRIES = 2
# What Wine takes for the home of its user and links Documents to: no test writes into the real one.
_HOME = "home"
_lock = threading.Lock()
_held: list[IO[str]] = []


def run_from_drive(
    letter: str, folder: Path, exe: str, args: list[str], timeout: float = 120.0
) -> subprocess.CompletedProcess[str]:
    """Make `folder` the drive `letter`: and run the program `exe` that lies in it; output is what it said.

    A windowed program says nothing, and shows its errors in a window that waits: then the timeout ends it, with -9, and
    the output names the windows. Wine itself hangs or falls in one of some thousand starts of a program, before any
    line of the program has run, so that there is a second one, and a warning.
    """
    mount(letter, folder)
    command = ["wine", windows_path(letter, exe), *args]
    done = _run(command, timeout)
    if done.returncode == -signal.SIGKILL:
        _warn(exe, timeout, done.stdout)
        done = _run(command, timeout)
    return done


def start(
    letter: str, folder: Path, exe: str, *args: str, title: str, own: str = "viewer", timeout: float = 90.0
) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, and wait for its window of this title; `end` ends it.

    Every window of the program has `own` in its title. Where none of them opens, Wine hangs: there is a second start
    as above. Raises AssertionError, with what is on the screen, where other windows open, or none twice.
    """
    mount(letter, folder)
    for _ in range(_TRIES):
        process = _process(["wine", windows_path(letter, exe), *args], wine_prefix())
        if screen.opens(title, timeout):
            return process
        seen, begun = screen.tree(), screen.windows(own)
        end(process)
        if begun:
            break
        _warn(exe, timeout, seen)
    raise AssertionError(f"no window {title!r} within {timeout:.0f} s; on the screen was\n{seen}")


def end(process: subprocess.Popen[bytes]) -> bytes:
    """End a program as if the power had gone, with all that Wine started for it; what it said."""
    return _end(process, wine_prefix())


def windows_path(letter: str, name: str = "") -> str:
    """The Windows spelling of a place on the drive."""
    return f"{letter.upper()}:\\" + name.replace("/", "\\")


def mount(letter: str, folder: Path) -> None:
    """Give a folder a drive letter in Wine; whatever had that letter before loses it."""
    link = wine_prefix() / "dosdevices" / f"{letter.lower()}:"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.resolve(), target_is_directory=True)


@cache
def wine_prefix() -> Path:
    """A Windows folder of its own for running, set up once and kept in the cache."""
    prefix = _free_prefix()
    marker = prefix / "mkbundle-ready-4"
    with pack_cache.locked(prefix):
        if not marker.is_file():
            shutil.rmtree(prefix, ignore_errors=True)
            (prefix / _HOME).mkdir(parents=True)
            # A program that falls is to fall, and not to wait in a window of Wine's debugger.
            falls = [r"HKCU\Software\Wine\WineDbg", "/v", "ShowCrashDialog", "/t", "REG_DWORD", "/d", "0", "/f"]
            # It has written its registry when the last of its programs has ended.
            for command in (["wineboot", "--init"], ["wine", "reg", "add", *falls], ["wineserver", "-w"]):
                done = _run(command, _SETUP_SECONDS, prefix)
                assert done.returncode == 0, done.stdout
            # What Rust asks for random numbers came to Wine 9.
            fill_gaps(prefix)
            marker.touch()
    return prefix


def _free_prefix() -> Path:
    """One that no other run of tests has now: drive letters are of a prefix, and so is what is ended."""
    for number in count(1):
        prefix = (pack_cache.root() / "wine-run" / str(number)).resolve()
        prefix.parent.mkdir(parents=True, exist_ok=True)
        held = prefix.with_name(f"{prefix.name}.held").open("a")
        with suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _held.append(held)  # until this process ends
            return prefix
        held.close()
    raise AssertionError("there is always a free number")


def _run(command: list[str], timeout: float, prefix: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run under Wine with both streams as pipes; a Windows Python stops at anything else."""
    prefix = prefix or wine_prefix()
    with _lock:
        process = _process(command, prefix)
        try:
            said = said_until_end(process, timeout, b"\n")
        except subprocess.TimeoutExpired:
            windows = screen.tree().encode()
            said = _end(process, prefix) + windows
    return subprocess.CompletedProcess(command, process.returncode, said.decode("utf-8", "replace"))


def _process(command: list[str], prefix: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, env=_environment(prefix), cwd="/", start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _end(process: subprocess.Popen[bytes], prefix: Path) -> bytes:
    """Kill all that runs in the prefix; where a program is half gone, only its other threads still tell."""
    owned = f"WINEPREFIX={prefix}".encode()
    for thread in Path("/proc").glob("[0-9]*/task/*"):
        with suppress(OSError):  # not ours, or gone
            if owned in (thread / "environ").read_bytes().split(b"\0"):
                os.kill(int(thread.parts[2]), signal.SIGKILL)
    return said_until_end(process, _SETUP_SECONDS)


def _warn(exe: str, timeout: float, seen: str) -> None:
    warnings.warn(f"{exe} did nothing for {timeout:.0f} s and is started again; {seen}", stacklevel=3)


def _environment(prefix: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_"))}
    return kept | {
        "DISPLAY": screen.display(),
        "HOME": str(prefix / _HOME),
        "WINEPREFIX": str(prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        # Wine's dialog of files falls in its tree of folders (explorerframe.dll) when it is played with.
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe,explorerframe=",
    }
