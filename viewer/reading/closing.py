"""Which cases stay closed: a repeat before its first time is done, and finished ones if there is no way back."""

from bundle.reading.order import Slot
from bundle.reading.readings import Readings, State


def closed(slot: Slot, readings: Readings, *, no_way_back: bool) -> bool:
    """Whether the slot may not be opened now.

    Whoever sees a case again must not be able to look up the first answers: the first time has to be done, and stays
    closed as soon as the repeat was seen.
    """
    done = readings.case(slot.key).state is State.DONE
    if slot.occurrence > 1 and readings.case((slot.case, slot.occurrence - 1)).state is not State.DONE:
        return True
    again = readings.case((slot.case, slot.occurrence + 1))
    return (no_way_back and done) or (done and (bool(again.course.looks) or again.state is not State.OPEN))
