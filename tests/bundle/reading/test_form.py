"""The reading form: every type is read, and every mistake is named with its line and question."""

import re
import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from bundle.reading.form_file import FormMistaken, check_cases, decode_form, read_form
from bundle.reading.questions import Per, Question, QuestionType
from bundle.toml_lines import toml_lines

FULL = '''
title = "Liver"          # a comment with "quotes" and [[question]]
introduction = """
Lines that look like keys:
id = "none"
[[question]]
"""
lock = true
keep_view = true
readers = ["AB", "CD"]
show = ["date"]

[order]
shuffle = true
seed = 7
training = ["CASE-001"]
repeat = ["CASE-003"]

[[question]]
id = "seen"
text = "Is there a lesion?"
type = "yesno"
required = true

[[question]]
id = "place"
text = "Mark it"
type = "mark"
most = 3
only_if = { question = "seen", is = "yes" }

[[question]]
id = "kinds"
text = "What is it?"
type = "choices"
options = [
  "cyst",
  { value = "hcc", text = "Hepatocellular carcinoma" },  # ]
]
least = 1
most = 2

[[question]]
id = "size"
text = "Size"
type = "number"
from = 0
to = 300.5
unit = "mm"

[[question]]
id = "noise"
text = "Noise"
type = "scale"
from = 0
to = 4
anchors = { 0 = "none", 4 = "unusable" }
per = "series"

[[question]]
id = "long"
text = "Longest diameter"
type = "measurement"
only_if = { question = "size", at_least = 10 }

[[question]]
id = "why"
text = "Why?"
type = "text"
per = "series"
only_if = { question = "noise", is = [3, 4] }

[[question]]
id = "grade"
text = "Grade"
type = "choice"
options = ["a", "b"]
'''


def mistakes(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FormMistaken) as caught:
        read_form(text, "FORM.toml")
    assert caught.value.exit_code == 2
    assert "FORM.toml" in str(caught.value)
    return [tuple(mistake) for mistake in caught.value.mistakes]


def question(lines: str) -> str:
    return f"[[question]]\n{lines}"


def test_every_type_is_read():
    form = read_form(FULL)
    assert [question.kind for question in form.questions] == [
        QuestionType.YES_NO,
        QuestionType.MARK,
        QuestionType.CHOICES,
        QuestionType.NUMBER,
        QuestionType.SCALE,
        QuestionType.MEASUREMENT,
        QuestionType.TEXT,
        QuestionType.CHOICE,
    ]
    assert (form.title, form.lock, form.keep_view, form.readers) == ("Liver", True, True, ("AB", "CD"))
    assert (form.order.seed, form.order.training, form.order.repeat) == (7, ("CASE-001",), ("CASE-003",))
    kinds, size, noise = form.questions[2:5]
    assert [option.value for option in kinds.options] == ["cyst", "hcc"]
    assert (size.minimum, size.maximum, size.unit) == (0, 300.5, "mm")
    assert (noise.anchors, noise.per) == ({0: "none", 4: "unusable"}, Per.SERIES)


def test_a_question_is_asked_only_where_an_earlier_answer_says_so():
    form = read_form(FULL)
    place, why = form.question("place"), form.question("why")
    assert not form.asked(place, {})
    assert not form.asked(place, {("seen", ""): False})
    assert form.asked(place, {("seen", ""): True})
    answers = {("noise", "1.2"): 4, ("noise", "1.3"): 1}
    assert form.asked(why, answers, "1.2")
    assert not form.asked(why, answers, "1.3")
    long = form.question("long")
    assert not form.asked(long, {("size", ""): 9.9})
    assert form.asked(long, {("size", ""): 10})


def test_what_stands_in_the_way_of_submitting():
    form = read_form(FULL)
    assert [(question.id, of) for question, of, _ in form.open_points({}, ["1.2"])] == [("seen", "")]
    answers = {("seen", ""): True, ("size", ""): 301, ("noise", "1.2"): 5, ("kinds", ""): ["cyst", "x"]}
    assert [question.id for question, *_ in form.open_points(answers, ["1.2"])] == ["kinds", "size", "noise"]


