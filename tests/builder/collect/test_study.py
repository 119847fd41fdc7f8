"""A study of several readers, two sessions and a known truth: every figure is computed again in R."""

from pathlib import Path
import re
import subprocess
from xml.etree import ElementTree

from click.testing import CliRunner
import openpyxl
import pandas as pd
import pytest

from builder.cli.main import cli
from builder.collect.analysis.figures import figure
from builder.collect.errors import TruthMistaken
from builder.errors.build import PrivateFileOnDrive
from bundle.reading.form_file import read_form
from bundle.reading.study_session import StudySession
from tests.builder.collect.studies import QUESTIONS, Study, form_of, make_stick

READERS = {"Ash": 1.4, "Birch": 1.0, "Cedar": 0.6}


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["collect", *map(str, arguments)], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, done.output


def simulate(folder: Path, per_patient: int, seed: int) -> tuple[Study, str]:
    root = make_stick(folder / "stick", 50, per_patient, form_of(1))
    study = Study(root, seed)
    for reader, skill in READERS.items():
        study.read(reader, form_of(1), skill, "2026-01-10")
        study.read(reader, form_of(2), skill + 0.5, "2026-02-20")
    study.read("Late", form_of(1), 1.0, "2026-01-11", stop_after=6)
    study.write_patients(folder / "patients.csv")
    _, said = run(root, "-o", folder / "r.csv", "--truth", study.write_truth(folder / "truth.csv"))
    return study, said


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Two studies: one case for each patient, and three. Never change them."""
    folders = [tmp_path_factory.mktemp("alone"), tmp_path_factory.mktemp("clustered")]
    return [(folder, *simulate(folder, *pair)) for folder, pair in zip(folders, ((1, 7), (3, 8)), strict=True)]


def test_every_figure_and_interval_is_that_of_r(studies):
    program = Path(__file__).with_name("study.R")
    folders = [str(folder) for folder, *_ in studies]
    done = subprocess.run(["Rscript", "--vanilla", program, *folders], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    compared = [int(line.split()[1]) for line in done.stdout.splitlines()]
    assert len(compared) == 2
    assert min(compared) > 200


def test_sessions_are_rows_of_their_own_with_their_times(studies):
    folder, study, said = studies[0]
    table = pd.read_csv(folder / "r.csv")
    assert not table.duplicated(["reader", "session", "case", "occurrence"]).any()
    of_ash = table[table["reader"] == "Ash"]
    assert len(of_ash) == 2 * (len(study.cases) + 12)
    assert set(of_ash["arm"]) == {"without", "with"}
    assert (of_ash["rank"] == of_ash["number"]).all()
    assert (of_ash["seconds_to_submission"] > 0).all()
    assert (of_ash["idle"] == 5).all()
    assert (of_ash["looks"] == 1).all()
    assert (of_ash["time_zone"] == "UTC+01:00").all()
    assert of_ash["form_digest"].nunique() == 2
    assert re.search(r"Ash: session 1, without, 40\.\d+ days to session 2, with", said)
    assert "Late: session 2, with has not been begun" in said
    assert "conflicts" not in said
    assert "different answers" not in said


def test_an_incomplete_reader_is_named_and_hides_no_line(studies):
    _, _, said = studies[0]
    assert "3 of 4 readers, session 1, without: Fleiss' kappa" in said
    assert "left out: incomplete: Late (5 of 49)" in said


def test_option_values_are_the_same_in_all_formats(studies, tmp_path):
    study = Study(make_stick(tmp_path / "stick", 8, 1, form_of(1)), 3)
    study.read("Ash", form_of(1), 1.0, "2026-01-10")
    tables = {}
    for kind, read in {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}.items():
        run(study.root, "-o", tmp_path / f"r.{kind}")
        table, long = read(tmp_path / f"r.{kind}"), read(tmp_path / f"r-long.{kind}")
        chosen = long[long["question"].isin(["organ", "signs"])]
        signs = table["signs"].fillna("")
        tables[kind] = [*table["organ"], *signs, *table["organ_first"], *chosen["value"]]
    assert tables["csv"] == tables["xlsx"] == tables["parquet"]
    assert "-" in tables["csv"]
    assert {"fat;gas", "fat;gas;stones"} & set(tables["csv"])


def test_lengths_are_in_the_unit_of_the_form(studies):
    folder, study, _ = studies[0]
    table = pd.read_csv(folder / "r.csv")
    first = table[(table["reader"] == "Ash") & (table["state"] == "done")]
    off = [abs(row["size"] * 10 - study.size[row["case"]]) for _, row in first.iterrows()]
    assert max(off) < 15  # millimetres of noise; as millimetres called cm it would be ten times as much
    dictionary = pd.read_csv(folder / "r-dictionary.csv").set_index("column")
    assert dictionary.loc["size", "unit"] == "cm"


def test_marks_are_scored_against_lesions_by_hand(studies):
    folder, study, _ = studies[0]
    table = pd.read_csv(folder / "r.csv", keep_default_na=False)
    figures = pd.read_csv(folder / "r-agreement.csv").set_index(["question", "readers", "method"])
    mine = table[(table["reader"] == "Birch") & (table["session"] == 1) & (table["occurrence"] == 1)]
    mine = mine[mine["training"].astype(str) == "False"]
    hits = false = 0
    for _, row in mine.iterrows():
        marks = [mark["position"] for mark in pd.io.json.ujson_loads(row["places"] or "[]")]
        near = [sum((a - b) ** 2 for a, b in zip(mark, study.place[row["case"]], strict=True)) <= 100 for mark in marks]
        found = study.sick[row["case"]] and any(near)
        hits += found
        false += len(marks) - found
    who = ("places", "Birch, session 1, without")
    sick = sum(study.sick[case] for case in mine["case"])
    assert figures.loc[(*who, "lesions found within 10 mm"), "figure"] == pytest.approx(hits / sick)
    assert figures.loc[(*who, "false marks per case"), "figure"] == pytest.approx(false / len(mine))


def test_files_for_other_programs_have_their_documented_columns(studies):
    folder, study, _ = studies[0]
    lines = (folder / "r-imrmc-sure.imrmc").read_text().splitlines()
    head = dict(line.split(": ") for line in lines if re.match("N[R01M]: ", line))
    cases = [case for case in study.cases if case != "CASE-001"]
    sick = sum(study.sick[case] for case in cases)
    assert head == {"NR": "4", "N0": str(len(cases) - sick), "N1": str(sick), "NM": "2"}
    data = [line.split(",") for line in lines[lines.index("BEGIN DATA:") + 1 :]]
    truth = {int(case): int(score) for reader, case, modality, score in data if (reader, modality) == ("-1", "0")}
    assert truth == {int(case[-3:]): int(study.sick[case]) for case in cases}
    assert len(data) == len(cases) * (1 + 2 * 3) + 5
    book = openpyxl.load_workbook(folder / "r-rjafroc-sure.xlsx")
    assert book.sheetnames == ["TRUTH", "FP", "TP"]
    rows = list(book["TRUTH"].values)
    assert rows[0] == ("CaseID", "LesionID", "Weight", "ReaderID", "ModalityID", "Paradigm")
    assert [row[5] for row in rows[1:3]] == ["ROC", "FCTRL"]
    assert sum(row[1] for row in rows[1:]) == sick
    assert book["FP"].max_row + book["TP"].max_row - 2 == len(cases) * 6 + 5
    froc = openpyxl.load_workbook(folder / "r-rjafroc-places.xlsx")
    assert [cell.value for cell in froc["TP"][1]] == ["ReaderID", "ModalityID", "CaseID", "LesionID", "TP_Rating"]
    proc = pd.read_csv(folder / "r-proc-sure.csv")
    assert list(proc["truth"]) == [int(study.sick[case]) for case in proc["case"]]
    assert "Ash, session 2, with" in proc


def test_the_report_is_one_page_with_plots_and_nothing_to_load(studies):
    folder, *_ = studies[0]
    page = (folder / "r-report.html").read_text("utf-8")
    assert page.count("<svg") > 10
    assert "Ash, session 1, without: area" in page
    assert "Fleiss&#39; kappa" in page
    assert not re.search(r"(src|href)=", page)
    # Tables of mkbundle check have columns of one width, and a last one that never breaks: it would leave the paper.
    assert 'class="checks"' not in page
    assert re.search(r"<td>incomplete: Late \(5 of 49\)</td>", page)
    assert "nan" not in page.casefold().replace("finance", "")
    signs = page.split("Signs</h2>")[1].split("</h2>")[0]  # of many figures, pairs are in the file alone
    assert "more figures, of pairs of readers" in signs
    assert "<td>Ash and Birch, session 1, without</td>" not in signs
    assert "3 of 4 readers, session 1, without" in signs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("case,colour\nCASE-001,red\n", "line 1: 'colour' is neither"),
        ("case,lesion\nCASE-001,maybe\n", "line 2: 'maybe' in 'lesion' is neither yes nor no"),
        ("case,organ\nCASE-001,kidney\n", "line 2: 'kidney' is no option"),
        ("case,lesion\nCASE-001,yes\nCASE-001,no\n", "line 3: CASE-001 has another value"),
        ("case,x,y\nCASE-001,1,2\n", "no column 'z'"),
        ("case,x,y,z\nCASE-001,1,2,\n", "line 2: '' in 'z' is not a number"),
        ("case,lesion>=2\nCASE-001,yes\n", "goes with a scale or a number only"),
        ("lesion\nyes\n", "no column 'case'"),
        ("case,lesion,x,y,z\nCASE-001,yes,12,5,-40,0,118,0\n", "line 2: it has more cells than the first line"),
        ("case,lesion,lesion\nCASE-001,yes,no\n", "the column 'lesion' is there twice"),
        ("case,lesion\ncase-2,no\n", "line 2: 'case-2' is not a case number as on the stick, such as CASE-002"),
        ("case\nCASE-001\n", "no column besides 'case'"),
        ("case,lesion\n", "no line follows"),
        ("case,lesion\n,no\n", "line 2: '' is not a case number"),
        ("case,sure>=3,sure>=4\nCASE-001,yes,no\n", "'sure>=4' has another truth than an earlier column of 'sure'"),
    ],
)
def test_a_reference_that_means_nothing_is_refused_with_its_line(studies, tmp_path, text, said):
    (tmp_path / "truth.csv").write_text(text)
    with pytest.raises(TruthMistaken, match=re.escape(said)):
        run(studies[0][1].root, "-o", tmp_path / "r.csv", "--truth", tmp_path / "truth.csv")
    assert not (tmp_path / "r.csv").exists()


def test_what_the_reference_does_not_know_is_named_and_training_is_not_called_unread(studies, tmp_path):
    _, study, said = studies[0]
    assert "for training" in said
    assert "1 not read" not in said
    lines = ["case,lesion,sure>=3,sure>=4", "CASE-999,yes,yes,yes"]
    lines += [f"{case},{sick},{sick},{sick}" for case, sick in study.sick.items() if case != "CASE-007"]
    (tmp_path / "truth.csv").write_text("\n".join(lines))
    _, said = run(study.root, "-o", tmp_path / "r.csv", "--truth", tmp_path / "truth.csv")
    assert "the reference names CASE-999: no such case was shown or is on a stick named here" in said
    assert "the reference does not name CASE-007; left out" in said
    figures = pd.read_csv(tmp_path / "r-agreement.csv")
    ash = figures[(figures["readers"] == "Ash, session 1, without") & (figures["comparison"] == "with the reference")]
    assert set(ash["left_out"]) == {"1 without a reference; 1 for training; 1 not read"}
    methods = list(ash[ash["question"] == "sure"]["method"])
    assert methods.count("area under the ROC curve") == 1
    assert {"sensitivity, >= 3", "sensitivity, >= 4"} < set(methods)
    assert not figures.duplicated(["question", "comparison", "readers", "method"]).any()


def test_the_reference_may_not_lie_on_a_stick(studies, tmp_path):
    root = studies[0][1].root
    with pytest.raises(PrivateFileOnDrive):
        run(root, "-o", tmp_path / "r.csv", "--truth", root / "truth.csv")


def test_cases_on_which_readers_differ_become_a_form_that_tells_answers_without_names(studies, tmp_path):
    folder, study, _ = studies[0]
    _, said = run(study.root, "-o", tmp_path / "r.csv", "--adjudicate", tmp_path / "decide.toml")
    form = read_form((tmp_path / "decide.toml").read_text("utf-8"))
    table = pd.read_csv(folder / "r.csv")
    second = table[(table["session"] == 2) & (table["occurrence"] == 1) & ~table["training"]]
    differ = {
        case
        for case, rows in second.groupby("case")
        if any(rows[name].fillna("none").nunique() > 1 for name in ("lesion", "sure", "organ", "signs"))
    }
    assert set(form.order.cases) == set(form.given) == differ
    assert f"readers differ on {len(differ)} cases of session 2, with" in said
    assert form.sessions.of("anybody") == StudySession(3, "adjudication")
    assert [question.id for question in form.questions] == [
        "lesion",
        "sure",
        "organ",
        "signs",
        "size",
        "places",
        "chance",
    ]
    assert not any(reader in form.text for reader in READERS)
    of_case = second[second["case"] == form.order.cases[0]]
    wanted = sorted({"yes" if answer else "no" for answer in of_case["lesion"]})
    assert list(form.given[form.order.cases[0]].get("lesion", wanted[:1])) == wanted


def test_who_decides_where_others_differ_misses_no_session_and_is_missed_in_none(tmp_path):
    study = Study(make_stick(tmp_path / "stick", 6, 1, form_of(1)), 3)
    study.read("Ash", form_of(1), 1.4, "2026-01-10")
    study.read("Birch", form_of(1), 0.6, "2026-01-10")
    run(study.root, "-o", tmp_path / "r.csv", "--adjudicate", tmp_path / "decide.toml")
    decide = read_form((tmp_path / "decide.toml").read_text("utf-8"))
    shown = CliRunner().invoke(cli, ["form", str(tmp_path / "decide.toml")]).output
    assert f"Cases: {', '.join(decide.order.cases)}" in " ".join(shown.split())
    assert f"Beside {len(decide.given)} of them: what others answered, without names" in shown
    assert max(map(len, shown.splitlines())) <= 80
    study.read("Cedar", decide, 1.4, "2026-03-10")
    _, said = run(study.root, "-o", tmp_path / "r.csv")
    assert "has not been begun" not in said


def test_redcap_gets_its_dictionary_and_data_that_fit_it(studies, tmp_path):
    folder, study, _ = studies[0]
    run(study.root, "-o", tmp_path / "study.csv", "--format", "redcap")
    fields = pd.read_csv(tmp_path / "study-redcap-dictionary.csv", keep_default_na=False, dtype=str)
    data = pd.read_csv(tmp_path / "study.csv", keep_default_na=False, dtype=str)
    assert len(fields.columns) == 18
    assert data["record_id"].is_unique
    kinds = dict(zip(fields.iloc[:, 0], fields["Field Type"], strict=True))
    assert {name.split("___")[0] for name in data} == set(kinds)
    assert (kinds["organ"], kinds["signs"], kinds["lesion"]) == ("radio", "checkbox", "truefalse")
    assert fields.set_index(fields.columns[0]).loc["organ", fields.columns[5]] == "1, - | 2, liver | 3, spleen"
    mine = pd.read_csv(folder / "r.csv", keep_default_na=False)
    assert list(data["organ"]) == [{"": "", "-": "1", "liver": "2", "spleen": "3"}[organ] for organ in mine["organ"]]
    assert list(data["signs___2"]) == [str(int("gas" in signs.split(";"))) for signs in mine["signs"]]
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in kinds)


def test_odm_defines_everything_that_its_data_name(studies, tmp_path):
    folder, study, _ = studies[0]
    run(study.root, "-o", tmp_path / "study.xml", "--format", "odm")
    root = ElementTree.parse(tmp_path / "study.xml").getroot()
    odm = "{http://www.cdisc.org/ns/odm/v1.3}"
    defined = {node.get("OID") for node in root.iter(f"{odm}ItemDef")}
    assert {node.get("ItemOID") for node in root.iter(f"{odm}ItemRef")} == defined
    assert {node.get("ItemOID") for node in root.iter(f"{odm}ItemData")} <= defined
    codes = {node.get("OID") for node in root.iter(f"{odm}CodeList")}
    assert {node.get("CodeListOID") for node in root.iter(f"{odm}CodeListRef")} == codes == {"C.organ"}
    table = pd.read_csv(folder / "r.csv", keep_default_na=False)
    organs = [node.get("Value") for node in root.iter(f"{odm}ItemData") if node.get("ItemOID") == "I.organ"]
    assert organs == [organ for organ in table["organ"] if organ]
    keys = {
        (subject.get("SubjectKey"), event.get("StudyEventRepeatKey"), form.get("FormRepeatKey"))
        for subject in root.iter(f"{odm}SubjectData")
        for event in subject
        for form in event
    }
    assert len(keys) == len(table)


def test_an_old_form_in_inches_is_read_as_the_millimetres_that_it_always_was_and_said(tmp_path):
    text = QUESTIONS.replace('unit = "cm"', 'unit = "inch"')
    old = read_form(text, is_old=True)
    study = Study(make_stick(tmp_path / "stick", 4, 1, old), 3)
    study.read("Ash", old, 1.0, "2026-01-10")
    _, said = run(study.root, "-o", tmp_path / "r.csv")
    assert "size: a measurement is a length in mm or cm, not in 'inch'" in said
    assert "measurements are in mm" in said
    table = pd.read_csv(tmp_path / "r.csv")
    assert max(abs(row["size"] - study.size[row["case"]]) for _, row in table.iterrows()) < 15
    assert pd.read_csv(tmp_path / "r-dictionary.csv").set_index("column").loc["size", "unit"] == "mm"


def test_two_arms_under_one_number_are_said_and_stay_apart(tmp_path):
    study = Study(make_stick(tmp_path / "stick", 4, 1, form_of(1)), 3)
    study.read("Ash", form_of(1), 1.0, "2026-01-10")
    study.read("Ash", read_form(f'session = 1\narm = "with"\n{QUESTIONS}'), 1.0, "2026-03-10")
    _, said = run(study.root, "-o", tmp_path / "r.csv")
    assert "Ash: two arms have one number: session 1, with; session 1, without" in said
    table = pd.read_csv(tmp_path / "r.csv")
    assert not table.duplicated(["reader", "session", "arm", "case", "occurrence"]).any()
    assert (table.groupby("arm")["state"].count() > 3).all()


def test_what_cannot_be_compared_is_said_and_no_figure_claims_more_than_it_knows(tmp_path):
    """All answers alike, nothing ticked, two cases in common."""
    form = form_of(1)
    study = Study(make_stick(tmp_path / "stick", 6, 1, form), 3)
    sick = {"lesion": True, "sure": 4, "organ": "-", "size": {"value": 20.0, "unit": "mm", "points": []}}
    study.answers = lambda case, skill: {**sick, "signs": [], "places": []}  # type: ignore[method-assign]
    study.read("Ash", form, 1.0, "2026-01-10")
    study.read("Birch", form, 1.0, "2026-01-10", stop_after=3)
    _, said = run(study.root, "-o", tmp_path / "r.csv", "--truth", study.write_truth(tmp_path / "truth.csv"))
    assert "Ash, the same case again: 100% of 5 alike, Cohen's kappa not defined (all answers are alike)" in said
    assert "ICC(2,1) not defined (the cases do not differ) over 5 cases" in said
    assert "bias 0.00 over 5 cases, no interval" in said
    assert "Ash and Birch: 2 cases in common, no figure for fewer than 3" in said
    assert "answered by some only" in said
    figures = pd.read_csv(tmp_path / "r-agreement.csv").set_index(["question", "readers", "method"])
    again = "Ash, the same case again"
    assert list(figures.loc[("signs", again, "alike"), ["figure", "n"]]) == [1, 5]
    assert figures.loc[("places", again, "marks with a partner within 10 mm"), "figure"] == 1
    assert "sensitivity" in said
    assert "specificity" in said
    assert said.index("specificity") > said.index("With the reference")
    headings = [
        line for line in said[said.index("With the reference") :].splitlines() if line == "  Is there a lesion?"
    ]
    assert len(headings) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.00"), (0.9999, "0.9999"), (1 - 1e-9, "nearly 1"), (1 - 1e-15, "1.00"), (0.001, "0.001"),
        (1e-9, "nearly 0"), (-1e-17, "0.00"), (-0.99999999, "nearly -1"), (5.004, "5.00"),
        (float("nan"), "not defined"),
    ],
)  # fmt: skip
def test_a_figure_is_one_or_nothing_only_if_it_is(value, text):
    assert figure(value) == text


def test_tables_for_others_make_their_folder(studies, tmp_path):
    for kind, name in (("redcap", "r.csv"), ("odm", "r.xml")):
        run(studies[0][1].root, "-o", tmp_path / kind / name, "--format", kind)
        assert (tmp_path / kind / name).is_file()


def test_a_question_that_changed_between_sessions_has_figures_of_its_own_and_both_are_in_the_dictionary(tmp_path):
    other = (
        QUESTIONS.replace("to = 5", "to = 4")
        .replace('["-", "liver", "spleen"]', '["liver", "kidney"]')
        .replace("Is there a lesion?", "Is it free of lesions?")
    )
    second = read_form(f'session = 2\narm = "with"\n{other}')
    study = Study(make_stick(tmp_path / "stick", 9, 1, form_of(1)), 3)
    for reader in ("Ash", "Birch"):
        study.read(reader, form_of(1), 1.0, "2026-01-10")
        study.read(reader, second, 1.0, "2026-03-10")
    _, said = run(study.root, "-o", tmp_path / "r.csv", "--truth", study.write_truth(tmp_path / "truth.csv"))
    assert "sure: session 1, without asks it in another way than later ones: it has figures of its own" in said
    assert "lesion: session 1, without asks it in other words than later ones; it is compared all the same" in said
    figures = pd.read_csv(tmp_path / "r-agreement.csv")
    assert not figures.duplicated(["question", "comparison", "readers", "method"]).any()
    of_sure = figures[figures["question"] == "sure"]
    assert {"Ash and Birch, session 1, without", "Ash and Birch, session 2, with"} < set(of_sure["readers"])
    assert "between sessions" not in set(of_sure["comparison"])
    assert "between sessions" in set(figures[figures["question"] == "lesion"]["comparison"])
    dictionary = pd.read_csv(tmp_path / "r-dictionary.csv").set_index("column")
    assert dictionary.loc["sure", "values"] == "from 1; to 4 (in an earlier session: from 1; to 5)"
    assert dictionary.loc["lesion", "meaning"] == ("Is it free of lesions? (in an earlier session: Is there a lesion?)")
    run(study.root, "-o", tmp_path / "redcap.csv", "--format", "redcap")
    fields = pd.read_csv(tmp_path / "redcap-redcap-dictionary.csv", keep_default_na=False, dtype=str)
    fields = fields.set_index(fields.columns[0])
    assert fields.loc["organ", fields.columns[4]] == "1, liver | 2, kidney | 3, - | 4, spleen"
    assert fields.loc["sure", "Text Validation Max"] == "5"
    assert set(pd.read_csv(tmp_path / "redcap.csv")["organ"].dropna()) <= {1, 2, 3, 4}


def test_a_clock_that_was_set_back_is_said_and_harms_neither_order_nor_seconds(tmp_path):
    study = Study(make_stick(tmp_path / "stick", 6, 1, form_of(1)), 3)
    study.read("Ash", form_of(1), 1.0, "2026-01-10", then=(40, "2019-01-01"))
    study.read("Ash", form_of(2), 1.0, "2018-01-01")
    study.read("Birch", form_of(1), 1.0, "2026-01-10")
    _, said = run(study.root, "-o", tmp_path / "r.csv")
    assert re.search(r"Ash: the PC's clock was set back by 256\d\.\d days \(R-\w+-\w+\.JSONL, line 41\)", said)
    assert "Birch: the PC's clock" not in said
    assert "by the PCs' clocks the later session came first, or one of them was wrong" in said
    table = pd.read_csv(tmp_path / "r.csv")
    assert (table["rank"] == table["number"]).all()
    assert (table["seconds"] > 0).all()


def test_no_interval_leaves_what_its_figure_can_be(studies):
    for folder, *_ in studies:
        figures = pd.read_csv(folder / "r-agreement.csv")
        lengths = figures["method"].str.contains("repeatability|false marks|mm between|error in mm")
        shares = figures["method"].str.contains("alike|partner within|found within|sensitivity|specificity|located")
        assert lengths.any()
        assert (figures[lengths]["low"].dropna() >= 0).all()
        assert figures[shares]["low"].min() >= -1
        assert figures[shares]["high"].max() <= 1


def test_the_screen_has_each_readers_figures_together_with_what_is_left_out_once(tmp_path):
    study = Study(make_stick(tmp_path / "stick", 9, 1, form_of(1)), 3)
    study.read("Ash", form_of(1), 1.0, "2026-01-10")
    _, said = run(study.root, "-o", tmp_path / "r.csv", "--truth", study.write_truth(tmp_path / "truth.csv"))
    figures = pd.read_csv(tmp_path / "r-agreement.csv").set_index(["question", "readers", "method"])
    seen = figures.loc[("lesion", "Ash", "sensitivity")]
    lines = said[said.index("With the reference") :].splitlines()
    at = lines.index("    Ash:")
    assert lines[at - 1] == "  Is there a lesion?"
    assert lines[at + 1].startswith(f"      sensitivity {seen['figure']:.2f} over {seen['n']}, {seen['low']:.2f} to ")
    assert lines[at + 2].startswith("      specificity ")
    assert lines[at + 5] == "      left out: 1 for training"
    assert max(map(len, lines)) <= 80


def test_crossed_arms_are_compared_between_readers_and_subtracted_the_same_way_round(tmp_path):
    plan = 'arms = { "Ash" = ["without", "with"], "Birch" = ["with", "without"], "Cedar" = ["without", "with"] }'
    forms = {arm: read_form(f'arm = "{arm}"\n{plan}\n{QUESTIONS}') for arm in ("without", "with")}
    study = Study(make_stick(tmp_path / "stick", 20, 1, forms["with"]), 3)
    for reader, first, second in (
        ("Ash", "without", "with"),
        ("Birch", "with", "without"),
        ("Cedar", "without", "with"),
    ):
        study.read(reader, forms[first], 0.8, "2026-01-10")
        study.read(reader, forms[second], 1.2, "2026-03-10")
    truth = study.write_truth(tmp_path / "truth.csv")
    _, said = run(study.root, "-o", tmp_path / "r.csv", "--truth", truth, "--adjudicate", tmp_path / "decide.toml")
    assert "all 3 readers, without: Fleiss' kappa" in said
    assert "all 3 readers, with: Fleiss' kappa" in said
    assert "readers differ on" in said
    figures = pd.read_csv(tmp_path / "r-agreement.csv")
    assert not figures.duplicated(["question", "comparison", "readers", "method"]).any()
    table = pd.read_csv(tmp_path / "r.csv")
    table = table[(table["occurrence"] == 1) & ~table["training"] & (table["arm"] == "with")]
    both = [table[table["reader"] == name].set_index("case")["lesion"].sort_index() for name in ("Ash", "Birch")]
    alike = figures.set_index(["question", "readers", "method"]).loc[
        ("lesion", "Ash and Birch, with", "alike"), "figure"
    ]
    assert alike == pytest.approx((both[0] == both[1]).mean())
    gains = figures[figures["method"].str.startswith("difference")]["readers"].unique()
    assert list(gains) == [
        "Ash, session 2, with minus session 1, without",
        "Birch, session 1, with minus session 2, without",
        "Cedar, session 2, with minus session 1, without",
        "mean of 3 readers, with minus without",
    ]
    lines = (tmp_path / "r-imrmc-sure.imrmc").read_text().splitlines()
    assert [line for line in lines if line.startswith("modality")] == ["modality 1 is without", "modality 2 is with"]
    assert "NM: 2" in lines
    scores = [line.split(",") for line in lines[lines.index("BEGIN DATA:") + 1 :]]
    assert {(reader, arm) for reader, _, arm, _ in scores if reader != "-1"} == {(r, a) for r in "123" for a in "12"}
    sheet = openpyxl.load_workbook(tmp_path / "r-rjafroc-sure.xlsx")["TRUTH"]
    assert [cell.value for cell in sheet[2]][3:5] == ["1,2,3", "1,2"]
