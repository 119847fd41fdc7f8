"""Vectors for every program that writes journals: `python -m tests.web.vectors` writes docs/journal-vectors.json."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

from builder.catalogue.web_form import plain
from bundle.reading.form import Form
from bundle.reading.form_file import read_form
from bundle.reading.journal import JournalEntry, file_prefix, format_line, parse_journal, reader_key
from bundle.reading.merge import merge
from bundle.reading.order import slots_of
from bundle.reading.questions import Question
from bundle.reading.readings import of_reader, readings_by_session
from bundle.reading.receipts import receipt_code
from bundle.reading.study_session import StudySession
from tests.web.given import ABOUT, ANSWERS, LINES, NAMES, ORDERS, PLACE, QUESTION, RATED, SPELLINGS, VALUES
from viewer.reading.names import may_be

FILE = Path(__file__).parents[2] / "docs/journal-vectors.json"


def vectors() -> dict[str, Any]:
    """All of them."""
    return {
        "readers": [[name, reader_key(name), file_prefix(name)] for name in NAMES],
        "spellings": [[typed, known, may_be(typed, known)] for typed, known in SPELLINGS],
        "lines": list(_lines()),
        "orders": [_order(text, cases) for text, cases in ORDERS],
        "receipts": [
            [reader, *session, heads, receipt_code(reader, session, heads)]
            for reader, session, heads in (
                ("Dr Quill", StudySession(), {"R-b": [2, "cd"], "R-a": [1, "ab"]}),
                ("MÜLLER", StudySession(2, "ü"), {"R-a": [1, "ab"]}),
            )
        ],
        "form": plain(RATED),
        "values": [[q.id, value, q.problem(value)] for q in RATED.questions for value in VALUES],
        "open": [[answers, _open(RATED, answers)] for answers in ANSWERS],
        "roundings": [
            [x, d, round(x, d) + 0.0]
            for x in (0.0625, 12.0625, -0.0625, 0.125, 2.675, 1e-9, -3.14159, 40.0)
            for d in (2, 3, 6)
        ],
        "journals": _journals(),
    }


def _lines() -> Iterator[dict[str, Any]]:
    digest = ""
    for number, (kind, data) in enumerate(LINES, start=1):
        line, now = format_line(number, "2026-03-01T10:00:00.000Z", kind, data, digest)
        yield {"kind": kind, "data": data, "prev": digest, "line": line.decode(), "digest": now}
        digest = now


def _order(text: str, count: int) -> dict[str, Any]:
    form = read_form(text.replace("[order]", f"{QUESTION}\n[order]") if "[order]" in text else text + QUESTION)
    cases = [f"CASE-{k:03d}" for k in range(1, count + 1)]
    if form.media is not None:  # the cases of one of them
        cases = form.media.groups()[1]
    slots = {reader: [_slot(slot) for slot in slots_of(form, cases, reader)] for reader in ("A", "B")}
    return {"form": plain(form), "cases": cases, "slots": slots}


def _slot(slot: Any) -> list[Any]:
    return [slot.number, slot.case, slot.occurrence, slot.training]


def _open(form: Form, answers: dict[str, Any]) -> list[list[str]]:
    keyed = {(key.split(" ")[0], key.split(" ")[1]): value for key, value in answers.items()}

    def said(question: Question, series: str, why: str) -> list[str]:
        return [question.id, series, why]

    return [said(*point) for point in form.open_points(keyed, ["1.2", "1.3"])]


def _journal(name: str, opening: dict[str, Any], lines: list[tuple[str, str, dict[str, Any]]]) -> tuple[str, list[Any]]:
    text, digest = b"", ""
    first = ("open", lines[0][1], {"format": 3, "file": name, "reader": "Dr Quill", "bundle": "b", **opening})
    for number, (kind, time, data) in enumerate([first, *lines], start=1):
        line, digest = format_line(number, f"2026-03-01T{time}.000Z" if len(time) < 10 else time, kind, data, digest)
        text += line + b"\n"
    return text.decode(), [len(lines) + 1, digest]


def _journals() -> dict[str, Any]:
    """Three files of a reader: the second one has seen the first, and its clock is wrong; the third is of session 2."""
    names = [f"R-{file_prefix('Dr Quill')[2:10]}-{k:012x}.JSONL" for k in range(3)]
    visit = ABOUT | {"number": 1, "study": "1.2", "training": False}

    def answer(question: str, value: Any) -> dict[str, Any]:
        return ABOUT | {"question": question, "series": "", "value": value}

    first, head = _journal(
        names[0],
        {"session": 1, "arm": "", "seen": {}},
        [
            ("visit", "10:00:00", visit),
            ("case", "10:00:01", visit),
            ("answer", "10:00:02", answer("a", "one")),
            ("answer", "10:00:03", answer("b", [PLACE])),
            ("time", "10:00:04", ABOUT | {"seconds": 61.5}),
        ],
    )
    second, _ = _journal(
        names[1],
        {"session": 1, "arm": "", "seen": {names[0]: head}},
        [
            ("answer", "09:00:00", answer("a", "two")),
            ("answer", "09:00:01", answer("b", None)),
            ("answer", "09:00:02", answer("c", 3)),
            ("submit", "09:00:03", dict(ABOUT)),
            ("reopen", "09:00:04", ABOUT | {"reason": "typed wrong"}),
            ("about", "09:00:05", {"question": "years", "value": 4}),
        ],
    )
    third, _ = _journal(names[2], {"session": 2, "arm": "x", "seen": {}}, [("visit", "11:00:00", visit)])
    torn = second + '{"n":8,"time":"2026-03-01T09:00:09.000Z","kind":"ans'
    files = {names[0]: first, names[1]: torn, names[2]: third.replace('"n":2', '"n":3')}
    return {"files": files, "readings": said_of(files)}


def said_of(files: dict[str, str]) -> dict[str, Any]:
    """What the journals of Dr Quill add up to, as the other program says it."""
    found: dict[str, Any] = {}
    merged = merge(of_reader([parse_journal(name, text.encode()) for name, text in files.items()], "Dr Quill"))
    for (_, session), readings in readings_by_session(merged).items():
        of_session = [entry for entry in merged.entries if _is_of(entry, session, merged)]
        found[json.dumps([*session], separators=(",", ":"))] = {
            "entries": [[entry.file, entry.number] for entry in of_session],
            "cases": [
                [
                    " ".join(map(str, key)),
                    case.state.value,
                    len(case.course.looks),
                    case.seconds,
                    [
                        [" ".join(place), json.dumps(value, separators=(",", ":"))]
                        for place, value in case.answers.items()
                    ],
                ]
                for key, case in readings.cases.items()
            ],
            "about": list(readings.about),
            "receipt": "",
        }
    return found


def _is_of(entry: JournalEntry, session: StudySession, merged: Any) -> bool:
    opening = merged.journals[entry.file].opening
    return (opening.get("session"), opening.get("arm")) == tuple(session)


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1, ensure_ascii=True) + "\n", "ascii")
