"""Veiled texts: nobody reads them by accident, everybody can decode them, and older forms and journals are read."""

import base64
import json
import subprocess

from hypothesis import given
from hypothesis import strategies as st
import pytest

from bundle.reading.form_file import FormMistaken, decode_form, form_content, read_form
from bundle.reading.journal import JournalWriter, format_line, parse_journal
from bundle.veiled import unveil, unveiled_file, veil, veiled_file

FORM = 'title = "Büro"\n[order]\nseed = 4711\n[[question]]\nid = "a"\ntext = "A"\ntype = "yesno"\n'


@given(st.text())
def test_a_text_comes_back_as_it_was(text):
    assert unveil(veil(text)) == text
    assert unveiled_file(veiled_file(text)).decode("utf-8", "surrogatepass") == text


def test_a_form_has_the_same_digest_whether_it_is_veiled_or_not(tmp_path):
    form = read_form(FORM)
    content = form_content(form)
    assert b"4711" not in content and "Büro".encode() not in content and content.isascii()
    assert decode_form(content) == form == decode_form(FORM.encode())
    assert decode_form(content.replace(b"\n", b"\r\n")) == form  # a line end that an editor has changed
    (tmp_path / "FORM.TXT").write_bytes(content)
    command = "sed '1,/^$/d' FORM.TXT | base64 -d"  # as docs/bundle-format.md says
    assert subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=True).stdout.decode() == FORM


@pytest.mark.parametrize("damage", [lambda c: c[:-20], lambda c: c[:-9] + b"!!!\n", lambda c: c.split(b"\n\n")[0]])
def test_a_damaged_form_is_named(damage):
    with pytest.raises(FormMistaken):
        decode_form(damage(form_content(read_form(FORM))))


def test_a_journal_shows_no_case_and_reads_back_the_same(tmp_path):
    writer = JournalWriter(tmp_path, "AB", {"bundle": "b", "form_text": FORM, "seen": {}})
    data = {"case": "CASE-007", "occurrence": 2, "question": "a", "series": "", "value": "Quillfeather ä \ud800"}
    writer.append("answer", data)
    writer.close()
    content = writer.path.read_bytes()
    for hidden in (b"CASE-007", b"occurrence", b"4711", b"Quillfeather", b"training"):
        assert hidden not in content
    journal = parse_journal(writer.path.name, content)
    assert not journal.problems
    assert journal.opening["form_text"] == FORM and journal.entries[1].data == data


@pytest.mark.parametrize("version", [1, 2])
def test_a_journal_of_an_older_version_is_read(version):
    lines, digest = [], ""
    opening = {"format": version, "file": "R-00000000-000000000000.JSONL", "reader": "AB", "form_text": FORM}
    for number, (kind, data) in enumerate([("open", opening), ("answer", {"case": "CASE-001", "value": 1})], start=1):
        body = {"n": number, "time": "2026-03-01T10:00:00.000Z", "kind": kind, "data": data, "prev": digest}
        line, digest = _line(body)
        lines.append(line)
    journal = parse_journal("R-00000000-000000000000.JSONL", b"".join(lines))
    assert not journal.problems
    assert journal.opening["form_text"] == FORM and journal.entries[1].data["case"] == "CASE-001"


def _line(body: dict[str, object]) -> tuple[bytes, str]:
    import hashlib

    text = json.dumps(body, separators=(",", ":")).encode()
    digest = hashlib.sha256(text).hexdigest()
    return text[:-1] + b',"hash":"' + digest.encode() + b'"}\n', digest


def test_a_veiled_line_cannot_swell_in_memory():
    """A list of three bytes takes 60 in memory: far too many of them are refused, also in base64."""
    line, digest = format_line(1, "2026-03-01T10:00:00.000Z", "open", {"format": 3, "reader": "AB"}, "")
    lines = [line]
    for number in range(2, 8):
        value = [[] for _ in range(450_000)]
        line, digest = format_line(number, "2026-03-01T10:00:00.000Z", "answer", {"value": value}, digest)
        lines.append(line)
    journal = parse_journal("R-00000000-000000000000.JSONL", b"\n".join(lines))
    assert not journal.entries and "far more values" in journal.problems[0].text


def test_what_is_no_base64_is_no_entry():
    for data in ("%%%", base64.b64encode(b"[1]").decode(), base64.b64encode(b"\xff{").decode()):
        body = {"n": 1, "time": "2026-03-01T10:00:00.000Z", "kind": "answer", "data": data, "prev": ""}
        journal = parse_journal("R-00000000-000000000000.JSONL", _line(body)[0])
        assert not journal.entries and journal.problems
