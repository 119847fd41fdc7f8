"""The worked example of docs/reading.md: its form, answers and reference give just what it prints."""

import csv
from pathlib import Path
import re
import shlex

from click.testing import CliRunner
import pytest

from builder.cli.main import cli
from bundle.index.index import Catalog
from bundle.reading.form_file import form_content, read_form
from bundle.reading.journal import first_data, format_line, new_name
from bundle.reading.order import slots_of
from bundle.reading.readings import name_of
from tests.builder.collect.studies import make_stick

PAGE = Path(__file__).parents[3] / "docs/reading.md"
DAYS = {1: "2026-01-10", 2: "2026-02-14"}


def blocks(kind: str) -> list[str]:
    """The fenced blocks of the example of a kind, such as toml."""
    example = PAGE.read_text("utf-8").split("## 5. A worked example")[1].split("\n## ")[0]
    return re.findall(rf"^```{kind}\n(.*?)^```$", example, re.MULTILINE | re.DOTALL)


def rows(block: str) -> list[dict[str, str]]:
    return list(csv.DictReader(block.splitlines()))


@pytest.fixture
def study(tmp_path, monkeypatch):
    """The files of the example, and a stick that has been read as its table of answers says."""
    monkeypatch.chdir(tmp_path)
    (form,) = blocks("toml")
    truth, answers = blocks("csv")
    Path("FORM.toml").write_text(form)
    Path("truth.csv").write_text(truth)
    stick = make_stick(tmp_path / "E:", len(rows(truth)), 1, read_form(form))
    (stick / "BUNDLE/FORM.TXT").write_bytes(form_content(read_form(form)))
    for reader in ("Dr Ash", "Dr Birch"):
        for session, arm in ((1, "without"), (2, "with")):
            told = form.replace("session = 1", f"session = {session}").replace('arm = "without"', f'arm = "{arm}"')
            write(stick, reader, told, session, {row["case"]: int(row[f"{reader}, {arm}"]) for row in rows(answers)})
    return stick


def write(stick: Path, reader: str, text: str, session: int, given: dict[str, int]) -> None:
    """A journal as the viewer writes it, an entry every 30 seconds."""
    form = read_form(text)
    with Catalog(stick) as catalog:
        studies = catalog.studies()
    uids = {study.case: study.study_instance_uid for study in studies}
    entries = [("open", {"bundle": name_of(form, studies), "form": form.digest, "form_text": text, "seen": {},
                         "viewer": "0.2.0", "time_zone": "+0100", **form.sessions.of(reader).opening})]  # fmt: skip
    for slot in slots_of(form, list(uids), reader):
        place = {"case": slot.case, "occurrence": 1}
        entries += [
            ("visit", {**place, "number": slot.number, "study": uids[slot.case], "training": False}),
            ("answer", {**place, "question": "chance", "series": "", "value": given[slot.case]}),
            ("submit", place),
        ]
    name, content, digest = new_name(reader), b"", ""
    for number, (kind, data) in enumerate(entries, start=1):
        said = first_data(name, reader, data) if kind == "open" else data
        time = f"{DAYS[session]}T{9 + number // 120:02d}:{number // 2 % 60:02d}:{number % 2 * 30:02d}.000Z"
        line, digest = format_line(number, time, kind, said, digest)
        content += line + b"\n"
    (stick / "READINGS").mkdir(exist_ok=True)
    (stick / "READINGS" / name).write_bytes(content)


def test_the_worked_example_prints_what_the_guide_says(study):
    commands = 0
    for block in blocks("text"):
        first, *wanted = block.splitlines()
        assert first.startswith("$ mkbundle "), block
        done = CliRunner().invoke(cli, shlex.split(first)[2:], standalone_mode=False)
        assert done.exception is None, done.exception
        said = done.output.splitlines()
        commands += 1
        # '...' stands in the guide for lines that it leaves out.
        parts = "\n".join(wanted).split("\n...\n")
        at = 0
        for part in parts:
            found = "\n".join(said[at:]).find(part)
            assert found >= 0, f"{first} does not print\n{part}\nbut\n" + "\n".join(said)
            at += "\n".join(said[at:])[:found].count("\n")
    assert commands == 2
