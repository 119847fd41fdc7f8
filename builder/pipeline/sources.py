"""Reads the scans of a build: patients and images, and the decisions on their pictures."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from builder.choose.rows import SeriesRow, rows_of
from builder.choose.selection import choose
from builder.decide.decisions import Decision
from builder.errors.build import FilesUnaccounted, NothingToTake
from builder.group.group import group
from builder.key.known_people import read_known_people
from builder.pipeline.outcome import BuildOptions
from builder.plan import Notice, SkippedFile, SourcePatient, Talk
from builder.scan.archives import Unpacking
from builder.scan.exclusions import Exclusions
from builder.scan.scan import scan
from builder.scan.source import FolderSource
from builder.segmentation.attached import attach
from builder.segmentation.volumes.beside import label_maps_beside


@dataclass(frozen=True, slots=True)
class SourcesRead:
    """The patients for bundles, the files left out, and the decision of --decide on each source file.

    `seen` is the number of files found; of a part of the patients, it is the number of their images. `rows` are all
    series, for a dry run. `not_chosen` counts the images that the researcher left out, by the `uid_key` of their study,
    and `unreadable` those that could not be read, by the Study Instance UID in the source.
    """

    patients: Sequence[SourcePatient]
    seen: int
    skipped: Sequence[SkippedFile] = ()
    notices: Sequence[Notice] = ()
    decided: Mapping[str, Decision] = field(default_factory=dict)
    rows: Sequence[SeriesRow] = ()
    not_chosen: Mapping[str, int] = field(default_factory=dict)
    unreadable: Mapping[str, int] = field(default_factory=dict)

    def check_totals(self, taken: int, skipped: int = 0, *, undo: Callable[[], None] = lambda: None) -> None:
        """Prove that every file seen was `taken` or left out, `skipped` of them by later steps.

        Raises FilesUnaccounted, after it has called `undo`.
        """
        left_out = len(self.skipped) + skipped
        if self.seen != taken + left_out:
            undo()
            raise FilesUnaccounted(self.seen, taken, left_out)


def read_sources(options: BuildOptions, executor: Executor, talk: Talk, unpacking: Unpacking) -> SourcesRead:
    """Read the headers of all scans and group them; raises NothingToTake, LabelMapOfNone, mistakes."""
    exclusions = Exclusions(options.selection.excluded)
    named = {path.resolve(): series for path, series in options.segmentations}
    tops = [path.resolve() for path in options.sources]
    others = [path for path in named if not any(path.is_relative_to(top) for top in tops)]
    folders = [FolderSource(path, unpacking, exclusions) for path in (*options.sources, *others)]
    scanned = scan(folders, executor, talk.step("Reading headers"), mask=options.mask)
    grouped = group(scanned.taken, executor, talk.step("Comparing files that repeat"), read_known_people(options.key))
    decided = {} if options.decisions is None else options.decisions.fit(grouped.patients)
    chosen = choose(grouped.patients, options.selection)
    if options.plan is not None:
        chosen = options.plan.fit(grouped.patients, chosen)
    skipped = [*scanned.skipped, *grouped.skipped, *chosen.skipped]
    if not chosen.patients:
        skipped += attach(scanned.segmentations, ())
        raise NothingToTake(len(skipped), skipped)
    label_maps, skipped = label_maps_beside(skipped, chosen.patients, named)
    skipped += attach([*scanned.segmentations, *label_maps], chosen.patients)
    notices = [*scanned.notices, *exclusions.notices(), *grouped.notices]
    rows = rows_of(grouped.patients, chosen.skipped) if options.dry_run else []
    unreadable = Counter(file.study for file in skipped if file.reason.unreadable and file.study)
    return SourcesRead(chosen.patients, scanned.seen, skipped, notices, decided, rows, chosen.by_study, unreadable)
