"""Says in plain words that the viewer cannot start where there is no Qt to say it with: a part of it is missing."""

from pathlib import Path
import sys

from bundle.errors import EXIT_DRIVE
from viewer.startup.options import StartOptions
from viewer.startup.report import SelfTestReport
from viewer.words import tr

# Said on standard error alone, which viewer.sh then shows in a window.
EXIT_NOT_STARTED = 69
_ERROR_ICON = 0x10  # MB_ICONERROR


def explain(reason: str) -> str:
    """What to do, and the reason for whoever helps."""
    return tr(
        "A part of the viewer is missing or damaged, or does not work on this computer.\n\n"
        "viewer.exe and viewer.sh need the folder VIEWER beside them: start the viewer from the medium itself, or copy "
        "the whole medium. If that does not help, ask for a new copy.\n"
        "Any other DICOM viewer can open the file DICOMDIR.\n\n"
        "For technical support:\n{reason}"
    ).format(reason=reason)


def refuse(options: StartOptions, reason: str) -> int:
    """Say it in the report, in a window of Windows, or on standard error; returns the exit code."""
    if options.report is not None:
        SelfTestReport(bundle=str(options.bundle or Path.cwd()), reason=reason).write(options.report)
        return EXIT_DRIVE
    text = explain(reason)
    if sys.platform == "win32":
        import ctypes  # not on the way to the first picture

        copied = tr("Press Ctrl+C to copy this text.")
        ctypes.windll.user32.MessageBoxW(None, f"{text}\n\n{copied}", tr("The viewer cannot start"), _ERROR_ICON)
        return EXIT_DRIVE
    sys.stderr.write(f"{tr('The viewer cannot start.')}\n{text}\n")
    return EXIT_NOT_STARTED
