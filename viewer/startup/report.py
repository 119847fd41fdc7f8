"""The report of the self-test; it works even if NumPy cannot be loaded."""

from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
import platform
import sys
from typing import Any

from bundle import __version__
from viewer.startup import clock

# The report's word for a page that appeared.
SHOWN = "shown"


@dataclass
class StackResult:
    """The result of testing one stack."""

    case: str
    series_instance_uid: str
    stack: int
    slice_index: int
    compared_pixels: int = 0
    max_difference: int | None = None
    ok: bool = False
    reason: str = ""


@dataclass
class SegmentsResult:
    """The voxels of all segments of a segmentation, as the panes show them and as the index says."""

    case: str
    series_instance_uid: str
    voxels: int = 0
    expected: int = 0
    ok: bool = False
    reason: str = ""


@dataclass
class RenderResult:
    """The result of rendering one volume; `made` means a ball instead of a volume, which showed nothing."""

    series_instance_uid: str = ""
    made: bool = False
    share_not_background: float = 0.0
    grey_levels: int = 0
    ok: bool = False
    reason: str = ""


@dataclass
class MeasureResult:
    """A distance that was drawn by clicks, in mm: as the viewer shows it, as it must be, and how far it may be off."""

    shown: float = 0.0
    expected: float = 0.0
    tolerance: float = 0.0
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether they agree."""
        return not self.reason and abs(self.shown - self.expected) <= self.tolerance


@dataclass
class SelfTestReport:
    """The complete report of the self-test."""

    bundle: str = ""
    stacks: list[StackResult] = field(default_factory=list)
    segmentations: list[SegmentsResult] = field(default_factory=list)
    render: RenderResult | None = None
    versions: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    measured: dict[str, MeasureResult] = field(default_factory=dict)
    megabytes_per_second: float | None = None
    reason: str = ""
    finished: bool = False

    @property
    def ok(self) -> bool:
        """Whether the test finished and everything agreed."""
        rendered = self.render is not None and self.render.ok
        shown = all(state == SHOWN for state in self.pages.values())
        right = all(stack.ok for stack in self.stacks) and all(length.ok for length in self.measured.values())
        right = right and all(counted.ok for counted in self.segmentations)
        return self.finished and not self.reason and rendered and shown and right

    def as_dict(self) -> dict[str, Any]:
        """The report as the JSON file holds it."""
        facts = {"ok": self.ok, "version": __version__, "platform": platform.platform(), "frozen": _is_frozen()}
        python = {"python": ".".join(map(str, sys.version_info[:3])), "numpy": _version("numpy")}
        return {**facts, **asdict(self), "versions": {**python, **self.versions}, "seconds": clock.phases()}

    def write(self, path: Path) -> bool:
        """Write the report as UTF-8 JSON; False if the file cannot be written."""
        try:
            path.write_text(json.dumps(self.as_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError:
            return False
        return True


def _is_frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _version(module: str) -> str:
    """The version of a module that this program has already loaded."""
    return str(getattr(sys.modules.get(module), "__version__", "not loaded"))
