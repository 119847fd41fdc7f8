"""What `mkbundle who` prints: lines of at most 80 columns, but for paths, which stand alone on theirs."""

from collections.abc import Iterator, Sequence
import sqlite3
import textwrap

from builder.cli.report import count, printable
from builder.key.lookup import FoundCase, FoundStick, NotTaken, folders_of, series_of
from builder.key.sticks import BEGUN, EARLIER, GOING, REMOVED
from builder.reasons import Reason
from bundle import layout

_WIDTH = 80
_STATES = {BEGUN: "not finished yet", GOING: "being taken away", REMOVED: "taken away again"}


def stick_lines(known: Sequence[FoundStick]) -> list[str]:
    """Every stick with its cases."""
    return [line for one in known for line in _of_stick(one)]


def _of_stick(one: FoundStick) -> Iterator[str]:
    yield _name(one)
    if one.drive:
        yield f"  {printable(one.drive)}"
    cases = ", ".join(map(layout.case_number, one.numbers))
    yield from _wrapped(f"{count(len(one.numbers), 'case')}: {cases}" if cases else "no case", "  ")


def _name(one: FoundStick) -> str:
    if one.stick == EARLIER:
        return "Earlier sticks, of which the register does not know which is which"
    return f"Stick {one.stick}, " + (f"made {one.finished[:16]} UTC" if one.finished else f"begun {one.begun[:16]} UTC")


def case_lines(connection: sqlite3.Connection, cases: Sequence[FoundCase], known: Sequence[FoundStick]) -> list[str]:
    """Every case that was found, stick by stick; who it shows is said once."""
    lines: list[str] = []
    by_stick = {one.stick: one for one in known}
    said: set[tuple[int, str]] = set()
    for one in cases:
        who = one.number, one.pseudonym
        if who not in said:
            lines += [""] if lines else []
            lines += [one.case, *_who(one)]
            said.add(who)
        lines += _place(connection, one, by_stick[one.stick])
    return lines


def _who(one: FoundCase) -> Iterator[str]:
    if not one.pseudonym:
        yield "  of this key, but its scans were not seen again since there is a register"
        return
    name = one.name or "no name"
    yield from _wrapped(
        f"patient {printable(one.patient_id) or 'without ID'}, {printable(name)}, born {_day(one.birth_date)}; "
        f"{one.pseudonym} on the sticks",
        "  ",
    )
    accession = f", accession number {printable(one.accession_number)}" if one.accession_number else ""
    yield from _wrapped(f"study of {_day(one.study_date)}{accession}", "  ")


def _day(date: str) -> str:
    """'1953-04-18'; as it is written where it is none."""
    if len(date) == 8 and date.isdecimal():
        return f"{date[:4]}-{date[4:6]}-{date[6:]}"
    return printable(date) or "at an unknown date"


def _place(connection: sqlite3.Connection, one: FoundCase, stick: FoundStick) -> Iterator[str]:
    state = f": {_STATES[one.state]}" if one.state in _STATES else ""
    yield from _wrapped(f"{_name(stick)}{state}", "  ")
    if stick.drive:
        yield f"    written on {printable(stick.drive)}"
    for folder in folders_of(connection, one):
        yield f"    from {printable(folder)}"
    if one.images:
        yield from _wrapped("; ".join([_series(connection, one), *_done(one)]), "    ")


def _series(connection: sqlite3.Connection, one: FoundCase) -> str:
    of_each = ", ".join(f"{modality} {images:,}" for modality, images in series_of(connection, one))
    return f"{count(one.images, 'image')} ({of_each})" if of_each else count(one.images, "image")


def _done(one: FoundCase) -> Iterator[str]:
    counts = (
        (one.left_out, "left out"),
        (one.masked, "masked"),
        (one.kept, "kept with text"),
        (one.undecided, "undecided"),
    )
    yield from (f"{number:,} {what}" for number, what in counts if number)


def not_taken_lines(files: Sequence[NotTaken]) -> list[str]:
    """Which file is not on a stick, and why."""
    lines = []
    for one in files:
        known = {reason.name.lower(): reason.value for reason in Reason}
        told = "; ".join(filter(None, (known.get(one.reason, one.reason), printable(one.detail))))
        lines += [printable(one.path), *_wrapped(f"not on stick {one.stick}: {told}", "  ")]
    return lines


def _wrapped(text: str, indent: str) -> list[str]:
    """Between words alone."""
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
