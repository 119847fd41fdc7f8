"""Reads and writes the register for a build, in the order that `register` explains."""

from collections.abc import Iterable, Mapping
import contextlib
from functools import partial
from pathlib import Path

from builder.key.case_numbers import StudyOnStick, give_numbers
from builder.key.crosswalk import export
from builder.key.key_file import load_or_make_key
from builder.key.originals import put_originals
from builder.key.register import Register, Say, check_key_is_there, connect, register_path
from builder.key.remembered import OnStick, not_taken
from builder.key.sticks import (
    StickPlan,
    finish,
    plan_removal,
    plan_stick,
    put_cases,
    put_images,
    put_not_taken,
    put_people,
    settle,
)
from builder.key.takeover import take_over
from builder.plan import SkippedFile
from bundle import layout


def load_or_make_study(key: Path) -> tuple[bytes, bool]:
    """The secret of a study key, and whether it was just made; raises BadKey, KeyLost, PrivateFileFailed."""
    check_key_is_there(key)
    return load_or_make_key(key)


def open_register(key: Path, secret: bytes, say: Say) -> Register:
    """The register of a key; makes one if there is none, and takes over an old key folder.

    Raises RegisterOfOtherKey, RegisterTooNew, RegisterDamaged, RegisterFailed, RegisterBusy.
    """
    register = connect(register_path(key), say, make=True)
    with contextlib.ExitStack() as undo:
        undo.enter_context(register)
        register.prepare(key, secret, partial(take_over, key))
        settle(register)
        undo.pop_all()
    return register


def knows(register: Register, study_uids: Iterable[str]) -> bool:
    """Whether a build with this key made any of these studies of a medium."""
    with register.reading() as connection:
        query = "SELECT 1 FROM placed WHERE study_uid = ?"
        return any(connection.execute(query, (uid,)).fetchone() for uid in study_uids)


def number_cases(
    register: Register, studies: Iterable[StudyOnStick], present: Mapping[str, str], *, give: bool = True
) -> dict[str, str]:
    """Study Instance UID -> case number; all numbers are on the disk before this returns. Raises RegisterBusy.

    Without `give` this is a forecast: another build may take the numbers meanwhile.
    """
    known = {uid: layout.number_of_case(case) for uid, case in present.items()}
    with register.change() as connection:
        connection.execute("SAVEPOINT numbers")
        given = give_numbers(connection, studies, known)
        if not give:
            connection.execute("ROLLBACK TO numbers")
    return {uid: layout.case_number(number) for uid, number in given.items()}


def remember(
    register: Register, key: Path, plan: StickPlan, on_stick: OnStick, skipped: Iterable[SkippedFile],
    moved: Mapping[str, Iterable[str]],
) -> int:  # fmt: skip
    """Record a stick before its commit; returns its number. Raises RegisterBusy, PrivateFileFailed."""
    with register.change() as connection:
        stick = plan_stick(connection, plan)
        put_people(connection, on_stick.patients(), on_stick.spellings(), on_stick.studies())
        put_cases(connection, stick, on_stick.case_entries(connection), on_stick.series_entries())
        put_images(connection, stick, on_stick.images())
        put_not_taken(connection, stick, not_taken(skipped))
        identifiers = {
            identifier for file in on_stick.plan.sources.files() for part in file.identifiers for identifier in part
        }
        put_originals(connection, identifiers, moved)
    export(register, key)
    return stick


def note_finished(register: Register, stick: int) -> None:
    """Record that the medium is committed."""
    with register.change() as connection:
        finish(connection, stick)


def note_removal(register: Register, plan: StickPlan, cases: Iterable[str]) -> int | None:
    """The stick that the removal is about to change; None if this key does not know it."""
    with register.change() as connection:
        return plan_removal(connection, plan, map(layout.number_of_case, cases))
