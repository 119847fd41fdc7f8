"""Everything that is computed from the answers: agreement, and accuracy where there is a reference."""

from dataclasses import dataclass, field
from pathlib import Path

from builder.collect.analysis.accuracy import Accuracy, Scored, accuracies, scored
from builder.collect.analysis.agreement import Agreement, agreements
from builder.collect.analysis.mrmc import write_mrmc
from builder.collect.analysis.ratings import Ratings, all_ratings
from builder.collect.analysis.truth import Truth, read_truth
from builder.collect.columns import Row
from builder.collect.gather import Gathered


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
        found.scored, found.accuracy = scored(ratings, truth), accuracies(ratings, truth, radius)
    found.remarks = remarks if found.agreement or found.accuracy else []
    return found