MARK = {"series": "1", "instance": "2", "frame": 0, "column": 1.5, "row": 2, "position": [1, 2, 3.5]}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("text", ["x", "", None, "  "], [3, True, ["x"], {}]),
        ("choice", ["a"], ["c", ["a"], {"a": 1}, True]),
        ("choices", [["cyst"], ["hcc", "cyst"]], ["cyst", ["hcc", "hcc"], [["cyst"]], [{}]]),
        ("scale", [0, 4], [5, -1, 2.0, True, "2"]),
        ("number", [0, 300.5], [301, float("nan"), float("inf"), True, "2"]),
        ("yesno", [True, False], [1, "yes"]),
        ("mark", [[MARK], [MARK | {"position": None}]], [MARK, [MARK] * 4, [MARK | {"position": [1, 2]}], [{}]]),
        ("measurement", [{"value": 3.2, "unit": "mm", "points": [MARK, MARK]}], [3.2, {"value": 1}, {"value": "1"}]),
    ],
)
def test_values_that_answer_and_values_that_do_not(kind, good, bad):
    asked = next(question for question in read_form(FULL).questions if question.kind.value == kind)
    assert [asked.problem(value) for value in good] == [""] * len(good)
    assert all(asked.problem(value) for value in bad)


BASE = 'id = "q"\ntext = "Q"\n'


