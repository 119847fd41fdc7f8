"""Counts images left out for text, not chosen, unreadable, or waiting for a decision: no written file has them."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from builder.plan import WrittenInstance
from bundle.index.index import Catalog

# Study and series, by their new UIDs; the series is empty for all series without any image left.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of images by study and series: left out, and undecided; and by study: not chosen, and unreadable."""

    left_out: Counter[Key] = field(default_factory=Counter)
    undecided: Counter[Key] = field(default_factory=Counter)
    not_chosen: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)

    def of_study(self, uid: str) -> int:
        """How many were left out of a whole study."""
        return sum(number for (study, _), number in self.left_out.items() if study == uid)

    def joined(self, new: "Counts", written: Iterable[WrittenInstance]) -> "Counts":
        """Combine a bundle's earlier counts with those of `new` images, which may be the same images again.

        The medium has nothing of an image that was left out, so the larger number of each series counts.
        """
        left = {(record.study_instance_uid, record.series_instance_uid) for record in written}
        found: Counter[Key] = Counter()
        for (study, series), number in new.left_out.items():
            found[study, series if (study, series) in left else ""] += number
        return Counts(
            self.left_out | found,
            self.undecided | new.undecided,
            self.not_chosen | new.not_chosen,
            self.unreadable | new.unreadable,
        )


def counts_on(catalog: Catalog, without: Collection[str] = ()) -> Counts:
    """The counts in the index of a bundle, except for some cases."""
    counts = Counts()
    for study in catalog.studies():
        if study.case in without:
            continue
        counts.not_chosen[study.study_instance_uid] = study.images_not_chosen
        counts.unreadable[study.study_instance_uid] = study.images_unreadable
        for series in study.series:
            key = study.study_instance_uid, series.series_instance_uid
            counts.left_out[key] = series.images_left_out
            counts.undecided[key] = series.images_undecided
        gone = study.images_left_out - sum(series.images_left_out for series in study.series)
        counts.left_out[study.study_instance_uid, ""] = max(gone, 0)
    return counts
