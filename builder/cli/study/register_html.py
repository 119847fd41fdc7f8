"""The content of the page with the whole register."""

import sqlite3

from builder.key.lookup import FoundCase, every_case, folders_of, sticks
from builder.key.sticks import REMOVED, now
from builder.pages.register_page import RegisterCase, RegisterPage, RegisterStick, register_page
from bundle import layout


def html_register(connection: sqlite3.Connection, name: str) -> str:
    """The whole page; `name` is that of the register."""
    known = [
        RegisterStick(
            f"Stick {stick.stick}" if stick.stick else "Earlier sticks",
            stick.drive,
            ", ".join(map(layout.case_number, stick.numbers)),
        )
        for stick in sticks(connection)
    ]
    by_study: dict[str, list[FoundCase]] = {}
    for case in every_case(connection):
        by_study.setdefault(case.study_uid, []).append(case)
    cases = [_case(connection, found) for found in by_study.values()]
    return register_page(RegisterPage(now(), name, known, cases))


def _case(connection: sqlite3.Connection, found: list[FoundCase]) -> RegisterCase:
    last = found[-1]
    on = [f"{case.stick}{' (removed)' if case.state == REMOVED else ''}" for case in found if case.stick]
    folders = sorted({folder for case in found for folder in folders_of(connection, case)})
    return RegisterCase(
        last.case, last.pseudonym, last.patient_id, last.name, last.birth_date, last.study_date, last.accession_number,
        ", ".join(on), last.images, folders,
    )  # fmt: skip
