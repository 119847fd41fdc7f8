"""The failures of a plan and of a study file."""

from pathlib import Path

from bundle.errors import EXIT_USAGE, BundleError


class PlanMistaken(BundleError):
    """A line of --plan cannot be carried out; line 0 is the whole file."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path, line: int, what: str) -> None:
        where = f"{file}, line {line}" if line else str(file)
        super().__init__(f"{where}: {what}. Nothing was written.")


class PlanMissing(BundleError):
    """The plan to build from does not exist."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"There is no plan {file}. The same command with --dry-run writes it; fill it in, and build then. Nothing "
            "was written."
        )
