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


class KeyLost(BundleError):
    """There is a register, but its key is gone."""

    exit_code = EXIT_USAGE

    def __init__(self, key: Path, register: Path) -> None:
        super().__init__(
            f"{key} is gone, but {register}, which belongs to it, is there: under a new key the same people would get "
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
