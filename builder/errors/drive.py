"""One class for each failure with the drive of a bundle; the message ends in what to do."""

from pathlib import Path

from bundle.errors import EXIT_STOPPED, EXIT_USAGE, BundleError


class DriveMissing(BundleError):
    """The target is not an existing folder."""

    def __init__(self, drive: Path) -> None:
        super().__init__(f"The drive {drive} does not exist. Plug it in, or create the folder first, and try again.")


class DriveReadOnly(BundleError):
    """The target is read-only."""

    def __init__(self, drive: Path) -> None:
        super().__init__(
            f"{drive} cannot be written. Remove its write protection, or choose another drive. Nothing was changed."
        )


class DriveInsideSource(BundleError):
    """Source and target overlap."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path, source: Path) -> None:
        super().__init__(
            f"The drive {drive} and the scans {source} are one inside the other, so originals and bundle would mix. "
            "Choose a drive outside the scans. Nothing was changed."
        )


class DriveHoldsBundle(BundleError):
    """The drive already holds a finished bundle."""

    def __init__(self, drive: Path) -> None:
        super().__init__(
            f"{drive} already holds a bundle, which was left unchanged. Use an empty drive, or delete the old bundle "
            "yourself first (keep its folder READINGS, if there is one)."
        )


class DriveHoldsUnfinished(BundleError):
    """An interrupted build left an unfinished bundle."""

    def __init__(self, drive: Path) -> None:
        super().__init__(
            f"{drive} holds an unfinished bundle from an interrupted build. "
            "Run the same command again with --resume to finish it. Nothing was changed."
        )


class DriveBusy(BundleError):
    """Another build is writing on the drive."""

    def __init__(self, drive: Path) -> None:
        super().__init__(
            f"Another mkbundle is writing on {drive} right now. Wait until it is done, or use another drive. "
            "Nothing was changed."
        )


class NamesTaken(BundleError):
    """Somebody else's files have the names that a bundle needs."""

    def __init__(self, drive: Path, names: list[str]) -> None:
        super().__init__(
            f"{drive} holds {', '.join(names)}, which mkbundle did not make, but a bundle needs the name(s). "
            "Move this elsewhere or use another drive. Nothing was changed."
        )


class DriveTooSmall(BundleError):
    """The bundle does not fit."""

    def __init__(self, drive: Path, needed: int, free: int) -> None:
        super().__init__(
            f"{drive} has {free / 1e6:,.0f} MB free, the bundle needs {needed / 1e6:,.0f} MB. "
            "Use a larger drive or fewer scans. Nothing was written."
        )


class DriveFailed(BundleError):
    """Writing failed midway: the drive is full, removed or damaged."""

    exit_code = EXIT_STOPPED

    def __init__(self, drive: Path, reason: str) -> None:
        super().__init__(
            f"Writing on {drive} failed ({reason}). The files written so far are marked as unfinished, so that no "
            "program mistakes them for a complete bundle. Once the drive works again, run the same command with "
            "--resume: it keeps the good files."
        )
