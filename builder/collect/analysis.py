"""Everything that is computed from the answers: agreement, and accuracy where there is a reference."""

from dataclasses import dataclass, field

from builder.collect.agreement import Agreement, agreements
from builder.collect.gather import Gathered
from builder.collect.ratings import Ratings, all_ratings


@dataclass
class Analysis:
    """The ratings by question, all figures, and remarks for the researcher."""

    ratings: list[Ratings]
    agreement: list[Agreement]
    remarks: list[str] = field(default_factory=list)


def analyse(gathered: Gathered, radius: float) -> Analysis:
    """All figures; marks within `radius` mm are of one place."""
    ratings, remarks = all_ratings(gathered)
    return Analysis(ratings, agreements(ratings, radius), remarks)
