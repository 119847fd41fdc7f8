"""The table of readings has the label and group that a plan gave to a case, for whoever has the study key."""

from builder.collect.case_words import add_words
from builder.collect.table import Tables
from bundle.reading.form_questions import RESERVED


def tables() -> Tables:
    wide = [{"case": f"CASE-00{k}", "study_instance_uid": f"1.2.{k}"} for k in (1, 2)]
    return Tables(wide, [], [{"column": "case"}], [])


def test_each_case_has_its_words_and_the_dictionary_explains_them():
    made = tables()
    add_words(made, {"1.2.1": ("pilot\x007", "control"), "1.2.9": ("other", "")})
    assert [(row["plan_label"], row["plan_group"]) for row in made.wide] == [("pilot\ufffd7", "control"), ("", "")]
    assert [row["column"] for row in made.dictionary] == ["case", "plan_label", "plan_group"]
    assert {"plan_label", "plan_group"} <= RESERVED


def test_without_any_there_are_no_columns():
    made = tables()
    add_words(made, {"1.2.9": ("other", "")})
    assert all(list(row) == ["case", "study_instance_uid"] for row in made.wide)
    assert made.dictionary == [{"column": "case"}]
