"""The failures while a finished bundle is changed; each message ends in what to do."""

from pathlib import Path

from bundle.errors import EXIT_USAGE, BundleError

# How many names a message lists.
_SHOWN = 20
# How a build with this task is called; others are options.
_TASKS = {"": "of a new bundle", "upgrade": "by mkbundle upgrade"}


class DriveHoldsOther(BundleError):
    """Another kind of task was interrupted on the drive."""

    def __init__(self, drive: Path, task: str) -> None:
        what = _TASKS.get(task, f"with --{task}")
        super().__init__(
            f"A build {what} was interrupted on {drive}. Run that command again with --resume first. "
            "Nothing was changed."
        )


class NoSuchCase(BundleError):
    """A case to remove is not in the bundle."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path, missing: list[str], known: list[str]) -> None:
        shown = f"{', '.join(known[:_SHOWN])}{' …' if len(known) > _SHOWN else ''}"
        super().__init__(
            f"There is no {', '.join(missing)} on {drive}. It holds: {shown}. The crosswalk says who each case is. "
            "Nothing was changed."
        )


class LastCase(BundleError):
    """Nothing would be left of the bundle."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path) -> None:
        super().__init__(
            f"No other case would be left on {drive}: erase the whole medium instead. Nothing was changed."
        )


class ReadingsOfCase(BundleError):
    """Readings mention a case to remove."""

    def __init__(self, drive: Path, name: str) -> None:
        super().__init__(
            f"READINGS/{name} on {drive} mentions the case. Copy the folder READINGS elsewhere, delete it from the "
            "drive, and then remove the case. Nothing was changed."
        )


class DamagedOnDrive(BundleError):
    """A file of the bundle to change is not the one that was written."""

    def __init__(self, drive: Path, path: str) -> None:
        super().__init__(
            f"{path} on {drive} is missing or damaged, so this bundle cannot be changed. "
            f"To see what else is wrong, run: mkbundle check {drive}. Nothing was changed."
        )


class NoNewViewer(BundleError):
    """The bundle is of an older format, and a viewer that can read the new one cannot be made."""

    def __init__(self, drive: Path, platform: str, reason: str) -> None:
        super().__init__(
            f"The bundle on {drive} has an older format, so a change needs new viewers, and the viewer for {platform} "
            f"cannot be made here: {reason} Nothing was changed."
        )


class OtherKey(BundleError):
    """The bundle was made with another study key."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path, key: Path) -> None:
        super().__init__(
            f"No case on {drive} is in the crosswalk of {key}, so the bundle was made with another study key, and the "
            "same people would get other pseudonyms. Name its key with --key FILE. Nothing was changed."
        )


class OneOfSeveral(BundleError):
    """New case numbers would repeat those of the next medium."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path) -> None:
        super().__init__(
            f"{drive} is one of several media that were built together with --span and a reading form: more cases "
            "would get the numbers of those on the next medium. Build them as a separate bundle. Nothing was changed."
        )


class MasksAdrift(BundleError):
    """With more images, a series is put together in another way, and the masks on the medium fit none of its stacks."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(
            f"{path} is a segmentation that was on the medium before. With the images that came now, its series is put "
            f"together in another way, and the masks no longer lie on one stack: {detail}. Run the same command again "
            "with --resume, and leave these images out with --exclude; or build a new bundle from all scans."
        )
