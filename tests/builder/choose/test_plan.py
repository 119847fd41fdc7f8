"""A plan is written, filled in and given back: it chooses, and says how cases are read; nothing is taken on trust."""

import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builder.choose.plan_file import read_plan
from builder.choose.plan_table import COLUMNS, plan_lines
from builder.choose.rows import SeriesRow
from builder.errors.choosing import PlanMissing, PlanMistaken
from builder.key.crosswalk import read_words
from builder.plan import Person
from builder.reasons import Reason
from bundle.index.index import Catalog
from bundle.layout import FORM
from bundle.reading.form_file import decode_form
from bundle.reading.order import reading_order
from tests import scans
from tests.builder.choose.test_selection import write
from tests.builder.cli.test_cli import mkbundle
from tests.conftest import build_bundle

FORM_TEXT = """
title = "Appendicitis"
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
"""


@pytest.fixture
def study(tmp_path):
    """Three people with a case each, and a second series of the first."""
    scans.write_people(tmp_path / "scans", 3)
    write(tmp_path / "scans" / "other", 9, 2, PatientID="OTHER-1", PatientName="=1+1^Formula", StudyInstanceUID="1.2.9")
    (tmp_path / "form.toml").write_text(FORM_TEXT)
    return tmp_path / "scans"


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def fill_in(file: Path, *changes: dict[str, str], delimiter: str = ",", without: tuple[int, ...] = ()) -> None:
    """Change rows, as a spreadsheet would."""
    rows = rows_of(file)
    for row, change in zip(rows, changes, strict=False):
        row.update(change)
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    table.writeheader()
    table.writerows(row for place, row in enumerate(rows) if place not in without)
    file.write_text(text.getvalue(), "utf-8")


@pytest.fixture
def plan(tmp_path, study):
    """Written by a dry run; its rows are in the order of the folders: other, person1, person2, person3."""
    outcome = build_bundle(tmp_path, study, dry_run=True).outcome
    file = tmp_path / "plan.csv"
    file.write_text("".join(plan_lines(outcome.forecast.rows)), "utf-8")
    return file


def test_the_table_has_every_series_and_no_formula(plan, study):
    rows = rows_of(plan)
    assert [Path(row["folder"]).name for row in rows] == ["other", "person1", "person2", "person3"]
    assert [row["take"] for row in rows] == ["yes"] * 4
    assert rows[0]["patient_name"] == "'=1+1^Formula"
    assert rows[0] | {"slices": "2", "thickness_mm": "1.5", "images": "2", "left_out": "0"} == rows[0]
    assert list(rows[0]) == list(COLUMNS)


def test_the_command_line_writes_a_plan_and_carries_it_out(tmp_path, study):
    file = tmp_path / "plan.csv"
    command = (study, tmp_path / "stick", "--key", tmp_path / "study.key", "--viewer", "none", "--no-picture-search")
    (tmp_path / "stick").mkdir()
    told = mkbundle(*command, "--plan", file, check=2).stderr
    assert f"There is no plan {file}. The same command with --dry-run writes it" in " ".join(told.split())
    assert f"Plan: {file}" in mkbundle(*command, "--plan", file, "--dry-run").stdout
    assert file.stat().st_mode & 0o077 == 0
    fill_in(file, {"take": "no"}, {"order": "2"}, {"order": "1", "label": "pilot 7", "group": "control"}, {})
    written = file.read_bytes()
    told = mkbundle(*command, "--plan", file, check=2).stderr
    assert "sets an order or training cases, which only a reading form has: add --form." in " ".join(told.split())
    shown = mkbundle(*command, "--plan", file, "--form", tmp_path / "form.toml", "--dry-run").stdout
    assert (
        f"This is what {file} makes of the scans." in shown
        and "Nothing is taken of 1 more study (--plan FILE.csv lists it)" in shown
    )
    assert file.read_bytes() == written
    done = mkbundle(*command, "--plan", file, "--form", tmp_path / "form.toml")
    assert "2  left out in the plan" in done.stdout
    who = mkbundle("who", "pilot 7", "--key", tmp_path / "study.key").stdout
    assert "label pilot 7, group control" in who and str(study / "person2") in who
    crosswalk = (tmp_path / "study.crosswalk.csv").read_text()
    assert "pilot 7,control" in crosswalk
    made = [path for path in (tmp_path / "stick").rglob("*") if path.is_file() and path.name != "READER.JS"]
    found = b"".join(path.read_bytes() for path in made)  # all but the reader for browsers, the same on every medium
    assert b"pilot 7" not in found and b"control" not in found.lower().replace(b"controls", b"")
    refused = mkbundle(*command, "--plan", tmp_path / "stick" / "plan.csv", "--dry-run", check=2).stderr
    assert "which you will give away" in " ".join(refused.split())


