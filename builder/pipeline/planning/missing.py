"""Counts, for each study on the medium, the images of it that are missing, and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from builder.build_plan import BuildPlan
from builder.deidentify import StudyKey
from builder.pipeline.planning.arranging import identities
from builder.plan import SkippedFile, SourcePatient


def not_chosen(
    counted: Mapping[str, int], patients: Iterable[SourcePatient], plan: BuildPlan, key: StudyKey
) -> Counter[str]:
    """The images that the researcher left out, by the Study Instance UID on the medium; `counted` by `uid_key`."""
    uids = {study: uid for uid, study in plan.studies.items()}
    known = ((study.uid_key, uids.get(identity, "")) for study, identity in identities(patients, key))
    return Counter({uid: counted[name] for name, uid in known if uid and counted.get(name)})


def unreadable(counted: Mapping[str, int], skipped: Iterable[SkippedFile], plan: BuildPlan) -> Counter[str]:
    """The images that could not be read, by the Study Instance UID on the medium.

    The scan `counted` them by the UID in the source; those `skipped` failed when they were written. A UID that two
    studies of different people share says nothing about either, so its images are in the report alone.
    """
    failed = {file.path for file in skipped if file.reason.unreadable}
    if not failed and not counted:
        return Counter()
    found: Counter[str] = Counter()
    on_medium: dict[str, set[str]] = defaultdict(set)
    for job, file in zip(plan.jobs, plan.sources.files(), strict=True):
        on_medium[file.study_instance_uid].add(job.uids.study)
        found[job.uids.study] += job.source in failed
    for uid, number in counted.items():
        if len(on_medium[uid]) == 1:
            found[min(on_medium[uid])] += number
    return +found
