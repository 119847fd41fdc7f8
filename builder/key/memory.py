"""Reads and writes the register for a build, in the order that `register` explains."""

from collections.abc import Iterable, Mapping
import contextlib
from functools import partial
from pathlib import Path

from builder.errors.register import KeyLost, StudyHandedOver
from builder.key import handed
from builder.key.case_numbers import StudyOnStick, give_numbers, put_words
from builder.key.crosswalk import crosswalk_path, export, is_known
from builder.key.handed import put_listed
from builder.key.key_file import load_or_make_key, secret_without_key
from builder.key.originals import KeptOriginals, put_originals, put_segment_names, read_from
from builder.key.private_files import register_path
from builder.key.pseudonyms import StudyKey
from builder.key.register import Register, Say, connect, rehearsal
from builder.key.remembered import OnStick, not_taken
from builder.key.safekeeping.lock import locked_name
from builder.key.sticks import (
    BEGUN,
    THERE,
    BegunStudy,
    StickPlan,
    finish,
    plan_change,
    plan_stick,
    put_begun,
    put_cases,
    put_images,
    put_not_taken,
    put_people,
    settle,
)
from builder.key.takeover import clear_earlier, take_over
from builder.key.time_shifts import Shifted, give_shifts
from builder.plan import SkippedFile, SourcePatient
from bundle import layout


def load_or_make_study(key: Path, *, rehearse: bool = False) -> tuple[bytes, bool]:
    """The secret of a study key, and whether it was just made; raises BadKey, KeyLost, PrivateFileFailed.

    A rehearsal writes no key: without one, its secret is good for nothing else. A build makes no new key if a register
    or a crosswalk is there without its key. A build that is just making all of them makes the key first, so the second
    look finds it.
    """
    if not key.exists() and is_known(key) and not key.exists():
        raise KeyLost(key, next(filter(Path.exists, _known_by(key))))
    if rehearse and not key.exists():
        return secret_without_key(), True
    return load_or_make_key(key)


def _known_by(key: Path) -> tuple[Path, ...]:
    """The files that tell of a study; one of them is there if it is known."""
    return register_path(key), locked_name(register_path(key)), crosswalk_path(key)


def open_register(key: Path, secret: bytes, say: Say, *, rehearse: bool = False) -> Register:
    """The register of a key; makes one if there is none, and takes over an old key folder.

    A rehearsal gets a copy in memory, and no file changes.

    Raises RegisterOfOtherKey, RegisterTooNew, RegisterDamaged, RegisterFailed, RegisterBusy.
    """
    register = rehearsal(register_path(key), say) if rehearse else connect(register_path(key), say, make=True)
    with contextlib.ExitStack() as undo:
        undo.enter_context(register)
        register.prepare(key, secret, partial(take_over, key, keep=not rehearse))
        if not rehearse:
            clear_earlier(key)
        settle(register)
        undo.pop_all()
    return register


def check_is_ours(register: Register) -> None:
    """Refuse to build with a study that was handed over; raises StudyHandedOver."""
    with register.reading() as connection:
        row = connection.execute("SELECT moment, folder FROM handed_over").fetchone()
    if row:
        raise StudyHandedOver(register.path, *row)


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


def sticks_with_form(register: Register, studies: Iterable[str], but: Path | None) -> list[int]:
    """The sticks on which a reader has any of these studies with a form, `but` that drive; raises RegisterBusy."""
    with register.change() as connection:
        return handed.sticks_with_form(connection, frozenset(studies), but)


def shift_dates(register: Register, patients: Iterable[SourcePatient], key: StudyKey) -> list[Shifted]:
    """Set the shift of every study; returns the unusual ones. All are on the disk before this returns.

    Raises RegisterBusy.
    """
    with register.change() as connection:
        return give_shifts(connection, patients, key)


def remember(
    register: Register, key: Path, plan: StickPlan, on_stick: OnStick, skipped: Iterable[SkippedFile],
    moved: Mapping[str, Iterable[str]],
) -> int:  # fmt: skip
    """Record a stick before its commit; returns its number. Raises RegisterBusy, PrivateFileFailed."""
    identifiers = {identifier for file in on_stick.plan.files() for part in file.identifiers for identifier in part}
    with register.change() as connection:
        stick = plan_stick(connection, plan)
        put_images(connection, stick, on_stick.images())
        put_people(connection, on_stick.patients.values(), on_stick.spellings, on_stick.studies.values())
        put_cases(connection, stick, on_stick.case_entries(connection), on_stick.series_entries())
        put_not_taken(connection, stick, not_taken(skipped))
        put_originals(connection, identifiers, moved, on_stick.plan.own)
        put_listed(connection, stick, plan)
    export(register, key)
    return stick


def read_remembered(register: Register) -> KeptOriginals:
    """All that the medium is searched for, of this build and of those before it."""
    with register.reading() as connection:
        return read_from(connection)


def reopen(register: Register, manifest: str) -> None:
    """Take back the commit of a bundle that never became a stick, so that the next build of it keeps its number.

    `manifest` is the SHA-256 of its manifest. Raises RegisterBusy.
    """
    with register.change() as connection:
        query = "SELECT stick FROM stick WHERE manifest = ? ORDER BY stick DESC LIMIT 1"
        for stick in connection.execute(query, (manifest,)).fetchall():
            connection.execute("UPDATE stick SET planned = '', manifest = '', finished = '' WHERE stick = ?", stick)
            connection.execute("UPDATE placed SET state = ? WHERE stick = ? AND state = ?", (BEGUN, *stick, THERE))


def note_words(register: Register, words: Mapping[str, tuple[str, str]]) -> None:
    """Keep label and group of studies, by their identity under the key; later ones replace earlier ones."""
    with register.change() as connection:
        put_words(connection, words)


def note_segments(register: Register, names: Iterable[tuple[str, int, str, str]]) -> None:
    """Keep (SOP Instance UID, Segment Number, name on the medium, old name) of renamed segments."""
    with register.change() as connection:
        put_segment_names(connection, names)


def note_begun(register: Register, drive: Path, studies: Iterable[BegunStudy], *, resume: bool) -> list[BegunStudy]:
    """Record the studies that a build begins to write; returns those of an interrupted build on the same drive.

    If this one resumes it, those stay on record until the medium is finished.
    """
    with register.change() as connection:
        return put_begun(connection, drive, studies, keep=resume)


def note_finished(register: Register, stick: int) -> None:
    """Record that the medium is committed."""
    with register.change() as connection:
        finish(connection, stick)


def note_change(register: Register, plan: StickPlan, removed: Iterable[str]) -> int | None:
    """The stick that is about to change or lose cases; None if this key does not know it."""
    with register.change() as connection:
        stick = plan_change(connection, plan, map(layout.number_of_case, removed))
        if stick is not None:
            put_listed(connection, stick, plan)
        return stick
