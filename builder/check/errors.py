"""The reasons why a check cannot begin."""

from pathlib import Path

from bundle.errors import BundleError, NoBundle


class NothingToCheck(NoBundle):
    """There is no bundle, and no disc of another program."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            what = f"{folder} is not there, or is no folder. Plug the medium in, and name its drive or folder"
        else:
            what = (
                f"There is nothing to check in {folder}: no part of a bundle, and no DICOMDIR. Name the drive or folder"
            )
        BundleError.__init__(self, f"{what} in which DICOMDIR and BUNDLE lie.")
