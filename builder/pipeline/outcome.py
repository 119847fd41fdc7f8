"""What a build is asked for, and what comes of it."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from builder.check import Finding
from builder.decide.decisions import Decision, Decisions
from builder.decide.picture_records import PictureRecord, undecided
from builder.decide.series_counts import SeriesPictures
from builder.deidentify import Option, Policy
from builder.drive import staging
from builder.freeze import Pack
from builder.plan import STORED_BITS, Notice, SkippedFile
from bundle.errors import BundleError
from bundle.hanging_protocol import Hanging
from bundle.reading.form import Form


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What the researcher asked for; `workers` is about how many things can be done at one time."""

    sources: tuple[Path, ...]
    drive: Path
    key: Path
    platforms: tuple[str, ...]
    deidentify: frozenset[str] = frozenset()
    add: bool = False
    resume: bool = False
    dry_run: bool = False
    check: bool = True
    mask: bool = False
    look_into_pictures: bool = True
    deface: bool = False
    form: Form | None = None
    hanging: Hanging | None = None
    language: str | None = None
    decisions: Decisions | None = None
    workers: int = 2

    @property
    def policy(self) -> Policy:
        """The policy of de-identification that the options make."""
        pixels = {Option.PIXELS.label: self.mask, Option.FACES.label: self.deface}
        return Policy.of(self.deidentify | {name for name, wanted in pixels.items() if wanted})

    @property
    def task(self) -> str:
        """What is done to a finished bundle; empty where a new one is made."""
        return staging.ADD if self.add else ""


@dataclass(frozen=True, slots=True)
class CaseOnMedium:
    """One line of the list that says which case is where."""

    medium: str
    case: str
    pseudonym: str
    images: int


@dataclass(slots=True)
class Outcome:
    """What a build did, for the report; holds source paths and names, so it stays with the researcher.

    `decided` gives what --decide says of a source file. `seen` are the pictures that may show text, `seen_before`
    those of media that were made before this one; `readings` counts how often one was read. `stick` is the number
    of the medium among those of the key.
    """

    options: BuildOptions
    key_is_new: bool = False
    stick: int = 0
    written: dict[str, Path] = field(default_factory=dict)
    skipped: list[SkippedFile] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    patients: int = 0
    studies: int = 0
    series: int = 0
    instances: int = 0
    kept: int = 0
    faceless: int = 0
    readings: int = 0
    decided: dict[str, Decision] = field(default_factory=dict)
    seen: list[PictureRecord] = field(default_factory=list)
    seen_before: list[PictureRecord] = field(default_factory=list)
    pictures: list[SeriesPictures] = field(default_factory=list)
    bytes_needed: int = 0
    packs: list[Pack] = field(default_factory=list)
    missing_packs: dict[str, BundleError] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    media: list[CaseOnMedium] = field(default_factory=list)
    images: list[Path] = field(default_factory=list)


# Every head shows a face, many names are spelled in two ways, stray bits change no value: no reason to stop a script.
_JUST_SAID = ("face", "two spellings", "put together", STORED_BITS)


def needs_a_look(outcome: Outcome) -> bool:
    """Whether the researcher must look at something: a damaged or doubtful file, a missing viewer, an error."""
    doubtful = any(skipped.reason.doubtful for skipped in outcome.skipped)
    wrong = any(finding.severity != "hint" for finding in outcome.findings)
    doubtful = doubtful or any(notice.kind not in _JUST_SAID for notice in outcome.notices)
    return doubtful or wrong or bool(outcome.missing_packs) or undecided(outcome.seen) > 0
