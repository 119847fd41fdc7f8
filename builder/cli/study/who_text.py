"""The output of `mkbundle who`: lines of at most 80 columns, except paths, each on a line of its own."""

from collections.abc import Iterator, Sequence
import sqlite3
import textwrap

from builder.cli.reports.words import count, printable
from builder.key.case_numbers import words_of_studies
from builder.key.lookup import FoundCase, FoundLeftOut, FoundStick, folders_of, series_of
from builder.key.sticks import BEGUN, EARLIER, GOING, REMOVED
from builder.reasons import Reason
from bundle import layout

_WIDTH = 80
_STATES = {BEGUN: "not finished yet", GOING: "being taken away", REMOVED: "taken away again"}


def stick_lines(known: Sequence[FoundStick]) -> list[str]:
    """Every stick with its cases."""
    return [line for stick in known for line in _of_stick(stick)]


def _of_stick(stick: FoundStick) -> Iterator[str]:
    yield _name(stick)
    if stick.drive:
        yield f"  {printable(stick.drive)}"
    cases = ", ".join(map(layout.case_number, stick.numbers))
    yield from _wrapped(f"{count(len(stick.numbers), 'case')}: {cases}" if cases else "no case", "  ")


def _name(stick: FoundStick) -> str:
    if stick.stick == EARLIER:
        return "Earlier sticks, of which the register does not know which is which"
    return f"Stick {stick.stick}, " + (
        f"made {stick.finished[:16]} UTC" if stick.finished else f"begun {stick.begun[:16]} UTC"
    )


def case_lines(connection: sqlite3.Connection, cases: Sequence[FoundCase], known: Sequence[FoundStick]) -> list[str]:
    """Every case found, stick by stick; each patient is named once."""
    lines: list[str] = []
    by_stick = {stick.stick: stick for stick in known}
    words = words_of_studies(connection)
    said: set[tuple[int, str]] = set()
    for case in cases:
        who = case.number, case.pseudonym
        if who not in said:
            lines += [""] if lines else []
            lines += [case.case, *_who(case), *_words(*words.get(case.study_uid, ("", "")))]
            said.add(who)
        lines += _place(connection, case, by_stick[case.stick])
    return lines


def _who(case: FoundCase) -> Iterator[str]:
    if not case.pseudonym:
        yield "  of this key, but its scans were not seen again since there is a register"
        return
    name = case.name or "no name"
    yield from _wrapped(
        f"patient {printable(case.patient_id) or 'without ID'}, {printable(name)}, born {_day(case.birth_date)}; "
        f"{case.pseudonym} on the sticks",
        "  ",
    )
    accession = f", accession number {printable(case.accession_number)}" if case.accession_number else ""
    yield from _wrapped(f"study of {_day(case.study_date)}{accession}", "  ")


def _words(label: str, group: str) -> Iterator[str]:
    told = [f"{name} {printable(word)}" for name, word in (("label", label), ("group", group)) if word]
    if told:
        yield from _wrapped(", ".join(told), "  ")


def _day(date: str) -> str:
    """'1953-04-18'; the text itself if it is no date."""
    if len(date) == 8 and date.isdecimal():
        return f"{date[:4]}-{date[4:6]}-{date[6:]}"
    return printable(date) or "at an unknown date"


def _place(connection: sqlite3.Connection, case: FoundCase, stick: FoundStick) -> Iterator[str]:
    state = f": {_STATES[case.state]}" if case.state in _STATES else ""
    yield from _wrapped(f"{_name(stick)}{state}", "  ")
    if stick.drive:
        yield f"    written on {printable(stick.drive)}"
    for folder in folders_of(connection, case):
        yield f"    from {printable(folder)}"
    if case.images:
        yield from _wrapped("; ".join([_series(connection, case), *_done(case)]), "    ")


def _series(connection: sqlite3.Connection, case: FoundCase) -> str:
    of_each = ", ".join(f"{modality} {images:,}" for modality, images in series_of(connection, case))
    return f"{count(case.images, 'image')} ({of_each})" if of_each else count(case.images, "image")


def _done(case: FoundCase) -> Iterator[str]:
    counts = (
        (case.left_out, "left out"),
        (case.masked, "masked"),
        (case.kept, "kept with text"),
        (case.undecided, "undecided"),
    )
    yield from (f"{number:,} {what}" for number, what in counts if number)


def not_taken_lines(files: Sequence[FoundLeftOut]) -> list[str]:
    """Each file that is not on a stick, and why."""
    lines = []
    for file in files:
        known = {reason.name.lower(): reason.value for reason in Reason}
        told = "; ".join(filter(None, (known.get(file.reason, file.reason), printable(file.detail))))
        lines += [printable(file.path), *_wrapped(f"not on stick {file.stick}: {told}", "  ")]
    return lines


def _wrapped(text: str, indent: str) -> list[str]:
    """Wrapped between words only."""
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
