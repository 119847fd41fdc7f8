"""Runs the viewers of a medium on this machine, each with its own self-test, and reports the results."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from enum import Enum
import json
import os
from pathlib import Path
import shutil
import signal
import subprocess
import sys
import tempfile

from builder.check.checks.wine_gaps import fill_gaps
from builder.check.findings import Finding, finding
from builder.check.places.place import Place, drive_of
from builder.waiting import said_until_end
from bundle.layout import LINUX_VIEWER, WINDOWS_VIEWER

# A viewer that hangs ends itself after five minutes without progress.
_PATIENCE = 3600.0
# Wine hangs in one of some thousand starts, before the program's first line: a viewer that has not begun by then, from
# however slow a medium, is started again. So is the making of a Windows folder that has not ended.
_TO_BEGIN, _STARTS = 180.0, 2
_REPORT, _BEGUN, _PREFIX = "report.json", "phases.txt", "wine"
# The drive letter that a medium gets under Wine.
_LETTER = "M"


class Trial(Enum):
    """Which viewers to run: none, those known to be as this machine made them, or all."""

    NONE = "none"
    OWN = "own"
    ALL = "all"


def run_viewers(place: Place, trial: Trial, own: Collection[str], step: Callable[[str], object]) -> Iterator[Finding]:
    """Let every viewer on the medium that this machine can run open every series; one finding for each that fails.

    `own` are the start programs of the known ones: no other program of a medium runs without an explicit wish.
    """
    root, password = drive_of(place), None if isinstance(place, Path) else place.tree.password_file
    if not isinstance(place, Path) and password is None:
        if trial is not Trial.NONE:
            yield finding("viewer.not_run", ".", "it needs the password in a file: --password-file FILE")
        return
    for path, command in ((LINUX_VIEWER, _linux), (WINDOWS_VIEWER, _windows)):
        if trial is Trial.NONE or not (root / path).is_file():
            continue
        if trial is Trial.OWN and path not in own:
            yield finding("viewer.not_run", path, "this machine does not know it; --run-viewers runs it all the same")
            continue
        step(f"Letting {path} open every series")
        with tempfile.TemporaryDirectory() as folder:
            started = command(root, Path(folder), password)
            if isinstance(started, str):
                yield finding("viewer.not_run", path, started)
                continue
            failure = _failure(*started, Path(folder))
        if failure:
            yield finding("viewer.self_test", path, failure)


Started = tuple[list[str], Mapping[str, str]]


def _linux(root: Path, folder: Path, password: Path | None) -> Started | str:
    """How to run it, or why that is impossible."""
    if sys.platform != "linux":
        return "it runs on Linux alone"
    environment = dict(os.environ) if os.environ.get("DISPLAY") else {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return ["sh", str(root / LINUX_VIEWER), *_words(f"{folder}{os.sep}", password)], environment


def _windows(root: Path, folder: Path, password: Path | None) -> Started | str:
    """The same."""
    if sys.platform == "win32":
        return [str(root / WINDOWS_VIEWER), *_words(f"{folder}{os.sep}", password)], os.environ
    wine = shutil.which("wine")
    if wine is None:
        return "this machine has no Wine to run it with"
    screen: list[str] = []
    if not os.environ.get("DISPLAY"):
        virtual = shutil.which("xvfb-run")
        if virtual is None:
            return "Wine needs a screen, and there is none: check from a desktop, or install xvfb"
        # Without -noreset the screen begins anew whenever its last client leaves, and refuses who comes meanwhile.
        screen = [virtual, "--auto-servernum", "--server-args=-screen 0 1280x1024x24 -nolisten tcp -noreset"]
    # A Windows folder of its own, so that no other Wine changes; the medium gets a drive letter in it.
    prefix = folder / _PREFIX
    environment = {**os.environ, "WINEPREFIX": str(prefix), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
    boots = (_ended([*screen, wine, "wineboot", "--init"], environment, folder) for _ in range(_STARTS))
    letters = prefix / "dosdevices"
    if all(status is None for status in boots) or not letters.is_dir():
        return "Wine could not make a Windows folder for it"
    fill_gaps(prefix)
    for letter, target in ((_LETTER, root), ("R", folder), *([("P", password.parent)] if password else [])):
        (letters / f"{letter.lower()}:").symlink_to(target.resolve(), target_is_directory=True)
    return [
        *screen,
        wine,
        f"{_LETTER}:\\{WINDOWS_VIEWER}",
        *_words("R:\\", password and f"P:\\{password.name}"),
    ], environment


def _words(folder: str, password: object) -> list[str]:
    """The viewer's task, where to write the report, and the file with the password of an encrypted medium."""
    opened = ["--password-file", str(password)] if password else []
    return ["--self-test", f"{folder}{_REPORT}", "--phases", f"{folder}{_BEGUN}", *opened]


def _failure(command: list[str], environment: Mapping[str, str], folder: Path) -> str:
    """The failure, empty if there is none."""
    try:
        starts = (_ended(command, environment, folder) for _ in range(_STARTS))
        status = next((status for status in starts if status is not None), None)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it could not be run: {error}"
    if status is None:
        return f"it did not begin within {_TO_BEGIN:.0f} seconds"
    try:
        said = json.loads((folder / _REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return f"it ended with {status} and left no report"
    if said.get("ok") is True and status == 0:
        return ""
    wrong = [result for result in (*said.get("stacks", ()), said.get("render") or {}) if not result.get("ok")]
    reasons = [str(result["reason"]) for result in wrong if result.get("reason")] + [str(said.get("reason") or "")]
    return "its self-test failed: " + (next(filter(None, reasons), "") or f"it ended with {status}")


def _ended(command: list[str], environment: Mapping[str, str], folder: Path) -> int | None:
    """The exit status of a viewer, None if it did not even begin; afterwards none of its processes runs."""
    # Both streams are pipes: a windowed Python stops at anything else.
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, env=environment, stdout=pipe, stderr=both, start_new_session=True) as process:
        try:
            said_until_end(process, _TO_BEGIN)
        except subprocess.TimeoutExpired:
            if not (folder / _BEGUN).exists():
                return None
            said_until_end(process, _PATIENCE)
        finally:
            _end(process, environment, folder)
    return process.returncode


def _end(process: subprocess.Popen[bytes], environment: Mapping[str, str], folder: Path) -> None:
    """End it with all processes that it started; those under Wine, in our own prefix, are not its children."""
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if environment.get("WINEPREFIX") == str(folder / _PREFIX):
        with suppress(FileNotFoundError):
            subprocess.run(["wineserver", "-k", "-w"], env=environment, check=False, capture_output=True)
