"""A plan that was filled in, and what it makes of the scans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from builder.choose.rows import series_name, study_name
from builder.choose.selection import Chosen, filtered
from builder.errors.choosing import PlanMistaken
from builder.plan import SkippedFile, SourcePatient, SourceSeries
from builder.reasons import Reason


class PlannedSeries(NamedTuple):
    """One line: of its `images`, `left_out` were left out by the options of the dry run."""

    line: int
    take: bool
    images: int
    left_out: int
    study: str
    series: str


class CaseWords(NamedTuple):
    """What the researcher calls a case; it stays on the researcher's machine."""

    label: str
    group: str


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the studies are read, by their names in the plan.

    `order` are those with a place in the reader's order, `training` those for training.
    """

    order: tuple[str, ...] = ()
    training: frozenset[str] = frozenset()
    words: Mapping[str, CaseWords] | None = None

    @property
    def needs_form(self) -> bool:
        """Whether it says something that only a reading form can carry out."""
        return bool(self.order or self.training)


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines of a plan, by the name of the series."""

    file: Path
    series: Mapping[str, PlannedSeries]
    arrangement: Arrangement

    def fit(self, patients: Sequence[SourcePatient], chosen: Chosen) -> Chosen:
        """Take what the plan takes of `patients`, of whom `chosen` is what the options leave.

        Raises PlanMistaken if a line does not fit the scans.
        """
        self._check(patients, chosen)
        fitted = filtered(chosen.patients, self._left)
        return Chosen(fitted.patients, [*chosen.skipped, *fitted.skipped], chosen.by_study + fitted.by_study)

    def _left(self, series: SourceSeries) -> tuple[SourceSeries, Sequence[SkippedFile]]:
        planned = self.series.get(series_name(series))
        if planned is not None and planned.take:
            return series, ()
        reason = Reason.NOT_PLANNED if planned is None else Reason.PLANNED
        skipped = [SkippedFile(Path(instance.file.path), reason) for instance in series.instances]
        return replace(series, instances=[]), skipped

    def _check(self, patients: Sequence[SourcePatient], chosen: Chosen) -> None:
        found = {
            series_name(series): (study_name(study), len(series.instances))
            for patient in patients for study in patient.studies for series in study.series
        }  # fmt: skip
        left = {
            series_name(series): len(series.instances)
            for patient in chosen.patients for study in patient.studies for series in study.series
        }  # fmt: skip
        for planned in self.series.values():
            if planned.series not in found:
                raise PlanMistaken(self.file, planned.line, _unknown(planned.series, list(found)))
            study, images = found[planned.series]
            problem = _problem(planned, study, images, left.get(planned.series, 0))
            if problem:
                raise PlanMistaken(self.file, planned.line, problem)


def _unknown(series: str, known: Sequence[str]) -> str:
    near = get_close_matches(series, known, 1, 0.8)
    meant = f"; is {near[0]!r} meant?" if near else "; name the scans that it came from, or delete the line"
    return f"no series {series!r} is in these scans{meant}"


def _problem(planned: PlannedSeries, study: str, images: int, left: int) -> str:
    """Why a line does not fit the series that it names; empty if it does."""
    if planned.study != study:
        return f"the series is of study {study!r}, not {planned.study!r}; leave column 'study' as it was written"
    if planned.images != images:
        return (
            f"the series has {images} images now, but had {planned.images} when the plan was made; make the plan "
            "again, or give the same --exclude"
        )
    wanted = planned.images - planned.left_out or planned.images
    if planned.take and left != wanted:
        return (
            f"{left} of its images would be taken, but {wanted} by the plan; give the options with which it was made, "
            "or leave out the one that leaves this series out"
        )
    return ""
