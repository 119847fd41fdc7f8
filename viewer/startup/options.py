"""The options of the command line."""

from dataclasses import dataclass
from pathlib import Path

# The window opens with the first one.
LAYOUTS = ("single", "mpr", "3d")


@dataclass(frozen=True)
class StartOptions:
    """The viewer's options; see `viewer --help`."""

    bundle: Path | None = None
    study: str | None = None
    series: str | None = None
    case: str | None = None
    layout: str | None = None
    reader: str | None = None
    self_test: Path | None = None
    screenshot: Path | None = None
    phases: Path | None = None
    language: str | None = None
    password_file: Path | None = None

    @property
    def hangs(self) -> bool:
        """Whether the first case opens by the hanging rule: only if the command line asks for nothing particular."""
        return self.series is None and self.layout is None and self.self_test is None

    @property
    def report(self) -> Path | None:
        """Where to write errors when nobody is watching; None if a person is."""
        return self.self_test or (self.screenshot.with_suffix(".json") if self.screenshot else None)
