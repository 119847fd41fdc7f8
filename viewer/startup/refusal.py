"""Explains in plain words that the viewer cannot start because Qt cannot be loaded: a part of the viewer is missing."""

from pathlib import Path
import sys

from bundle.errors import EXIT_DRIVE
from viewer.startup import qm
from viewer.startup.options import StartOptions
from viewer.startup.report import SelfTestReport
from viewer.words import install_translator, tr

# The text is only on standard error; viewer.sh then shows it in a window.
EXIT_NOT_STARTED = 69
_ERROR_ICON = 0x10  # MB_ICONERROR


def explain(reason: str) -> str:
    """What to do, and the reason for technical support."""
    return tr(
        "A part of the viewer is missing or damaged, or does not work on this computer.\n\n"
        "viewer.exe and viewer.sh need the folder VIEWER beside them: start the viewer from the medium itself, or copy "
        "the whole medium. If that does not help, ask for a new copy.\n"
        "Any other DICOM viewer can open the file DICOMDIR.\n\n"
        "For technical support:\n{reason}"
    ).format(reason=reason)


def refuse(options: StartOptions, reason: str) -> int:
    """Write the reason into the report, show it in a window of Windows, or on standard error; returns the exit code."""
    if options.report is not None:
        SelfTestReport(bundle=str(options.bundle or Path.cwd()), reason=reason).write(options.report)
        return EXIT_DRIVE
    words = qm.texts((options.language or qm.system_language()).partition("_")[0])
    install_translator(lambda text, _number: words.get(text, text))
    text = explain(reason)
    if sys.platform == "win32":
        import ctypes  # not before the first picture

        copied = tr("Press Ctrl+C to copy this text.")
        ctypes.windll.user32.MessageBoxW(None, f"{text}\n\n{copied}", tr("The viewer cannot start"), _ERROR_ICON)
        return EXIT_DRIVE
    sys.stderr.write(f"{tr('The viewer cannot start.')}\n{text}\n")
    return EXIT_NOT_STARTED
