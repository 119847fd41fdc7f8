"""The journal: it reads back what it wrote, notices every damage, and merges copies without loss."""

import json
import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from bundle.index.records import Study
from bundle.reading import journal as journals
from bundle.reading.journal import Flaw, JournalWriter, file_prefix, parse_journal, read_journal
from bundle.reading.merge import merge
from bundle.reading.readings import State, bundle_id, of_bundle, readings_by_reader
from bundle.reading.sent import pack_journals, unpack_journals
from tests.journals import altered as altered_line
from tests.journals import readings_of


def write(folder: Path, *answers: object, reader: str = "AB", seen: tuple[Path, ...] = (), **more: object) -> Path:
    """A journal that answers the question q of CASE-001 again and again; each answer is a value or (time, value)."""
    heads = {path.name: list(read_journal(path).head) for path in seen}
    writer = JournalWriter(folder, reader, {"bundle": "b", "form": "f", "seen": heads} | more)
    for answer in answers:
        time, value = answer if isinstance(answer, tuple) else ("", answer)
        data = {"case": "CASE-001", "occurrence": 1, "question": "q", "value": value}
        writer.append("answer", data, f"2126-03-01T10:{time}.000Z" if time else "")
    writer.close()
    return writer.path


def flaws(content: bytes) -> list[Flaw]:
    return [problem.flaw for problem in parse_journal("x", content).problems]


def values(content: bytes) -> list[object]:
    return [entry.data.get("value") for entry in parse_journal("x", content).entries[1:]]


def test_what_is_written_is_read_back(tmp_path):
    answers = ["a", "ä \ud800 名\n\r\u2028", {"x": [1.5, None, True]}, "", None]
    path = write(tmp_path, *answers)
    read = read_journal(path)
    assert read.problems == []
    assert read.torn == b""
    assert read.opening["reader"] == "AB"
    assert [entry.data["value"] for entry in read.entries[1:]] == answers
    assert path.read_bytes().isascii()
    assert path.name.startswith(file_prefix(" ab "))


