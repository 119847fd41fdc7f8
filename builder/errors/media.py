"""One class for each failure while images of discs or several media are made."""

from pathlib import Path

from bundle.errors import EXIT_FINDINGS, EXIT_STOPPED, EXIT_USAGE, BundleError


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


class ImageUnreadable(BundleError):
    """The image of a disc cannot be opened."""

    def __init__(self, image: Path, reason: str) -> None:
        super().__init__(
            f"{image} cannot be read as the image of a disc (ISO 9660): {reason}. Name the drive with the bundle, "
            "or make the image again: mkbundle image DRIVE FILE"
        )


class ImageAmbiguous(BundleError):
    """Different systems see different files in an image."""

    exit_code = EXIT_FINDINGS

    def __init__(self, image: Path, path: str, kind: str) -> None:
        super().__init__(
            f"{image} shows other files to other systems: the content of {path} is only in its {kind.upper()} "
            "directory. Do not give it away; make the image again: mkbundle image DRIVE FILE"
        )


class ImageTooLarge(BundleError):
    """There is no room to open an image, or it claims more than it can hold."""

    def __init__(self, image: Path, needed: int, free: int) -> None:
        super().__init__(
            f"{image} cannot be opened here: its files claim {needed / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free "
            "for temporary files. Mount the image and check that folder, or set TMPDIR to a larger disk."
        )


class CopyDamaged(BundleError):
    """A file of the bundle to copy is not the one of its manifest."""

    def __init__(self, drive: Path, path: str) -> None:
        super().__init__(
            f"{drive} is damaged: {path} is not the file of its manifest, or cannot be read. Nothing was finished on "
            f"the other drive. See what is wrong: mkbundle check {drive}"
        )


class CopyFailed(BundleError):
    """A copied file reads back as another one."""

    exit_code = EXIT_STOPPED

    def __init__(self, drive: Path, path: str) -> None:
        super().__init__(
            f"{path} reads back from {drive} as another file than was written: the drive is damaged. No bundle was "
            "finished on it. Use another drive."
        )


class CopyHasReadings(BundleError):
    """The bundle to copy holds answers of readers."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path, journals: int) -> None:
        super().__init__(
            f"{drive} holds readings ({journals} file(s) in READINGS). A copy is for another reader, so it takes none "
            f"of them: collect them first (mkbundle collect {drive} -o FILE), then copy with --without-readings. "
            "Nothing was written."
        )


class CopyOnItself(BundleError):
    """One drive is named twice."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path) -> None:
        super().__init__(f"{drive} is named twice. Name each drive once. Nothing was written.")
