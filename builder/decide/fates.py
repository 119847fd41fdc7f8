"""Decides the fate of images with read or suspected text: decided, masked, left out, or unchanged until a decision."""

from builder.blanking import Mask
from builder.burned_in.text_search import Judged
from builder.decide.decisions import Choice, Decision
from builder.decide.picture_records import Fate
from builder.plan import WriteJob


def fate_of(judged: Judged, decision: Decision | None, *, mask: bool) -> Fate:
    """The researcher's line decides if it is valid; otherwise text is masked on request, or the image is left out.

    To keep an image in which text was read, the line must be about an image in which text had been read.
    """
    if decision is not None:
        if decision.choice is Choice.LEAVE_OUT:
            return Fate.LEFT_OUT
        if decision.choice is Choice.MASK:
            return Fate.MASKED
        if decision.knows_text or not judged.text:
            return Fate.KEPT
    if not judged.text:
        return Fate.UNDECIDED
    return Fate.MASKED if mask else Fate.LEFT_OUT


def second_job(
    job: WriteJob, judged: Judged, fate: Fate, decision: Decision | None, beside: tuple[str, ...]
) -> WriteJob:
    """The job that writes an image anew, with its text masked, or with the note that it was kept."""
    if fate is Fate.KEPT:
        return job._replace(kept=True)
    over_body = decision is not None and decision.choice is Choice.MASK
    return job._replace(mask=Mask(judged.places, over_body, beside))