def test_each_line_can_be_checked_with_sha256_alone(tmp_path):
    """The rule of docs/bundle-format.md, without the code that wrote it."""
    import hashlib

    previous = ""
    for line in write(tmp_path, 1, 2, 3).read_bytes().splitlines():
        entry = json.loads(line)
        body = line.split(b',"hash":')[0] + b"}"
        assert hashlib.sha256(body).hexdigest() == entry["hash"]
        assert entry["prev"] == previous
        previous = entry["hash"]


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_wherever_the_power_fails_only_the_line_in_hand_is_lost(data, tmp_path_factory):
    content = write(tmp_path_factory.mktemp("j"), *range(5)).read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    rest = data.draw(st.sampled_from([b"", b"\0" * 50, b"\xff\n\0\n garbage"]))
    whole = content[:cut].count(b"\n") + (content[cut : cut + 1] == b"\n")
    read = parse_journal("x", content[:cut] + rest)
    assert len(read.entries) in (whole, content[:cut].count(b"\n"))
    assert {problem.flaw for problem in read.problems} <= {Flaw.TORN}
    assert bool(read.torn) == bool(read.problems)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_every_altered_byte_is_seen(data, tmp_path_factory):
    content = bytearray(write(tmp_path_factory.mktemp("j"), *range(4)).read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    assert flaws(bytes(content))


def test_single_damages_are_named_for_what_they_are(tmp_path):
    lines = write(tmp_path, *range(5)).read_bytes().splitlines(keepends=True)
    altered = [*lines[:3], altered_line(lines[3], '"value":2', '"value":9'), *lines[4:]]
    assert flaws(b"".join(altered)) == [Flaw.ALTERED]
    assert values(b"".join(altered)) == [0, 1, 3, 4]
    assert flaws(b"".join(lines[:3] + lines[4:])) == [Flaw.MISSING]
    assert values(b"".join(lines[:3] + lines[4:])) == [0, 1, 3, 4]
    assert flaws(b"".join([*lines[:3], b"hello\n", *lines[4:]])) == [Flaw.UNREADABLE]
    assert flaws(b"".join([*lines[:3], lines[2], *lines[3:]])) == [Flaw.MISSING]
    assert values(b"".join([*lines[:3], lines[2], *lines[3:]])) == [0, 1, 2, 3, 4]
    assert flaws(b"".join(lines)[:-10]) == [Flaw.TORN]
    assert flaws(b"".join(lines[1:])) == [Flaw.MISSING, Flaw.MISSING]
    assert flaws(b"".join(lines[:1]).replace(b'"format":3', b'"format":4')) == [Flaw.ALTERED]
    newer, _ = journals.format_line(1, journals.now(), "open", {"format": 4}, "")
    assert flaws(newer + b"\n") == [Flaw.FORMAT]
    assert flaws(b"") == []


def test_a_missing_end_is_seen_by_the_file_that_continues_it(tmp_path):
    first = write(tmp_path, 1, 2, 3)
    second = write(tmp_path, 4, seen=(first,))
    lines = first.read_bytes().splitlines(keepends=True)
    first.write_bytes(b"".join(lines[:-1]))
    merged = merge([read_journal(first), read_journal(second)])
    assert [(problem.flaw, problem.file) for problem in merged.problems] == [(Flaw.SHORTENED, first.name)]
    merged = merge([read_journal(second)])
    assert [problem.flaw for problem in merged.problems] == [Flaw.ABSENT]


def test_copies_of_one_file_count_once_and_the_longer_one_wins(tmp_path):
    path = write(tmp_path, 1, 2, 3)
    short = parse_journal(path.name, b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    renamed = parse_journal("R-copy.JSONL", path.read_bytes())
    merged = merge([short, read_journal(path), renamed])
    assert merged.problems == []
    assert [entry.data.get("value") for entry in merged.entries[1:]] == [1, 2, 3]


def test_the_order_within_a_file_stays_where_the_clock_was_set_back(tmp_path):
    path = write(tmp_path, ("30:00", 1), ("10:00", 2))
    reading = readings_of([read_journal(path)], "ab").case(("CASE-001", 1))
    assert reading.answers == {("q", ""): 2}


def test_a_later_session_answers_last_although_its_pc_has_a_clock_that_is_years_behind(tmp_path):
    first = write(tmp_path, ("30:00", "old"))
    second = write(tmp_path, ("10:00", "new"), seen=(first,))  # the opening line has this PC's true clock: years before
    third = write(tmp_path, ("05:00", "newest"), seen=(second,))
    paths = [third, first, second]
    reading = readings_of(map(read_journal, paths), "ab").case(("CASE-001", 1))
    assert [answer.value for answer in reading.history["q", ""]] == ["old", "new", "newest"]


def test_forged_files_that_have_seen_each_other_are_merged_all_the_same(tmp_path):
    one, two = write(tmp_path, "left"), write(tmp_path, "right")
    journals = [read_journal(one), read_journal(two)]
    for journal, other in (journals, journals[::-1]):
        journal.entries[0].data["seen"][other.name] = [2, other.head[1]]  # a dict of the parsed line
    merged = merge(journals)
    assert {entry.data.get("value") for entry in merged.entries[1:]} >= {"left", "right"}


def test_a_reader_may_begin_hundreds_of_files(tmp_path):
    paths = [write(tmp_path, 0)]
    heads = {}
    journals = []
    for number in range(200):
        writer = JournalWriter(tmp_path, "AB", {"bundle": "b", "seen": dict(list(heads.items())[-1:])})
        writer.append("answer", {"case": "CASE-001", "occurrence": 1, "question": "q", "value": number})
        writer.close()
        heads[writer.path.name] = list(writer.head)
        journals.append(read_journal(writer.path))
    reading = readings_of([read_journal(paths[0]), *reversed(journals)], "AB").case(("CASE-001", 1))
    assert reading.answers == {("q", ""): 199}


def test_two_windows_at_once_are_a_conflict_and_a_later_one_that_saw_both_settles_it(tmp_path):
    first = write(tmp_path, ("00:00", "early"))
    one = write(tmp_path, ("01:00", "left"), seen=(first,))
    two = write(tmp_path, ("02:00", "right"), seen=(first,))
    reading = readings_of(map(read_journal, (two, one, first)), "AB").case(("CASE-001", 1))
    (conflict,) = reading.conflicts()
    assert reading.answers == {("q", ""): "right"}
    assert conflict.kept.value == "right"
    assert [answer.value for answer in conflict.aside] == ["left"]
    last = write(tmp_path, ("03:00", "both"), seen=(first, one, two))
    reading = readings_of(map(read_journal, (last, two, one, first)), "AB").case(("CASE-001", 1))
    assert list(reading.conflicts()) == []
    assert [answer.value for answer in reading.history["q", ""]] == ["early", "left", "right", "both"]


def test_equal_answers_in_two_windows_are_no_conflict(tmp_path):
    paths = [write(tmp_path, "same"), write(tmp_path, "same")]
    assert readings_of(map(read_journal, paths), "AB").conflicts() == []


def test_state_time_and_lock_follow_the_entries(tmp_path):
    writer = JournalWriter(tmp_path, "AB", {"bundle": "b", "form": "f", "form_text": "t"})
    slot = {"case": "CASE-007", "occurrence": 2}
    writer.append("case", slot | {"number": 12, "study": "2.25.7", "training": False})

    def reading():
        return readings_of([read_journal(writer.path)], "AB").case(("CASE-007", 2))

    assert (reading().state, reading().number, reading().study_instance_uid) == (State.BEGUN, 12, "2.25.7")
    writer.append("answer", slot | {"question": "q", "series": "1.2", "value": 3})
    writer.append("time", slot | {"seconds": 4.5})
    writer.append("submit", slot | {"view": {"layout": "single"}})
    writer.append("time", slot | {"seconds": 1.5})
    writer.append("something new", slot)
    assert (reading().state, reading().seconds, reading().view) == (State.DONE, 6.0, {"layout": "single"})
    assert reading().answers == {("q", "1.2"): 3}
    writer.append("reopen", slot | {"reason": "typing error"})
    writer.append("answer", slot | {"question": "q", "series": "1.2", "value": None})
    assert (reading().state, reading().reopened[0].data["reason"]) == (State.BEGUN, "typing error")
    assert reading().answers == {}
    assert reading().submitted


def test_readers_and_bundles_are_kept_apart(tmp_path):
    paths = [write(tmp_path, 1), write(tmp_path, 2, reader="Cd"), write(tmp_path, 3, bundle="other")]
    mine, others = of_bundle(map(read_journal, paths), "b", {})
    assert len(others) == 1
    assert {key: readings.reader for key, readings in readings_by_reader(merge(mine)).items()} == {
        "ab": "AB",
        "cd": "Cd",
    }
    assert bundle_id([Study(1, "CASE-001", "1.2", "", ())]) != bundle_id([Study(1, "CASE-001", "1.3", "", ())])


def test_a_file_to_send_holds_every_byte(tmp_path):
    contents = {"R-1.JSONL": write(tmp_path, "ä").read_bytes() + b"\xff\0half"}
    assert unpack_journals(pack_journals(contents, "b")) == contents
    for text in ("[]", "{}", '{"mkbundle-readings":2,"files":{}}', '{"mkbundle-readings":1,"files":{"a":1}}'):
        with pytest.raises(ValueError, match="it "):
            unpack_journals(text)


def test_an_entry_that_cannot_be_written_leaves_no_trace(tmp_path, monkeypatch):
    writer = JournalWriter(tmp_path, "AB", {"bundle": "b"})
    before = writer.path.read_bytes()
    real, calls = os.write, []

    def half(file, content):
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(file, bytes(content)[:20])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="space"):
        writer.append("answer", {"value": "long enough to be cut in two"})
    assert writer.path.read_bytes() == before
    monkeypatch.undo()
    writer.append("answer", {"value": "again"})
    assert flaws(writer.path.read_bytes()) == []
    assert values(writer.path.read_bytes()) == ["again"]
