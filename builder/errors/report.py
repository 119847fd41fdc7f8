"""Errors of reports that are kept."""

from pathlib import Path

from bundle.errors import BundleError


class ReportNotSigned(BundleError):
    """The user's own command did not sign a report."""

    def __init__(self, report: Path, why: str) -> None:
        super().__init__(
            f"{report} is written, but not signed: {why}. Sign it by hand, or mend the command of --sign-report and "
            "check again."
        )
