"""Sessions, orders over several readers, times, closed cases, units and receipts."""

from collections import Counter
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from bundle.reading.form import Design, Order
from bundle.reading.form_file import FormMistaken, read_form
from bundle.reading.journal import JournalWriter, format_line, parse_journal, read_journal
from bundle.reading.merge import merge
from bundle.reading.order import reading_order, slots_of
from bundle.reading.readings import State, readings_by_session
from bundle.reading.receipts import receipt_code, receipts_in, same_code
from bundle.reading.study_session import SESSION_1, StudySession, of_session, session_of

QUESTION = '\n[[question]]\nid = "q"\ntext = "Q"\ntype = "text"\n'
PLACE = {"case": "CASE-001", "occurrence": 1}


def cases(number: int) -> list[str]:
    return [f"CASE-{place:03d}" for place in range(1, number + 1)]


def mistakes(text: str) -> str:
    with pytest.raises(FormMistaken) as failed:
        read_form(text)
    return str(failed.value)


# What a form says


def test_a_form_without_a_session_is_session_1_and_says_so():
    form = read_form(QUESTION)
    assert (form.sessions.of("AB"), form.sessions.is_said) == (SESSION_1, False)
    again = read_form('session = 2\narm = "with"\nwashout = 28' + QUESTION)
    assert (again.sessions.of("AB"), again.sessions.is_said) == (StudySession(2, "with"), True)
    assert again.sessions.washout == 28


