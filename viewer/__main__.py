"""The viewer's command line."""

import argparse
from collections.abc import Sequence
from pathlib import Path
import sys
from typing import NoReturn

from bundle import __version__
from bundle.errors import EXIT_DONE, EXIT_USAGE
from viewer.startup import clock
from viewer.startup.options import LAYOUTS, StartOptions

# That the Linux pack brings and needs for its first window.
_QT_LIBRARIES = ("Core", "DBus", "Gui", "Widgets", "XcbQpa")


class WrongUsage(Exception):
    """The command line is not valid; the message is argparse's own, with the usage."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongUsage(f"{message}\n\n{self.format_usage()}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="viewer", description="Shows the scans of a bundle.")
    parser.add_argument("bundle", nargs="?", type=Path, help="folder of the bundle; found by itself on a medium")
    first = parser.add_mutually_exclusive_group()
    first.add_argument("--study", metavar="UID", help="open this study")
    first.add_argument("--series", metavar="UID", help="open this series")
    first.add_argument("--case", metavar="ID", help="open this case, such as CASE-001")
    parser.add_argument("--layout", choices=LAYOUTS, help="how the window is divided")
    parser.add_argument("--reader", metavar="NAME", help="who reads, where the bundle has a reading form")
    parser.add_argument("--language", metavar="CODE", help="such as de; that of the system otherwise")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="its first line opens an encrypted bundle")
    test = parser.add_mutually_exclusive_group()
    test.add_argument("--self-test", type=Path, metavar="REPORT.json", help="open and compare everything, then end")
    test.add_argument("--screenshot", type=Path, metavar="FILE.png", help="save the window as a picture, then end")
    parser.add_argument("--phases", type=Path, metavar="FILE", help="write when each phase of the start was reached")
    parser.add_argument("--version", action="store_true", help="say the version and end")
    return parser


def parse(arguments: Sequence[str]) -> StartOptions | None:
    """The options, None for --version; raises WrongUsage."""
    given = vars(_parser().parse_args(arguments))
    return None if given.pop("version") else StartOptions(**given)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the viewer; returns the exit code."""
    clock.mark("program started")
    given = sys.argv[1:] if arguments is None else arguments
    try:
        options = parse(given)
    except WrongUsage as error:
        return _say_usage(str(error))
    if options is None:
        _write(f"viewer {__version__}\n")
        return EXIT_DONE
    if options.phases is not None:
        clock.follow(options.phases)
    try:
        _check_parts()
        from viewer.ui.app import run
    except ImportError as error:  # a file of the pack, or a library of the system
        from viewer.startup.refusal import refuse

        return refuse(options, f"{type(error).__name__}: {error}")
    return run(options)


def _check_parts() -> None:
    """Raise ImportError if a library is missing that a Linux PC may have, too.

    The loader would take that of the PC, and Qt ends a program with libraries of two versions.
    """
    pack = getattr(sys, "_MEIPASS", None)
    if pack is None or sys.platform != "linux":
        return
    for name in _QT_LIBRARIES:
        if not Path(pack, "PyQt5", "Qt5", "lib", f"libQt5{name}.so.5").exists():
            raise ImportError(f"libQt5{name}.so.5 is missing in the viewer's folder")


def _say_usage(text: str) -> int:
    """In the terminal if there is one; a frozen program for Windows has none, so it opens a window."""
    if sys.stderr is not None:
        sys.stderr.write(text)
        return EXIT_USAGE
    from viewer.ui.app import make_application
    from viewer.ui.look.message import Message
    from viewer.words import tr

    application = make_application()
    Message(tr("The viewer was started with options that it does not understand"), text).exec()
    application.quit()
    return EXIT_USAGE


def _write(text: str) -> None:
    if sys.stdout is not None:
        sys.stdout.write(text)


if __name__ == "__main__":
    raise SystemExit(main())
