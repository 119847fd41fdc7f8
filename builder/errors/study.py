"""The failures of a build that concern the reader study as a whole."""

from collections.abc import Sequence

from bundle.errors import EXIT_USAGE, BundleError


class SessionMissing(BundleError):
    """The cases are on an earlier stick with a form, and the new form does not say which session it is."""

    exit_code = EXIT_USAGE

    def __init__(self, sticks: Sequence[int]) -> None:
        named = f"stick {sticks[0]}" if len(sticks) == 1 else f"sticks {', '.join(map(str, sticks))}"
        super().__init__(
            f"Cases of this build are on {named} of the key already, with a reading form. Write 'session = 2' (or the "
            "number it is) at the top of the new form if readers read them again, so that the answers are kept apart; "
            "write 'session = 1' if this stick is for other readers of the first session. Nothing was written."
        )