def test_order_and_training_reach_the_reader_whatever_the_case_numbers(tmp_path, study, plan):
    fill_in(plan, {"order": "3"}, {"training": "yes"}, {"order": "1"}, {}, delimiter=";")
    form = decode_form((tmp_path / "form.toml").read_bytes())
    built = build_bundle(tmp_path, study, plan=read_plan(plan), form=form, look_into_pictures=False)
    on_stick = decode_form((built.drive / FORM).read_bytes())
    with Catalog(built.drive) as catalog:
        cases = {_folder(built, study.study_instance_uid): study.case for study in catalog.studies()}
    slots = reading_order(on_stick.order, sorted(cases.values()), "Dr Okafor")
    assert [(slot.case, slot.training) for slot in slots] == [
        (cases["person1"], True), (cases["person2"], False), (cases["other"], False), (cases["person3"], False),
    ]  # fmt: skip
    assert [finding for finding in built.outcome.findings if finding.severity == "error"] == []


def _folder(built, study_uid: str) -> str:
    with Catalog(built.drive) as catalog:
        study = next(study for study in catalog.studies() if study.study_instance_uid == study_uid)
        path = catalog.frames(study.series[0].stacks[0].stack_id)[0].path
    return built.outcome.written[path].parent.name


def test_words_and_choice_are_in_the_register_and_a_missing_row_is_reviewed(tmp_path, study, plan):
    fill_in(plan, {"take": "no"}, {"group": "a", "label": "=1+1"}, without=(3,))
    built = build_bundle(tmp_path, study, plan=read_plan(plan), look_into_pictures=False)
    reasons = {file.path.parent.name: file.reason for file in built.outcome.skipped}
    assert reasons == {"other": Reason.PLANNED, "person3": Reason.NOT_PLANNED}
    assert Reason.NOT_PLANNED.doubtful and not Reason.PLANNED.doubtful
    assert list(read_words(built.key).values()) == [("=1+1", "a")]
    assert "'=1+1" in (built.key.with_name("study.crosswalk.csv")).read_text()


# Mistakes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (({"take": "yse"},), "line 2: 'yse' in column 'take' is neither yes nor no; is 'yes' meant?"),
        (({"take": ""},), "line 2: column 'take' is empty; write yes or no"),
        (({}, {"training": "maybe"}), "line 3: 'maybe' in column 'training' is neither yes nor no"),
        (({"order": "first"},), "line 2: 'first' in column 'order' is no whole number"),
        (({"order": "1"}, {"order": "1"}), "line 3: order 1 is that of another study, in line 2, too"),
        (({"take": "no", "order": "1"},), "line 2: nothing of this study is taken"),
        (({"label": "x" * 65},), "line 2: column 'label' takes one line of 64 letters at most"),
        (({"images": "many"},), "line 2: 'many' in column 'images' is no whole number"),
    ],
)
def test_a_mistake_names_its_line_and_the_nearest_right_word(plan, changes, words):
    fill_in(plan, *changes)
    with pytest.raises(PlanMistaken) as caught:
        read_plan(plan)
    assert words in str(caught.value) and str(plan) in str(caught.value)
    assert str(caught.value).endswith("Nothing was written.")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("label", "labl", "there is no column 'labl' in a plan; is 'label' meant?"),
        ("label", "group", "column 'group' is there twice"),
        ("take,", "", "there is no column 'take'"),
    ],
)
def test_the_first_line_must_be_that_of_a_plan(plan, old, new, words):
    text = plan.read_text("utf-8")
    plan.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PlanMistaken) as caught:
        read_plan(plan)
    assert words in str(caught.value) and "line 1" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "change", "words"),
    [
        (1, {"series": "{near}"}, "is in these scans; is 'series-"),
        (1, {"series": "series-of-nobody"}, "name the scans that it came from, or delete the line"),
        (2, {"images": "5"}, "line 4: the series has 4 images now, but had 5 when the plan was made"),
        (2, {"study": "study-x"}, "line 4: the series is of study 'study-"),
        (2, {"left_out": "1"}, "line 4: 4 of its images would be taken, but 3 by the plan"),
    ],
)
def test_a_row_that_does_not_fit_the_scans_is_named(tmp_path, study, plan, row, change, words):
    rows = rows_of(plan)
    near = rows[row]["series"][:-1] + "7"
    changed = {name: value.format(near=near) for name, value in change.items()}
    fill_in(plan, *({} for _ in range(row)), changed)
    with pytest.raises(PlanMistaken) as caught:
        build_bundle(tmp_path, study, plan=read_plan(plan))
    assert words in str(caught.value)
    assert list((tmp_path / "stick").iterdir()) == []