@pytest.mark.parametrize(
    ("text", "line", "name", "words"),
    [
        (question('text = "Q"\ntype = "text"\n'), 1, "number 1", "'id' is missing"),
        (question(BASE + 'type = "txt"\n'), 4, "q", "must be one of text, choice"),
        (question(BASE), 1, "q", "'type' is missing"),
        (question('id = "q"\ntype = "text"'), 1, "q", "'text' is missing"),
        (question('id = "Q 1"\ntext = "Q"\ntype = "text"'), 2, "Q 1", "must begin with a letter"),
        (question('id = "reader"\ntext = "Q"\ntype = "text"'), 2, "reader", "column"),
        (question('id = "size_s2"\ntext = "Q"\ntype = "text"'), 2, "size_s2", "the column of a series"),
        ('readers = ["AB", "ab "]\n' + question(BASE + 'type = "text"'), 1, "", "one and the same reader"),
        ('media = 3\n' + question(BASE + 'type = "text"'), 1, "", "only mkbundle --span writes"),
        (question(BASE + 'type = "text"\n[media]\nset = "x"\ncases = [1]'), 5, "", "only mkbundle --span writes"),
        (question(BASE + 'type = "text"\nrequird = true'), 5, "q", "is 'required' meant?"),
        (question(BASE + 'type = "text"\nrequired = "yes"'), 5, "q", "true or false"),
        (question(BASE + 'type = "choice"'), 1, "q", "2 to 50 options"),
        (question(BASE + 'type = "choice"\noptions = ["a", "a"]'), 5, "q", "twice"),
        (question(BASE + 'type = "choice"\noptions = ["a", 3]'), 5, "q", "an option is"),
        (question(BASE + 'type = "scale"\nfrom = 1\nto = 1'), 6, "q", "2 to 21 points"),
        (question(BASE + 'type = "scale"\nfrom = 1\nto = 5\nanchors = { 6 = "x" }'), 7, "q", "not a point"),
        (question(BASE + 'type = "number"\nfrom = 5\nto = 1'), 6, "q", "more than 'from'"),
        (question(BASE + 'type = "number"\nfrom = inf'), 5, "q", "finite"),
        (question(BASE + 'type = "text"\nonly_if = { question = "no" }'), 5, "q", "no earlier question"),
        (question(BASE + 'type = "choices"\noptions=["a","b"]\nleast = 2\nmost = 1'), 6, "q", "not be more"),
        ("title = 3\n" + question(BASE + 'type = "text"'), 1, "", "a text in quotes"),
        ("title = \"x\n", 1, "", "not TOML"),
        ('title = "x"', 1, "", "no question"),
        ('show = ["name"]\n' + question(BASE + 'type = "text"'), 1, "", "cannot be shown"),
        ('[order]\nrepeat = ["4"]\n' + question(BASE + 'type = "text"'), 2, "", "not a case number"),
        ('[order]\ntraining=["CASE-001"]\nrepeat=["CASE-001"]\n' + question(BASE + 'type = "text"'), 3, "", "training"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_question(text, line, name, words):
    ((found_line, found_name, found_text),) = mistakes(text)
    assert (found_line, found_name) == (line, name)
    assert words in found_text


def test_all_mistakes_are_named_at_once():
    text = FULL.replace('"yesno"', '"yes/no"').replace("least = 1", "least = 3").replace('"series"', '"slice"', 1)
    assert [name for _, name, _ in mistakes(text)] == ["seen", "kinds", "noise"]


@pytest.mark.parametrize(
    ("earlier", "condition", "words"),
    [
        ('type = "yesno"', '{ question = "q", is = 1 }', '"yes" or "no"'),
        ('type = "choice"\noptions = ["a", "b"]', '{ question = "q", is = "c" }', "no option"),
        ('type = "text"', '{ question = "q", is = "c" }', "leave it out"),
        ('type = "text"', '{ question = "q", at_least = 3 }', "must be a scale or a number"),
        ('type = "scale"\nfrom = 1\nto = 5', '{ question = "q", is = 6 }', "no answer"),
        ('type = "text"\nper = "series"', '{ question = "q" }', "per series"),
        ('type = "text"', '{ question = "q", not = 1 }', "has no 'not'"),
    ],
)
def test_conditions_that_can_never_be_true_are_mistakes(earlier, condition, words):
    later = f'[[question]]\nid = "r"\ntext = "R"\ntype = "text"\nonly_if = {condition}\n'
    ((_, name, text),) = mistakes(question(BASE + earlier) + "\n" + later)
    assert name == "r"
    assert words in text


def test_a_file_that_is_not_utf_8_is_named_with_its_line():
    with pytest.raises(FormMistaken, match="line 2: this is not UTF-8"):
        decode_form(b'title = "a"\nversion = "\xfc"\n')
    assert decode_form(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()).digest == read_form(FULL).digest


def test_cases_that_the_bundle_does_not_have_are_named():
    form = read_form(FULL)
    check_cases(form, ["CASE-001", "CASE-002", "CASE-003"])
    with pytest.raises(FormMistaken, match=r"line 17: CASE-003 is not in this bundle"):
        check_cases(form, ["CASE-001", "CASE-002"])
    with pytest.raises(FormMistaken, match="another one comes in between"):
        check_cases(read_form("[order]\nrepeat = 1\n" + question(BASE + 'type = "text"')), ["CASE-001"])


WORD = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
VALUE = st.recursive(
    st.one_of(
        st.integers(-9, 9).map(str), st.booleans().map(lambda b: str(b).lower()),
        st.text(alphabet='ab[]{}#=\n"\'\\', max_size=12).map(
            lambda t: '"""\n' + t.replace("\\", "\\\\").replace('"', '\\"') + '"""'
        ),
        st.text(alphabet="ab[]{}#=\"\n", max_size=12).map(lambda t: "'''" + t + "'''"),
        st.text(alphabet="ab[]{}#='", max_size=12).map(lambda t: f'"{t}"'),
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[\n " + ", # ] \"\n ".join([*items, ""]) + "]"),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), WORD, st.dictionaries(WORD, VALUE, max_size=4)), max_size=5))
def test_the_line_of_every_key_is_found_whatever_strings_and_arrays_hold(tables):
    """The text is made line by line, so that it is known where each key stands; tomllib agrees that it is TOML."""
    text, truth, counts = "", {}, {}
    for is_array, word, keys in tables:
        name = f"a_{word}" if is_array else f"t_{word}{len(counts)}"
        place = counts.get(name, 0)
        counts[name] = place + 1
        text += f"[[ {name} ]] # [x]\n" if is_array else f"[{name}]\n"
        for key, value in keys.items():
            truth[name, place, key] = text.count("\n") + 1
            text += f"{key} = {value}\n"
    content = tomllib.loads(text)
    found = toml_lines(text).keys
    assert found == truth
    assert len(content) == len(counts)


def test_the_words_of_the_types_are_those_of_the_documents(request):
    guide = (request.config.rootpath / "docs/bundle-format.md").read_text()
    assert all(re.search(rf"`{kind.value}`", guide) for kind in QuestionType)
    assert Question("q", "Q", QuestionType.TEXT).problem(None) == ""


def test_a_form_may_hand_cases_over_only_if_it_hides_nothing():
    few = '[[question]]\nid = "f"\ntext = "Finding"\ntype = "text"\n'
    everything = 'show = ["case", "pseudonym", "date", "series-number", "segmentations"]\n'
    assert read_form("hand_over = true\n" + everything + few).hand_over
    assert not read_form(few).hand_over
    with pytest.raises(FormMistaken, match="write pseudonym, series-number, segmentations there, too"):
        read_form('hand_over = true\nshow = ["case", "date"]\n' + few)
    with pytest.raises(FormMistaken, match="there, too"):
        read_form("hand_over = true\n" + few, is_old=True)  # whoever altered a form on a stick unblinds nobody


def test_a_mistake_in_show_is_said_once():
    few = '[[question]]\nid = "f"\ntext = "Finding"\ntype = "text"\n'
    assert mistakes('show = "case"\n' + few) == [(1, "", "'show' must be a list of texts")]
