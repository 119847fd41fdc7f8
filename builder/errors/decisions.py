"""The failures of a table of decisions."""

from pathlib import Path

from bundle.errors import EXIT_USAGE, BundleError


class DecisionsMistaken(BundleError):
    """A line of --decide cannot be carried out; line 0 is the whole file."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path, line: int, what: str) -> None:
        where = f"{file}, line {line}" if line else str(file)
        super().__init__(f"{where}: {what}. Nothing was written.")
