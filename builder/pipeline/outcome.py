"""The options of a build, and its result."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder.catalogue.cleaning import CleaningStated
from builder.check import Finding
from builder.choose.planned import Plan
from builder.choose.rows import SeriesRow
from builder.choose.selection import Selection
from builder.decide.decisions import Decision, Decisions
from builder.decide.picture_records import PictureRecord, undecided
from builder.decide.series_counts import SeriesPictures
from builder.deidentify import Option, Policy
from builder.drive import staging
from builder.freeze import Pack
from builder.plan import Notice, SkippedFile
from bundle.errors import BundleError
from bundle.hanging_protocol import Hanging
from bundle.reading.form import Form


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The researcher's options; `workers` is how many things can be done at one time.

    `segmentations` are label maps, each with the series on which it lies, by its UID or folder.
    With `web_full` a browser gets the images as scripts, too.
    `options_from` names the study file that set some of them, and which. `recorded` is the drive in the register, if
    the bundle is made in another place first.
    """

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
    web_full: bool = False
    decisions: Decisions | None = None
    selection: Selection = field(default_factory=Selection)
    plan: Plan | None = None
    segmentations: tuple[tuple[Path, str], ...] = ()
    options_from: str = ""
    workers: int = 2
    recorded: Path | None = None

    @property
    def encrypted(self) -> bool:
        """Whether the drive gets the bundle as ciphertext."""
        return self.recorded is not None

    @property
    def policy(self) -> Policy:
        """The policy of de-identification by the options."""
        pixels = {Option.PIXELS.label: self.mask, Option.FACES.label: self.deface}
        return Policy.of(self.deidentify | {name for name, wanted in pixels.items() if wanted})

    @property
    def task(self) -> str:
        """The task on a finished bundle; empty if a new one is made."""
        return staging.ADD if self.add else ""


@dataclass(frozen=True, slots=True)
class CaseOnMedium:
    """One line of the list of cases and their media."""

    medium: str
    case: str
    pseudonym: str
    images: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a dry run foresees: every series, the bytes needed at most and those free, and about how many seconds.

    `unmade` are the viewers that a build makes first, with their usual sizes; `media` the number of media. `searched`
    images will be searched for text; `decided` counts the images with a line in --decide, by its word.
    """

    rows: Sequence[SeriesRow]
    needed: int
    free: int
    seconds: float
    unmade: Mapping[str, int]
    media: int = 1
    searched: int = 0
    decided: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a build, for the report; holds source paths and names, so it stays with the researcher.

    `lost` and `held` count the images in which an attribute was dropped: as broken, or for an identifier in it.
    `written` gives the source file of each path on the medium. `decided` gives the decision of --decide on a source
    file. `seen` are the pictures that may show text; `readings` counts how often one was read. `is_bundle` is false if
    no image was usable, so that no bundle exists. `seen_files` is the number of files below the scans, `taken` that of
    the images and segmentations on the medium or planned for it. `stick` is the number of the medium among those of
    the key, `searched` that of the identifiers for which it was searched, `cleaning` what all of its images say of
    their de-identification.
    """

    options: BuildOptions
    key_is_new: bool = False
    stick: int = 0
    is_bundle: bool = True
    seen_files: int = 0
    taken: int = 0
    written: Mapping[str, Path] = field(default_factory=dict)
    skipped: Sequence[SkippedFile] = field(default_factory=list)
    notices: Sequence[Notice] = field(default_factory=list)
    lost: Mapping[str, int] = field(default_factory=Counter)
    held: Mapping[str, int] = field(default_factory=Counter)
    patients: int = 0
    studies: int = 0
    series: int = 0
    instances: int = 0
    segmentations: int = 0
    kept: int = 0
    faceless: int = 0
    readings: int = 0
    searched: int = 0
    decided: Mapping[str, Decision] = field(default_factory=dict)
    seen: Sequence[PictureRecord] = field(default_factory=list)
    pictures: Sequence[SeriesPictures] = field(default_factory=list)
    cleaning: CleaningStated = field(default_factory=CleaningStated)
    bytes_needed: int = 0
    packs: Sequence[Pack] = field(default_factory=list)
    missing_packs: Mapping[str, BundleError] = field(default_factory=dict)
    findings: Sequence[Finding] = field(default_factory=list)
    media: Sequence[CaseOnMedium] = field(default_factory=list)
    images: Sequence[Path] = field(default_factory=list)
    forecast: Forecast | None = None


def needs_a_look(outcome: Outcome) -> bool:
    """Whether the researcher must review something: a damaged or doubtful file, a missing viewer, an error."""
    doubtful = any(skipped.reason.doubtful for skipped in outcome.skipped)
    wrong = any(finding.severity != "hint" for finding in outcome.findings)
    doubtful = doubtful or not all(notice.is_good_to_know for notice in outcome.notices)
    too_small = outcome.forecast is not None and outcome.forecast.needed > outcome.forecast.free
    return doubtful or wrong or too_small or bool(outcome.missing_packs) or undecided(outcome.seen) > 0
