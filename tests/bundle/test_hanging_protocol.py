"""The hanging rule: what it says, which series fits it, and every mistake named with its line."""

from dataclasses import replace
import tomllib

from hypothesis import given
from hypothesis import strategies as st
import pytest

from bundle.hanging_file import HangingMistaken, decode_hanging, hanging_on, hanging_text, read_hanging
from bundle.hanging_protocol import LAYOUTS, MODALITIES, PLANES, Hanging, HangingProtocol
from bundle.index.records import Series, Stack
from bundle.layout import HANGING
from bundle.presets import CT_PRESETS

LUNG = """
# Dr Quill's study of lungs
[[rule]]
modality = "CT"
plane = "axial"
spacing_to = 3
words = ["chest", "lung"]
window = "Lung"
layout = "two"
prior = true

[[rule]]
modality = "PT"
window = [5000.0, 10000.0]
layout = "mpr"
"""


def a_stack(orientation=(1, 0, 0, 0, 1, 0), spacing=2.0, window=(40.0, 400.0)) -> Stack:
    return Stack(
        1, 20, 64, 64, 16, 16, 1, "MONOCHROME2", None, (1.0, 1.0), orientation, None, None, spacing, 0.0, True, "", "",
        window, 10,
    )  # fmt: skip


def a_series(modality="CT", description="Chest, axial 2 mm, LUNG") -> Series:
    return Series(1, "2.25.1", modality, 1, description, 20, ())


def test_a_rule_is_read_as_it_stands():
    assert read_hanging(LUNG).rules == (
        HangingProtocol("CT", "axial", None, 3, ("chest", "lung"), (-600, 1500), "two", True),
        HangingProtocol("PT", window=(5000.0, 10000.0), layout="mpr"),
    )


@pytest.mark.parametrize(
    ("series", "stack", "fits"),
    [
        (a_series(), a_stack(), True),
        (a_series("MR"), a_stack(), False),
        (a_series(), a_stack((1, 0, 0, 0, 0, -1)), False),
        (a_series(), a_stack((1, 0, 0, 0, 0.95, -0.312)), True),
        (a_series(), a_stack(None), False),
        (a_series(), a_stack(spacing=3.0), True),
        (a_series(), a_stack(spacing=3.01), False),
        (a_series(), a_stack(spacing=None), False),
        (a_series(description="Chest, axial 2 mm, SOFT"), a_stack(), False),
        (a_series(description="Chestwall, axial 2 mm, LUNG"), a_stack(), False),
        (a_series(description="LUNG of the CHEST"), a_stack(), True),
    ],
)
def test_a_series_fits_where_all_that_is_said_is_true_of_it(series, stack, fits):
    assert read_hanging(LUNG).rules[0].fits(series, stack) is fits


