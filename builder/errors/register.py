"""Errors of the register, the study's memory beside its key; each message ends with advice."""

from pathlib import Path

from bundle.errors import EXIT_USAGE, BundleError


class RegisterBusy(BundleError):
    """Another build kept writing in the register for too long."""

    def __init__(self, register: Path, seconds: float) -> None:
        super().__init__(
            f"Another mkbundle has been writing in {register} for {seconds:.0f} s. Wait until it is done, or end it, "
            "and run the same command again (with --resume where a build was begun)."
        )


class RegisterDamaged(BundleError):
    """The register is no database, or is damaged."""

    def __init__(self, register: Path, previous: Path) -> None:
        super().__init__(
            f"{register} is damaged, and it is the only list of which case is who. Keep the damaged file, and put the "
            f"copy {previous} or your own back under its name. Nothing was changed."
        )


class RegisterOfOtherKey(BundleError):
    """The register beside a key belongs to another key."""

    exit_code = EXIT_USAGE

    def __init__(self, register: Path, key: Path) -> None:
        super().__init__(
            f"{register} belongs to another study key than {key}. Put the right key back beside it, or keep each key "
            "in a folder of its own. Nothing was changed."
        )


class RegisterTooNew(BundleError):
    """The register was written by a later mkbundle."""

    def __init__(self, register: Path, found: int, known: int) -> None:
        super().__init__(
            f"{register} has format {found}, and this mkbundle knows formats up to {known}. Use a newer mkbundle. "
            "Nothing was changed."
        )


class RegisterFailed(BundleError):
    """The register cannot be read or written: no space, no permission, or a broken disk."""

    def __init__(self, register: Path, reason: str) -> None:
        super().__init__(
            f"{register} cannot be read or written ({reason}). Make room or get the right to write there, and run the "
            "same command again (with --resume where a build was begun)."
        )


class RegisterLocked(BundleError):
    """A locked register was not opened."""

    exit_code = EXIT_USAGE

    def __init__(self, lock: Path) -> None:
        super().__init__(
            f"The study is locked ({lock}). Run the command in a terminal, which asks for the passphrase, or name a "
            "file that holds it with --passphrase-file FILE. Nothing was changed."
        )


class WrongPassphrase(BundleError):
    """The passphrase does not open the lock."""

    exit_code = EXIT_USAGE

    def __init__(self, lock: Path) -> None:
        super().__init__(
            f"The passphrase does not open {lock}, or the file is damaged. Without it nobody can read the register: "
            "try again, or use your copy of the study. Nothing was changed."
        )


class LockTakesTooLong(BundleError):
    """The lock was made on a far faster PC, or this one is very busy."""

    exit_code = EXIT_USAGE

    def __init__(self, lock: Path) -> None:
        super().__init__(
            f"Opening {lock} would take this PC too long: it is very busy, or far slower than the one that made the "
            "lock. Close other programs and try again, or use a faster PC. Nothing was changed."
        )


class LockMissing(BundleError):
    """There is no lock to open."""

    exit_code = EXIT_USAGE

    def __init__(self, lock: Path) -> None:
        super().__init__(f"{lock} cannot be read, so the study cannot be opened. Put it back from your copy.")


class NoAge(BundleError):
    """The library for the age format is not installed."""

    exit_code = EXIT_USAGE

    def __init__(self) -> None:
        super().__init__(
            "A locked study needs the Python package pyrage: install it with 'pip install pyrage', and run the same "
            "command again. Nothing was changed."
        )


class NotOfThisKey(BundleError):
    """The register does not know a bundle."""

    exit_code = EXIT_USAGE

    def __init__(self, drive: Path, register: Path) -> None:
        super().__init__(
            f"{register} does not know the bundle on {drive}, or it was changed since. Name the key of its build with "
            "--key, or leave --key out. Nothing was written."
        )


class KeyLost(BundleError):
    """There is a register or a crosswalk, but its key is gone."""

    exit_code = EXIT_USAGE

    def __init__(self, key: Path, known: Path) -> None:
        super().__init__(
            f"{key} is gone, but {known}, which belongs to it, is there: under a new key the same people would get "
            "other pseudonyms. Put the key back from your copy, or begin a new study elsewhere with --key FILE. "
            "Nothing was changed."
        )


class NoRegister(BundleError):
    """There is no register beside a key."""

    exit_code = EXIT_USAGE

    def __init__(self, register: Path) -> None:
        super().__init__(
            f"{register} is not there, so nothing is known of this study. It is written beside the study key by each "
            "build: name the key of that build with --key FILE."
        )


class StudyHandedOver(BundleError):
    """The study was handed over to a colleague, who gives the next case numbers."""

    exit_code = EXIT_USAGE

    def __init__(self, register: Path, moment: str, folder: str) -> None:
        super().__init__(
            f"{register} was handed over on {moment[:16]} UTC (to {folder}). If both were used, two cases could get "
            "the same number. Build where the study is now, or begin another with --key FILE. Nothing was changed."
        )


class StudyIsThere(BundleError):
    """The target folder of a copy already holds a study."""

    exit_code = EXIT_USAGE

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} already holds a study key or register. Name another folder. Nothing was changed.")


class StudyIsWhole(BundleError):
    """A copy would replace an intact register."""

    exit_code = EXIT_USAGE

    def __init__(self, key: Path) -> None:
        super().__init__(
            f"The study of {key} is complete, so no copy replaces it: an older one would not know the last "
            "sticks. Nothing was changed."
        )


class CopyIsOfOtherStudy(BundleError):
    """A copy belongs to another key than the one to restore."""

    exit_code = EXIT_USAGE

    def __init__(self, copy: Path, key: Path) -> None:
        super().__init__(
            f"{copy} is another study key than {key}. Name the right one with --key FILE. Nothing was changed."
        )


class NoCopy(BundleError):
    """There is no copy of the study in a folder."""

    exit_code = EXIT_USAGE

    def __init__(self, copy: Path) -> None:
        super().__init__(
            f"There is no copy of the study with key and register at {copy}. Name the folder that 'mkbundle key copy' "
            "made, and with --key FILE the key under the name that it has there. Nothing was changed."
        )
