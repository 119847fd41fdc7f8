"""What the self-test writes; it can be written also where NumPy cannot be loaded."""

from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
import platform
import sys
from typing import Any

from bundle import __version__
from viewer.startup import clock

# What the report says of a page that came out.
SHOWN = "shown"


@dataclass
class StackResult:
    """What the test of one stack found."""

    case: str
    series_instance_uid: str
    stack: int
    slice_index: int
    compared_pixels: int = 0
    max_difference: int | None = None
    ok: bool = False
    reason: str = ""


@dataclass
class RenderResult:
    """What rendering one volume found; `made` is a ball in the place of a volume in which nothing is to be seen."""

    series_instance_uid: str = ""
    made: bool = False
    share_not_background: float = 0.0
    grey_levels: int = 0
    ok: bool = False
    reason: str = ""


@dataclass
class SelfTestReport:
    """Everything that the self-test writes."""

    bundle: str = ""
    stacks: list[StackResult] = field(default_factory=list)
    render: RenderResult | None = None
    versions: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    megabytes_per_second: float | None = None
    reason: str = ""
    finished: bool = False

    @property
    def ok(self) -> bool:
        """Whether the test came to its end and everything agreed."""
        rendered = self.render is not None and self.render.ok
        shown = all(state == SHOWN for state in self.pages.values())
        return self.finished and not self.reason and rendered and shown and all(stack.ok for stack in self.stacks)

    def as_dict(self) -> dict[str, Any]:
        """The report as it stands in the JSON file."""
        facts = {"ok": self.ok, "version": __version__, "platform": platform.platform(), "frozen": _is_frozen()}
        python = {"python": ".".join(map(str, sys.version_info[:3])), "numpy": _version("numpy")}
        return {**facts, **asdict(self), "versions": {**python, **self.versions}, "seconds": clock.phases()}

    def write(self, path: Path) -> bool:
        """Write the report as UTF-8 JSON; False where the file cannot be written."""
        try:
            path.write_text(json.dumps(self.as_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError:
            return False
        return True


def _is_frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _version(module: str) -> str:
    """The version of a module, as far as this program has come to load it."""
    return str(getattr(sys.modules.get(module), "__version__", "not loaded"))