def test_the_arms_of_a_reader_say_which_session_a_medium_is():
    arms = 'arm = "with"\n[arms]\n"Dr Quill" = ["without", "with"]\nOkafor = ["with", "without"]'
    form = read_form(arms + QUESTION)
    assert form.sessions.of(" dr  QUILL ") == StudySession(2, "with")
    assert form.sessions.of("Okafor") == StudySession(1, "with")
    assert "lack the 'arm' of this form" in mistakes(arms.replace('arm = "with"', 'arm = "other"') + QUESTION)
    assert "leave 'session' out" in mistakes("session = 2\n" + arms + QUESTION)
    assert "'Dr Ash' is a reader, but has no arms" in mistakes('readers = ["Dr Ash"]\n' + arms + QUESTION)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[order]\ndesign = "latin square"', "'design' must be one of williams, blocks"),
        ('[order]\ndesign = "williams"', "needs the 'readers' of the whole study"),
        ('readers = ["AB"]\n[order]\ndesign = "blocks"', "'blocks' is the number of blocks"),
        ("[order]\nblocks = 3", 'write design = "blocks"'),
        ("session = 0", "'session' must be from 1 to 99"),
        ("idle_after = 1", "'idle_after' must be from 5 to 3600"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(text, said):
    assert said in mistakes(text + QUESTION)


def test_a_measurement_is_a_length_and_an_old_form_on_a_medium_stays_readable():
    text = '[[question]]\nid = "size"\ntext = "Size"\ntype = "measurement"\nfrom = 1\nto = 5\nunit = "cm"\n'
    (size,) = read_form(text).questions
    measured = {"value": 41.2, "unit": "mm", "points": []}
    assert (size.amount(measured), size.problem(measured)) == (4.12, "")
    assert size.problem({**measured, "value": 51.0}) == "it is more than 5 cm"
    assert size.problem({**measured, "value": 9.0}) == "it is less than 1 cm"
    inches = text.replace('"cm"', '"inch"')
    assert "a measurement is a length in mm or cm, not in 'inch'" in mistakes(inches)
    assert read_form(inches, is_old=True).questions[0].unit == "mm"  # what its values are


@pytest.mark.parametrize("value", ["a;b", "a\tb"])
def test_what_separates_answers_cannot_stand_in_an_option(value):
    text = f'[[question]]\nid = "q"\ntext = "Q"\ntype = "choices"\noptions = ["x", {{ value = "{value}", text = "t" }}]'
    text = text.replace("\t", "\\t")
    assert "holds ';' or a line end" in mistakes(text)
    assert len(read_form(text, is_old=True).questions[0].options) == 2


# Orders


@pytest.mark.parametrize("readers", [2, 4, 8])
def test_the_mean_place_of_each_case_over_the_readers_of_a_square_is_the_same(readers):
    names = [f"Reader {number}" for number in range(readers)]
    for number, spread in ((26, 1.0), (100, 0.5), (27, 1.0)):
        places: dict[str, list[int]] = {case: [] for case in cases(number)}
        for name in names:
            for slot in reading_order(Order(design=Design.WILLIAMS, seed=5), cases(number), name, None, names):
                places[slot.case].append(slot.number)
        means = [np.mean(of_case) for of_case in places.values()]
        assert max(means) - min(means) <= spread


@pytest.mark.parametrize("number", [4, 5, 6, 7])
def test_in_a_whole_square_each_case_follows_each_other_one_equally_often(number):
    names = [f"R{place}" for place in range(number if number % 2 == 0 else 2 * number)]
    follows = Counter(
        pair
        for name in names
        for pair in itertools.pairwise(
            slot.case for slot in reading_order(Order(design=Design.WILLIAMS), cases(number), name, None, names)
        )
    )
    assert len(follows) == number * (number - 1)
    assert set(follows.values()) == {len(names) // number}


def test_blocks_stay_together_and_are_the_same_for_all():
    names, order = ["A", "B", "C"], Order(design=Design.BLOCKS, blocks=4, seed=2)
    found = set()
    for name in names:
        read = [slot.case for slot in reading_order(order, cases(12), name, None, names)]
        found.add(frozenset(frozenset(read[start : start + 3]) for start in range(0, 12, 3)))
    assert len(found) == 1


@settings(deadline=None, max_examples=30)
@given(
    number=st.integers(3, 40), session=st.integers(2, 5), seed=st.integers(0, 99), reader=st.text(max_size=5),
    design=st.sampled_from([None, Design.WILLIAMS]),
)  # fmt: skip
def test_no_session_has_the_order_of_an_earlier_one_and_each_has_all_cases(number, session, seed, reader, design):
    order = Order(shuffle=True, seed=seed, design=design)
    orders = [
        tuple(slot.case for slot in reading_order(order, cases(number), reader, None, [reader, "other"], each))
        for each in range(1, session + 1)
    ]
    assert len(set(orders)) == session
    assert all(sorted(found) == cases(number) for found in orders)


def test_session_1_has_the_order_that_it_had_before_there_were_sessions():
    form = read_form("[order]\nshuffle = true\nseed = 4" + QUESTION)
    assert slots_of(form, cases(9), "AB") == reading_order(form.order, cases(9), "AB")


# What a journal says


def write(folder, session: dict[str, object], *entries: tuple[str, dict[str, object]], reader: str = "AB"):
    writer = JournalWriter(folder, reader, {"bundle": "b", "form": "f", "seen": {}, **session})
    for kind, data in entries:
        writer.append(kind, {**PLACE, **data})
    writer.close()
    return writer


def answer(value: object) -> tuple[str, dict[str, object]]:
    return "answer", {"question": "q", "series": "", "value": value}


def journals(folder):
    return [read_journal(path) for path in sorted(folder.iterdir())]


def test_sessions_know_nothing_of_each_other_and_a_journal_without_one_is_of_session_1(tmp_path):
    write(tmp_path, {}, answer("first"), ("time", {"seconds": 10}), ("submit", {}))
    write(tmp_path, {"session": 2, "arm": "with"}, answer("second"), ("time", {"seconds": 5}))
    found = readings_by_session(merge(journals(tmp_path)))
    assert {session for _, session in found} == {SESSION_1, StudySession(2, "with")}
    one, two = (found["ab", session].cases["CASE-001", 1] for session in (SESSION_1, StudySession(2, "with")))
    assert (one.answers["q", ""], one.seconds, one.state) == ("first", 10, State.DONE)
    assert (two.answers["q", ""], two.seconds, two.state) == ("second", 5, State.BEGUN)
    assert not [*one.conflicts(), *two.conflicts()]
    (second,) = of_session(journals(tmp_path), StudySession(2, "with"))
    assert session_of(second) == StudySession(2, "with")


def test_a_case_that_was_opened_again_keeps_what_was_submitted(tmp_path):
    write(
        tmp_path, {}, ("visit", {"number": 1, "study": "1.2", "training": False}), ("time", {"seconds": 300}),
        answer("left"), ("submit", {}), ("time", {"seconds": 600, "idle": 540}), ("reopen", {"reason": "slip"}),
        answer("right"),
    )  # fmt: skip
    (reading,) = readings_by_session(merge(journals(tmp_path)))["ab", SESSION_1].cases.values()
    assert reading.finished
    assert reading.counting == {("q", ""): "left"}
    assert reading.answers == {("q", ""): "right"}
    assert (reading.course.before, reading.course.after, reading.course.idle, reading.seconds) == (300, 600, 540, 900)
    assert list(reading.course.reasons.values()) == ["slip"]
    (journal,) = journals(tmp_path)
    times = [
        next(entry.time for entry in journal.entries if entry.kind == kind) for kind in ("visit", "answer", "submit")
    ]
    assert [reading.course.first_look, reading.course.first_answer, reading.course.first_submitted] == times


def test_a_receipt_tells_a_journal_that_was_cut_or_made_again(tmp_path):
    writer = write(tmp_path / "one", {}, answer("x"), ("submit", {}))
    heads = {writer.path.name: list(writer.head)}
    code = receipt_code("ab", SESSION_1, heads)
    again = JournalWriter(tmp_path / "one", "AB", {"bundle": "b", "form": "f", "seen": heads})
    again.append("receipt", {**PLACE, "code": code, "heads": heads})
    again.close()
    ((_, computed, wrong),) = receipts_in(merge(journals(tmp_path / "one")).journals)
    assert same_code(code.lower().replace("-", " "), computed)
    assert not wrong
    assert len(code) == 19
    lines = writer.path.read_bytes().splitlines(keepends=True)
    writer.path.write_bytes(b"".join(lines[:-1]))
    ((_, _, wrong),) = receipts_in(merge(journals(tmp_path / "one")).journals)
    assert "is not the file that had 3 lines then" in wrong
    assert receipt_code("ab", SESSION_1, {writer.path.name: [3, "0" * 64]}) != code
    assert receipt_code("cd", SESSION_1, heads) != code
    assert receipt_code("ab", StudySession(2), heads) != code


# Any course of events

EVENTS = st.one_of(
    st.tuples(st.just("visit"), st.just({"number": 1, "study": "1.2", "training": False})),
    st.builds(answer, st.sampled_from(["left", "right", None])),
    st.builds(lambda whole, idle: ("time", {"seconds": whole, "idle": idle}), st.integers(0, 90), st.integers(0, 90)),
    st.tuples(st.just("submit"), st.just({})),
    st.tuples(st.just("reopen"), st.just({"reason": "slip"})),
)
FILES = st.lists(
    st.tuples(st.integers(1, 2), st.lists(EVENTS, max_size=8), st.integers(0, 59), st.booleans()),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(files=FILES)
def test_whatever_readers_pcs_clocks_and_kills_do_sessions_stay_apart_and_times_add_up(files):
    """Files of two sessions, each from a PC with a clock of its own, some with a half-written end."""
    written, journals_read = {1: list[str](), 2: list[str]()}, []
    for place, (session, events, clock, is_torn) in enumerate(files):
        name, digest, content = f"R-{session:08x}-{place:012x}.JSONL", "", b""
        opening = {
            "format": 2,
            "file": name,
            "reader": "AB",
            "bundle": "b",
            "form": "f",
            "seen": {},
            "session": session,
        }
        lines = [("open", opening), *((kind, {**PLACE, **data}) for kind, data in events)]
        for number, (kind, data) in enumerate(lines, start=1):
            time = f"2026-03-01T{clock % 24:02d}:{clock:02d}:{number:02d}.000Z"
            line, digest = format_line(number, time, kind, data, digest)
            is_last = number == len(lines)
            content += line[: len(line) // 2] if is_torn and is_last and number > 1 else line + b"\n"
            if kind == "answer" and not (is_torn and is_last) and data["value"]:
                written[session].append(data["value"])
        journals_read.append(parse_journal(name, content))
    for (_, session), readings in readings_by_session(merge(journals_read)).items():
        for reading in readings.cases.values():
            said = [given.value for history in reading.history.values() for given in history if given.value]
            assert sorted(said) == sorted(written[session.number])
            course = reading.course
            assert course.before + course.after == reading.seconds
            assert 0 <= course.idle <= reading.seconds
            assert reading.finished == bool(course.submissions)
            if reading.finished and reading.state is State.BEGUN:
                assert reading.counting == course.submissions[-1].answers
            assert set(reading.counting.values()) <= set(written[session.number])
            assert course.windows <= len(files)
