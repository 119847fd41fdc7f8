"""What a form says of the sessions of its study: `session`, `arm`, `arms` and `washout`."""

from collections.abc import Sequence

from bundle.reading.form_table import Table
from bundle.reading.journal import reader_key
from bundle.reading.study_session import MOST_SESSIONS, SessionPlan

SESSION_KEYS = ("session", "arm", "arms", "washout")
_LONGEST_WASHOUT, _LONGEST_ARM = 10_000, 60


def read_sessions(top: Table, readers: Sequence[str]) -> SessionPlan:
    """The sessions of the study; mistakes are noted in the table."""
    arm = top.text("arm")
    if len(arm) > _LONGEST_ARM or not arm.isprintable():
        top.wrong("arm", f"'arm' must be a text of one line with up to {_LONGEST_ARM} characters")
    arms = _arms(top, arm, readers)
    if "session" in top.content and arms:
        top.wrong("session", "'arms' says in which session each reader reads this arm; leave 'session' out")
    return SessionPlan(
        number=top.whole("session", 1, 1, MOST_SESSIONS),
        arm=arm,
        is_said="session" in top.content or bool(arms),
        washout=top.whole("washout", 0, 0, _LONGEST_WASHOUT),
        arms=arms,
    )


def _arms(top: Table, arm: str, readers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Reader key -> the arms in the order of the sessions."""
    content = top.content.get("arms", {})
    if not isinstance(content, dict):
        top.wrong("arms", 'the arms of each reader are written as arms = { "Dr Quill" = ["without", "with"] }')
        return {}
    found = {}
    for reader, listed in content.items():
        if not isinstance(listed, list) or not all(isinstance(name, str) and name.strip() for name in listed):
            top.wrong("arms", f"the arms of '{reader}' must be a list of texts in quotes")
            continue
        names = tuple(name.strip() for name in listed)
        if len(set(names)) != len(names):
            top.wrong("arms", f"an arm stands twice for '{reader}'")
        if arm not in names:
            top.wrong("arms", f"the arms of '{reader}' lack the 'arm' of this form, '{arm}'")
        found[reader_key(reader)] = names
    missing = [reader for reader in readers if reader_key(reader) not in found] if found else []
    if missing:
        top.wrong("arms", f"'{missing[0]}' is a reader, but has no arms")
    return found
