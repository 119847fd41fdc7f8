"""One class for each failure while images of discs or several media are made."""

from pathlib import Path

from bundle.errors import EXIT_USAGE, BundleError


class ImageExists(BundleError):
    """The path of the image already exists."""

    exit_code = EXIT_USAGE

    def __init__(self, image: Path) -> None:
        super().__init__(f"{image} already exists. Name another file, or remove it first. Nothing was changed.")


class ImageOnDrive(BundleError):
    """The image would be on the drive that it is made from."""

    exit_code = EXIT_USAGE

    def __init__(self, image: Path) -> None:
        super().__init__(f"{image} is on the drive itself. Name a file on another drive. Nothing was changed.")


class ImageFailed(BundleError):
    """The image cannot be written, or does not read back correctly."""

    def __init__(self, image: Path, reason: str) -> None:
        super().__init__(
            f"The image {image} could not be made ({reason}), and no part of it was kept. The bundle on the drive is "
            "finished. Check the free space and try: mkbundle image DRIVE FILE"
        )


class CaseTooLarge(BundleError):
    """A single case does not fit on a medium."""

    exit_code = EXIT_USAGE

    def __init__(self, folder: Path, needed: int, room: int) -> None:
        super().__init__(
            f"The case in {folder} takes {needed / 1e6:,.0f} MB, but a medium has room for "
            f"{max(room, 0) / 1e6:,.0f} MB beside the viewers. "
            "Give a larger size to --span, or fewer viewers. Nothing was written."
        )
