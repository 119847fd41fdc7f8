"""Everything that is computed from the answers: agreement, and accuracy where there is a reference."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from builder.collect.analysis.accuracy import Accuracy, Scored, accuracies, scored
from builder.collect.analysis.agreement import Agreement, agreements
from builder.collect.analysis.generalised import over_readers
from builder.collect.analysis.mrmc import write_mrmc
from builder.collect.analysis.ratings import Ratings, all_ratings
from builder.collect.analysis.truth import Truth, read_truth
from builder.collect.columns import Row
from builder.collect.gather import Gathered
from builder.collect.remarks import some


@dataclass
class Analysis:
    """The ratings by question, all figures, and remarks for the researcher."""

    ratings: list[Ratings]
    agreement: list[Agreement]
    radius: float
    truth: Truth | None = None
    scored: list[Scored] = field(default_factory=list)
    accuracy: list[Accuracy] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def rows(self) -> list[Row]:
        """The rows of the file with all figures."""
        return [*(found.row() for found in self.agreement), *(found.row() for found in self.accuracy)]

    def write_for_others(self, output: Path) -> list[Path]:
        """Files for iMRMC, RJafroc and pROC, if there is a reference; raises OSError."""
        if self.truth is None:
            return []
        return write_mrmc(output, self.scored, self.ratings, self.truth, self.radius)


def analyse(gathered: Gathered, radius: float, reference: Path | None = None) -> Analysis:
    """All figures; marks within `radius` mm are of one place. Raises TruthMistaken."""
    truth = None if reference is None else read_truth(reference, list(gathered.forms.values()))
    ratings, remarks = all_ratings(gathered)
    if not gathered.patients:
        remarks.append("no stick was named, so nobody knows which cases are of one patient; each counts as a patient")
    found = Analysis(ratings, agreements(ratings, radius), radius, truth)
    if truth is not None:
        found.scored = scored(ratings, truth)
        of_readers = over_readers(found.scored, ratings, truth, radius)
        found.accuracy = [*accuracies(ratings, truth, radius), *of_readers]
    found.remarks = remarks if found.agreement or found.accuracy else []
    if truth is not None:
        found.remarks += _of_truth(truth, gathered)
    return found


def _of_truth(truth: Truth, gathered: Gathered) -> Iterator[str]:
    """Cases of the reference alone, and cases of the study, training aside, that it does not name."""
    read = {case for readings in gathered.readings.values() for case, _ in readings.cases}
    known = gathered.studies.keys() | read
    training = {case for form in gathered.forms.values() for case in form.order.training}
    if strange := sorted(set(truth.cases) - known):
        yield f"the reference names {some(strange)}: no such case was shown or is on a stick named here; not used"
    if missing := sorted(known - set(truth.cases) - training):
        yield f"the reference does not name {some(missing)}; left out of the figures against it"
