"""One class for each reason why a pack is unavailable; the message ends in what to do."""

from pathlib import Path

from bundle.errors import BundleError


class PlatformUnsupported(BundleError):
    """This kind of computer cannot make that pack."""

    def __init__(self, platform: str, host: str) -> None:
        super().__init__(
            f"The {platform} viewer cannot be made on {host}. Make it on a PC of that kind with "
            f"`mkbundle freeze --platform {platform} --output FOLDER`, or build the bundle there."
        )


class WineMissing(BundleError):
    """The Windows viewer is made under Wine, which is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The Windows viewer cannot be made here: wine is not installed. Install it with "
            "`apt-get install wine wine64 gcc-mingw-w64-x86-64-win32`, or make the pack on a Windows PC with "
            "`mkbundle freeze --platform win64`."
        )


class ToolMissing(BundleError):
    """A program or package that freezing needs is not installed."""

    def __init__(self, platform: str, tool: str, mend: str) -> None:
        super().__init__(
            f"The {platform} viewer cannot be made here: {tool} is not installed. Install it with `{mend}`."
        )


class SourceNotFound(BundleError):
    """A package to freeze is not installed here."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"The package {package}, which goes on the stick, is not installed beside mkbundle. "
            "Install the whole project again with `pip install .` in its folder."
        )


class DownloadFailed(BundleError):
    """A component of the Windows viewer could not be downloaded, or has the wrong digest."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            f"The Windows viewer cannot be made: {what} could not be downloaded correctly ({reason}). "
            "Check the connection to the package registry, then run `mkbundle freeze --platform win64`."
        )


class FreezeFailed(BundleError):
    """PyInstaller, or Wine under it, stopped with an error."""

    def __init__(self, platform: str, log: Path, last_lines: str) -> None:
        super().__init__(
            f"Making the {platform} viewer failed; no part of it was kept. Its last output:\n{last_lines}\n"
            f"The whole log is {log}. When that is fixed, run `mkbundle freeze --platform {platform}`."
        )


class CacheFailed(BundleError):
    """The folder for packs cannot be used."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The cache folder {folder} cannot be used ({reason}). Packs and their components need about "
            "3 GB there: make room, or name another folder in the environment variable MKBUNDLE_CACHE."
        )


class ExportRefused(BundleError):
    """The target folder of a pack already holds files of the same names."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(f"{folder} already holds {name}, and nothing was changed. Name an empty folder with --output.")


class SigningFailed(BundleError):
    """The user's signing command did not sign a program."""

    def __init__(self, program: str, reason: str) -> None:
        super().__init__(
            f"{program} was not signed: {reason}\n"
            "The viewer was not changed. Correct the command of --sign and try again."
        )
