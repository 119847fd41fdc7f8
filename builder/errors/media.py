"""One class for each failure that a researcher can meet where images of discs or several media are made."""

from pathlib import Path

from bundle.errors import EXIT_USAGE, BundleError


class ImageExists(BundleError):
    """Something lies where the image is to go."""

    exit_code = EXIT_USAGE

    def __init__(self, image: Path) -> None:
        super().__init__(f"{image} is there already. Name another file, or remove it first. Nothing was changed.")


class ImageOnDrive(BundleError):
    """The image is to go onto the drive that it is made from."""

    exit_code = EXIT_USAGE

    def __init__(self, image: Path) -> None:
        super().__init__(f"{image} lies on the drive itself. Name a file on another one. Nothing was changed.")


class ImageFailed(BundleError):
    """The image cannot be written, or does not read back as it should."""

    def __init__(self, image: Path, reason: str) -> None:
        super().__init__(
            f"The image {image} could not be made ({reason}); there is none. The bundle on the drive is finished. "
            "Look for free space and try: mkbundle image DRIVE FILE"
        )


class CaseTooLarge(BundleError):
    """One case alone does not fit on a medium."""

    exit_code = EXIT_USAGE

    def __init__(self, folder: Path, needed: int, room: int) -> None:
        super().__init__(
            f"The case in {folder} takes {needed / 1e6:,.0f} MB, and on a medium there is room for "
            f"{max(room, 0) / 1e6:,.0f} MB beside the viewers. "
            "Give a larger size to --span, or fewer viewers. Nothing was written."
        )
