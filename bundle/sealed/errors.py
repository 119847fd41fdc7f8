"""What can go wrong with a sealed medium."""

from bundle.errors import EXIT_USAGE, BundleError


class WrongPassword(BundleError):
    """No slot opens with this password."""

    exit_code = EXIT_USAGE

    def __init__(self) -> None:
        super().__init__(
            "This password does not open the stick. Check capital letters and the keyboard, and try again."
        )


class DamagedSeal(BundleError):
    """A part of a sealed medium is not what was written: damaged, altered, or of another medium."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            "{place} was damaged or altered ({reason}), so nothing of it is shown. Ask for a new copy.",
            place=place,
            reason=reason,
        )
        self.reason = f"{place}: {reason}"


class UnknownSeal(BundleError):
    """A later version sealed this medium, or it asks for more work than any of ours does."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            "{place} is sealed in a way that this program does not know ({reason}). "
            "Use the viewer on the same medium, or a newer mkbundle.",
            place=place,
            reason=reason,
        )


class MediumIsSealed(BundleError):
    """What was asked for does not work on a sealed medium, or not without its password."""

    exit_code = EXIT_USAGE

    def __init__(self, root: str, instead: str = "") -> None:
        super().__init__(
            "{root} is encrypted, and this does not work on it as it is. {instead}",
            root=root,
            instead=instead or "Open it first: mkbundle unlock STICK FOLDER, with its password.",
        )


class NoRight(BundleError):
    """The password opens the medium, but not for this."""

    exit_code = EXIT_USAGE

    def __init__(self) -> None:
        super().__init__("This needs the researcher's password; the one given is another's. Nothing was changed.")


class NoSlotFree(BundleError):
    """A medium has room for only so many passwords."""

    exit_code = EXIT_USAGE

    def __init__(self, most: int) -> None:
        super().__init__("The stick has {most} passwords already. Remove one first. Nothing was changed.", most=most)


class NoSuchSlot(BundleError):
    """The researcher named a password that is not there, or that must stay."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, reason: str) -> None:
        super().__init__("{name}: {reason}. Nothing was changed.", name=name, reason=reason)
