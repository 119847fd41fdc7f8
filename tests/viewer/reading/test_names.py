"""Who reads: a new spelling of a known name is asked about, a new name is not."""

import pytest

from viewer.reading.names import may_be

KNOWN = ("Dr Quill", "Ann Okafor", "R12", "Dr. Jürgen Weiß", "Li", "reader01")


@pytest.mark.parametrize(("typed", "meant"), [
    ("Dr. Quill", "Dr Quill"), ("Quill", "Dr Quill"), ("quil", "Dr Quill"), ("Prof Quill", "Dr Quill"),
    ("DrQuill", "Dr Quill"), ("Okafor, Ann", "Ann Okafor"), ("Anne Okafor", "Ann Okafor"), ("Okafor", "Ann Okafor"),
    ("R 12", "R12"), ("r-12", "R12"), ("Jurgen Weiss", "Dr. Jürgen Weiß"),
    ("J\u0075\u0308rgen Weiß", "Dr. Jürgen Weiß"),
])  # fmt: skip
def test_a_new_spelling_may_be_a_known_reader(typed, meant):
    assert may_be(typed, KNOWN) == meant


@pytest.mark.parametrize("typed", [
    "Dr Quill", "DR  QUILL", "Dr Brackwater", "R13", "R1", "R2", "Lu", "reader02", "Ann", "Dr",
    "Prof", "Meier", "", "!?",
])  # fmt: skip
def test_a_known_name_and_a_new_one_are_not_asked_about(typed):
    assert may_be(typed, KNOWN) == ""
