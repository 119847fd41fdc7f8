"""Sliders, ratings of marks, questions about the reader and feedback, as a form says them; every mistake is named."""

import pytest

from bundle.reading.form_file import FormMistaken, check_cases, read_form
from bundle.reading.questions import QuestionType

MARK = '[[question]]\nid = "m"\ntext = "Where?"\ntype = "mark"\nmost = 3\n'
PLACE = {"series": "1", "instance": "1.1", "frame": 0, "column": 1.0, "row": 2.0, "position": None}


def said(form: str, **how: bool) -> str:
    with pytest.raises(FormMistaken) as caught:
        read_form(form, **how)
    return str(caught.value)


def test_a_slider_goes_from_0_to_100_in_whole_numbers():
    (question,) = read_form('[[question]]\nid = "c"\ntext = "Chance"\ntype = "slider"\n').questions
    assert (question.kind, question.minimum, question.maximum) == (QuestionType.SLIDER, 0, 100)
    assert question.problem(0) == question.problem(100) == ""
    assert question.problem(101) == "it is more than 100"
    assert question.problem(50.5) == question.problem(True) == "it is not a point of the scale"
    form = '[[question]]\nid = "c"\ntext = "Chance"\ntype = "slider"\n'
    assert "2 to 1001 points" in said(form + "to = 5000")
    assert "whole numbers" in said(form + "from = 0.5")
    assert "not a point of the scale" in said(form + 'anchors = { 200 = "x" }')
    assert read_form(
        form + '[[question]]\nid = "d"\ntext = "D"\ntype = "text"\nonly_if = { question = "c", at_least = 50 }'
    )


def test_every_mark_needs_its_rating_within_the_limits():
    (question,) = read_form(MARK + 'rating = { from = 1, to = 5, text = "Sure?", anchors = { 1 = "no" } }').questions
    assert question.rating is not None and question.rating.anchors == {1: "no"}
    assert question.problem([{**PLACE, "rating": 5}]) == ""
    assert question.problem([{**PLACE, "rating": 5}, PLACE]) == "every mark needs a rating"
    for wrong in (0, 6, 2.5, True):
        assert question.problem([{**PLACE, "rating": wrong}]) != ""
    assert question.fits([PLACE])
    assert not question.fits([{**PLACE, "rating": "5"}])
    (plain,) = read_form(MARK).questions
    assert plain.problem([{**PLACE, "rating": 5}, PLACE]) == ""  # nobody asked


@pytest.mark.parametrize(
    ("rating", "why"),
    [
        ("5", "is written as"),
        ("{ from = 1, to = 5 }", "needs 'text'"),
        ('{ text = "Sure?", from = 5, to = 1 }', "whole numbers from 'from' to 'to'"),
        ('{ text = "Sure?", to = 1.5 }', "whole numbers from 'from' to 'to'"),
        ('{ text = "Sure?", least = 1 }', "a rating has no 'least'"),
        ('{ text = "Sure?", anchors = { 900 = "x" } }', "not a point of the scale"),
    ],
)
def test_a_wrong_rating_is_named_with_its_line(rating, why):
    assert "line 6, question 'm': " in said(f"{MARK}rating = {rating}") and why in said(f"{MARK}rating = {rating}")


ONE = '[[question]]\nid = "a"\ntext = "A"\ntype = "yesno"\n'
READER = '[[reader_question]]\nid = "years"\ntext = "Years"\ntype = "{kind}"\n{more}\n' + ONE


def test_questions_about_the_reader_are_apart_and_name_nobody():
    form = read_form(READER.format(kind="number", more="from = 0"))
    assert [question.id for question in form.of_reader] == ["years"]
    assert [question.id for question in form.questions] == ["a"]
    assert "a free text could name somebody" in said(READER.format(kind="text", more=""))
    assert "leave 'per' out" in said(READER.format(kind="number", more='per = "series"'))
    assert "is the name of a column" in said('[[question]]\nid = "reader_years"\ntext = "A"\ntype = "yesno"\n')


FEEDBACK = '[order]\ntraining = ["CASE-001"]\n[feedback.{case}]\n{key} = "yes"\n' + ONE


def test_feedback_is_for_training_cases_alone():
    cases = ["CASE-001", "CASE-002"]
    form = read_form(FEEDBACK.format(case="CASE-001", key="a"))
    assert form.feedback == {"CASE-001": {"a": "yes"}}
    check_cases(form, cases)
    with pytest.raises(FormMistaken, match="CASE-002 is not a training case"):
        check_cases(read_form(FEEDBACK.format(case="CASE-002", key="case")), cases)
    assert "neither 'case' nor a question" in said(FEEDBACK.format(case="CASE-001", key="b"))


@pytest.mark.parametrize("value", ["NA", "None", "nan", "N/A", "null"])
def test_an_option_that_tables_read_as_no_answer_is_refused_for_new_sticks_alone(value):
    form = f'[[question]]\nid = "a"\ntext = "A"\ntype = "choice"\noptions = ["{value}", "liver"]\n'
    assert f"read the option '{value}' as no answer" in said(form)
    assert read_form(form, is_old=True).questions[0].options[0].value == value
    read_form(form.replace(f'"{value}"', f'{{ value = "nothing", text = "{value}" }}'))