def test_the_first_rule_that_fits_counts_and_gives_the_window():
    hanging = Hanging(
        (HangingProtocol("CT", words=("lung",), window=(1, 2)), HangingProtocol("CT"), HangingProtocol(window=(3, 4)))
    )
    assert hanging.window_for(a_series(), a_stack()) == (1, 2)
    assert hanging.window_for(a_series(description="Chest"), a_stack()) == (40, 400)
    assert hanging.window_for(a_series("MR"), a_stack()) == (3, 4)
    assert hanging.unused([(a_series("MR"), a_stack())]) == [1, 2]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "there is no rule"),
        ("[[rule]]\nmodality = CT", 2, "this is not TOML"),
        ("rule = 3", 1, "rules are written as [[rule]]"),
        ("[[rule]]\nmodalty = 'CT'", 2, "is 'modality' meant?"),
        ("[[rule]]\nmodality = 'US'", 2, "'modality' must be one of CT, MR, PT"),
        ("[[rule]]\nplane = 'oblique'", 2, "'plane' must be one of"),
        ("[[rule]]\n\nspacing_to = '3 mm'", 3, "'spacing_to' must be a number"),
        ("[[rule]]\nspacing_to = -1", 2, "from 0 to 1000 mm"),
        ("[[rule]]\nspacing_from = 3\nspacing_to = 2", 3, "less than 'spacing_from'"),
        ("[[rule]]\nwindow = 'Kidney'", 2, "one of Brain, Subdural"),
        ("[[rule]]\nwindow = [40]", 2, "[center, width]"),
        ("[[rule]]\nwindow = [40, 0]", 2, "[center, width]"),
        ("[[rule]]\nwindow = [true, 400]", 2, "[center, width]"),
        ("[[rule]]\nwindow = [nan, 400]", 2, "[center, width]"),
        ("[[rule]]\nlayout = 'three'", 2, "'layout' must be one of single, two, four, six, mpr, 3d"),
        ("[[rule]]\nprior = true", 2, "'prior' needs a second pane"),
        ("[[rule]]\nwords = ['a\"b']", 2, "letters and digits"),
        ("[[rule]]\nwords = ['...']", 2, "letters and digits"),
        ("[[rule]]\nwords = 'lung'", 2, "'words' must be a list of texts"),
        ("[[rule]]\n" * 51, 1, "more than 50 rules"),
    ],
)
def test_each_mistake_is_named_with_its_line(text, line, says):
    with pytest.raises(HangingMistaken) as raised:
        read_hanging(text, "rule.toml")
    (mistake,) = raised.value.mistakes
    assert mistake.line == line and says in mistake.text
    assert "rule.toml" in str(raised.value) and f"line {line}" in str(raised.value)


def test_all_mistakes_are_named_at_once():
    with pytest.raises(HangingMistaken) as raised:
        read_hanging("[[rule]]\nplane = 'up'\n[[rule]]\nlayout = 'seven'\nprior = 1\n")
    assert [mistake.line for mistake in raised.value.mistakes] == [2, 4, 5]


words = st.lists(st.from_regex(r"\A[A-Za-z0-9]{1,12}([ -][a-z]{1,6})?\Z"), max_size=3, unique=True).map(tuple)
numbers = st.none() | st.floats(0, 500) | st.integers(0, 500)
windows = st.none() | st.tuples(st.floats(-1000, 1000), st.floats(1, 5000))
rules = st.builds(
    HangingProtocol, st.sampled_from(("", *MODALITIES)), st.sampled_from(("", *PLANES)), st.none() | st.floats(0, 1),
    st.none() | st.floats(1, 500), words, windows, st.sampled_from(list(LAYOUTS)), st.just(False),
)  # fmt: skip


@given(st.lists(rules, min_size=1, max_size=5).map(tuple))
def test_what_is_written_is_read_back_and_holds_nothing_else(made):
    text = hanging_text(Hanging(made))
    assert read_hanging(text).rules == made
    assert len(tomllib.loads(text)["rule"]) == len(made)


def test_neither_comments_nor_names_reach_the_medium():
    text = hanging_text(read_hanging(LUNG))
    assert "Quill" not in text and "#" not in text
    assert read_hanging(text) == read_hanging(LUNG)


@pytest.mark.parametrize("content", [b"[[rule]]\nlayout = 'seven'\n", b"\xff\xfe", b"x" * 70_000, None])
def test_a_medium_whose_rule_cannot_be_read_has_none(tmp_path, content):
    (tmp_path / "BUNDLE").mkdir()
    if content is not None:
        (tmp_path / HANGING).write_bytes(content)
        with pytest.raises(HangingMistaken):
            decode_hanging(content)
    assert hanging_on(tmp_path) == Hanging()


def test_every_named_window_is_one_that_the_viewer_offers():
    for preset in CT_PRESETS:
        rule = read_hanging(f"[[rule]]\nwindow = '{preset.name.upper()}'").rules[0]
        assert rule == replace(HangingProtocol(), window=preset.window)
