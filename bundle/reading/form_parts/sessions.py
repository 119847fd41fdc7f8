"""What a form says of the sessions of its study: `session`, `arm`, `arms` and `washout`."""

from collections.abc import Mapping, Sequence

from bundle.reading.form_table import Table
from bundle.reading.journal import reader_key
from bundle.reading.study_session import MOST_SESSIONS, SessionPlan

SESSION_KEYS = ("session", "arm", "arms", "washout", "given")
_MOST_GIVEN, _LONGEST_GIVEN = 100, 10_000
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


def read_given(top: Table, questions: Sequence[str]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """What others answered, by case and question id: `mkbundle collect --adjudicate` writes it."""
    content = top.content.get("given", {})
    if not isinstance(content, dict) or not all(isinstance(answers, dict) for answers in content.values()):
        top.wrong("given", 'answers of others are written as [given.CASE-004] and below it question = ["yes", "no"]')
        return {}
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for case, answers in content.items():
        for name, listed in answers.items():
            if name not in questions or not _are_texts(listed):
                top.wrong("given", f"'{name}' of {case} must be a question of the form, with a list of texts in quotes")
            else:
                found.setdefault(case, {})[name] = tuple(listed)
    return found


def _are_texts(listed: object) -> bool:
    return (
        isinstance(listed, list)
        and len(listed) <= _MOST_GIVEN
        and all(isinstance(text, str) and len(text) <= _LONGEST_GIVEN for text in listed)
    )
