"""The failures of a plan and of a study file."""

from pathlib import Path

from bundle.errors import EXIT_USAGE, BundleError


def _sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


class PlanMistaken(BundleError):
    """A line of --plan cannot be carried out; line 0 is the whole file."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path, line: int, what: str) -> None:
        where = f"{file}, line {line}" if line else str(file)
        super().__init__(f"{where}: {_sentence(what)} Nothing was written.")


class PlanMissing(BundleError):
    """The plan to build from does not exist."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"There is no plan {file}. The same command with --dry-run writes it; fill it in, and build then. Nothing "
            "was written."
        )


class StudyFileMistaken(BundleError):
    """A study file or a policy cannot be used; line 0 is the whole file."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path, line: int, what: str) -> None:
        where = f"{file}, line {line}" if line else str(file)
        super().__init__(f"{where}: {_sentence(what)} Nothing was written.")


class StudyFileWeakens(BundleError):
    """A study file that was only found beside the scans would weaken the protection of the patients."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path, line: int, option: str) -> None:
        super().__init__(
            f"{file}, line {line}: '{option}' may weaken de-identification, or lead data elsewhere. A study file that "
            f"is only found beside the scans may not do that. If you trust it, name it: --study {file}. "
            "Nothing was written."
        )
