"""The result of a check, with its totals: for the page, the terminal and JSON."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from builder.check.checks.handed import Returned
from builder.check.checks.speed import FirstCase
from builder.check.findings import Finding, counts
from builder.check.findings import to_json as findings_to_json
from builder.check.rules import RULES

# The version of the JSON; an incompatible change increases it.
REPORT_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Totals:
    """The files read back; `dicom_files` are those readable as DICOM, `images` those of them with pixels.

    `files_whole` were read to their end, `bytes_read` are all bytes read, in this many seconds.
    """

    files: int
    bytes: int
    files_whole: int
    bytes_read: int
    seconds: float
    dicom_files: int
    images: int
    frames: int
    patients: int
    studies: int
    series: int

    @property
    def with_frames(self) -> str:
        """The text after the number of images, if some have several frames."""
        return f" with {self.frames:,} frames" if self.frames != self.images else ""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of the check. `manifest_digest` identifies this bundle.

    `policy` are the de-identification methods with the number of files that state each; `not_made` are the checks that
    had nothing to examine because of other findings; `searched` counts the originals that every byte was searched for,
    None without a key; `returned` is what became of the medium since it was handed out.
    """

    root: Path
    findings: tuple[Finding, ...]
    totals: Totals
    generator: str
    manifest_digest: str
    viewers: tuple[str, ...]
    policy: tuple[tuple[str, str, int], ...]
    not_made: tuple[str, ...]
    first_case: FirstCase | None
    returned: Returned | None
    searched: int | None

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return not counts(self.findings)["error"]

    @property
    def partial(self) -> bool:
        """Whether some files were not read to their end."""
        return self.totals.files_whole < self.totals.files

    @property
    def not_made_in_short(self) -> tuple[str, ...]:
        """The same, with a group's name if the whole group was not made: 'index.*'."""
        groups = {name.partition(".")[0] for name in self.not_made}
        whole = {group for group in groups if all(name in self.not_made for name in RULES if _is_of(name, group))}
        named = (next((f"{group}.*" for group in whole if _is_of(name, group)), name) for name in self.not_made)
        return tuple(dict.fromkeys(named))

    def to_json(self) -> dict[str, Any]:
        """For a program to read; `report.schema.json` describes it."""
        return {
            "report_format": REPORT_FORMAT,
            "passed": self.passed,
            "partial": self.partial,
            "totals": asdict(self.totals),
            "first_case": asdict(self.first_case) if self.first_case else None,
            "originals_searched": self.searched,
            "returned": asdict(self.returned) if self.returned else None,
            "generator": self.generator,
            "manifest_sha256": self.manifest_digest,
            "viewers": list(self.viewers),
            "deidentification": [
                {"code": code, "meaning": meaning, "files": files} for code, meaning, files in self.policy
            ],
            "checks_not_made": list(self.not_made),
            **findings_to_json(self.findings),
        }


def _is_of(name: str, group: str) -> bool:
    return name.startswith(f"{group}.")