def test_two_rows_of_one_study_must_agree(tmp_path):
    write(tmp_path / "scans" / "a", 1, 2)
    write(tmp_path / "scans" / "b", 2, 2)
    rows = build_bundle(tmp_path, tmp_path / "scans", dry_run=True).outcome.forecast.rows
    file = tmp_path / "plan.csv"
    file.write_text("".join(plan_lines(rows)), "utf-8")
    fill_in(file, {"group": "a"}, {"group": "b"})
    with pytest.raises(PlanMistaken, match="line 3: 'group' differs from line 2, which is of the same study"):
        read_plan(file)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("[order]\nshuffle = true\nseed = 3\n", "the form shuffles cases; write shuffle = false there"),
        ('[order]\ntraining = ["CASE-001"]\n', "the form names 'training' of [order] itself"),
        ("order = { seed = 3 }\n", "write [order] on a line of its own in the form"),
    ],
)
def test_form_and_plan_may_not_say_the_same_thing_twice(tmp_path, study, plan, order, words):
    fill_in(plan, {"order": "1"}, {"training": "yes"})
    is_inline = order.startswith("order")
    text = order + FORM_TEXT if is_inline else FORM_TEXT + order
    with pytest.raises(PlanMistaken) as caught:
        build_bundle(tmp_path, study, plan=read_plan(plan), form=decode_form(text.encode()))
    assert words in str(caught.value)
    assert list((tmp_path / "stick").iterdir()) == []


def test_a_plan_that_is_not_there_or_not_text_is_named(tmp_path):
    with pytest.raises(PlanMissing):
        read_plan(tmp_path / "plan.csv")
    (tmp_path / "plan.csv").write_bytes("take;größe".encode("latin-1"))
    with pytest.raises(PlanMistaken, match="save it as 'CSV UTF-8'"):
        read_plan(tmp_path / "plan.csv")


_TEXT = st.text(max_size=20)
_ROW = st.builds(
    SeriesRow, study=st.from_regex(r"study-[a-z2-7]{12}", fullmatch=True),
    series=st.from_regex(r"series-[a-z2-7]{12}", fullmatch=True), person=st.builds(Person, _TEXT, _TEXT, _TEXT),
    study_date=_TEXT, series_number=_TEXT, modality=st.sampled_from(["CT", "MR"]), description=_TEXT, body_part=_TEXT,
    slices=st.integers(1, 9999), thickness=st.none() | st.floats(0.1, 10), images=st.integers(1, 9999),
    left_out=st.just(0), why=_TEXT, folder=_TEXT,
)  # fmt: skip


@given(st.lists(_ROW, max_size=6, unique_by=lambda row: row.series))
def test_whatever_the_headers_say_a_plan_that_was_written_can_be_read(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("plan") / "plan.csv"
    file.write_bytes("".join(plan_lines(rows)).encode("utf-8", "replace"))
    plan = read_plan(file)
    assert [(line.study, line.series, line.images, line.take) for line in plan.series.values()] == [
        (row.study, row.series, row.images, True) for row in rows
    ]
    cells = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    assert len(file.read_bytes().splitlines()) == len(rows) + 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in cells for cell in row)
