"""Reads the scans of a build: patients and images, and the decisions on their pictures."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from builder.decide.decisions import Decision
from builder.errors.build import NothingToTake
from builder.group.group import group
from builder.key.known_people import read_known_people
from builder.pipeline.outcome import BuildOptions
from builder.plan import Notice, SkippedFile, SourcePatient, Talk
from builder.scan.archives import Unpacking
from builder.scan.scan import scan
from builder.scan.source import FolderSource


@dataclass(frozen=True, slots=True)
class SourcesRead:
    """The patients for bundles, the files left out, and the decision of --decide on each source file."""

    patients: Sequence[SourcePatient]
    skipped: Sequence[SkippedFile] = ()
    notices: Sequence[Notice] = ()
    decided: Mapping[str, Decision] = field(default_factory=dict)


def read_sources(options: BuildOptions, executor: Executor, talk: Talk, unpacking: Unpacking) -> SourcesRead:
    """Read the headers of all scans and group them; raises NothingToTake, DecisionsMistaken."""
    folders = [FolderSource(path, unpacking) for path in options.sources]
    scanned = scan(folders, executor, talk.step("Reading headers"), mask=options.mask)
    grouped = group(scanned.taken, executor, talk.step("Comparing files that repeat"), read_known_people(options.key))
    skipped = [*scanned.skipped, *grouped.skipped]
    if not grouped.patients:
        raise NothingToTake(len(skipped), skipped)
    decided = {} if options.decisions is None else options.decisions.fit(grouped.patients)
    return SourcesRead(grouped.patients, skipped, [*scanned.notices, *grouped.notices], decided)
