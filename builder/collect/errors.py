"""One class for each reason why readings cannot be collected."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bundle.errors import EXIT_USAGE, BundleError


class NoReadings(BundleError):
    """None of the named places holds a reading."""

    exit_code = EXIT_USAGE

    def __init__(self, sources: list[Path], remarks: list[str]) -> None:
        named = ", ".join(map(str, sources))
        seen = "".join(f"\n  {remark}" for remark in remarks if "there is no reading in it" not in remark)
        super().__init__(
            f"There is no reading in {named}. Name the sticks that came back, the files that readers sent, or folders "
            f"with journals (R-….JSONL).{seen}"
        )


class ImageUnsound(BundleError):
    """An image on a stick is not as mkbundle writes them."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is damaged, or was changed: check the stick with mkbundle check.")


class LibraryMissing(BundleError):
    """A table or a statistic needs a library that is not installed."""

    def __init__(self, library: str) -> None:
        super().__init__(
            f"Collecting readings needs {library}, which is not installed. "
            'In the folder of mkbundle, where README.md lies, run: pip install ".[collect]"'
        )


@contextmanager
def libraries() -> Iterator[None]:
    """Whatever is loaded here and missing is named with the way to install it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise LibraryMissing(str(error.name).split(".", maxsplit=1)[0]) from None


class TruthMistaken(BundleError):
    """The table with the reference standard cannot be used."""

    exit_code = EXIT_USAGE

    def __init__(self, path: Path, line: int, reason: str) -> None:
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(
            f"{where}: {reason}. A reference is a CSV file with a column 'case', and columns named after questions "
            "of the form (docs/reading.md, The reference). Nothing was written."
        )


class NotWritten(BundleError):
    """The table or a report cannot be written."""

    def __init__(self, output: Path, reason: str) -> None:
        super().__init__(
            f"{output} cannot be written: {reason}. Close it if another program has it open, or name another file "
            "with -o. No reading was changed."
        )


class UnknownFormat(BundleError):
    """The ending of the output implies no format."""

    exit_code = EXIT_USAGE

    def __init__(self, output: Path, known: tuple[str, ...]) -> None:
        super().__init__(f"{output} does not imply a format. Give --format {', --format '.join(known)}.")
