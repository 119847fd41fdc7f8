"""Images that show no text that was found, in a series that shows text: there it may only have been missed."""

from collections import Counter
from collections.abc import Sequence

from builder.plan import Reason, SkippedFile, WriteJob, WrittenInstance

# One image with text is an annotation; from this share of a series on, the text belongs to all of it.
_FEWEST, _SHARE = 2, 0.1
_DETAIL = "other images of its series show text, which may only have been missed here"


def split_suspects(
    jobs: Sequence[WriteJob], written: Sequence[WrittenInstance], skipped: Sequence[SkippedFile]
) -> tuple[Sequence[WrittenInstance], list[SkippedFile], list[str]]:
    """The written instances that may stay; for the others why not, and their paths, to be removed from the medium."""
    blanked = {one.instance.path for one in written if one.text_blanked}
    left_out = {one.path for one in skipped if one.reason is Reason.TEXT_FOUND}
    if not left_out and not blanked:
        return written, [], []
    by_path = {job.relative_path: job for job in jobs}
    shown = Counter(job.uids.series for job in jobs if job.source in left_out or job.relative_path in blanked)
    total = Counter(job.uids.series for job in jobs)
    doubtful = {uid for uid, number in shown.items() if number >= max(_FEWEST, _SHARE * total[uid])}
    leave = {
        one.instance.path: by_path[one.instance.path].source for one in written
        if by_path[one.instance.path].uids.series in doubtful and one.instance.path not in blanked
    }  # fmt: skip
    reasons = [SkippedFile(source, Reason.TEXT_FOUND, _DETAIL) for source in leave.values()]
    return [one for one in written if one.instance.path not in leave], reasons, list(leave)
