"""Counts the patients, studies, series and images of a plan and of a bundle."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.build_plan import BuildPlan
from builder.plan import WrittenInstance


@dataclass(frozen=True, slots=True)
class BundleCounts:
    """The numbers of patients, studies, series and images, and of the segmentations that lie on these."""

    patients: int = 0
    studies: int = 0
    series: int = 0
    instances: int = 0
    segmentations: int = 0


def counts_of_plan(plan: BuildPlan) -> BundleCounts:
    """The numbers in a plan."""
    return BundleCounts(
        patients=len({job.pseudonym for job in plan.jobs}),
        studies=len({job.uids.study for job in plan.jobs}),
        series=len({job.uids.series for job in plan.jobs}),
        instances=len(plan.jobs),
        segmentations=len(plan.segmentations),
    )


def counts_written(
    written: Sequence[WrittenInstance], segmentations: Sequence[WrittenInstance] = ()
) -> BundleCounts:  # fmt: skip
    """The numbers in what was written."""
    return BundleCounts(
        patients=len({image.patient_id for image in written}),
        studies=len({image.study_instance_uid for image in written}),
        series=len({image.series_instance_uid for image in written}),
        instances=len(written),
        segmentations=len(segmentations),
    )
