"""A reader's second session, closed cases, looks, and copies to send."""

import json

import pytest

from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from bundle.reading.journal import journal_paths, parse_journal, read_journal
from bundle.reading.readings import State
from bundle.reading.receipts import receipts_in, same_code
from bundle.reading.sent import unpack_journals
from tests.viewer.reading.test_reading import DIAGNOSIS, FORM, root  # noqa: F401
from viewer.reading.session import Session

SECOND = read_form('session = 2\narm = "with"\n' + FORM.text)


def begin(root, form=FORM, reader="Dr Quill") -> Session:  # noqa: F811
    with Catalog(root) as catalog:
        return Session(root, catalog.studies(), form, reader)


def read_everything(session: Session) -> None:
    while (slot := session.first_open(session.slot)) is not None or session.state(session.slot) is not State.DONE:
        session.show()
        session.answer(DIAGNOSIS, "", f"said of {session.slot.case}")
        session.submit()
        session.go_to(slot or session.slot)
    session.close()


@pytest.mark.parametrize("on_pc", [False, True])
def test_session_2_shows_nothing_of_session_1_wherever_it_was_saved(root, on_pc):  # noqa: F811
    if on_pc:
        (root / "READINGS").write_text("somebody's file")
    first = begin(root)
    read_everything(first)
    assert first.done() == 6
    second = begin(root, SECOND)
    assert second.done() == 0
    assert all(not second.reading(slot).history for slot in second.slots)
    assert [slot.case for slot in second.slots] != [slot.case for slot in first.slots]
    second.answer(DIAGNOSIS, "", "another view")
    second.close()
    assert begin(root).reading(second.slot).answers["diagnosis", ""] == f"said of {second.slot.case}"
    assert begin(root, SECOND).reading(second.slot).answers["diagnosis", ""] == "another view"


def test_a_look_is_a_line_and_its_time_counts_without_any_answer(root):  # noqa: F811
    session = begin(root)
    session.show()
    session.show()  # the same case again is no second look
    session.looked(40)
    session.looked(20, idle=True)
    other = session.slots[1]
    session.go_to(other)
    session.show()
    session.close()
    again = begin(root)
    reading = again.reading(session.slots[0])
    assert (reading.state, len(reading.course.looks)) == (State.OPEN, 1)
    assert (reading.seconds, reading.course.idle) == (60, 20)
    assert reading.study_instance_uid == session.study(session.slots[0]).study_instance_uid
    opening = read_journal(journal_paths(root / "READINGS")[0]).opening
    assert opening["session"] == 1
    assert len(opening["time_zone"]) == 5


def test_a_repeat_opens_after_its_first_time_is_done_which_then_stays_closed(root):  # noqa: F811
    form = read_form(FORM.text.replace("seed = 3", "seed = 3\nrepeat = 1"))
    session = begin(root, form)
    repeat = next(slot for slot in session.slots if slot.occurrence == 2)
    first = next(slot for slot in session.slots if slot.key == (repeat.case, 1))
    assert session.closed(repeat)
    session.go_to(first)
    session.answer(DIAGNOSIS, "", "x")
    session.submit()
    assert not session.closed(repeat)
    assert not session.closed(first)  # not before the repeat was seen
    session.go_to(repeat)
    session.show()
    assert session.closed(first)
    assert session.first_open(repeat) != first


def test_there_is_no_way_back_where_the_form_says_so(root):  # noqa: F811
    session = begin(root, read_form("no_way_back = true\n" + FORM.text))
    session.answer(DIAGNOSIS, "", "x")
    done = session.slot
    assert not session.closed(done)
    session.submit()
    assert session.closed(done)
    assert not any(session.closed(slot) for slot in session.slots if slot != done)


def test_a_copy_to_send_holds_its_own_reader_alone(root, tmp_path):  # noqa: F811
    other = begin(root, reader="Dr Okafor")
    other.answer(DIAGNOSIS, "", "nobody else's business")
    other.close()
    session = begin(root)
    session.answer(DIAGNOSIS, "", "mine")
    session.save_copy(tmp_path / "copy.json")
    sent = unpack_journals((tmp_path / "copy.json").read_text("utf-8"))
    assert {parse_journal(*pair).opening["reader"] for pair in sent.items()} == {"Dr Quill"}
    assert "nobody else" not in json.dumps(list(map(bytes.decode, sent.values())))


def test_a_finished_session_gives_a_receipt_that_its_journals_bear_out(root):  # noqa: F811
    session = begin(root)
    assert not session.receipt()
    read_everything(session)
    code = session.receipt()
    journals = {path.name: read_journal(path) for path in journal_paths(root / "READINGS")}
    ((_, computed, wrong),) = receipts_in(journals)
    assert same_code(code, computed)
    assert not wrong
    assert begin(root).receipt() == code  # shown again when the reader comes back
