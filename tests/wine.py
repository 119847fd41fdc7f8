"""Runs a frozen Windows program under Wine, from the drive letter that a stick might get."""

import atexit
from functools import cache
import os
from pathlib import Path
import shutil
import signal
import subprocess
import threading
import time
import warnings

from builder.freeze import cache as pack_cache

_SCREEN = "1280x1024x24"  # OpenGL needs a real depth
_SETUP_SECONDS = 300.0
_lock = threading.Lock()


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
        warnings.warn(f"{exe} did not end within {timeout:.0f} s; it was started again. {done.stdout}", stacklevel=2)
        done = _run(command, timeout)
    return done


def opens_window(letter: str, folder: Path, exe: str, title: str, timeout: float = 60.0) -> bool:
    """Whether the program opens a window of this title; then it is ended."""
    process, environment = start(letter, folder, exe), _environment(wine_prefix())
    seek, end = ["xdotool", "search", "--name", title], time.monotonic() + timeout
    try:
        while time.monotonic() < end:
            if subprocess.run(seek, env=environment, capture_output=True, check=False).stdout:
                return True
            time.sleep(0.5)
        return False
    finally:
        _kill(process, environment)


def start(letter: str, folder: Path, exe: str, *args: str) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, and do not wait for it; whoever asks for it ends it."""
    mount(letter, folder)
    return subprocess.Popen(
        ["wine", windows_path(letter, exe), *args], env=_environment(wine_prefix()), cwd="/", start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


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
    prefix = (pack_cache.root() / "wine-run").resolve()
    marker = prefix / "mkbundle-ready-2"
    with pack_cache.locked(prefix):
        if not marker.is_file():
            shutil.rmtree(prefix, ignore_errors=True)
            prefix.mkdir(parents=True, exist_ok=True)
            done = _run(["wineboot", "--init"], _SETUP_SECONDS, prefix)
            assert done.returncode == 0, done.stdout
            # A program that falls is to fall, and not to wait in a window of Wine's debugger.
            key = [
                "reg",
                "add",
                r"HKCU\Software\Wine\WineDbg",
                "/v",
                "ShowCrashDialog",
                "/t",
                "REG_DWORD",
                "/d",
                "0",
                "/f",
            ]
            done = _run(["wine", *key], _SETUP_SECONDS, prefix)
            assert done.returncode == 0, done.stdout
            marker.touch()
    return prefix


@cache
def display() -> str:
    """The X display that is here, or one without a screen that lives as long as this program."""
    given = os.environ.get("DISPLAY")
    if given:
        return given
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", _SCREEN, "-nolisten", "tcp"],
        pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    atexit.register(_end, server)
    os.close(writer)
    with os.fdopen(reader) as number:
        return f":{number.readline().strip()}"


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait()


def _run(command: list[str], timeout: float, prefix: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run under Wine with both streams as pipes; a Windows Python stops at anything else."""
    environment = _environment(prefix or wine_prefix())
    with _lock:
        process = subprocess.Popen(
            command, env=environment, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            said, _ = process.communicate(b"\n", timeout)
        except subprocess.TimeoutExpired:
            windows = _windows(environment)
            said = _kill(process, environment) + windows
    return subprocess.CompletedProcess(command, process.returncode, said.decode("utf-8", "replace"))


def _windows(environment: dict[str, str]) -> bytes:
    """What is on the screen, for whoever asks why a program does not end."""
    words = ["xwininfo", "-root", "-tree"]
    return subprocess.run(words, env=environment, capture_output=True, check=False).stdout


def _kill(process: subprocess.Popen[bytes], environment: dict[str, str]) -> bytes:
    """End a program that hangs, and all that Wine started for it in this prefix."""
    os.killpg(process.pid, signal.SIGKILL)
    subprocess.run(["wineboot", "--kill"], env=environment, check=False, stdin=subprocess.DEVNULL, timeout=60)
    said, _ = process.communicate()
    return said


def _environment(prefix: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_"))}
    return kept | {
        "DISPLAY": display(),
        "WINEPREFIX": str(prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
    }
