"""The failures of encrypted media that only the researcher meets."""

from pathlib import Path

from bundle.errors import EXIT_STOPPED, EXIT_USAGE, BundleError


class WeakPassword(BundleError):
    """A password that somebody could guess."""

    exit_code = EXIT_USAGE

    def __init__(self, reason: str) -> None:
        super().__init__(f"This password is too weak: {reason}. Take five words that nobody connects with you.")


class PasswordMissing(BundleError):
    """Nobody is there to type a password, and no file holds it."""

    exit_code = EXIT_USAGE

    def __init__(self, option: str) -> None:
        super().__init__(f"A password is needed, and nobody is there to type it. Name a file with it: {option} FILE.")


class FolderNotEmpty(BundleError):
    """Plain files are only written into a folder of their own."""

    exit_code = EXIT_USAGE

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is not empty. Name a new folder, off the stick. Nothing was written.")


class PlainOnStick(BundleError):
    """The folder for plain files lies on the encrypted stick."""

    exit_code = EXIT_USAGE

    def __init__(self, folder: Path, drive: Path) -> None:
        super().__init__(f"{folder} lies on {drive}, which is encrypted. Name a folder elsewhere. Nothing was written.")


class NotSealed(BundleError):
    """The drive holds no encrypted medium."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path) -> None:
        super().__init__(f"{drive} is not encrypted: there is no BUNDLE/LOCK.BIN on it. Nothing was changed.")


class ReadBackFailed(BundleError):
    """What was just encrypted onto a drive does not come back from it; all of it can be made again from the scans."""

    def __init__(self, drive: Path, reason: str) -> None:
        super().__init__(
            f"What was written onto {drive} does not come back from it ({reason}), so do not give it away. Nothing is "
            "lost: make the stick again from the scans, on another one."
        )


class PlainBundleKept(BundleError):
    """An encrypted stick is damaged, and the plain bundle beside the key may be all that is left of it."""

    exit_code = EXIT_STOPPED

    def __init__(self, drive: Path, folder: Path, reason: str) -> None:
        super().__init__(
            f"The encrypted bundle on {drive} is damaged ({reason}). Its scans are in plain in {folder}, which stays: "
            "it may be all that is left of them. The same command with --resume encrypts them onto the stick again. "
            "Should that fail too, the stick is worn out: keep the folder, and build another stick."
        )


class PlainBundleGone(BundleError):
    """An interrupted addition can only be finished where it was begun."""

    def __init__(self, drive: Path, folder: Path) -> None:
        super().__init__(
            f"Adding to {drive} was interrupted, and its plain bundle is not in {folder}. Finish it on the machine and "
            "with the study key with which it was begun. Nothing was changed."
        )
