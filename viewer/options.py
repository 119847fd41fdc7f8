"""What the command line asks for."""

from dataclasses import dataclass
from pathlib import Path

# The first is the one that a window opens with.
LAYOUTS = ("single", "mpr", "3d")


@dataclass(frozen=True)
class Options:
    """The viewer's options; see `viewer --help`."""

    bundle: Path | None = None
    study: str | None = None
    series: str | None = None
    case: str | None = None
    layout: str = LAYOUTS[0]
    reader: str | None = None
    self_test: Path | None = None
    screenshot: Path | None = None
    phases: Path | None = None

    @property
    def report(self) -> Path | None:
        """Where to write what went wrong when nobody looks; None where a person does."""
        return self.self_test or (self.screenshot.with_suffix(".json") if self.screenshot else None)
