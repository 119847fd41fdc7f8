"""Damages of readers' answers and of the lists of cases, each with the check that must find it."""

from collections.abc import Callable
import json
from pathlib import Path
import sqlite3

from bundle import web, web_form
from bundle.reading.form_file import read_form
from bundle.reading.journal import JournalWriter, read_journal
from tests.builder.check.damaging import INDEX, Damage, add_file, edit_page, put_form
from tests.journals import altered

FORM = """
title = "Reading"
version = "1"
[[question]]
id = "sure"
text = "How sure are you?"
type = "yesno"
"""


def study(root: Path, case: str = "CASE-001") -> str:
    with sqlite3.connect(root / INDEX) as index:
        query = "SELECT study_instance_uid FROM study WHERE case_number = ?"
        return str(index.execute(query, (case,)).fetchone()[0])


def answer(root: Path, *, seen: tuple[Path, ...] = (), form: str = "", uid: str = "") -> Path:
    """The journal of a reader with five lines."""
    heads = {path.name: list(read_journal(path).head) for path in seen}
    opening = {"bundle": "b", "form": form, "seen": heads}
    writer = JournalWriter(root / "READINGS", "Dr Quill", opening)
    about = {"case": "CASE-001", "occurrence": 1}
    writer.append("case", about | {"number": 1, "study": uid or study(root), "training": False})
    for value in (True, False, True):
        writer.append("answer", about | {"question": "sure", "series": "", "value": value})
    writer.close()
    return writer.path


def edit_lines(change: Callable[[list[bytes]], list[bytes]]) -> Damage:
    """Change the lines of a journal, without computing any digest anew."""

    def damage(root: Path) -> None:
        journal = answer(root)
        journal.write_bytes(b"".join(change(journal.read_bytes().splitlines(keepends=True))))

    return damage


def change_answers(lines: list[bytes]) -> list[bytes]:
    """The first line has no answers."""
    return [*lines[:1], *(altered(line, '"value":false', '"value":true') for line in lines[1:])]


def lose_the_end_of_an_earlier_file(root: Path) -> None:
    first = answer(root)
    answer(root, seen=(first,))
    first.write_bytes(b"".join(first.read_bytes().splitlines(keepends=True)[:-2]))


def lose_an_earlier_file(root: Path) -> None:
    first = answer(root)
    answer(root, seen=(first,))
    first.unlink()


def answer_another_form(root: Path) -> None:
    put_form(FORM)(root)
    answer(root, form=read_form(FORM.replace("Reading", "Another")).digest)


def measure_across_slices(root: Path) -> None:
    """Ends on two images, as the first viewers took them."""
    writer = JournalWriter(root / "READINGS", "Dr Quill", {"bundle": "b", "form": "", "seen": {}})
    end = {"series": "1.2", "instance": "1.2.66", "frame": 0, "column": 3.0, "row": 4.0, "position": [0.0, 0.0, 0.0]}
    value = {"value": 78.0, "unit": "mm", "points": [end, end | {"instance": "1.2.76", "position": [0.0, 0.0, 78.0]}]}
    about = {"case": "CASE-001", "occurrence": 1, "question": "size", "series": ""}
    writer.append("answer", about | {"value": value})
    writer.close()


def media_list(*rows: str) -> Damage:
    """A list beside the medium, which is called stick."""
    lines = ["medium,case,pseudonym,images", *rows, "MEDIUM99,CASE-900,P-NOBODY,3", ""]
    return lambda root: (root.parent / "MEDIA.CSV").write_text("\r\n".join(lines), newline="")


def ask_otherwise_in_the_browser(old: str, new: str) -> Damage:
    """Change what the reader in a browser asks or knows, and veil it again."""

    def damage(root: Path) -> None:
        put_form(FORM)(root)
        text = json.dumps(web_form.rows_of((root / web.QUESTIONS).read_bytes()))
        assert old in text
        add_file(web.QUESTIONS, web_form.script_of(json.loads(text.replace(old, new, 1))))(root)

    return damage


ANSWER_DAMAGES: list[tuple[str, Damage]] = [
    ("readings.whole", edit_lines(lambda lines: [*lines[:2], *lines[3:]])),
    ("readings.whole", edit_lines(lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]][:4])),
    ("readings.whole", edit_lines(change_answers)),
    ("readings.whole", edit_lines(lambda lines: lines[1:])),
    ("readings.whole", edit_lines(lambda lines: [*lines[:2], b"no line of a journal\n", *lines[3:]])),
    ("readings.whole", lose_the_end_of_an_earlier_file),
    ("readings.absent", lose_an_earlier_file),
    ("readings.torn", edit_lines(lambda lines: [*lines[:-1], lines[-1][:-20]])),
    ("readings.case", lambda root: answer(root, uid="1.2.3.4")),
    ("readings.case", lambda root: answer(root, uid=study(root, "CASE-002"))),
    ("readings.places", measure_across_slices),
    ("readings.form", answer_another_form),
    ("readings.form", add_file("BUNDLE/FORM.TXT", FORM.replace("yesno", "yes").encode())),
    ("readings.form", put_form(f'{FORM}\n[order]\ntraining = ["CASE-900"]\n')),
    ("web.form", ask_otherwise_in_the_browser("How sure are you?", "Are you not sure?")),
    ("web.form", ask_otherwise_in_the_browser('"lock": false', '"lock": true')),
    ("web.form", ask_otherwise_in_the_browser('"study": "2', '"study": "1')),
    ("web.form", add_file("WEB/FORM.JS", b"alert(1);")),
    ("pdi.cases", edit_page("</tbody>", '<tr><th>CASE-905</th><td>P-A</td><td>1</td><td>1</td></tr></tbody>')),
    ("pdi.page", edit_page(">CASE-002<", ">CASE-905<")),
    ("pdi.cases", edit_page("<td>P-", "<td>P-X")),
    ("pdi.cases", edit_page('<td class="number">5</td>', '<td class="number">6</td>')),
    ("media.list", media_list("stick,CASE-001,P-NOBODY,5")),
]  # fmt: skip
