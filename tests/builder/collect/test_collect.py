"""The table of two readers' readings equals one computed independently, and problems are reported."""

import contextlib
import csv
import json
from pathlib import Path
import re
import shutil
import sqlite3
import subprocess
import tomllib

from click.testing import CliRunner
import numpy as np
import openpyxl
import pandas as pd
from pydicom import dcmread
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from builder.cli.main import cli
from builder.collect import columns
from builder.collect.errors import LibraryMissing, NoReadings, NotWritten, UnknownFormat
from builder.key.crosswalk import crosswalk_path
from builder.key.register import register_path
from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from bundle.reading.form_questions import RESERVED
from bundle.reading.journal import JournalWriter, format_line, journal_paths, read_journal
from bundle.reading.marks import apart
from bundle.reading.order import reading_order
from bundle.reading.readings import bundle_id
from bundle.reading.sent import pack_journals
from tests import scans
from tests.conftest import build_bundle
from tests.journals import altered

FORM_TEXT = """
title = "Abdominal CT"
version = "3"
lock = true
[order]
shuffle = true
seed = 4
repeat = ["CASE-002"]
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
required = true
[[question]]
id = "grade"
text = "Grade"
type = "scale"
from = 1
to = 5
[[question]]
id = "lesion"
text = "Lesion?"
type = "yesno"
[[question]]
id = "organs"
text = "Organs"
type = "choices"
options = ["liver", "spleen"]
[[question]]
id = "size"
text = "Size"
type = "measurement"
"""
FORM = read_form(FORM_TEXT)
CASES = 5


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A bundle of five cases with a form. Never change it: copy it."""
    work = tmp_path_factory.mktemp("collect")
    for number in range(CASES):

        def of_patient(dataset, k, number=number):
            dataset.PatientID, dataset.PatientName = f"MRN-{number}", f"Brackwater^Ivo{number}"
            dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"2.25.77{number}", f"2.25.78{number}"
            dataset.SOPInstanceUID = f"2.25.79{number}{k}"

        scans.write_series(work / "scans" / f"{number}", 3, of_patient)
    return build_bundle(work, work / "scans", look_into_pictures=False, check=False, form=FORM)


def answers_of(reader: str, case: str, occurrence: int) -> dict[str, object]:
    """A reader's answers to a case: invented, but the same in every run."""
    chance = np.random.default_rng([sum(map(ord, reader)), int(case[-3:]), occurrence])
    grade = int(chance.integers(1, 6))
    size = {"value": round(float(chance.uniform(2, 40)), 1), "unit": "mm", "points": []}
    return {
        "diagnosis": f"{reader} says {grade} of {case}, time {occurrence}",
        "grade": grade, "lesion": bool(chance.integers(2)),
        "organs": ["liver", "spleen"][: int(chance.integers(1, 3))], "size": size,
    }  # fmt: skip


def read_study(stick: Path, reader: str, folder: Path | None = None, stop_after: int = 99) -> list[dict[str, object]]:
    """A reader's journal of the whole study; returns what must stand in the table, row by row."""
    with Catalog(stick) as catalog:
        studies = catalog.studies()
    uids = {study.case: study.study_instance_uid for study in studies}
    opening = {"bundle": bundle_id(studies), "form": FORM.digest, "form_text": FORM.text, "seen": {}}
    writer = JournalWriter(folder or stick / "READINGS", reader, opening)
    expected = []
    for slot in reading_order(FORM.order, list(uids), reader):
        place = {"case": slot.case, "occurrence": slot.occurrence}
        row = {"reader": reader, **place, "number": slot.number, "state": "open", "seconds": 0.0}
        row["study_instance_uid"] = uids[slot.case]
        if len(expected) < stop_after:
            said = answers_of(reader, slot.case, slot.occurrence)
            writer.append("case", {**place, "number": slot.number, "study": uids[slot.case], "training": False})
            writer.append("answer", {**place, "question": "diagnosis", "series": "", "value": "a first thought"})
            for question, value in said.items():
                writer.append("answer", {**place, "question": question, "series": "", "value": value})
            writer.append("time", {**place, "seconds": 12.5})
            writer.append("submit", place)
            flat = {**said, "organs": ";".join(said["organs"]), "size": said["size"]["value"]}
            row |= {**flat, "state": "done", "seconds": 12.5}
        expected.append(row)
    writer.close()
    return expected


@pytest.fixture
def stick(made, tmp_path):
    shutil.copytree(made.drive, tmp_path / "stick")
    return tmp_path / "stick"


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["collect", *map(str, arguments)], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, done.output


def same(table: pd.DataFrame, expected: list[dict[str, object]]) -> None:
    wanted = pd.DataFrame(expected)
    columns = list(wanted.columns)
    keys = ["reader", "case", "occurrence"]
    left = table[columns].sort_values(keys).reset_index(drop=True)
    right = wanted.sort_values(keys).reset_index(drop=True)
    pd.testing.assert_frame_equal(left, right, check_dtype=False)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_two_readers_and_a_repeated_case_come_out_as_computed_by_hand(stick, tmp_path, kind):
    expected = read_study(stick, "AB") + read_study(stick, "Dr Quill")
    output = tmp_path / f"readings.{kind}"
    code, said = run(stick, "-o", output)
    assert code == 0, said
    table = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[kind](output)
    assert len(table) == 2 * (CASES + 1)
    same(table, expected)
    assert (table["changes"] == 1).all()
    reader = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[kind]
    long = reader(tmp_path / f"readings-long.{kind}")
    assert len(long) == 2 * (CASES + 1) * 6
    assert (long.groupby(["reader", "case", "occurrence", "question"])["counts"].sum() == 1).all()
    dictionary = reader(tmp_path / f"readings-dictionary.{kind}")
    assert list(dictionary["column"]) == list(table.columns)
    grade = dictionary.set_index("column").loc["grade"]
    assert (grade["meaning"], grade["type"], grade["values"]) == ("Grade", "integer", "from 1; to 5")


def test_the_agreement_is_that_of_the_table(stick, tmp_path):
    one, two = read_study(stick, "AB"), read_study(stick, "CD")
    _, said = run(stick, "-o", tmp_path / "r.csv")
    first, second = ({row["case"]: row["lesion"] for row in rows if row["occurrence"] == 1} for rows in (one, two))
    pairs = [(first[case], second[case]) for case in sorted(first)]
    alike = sum(a == b for a, b in pairs) / len(pairs)
    table, _ = to_table(np.array(pairs).astype(int))
    kappa = cohens_kappa(table, return_results=False)
    lesion = said[said.index("Lesion?") :].splitlines()[1]
    assert lesion.strip() == f"AB and CD: {alike:.0%} of {CASES} alike, Cohen's kappa {kappa:.2f}"
    assert "the same case again" in said
    assert "ICC(2,1)" in said


def test_sticks_and_sent_files_are_merged_and_a_copy_counts_once(stick, tmp_path):
    expected = read_study(stick, "AB") + read_study(stick, "CD", folder=tmp_path / "documents")
    files = {path.name: path.read_bytes() for path in journal_paths(tmp_path / "documents")}
    with Catalog(stick) as catalog:
        sent = pack_journals(files, bundle_id(catalog.studies()))
    (tmp_path / "sent.json").write_text(sent)
    shutil.copytree(stick, tmp_path / "copy")
    run(stick, tmp_path / "copy", tmp_path / "sent.json", "-o", tmp_path / "r.csv")
    same(pd.read_csv(tmp_path / "r.csv"), expected)


def test_cases_that_were_not_read_are_rows_too_and_are_said(stick, tmp_path):
    expected = read_study(stick, "AB", stop_after=2)
    code, said = run(stick, "-o", tmp_path / "r.csv")
    assert code == 1
    assert f"AB: 2 of {CASES + 1} cases are done" in said
    same(pd.read_csv(tmp_path / "r.csv"), expected)


def test_the_key_names_the_original_patients(made, stick, tmp_path):
    read_study(stick, "AB")
    run(stick, "-o", tmp_path / "r.csv", "--key", made.key)
    table = pd.read_csv(tmp_path / "r.csv")
    known = pd.read_csv(crosswalk_path(made.key)).set_index("case")
    assert list(table["original_patient_id"]) == [known.loc[case, "original_patient_id"] for case in table["case"]]
    assert list(table["pseudonym"]) == [known.loc[case, "pseudonym"] for case in table["case"]]
    code, said = run(stick, "-o", tmp_path / "r.csv", "--key", tmp_path / "other.key")
    assert code == 1
    assert "no crosswalk" in said


def test_an_edited_journal_is_said_with_its_line_and_the_rest_is_used(stick, tmp_path):
    read_study(stick, "AB")
    (path,) = journal_paths(stick / "READINGS")
    lines = path.read_bytes().split(b"\n")
    lines[3] = altered(lines[3], "AB says", "CD says").rstrip()
    path.write_bytes(b"\n".join(lines))
    code, said = run(stick, "-o", tmp_path / "r.csv")
    assert code == 1
    assert f"{path.name}: line 4: the line was altered" in said
    assert len(pd.read_csv(tmp_path / "r.csv")) == CASES + 1


def test_a_journal_of_another_bundle_is_not_used(stick, tmp_path):
    expected = read_study(stick, "AB")
    writer = JournalWriter(stick / "READINGS", "ZZ", {"bundle": "another", "form": "x", "seen": {}})
    writer.append("answer", {"case": "CASE-001", "occurrence": 1, "question": "diagnosis", "value": "?"})
    writer.close()
    code, said = run(stick, "-o", tmp_path / "r.csv")
    assert code == 1
    assert f"{writer.path.name}: of another bundle" in said
    same(pd.read_csv(tmp_path / "r.csv"), expected)


def test_nothing_to_collect_and_an_unknown_format_are_refused(stick, tmp_path):
    with pytest.raises(NoReadings, match="no reading"):
        run(stick, "-o", tmp_path / "r.csv")
    with pytest.raises(UnknownFormat, match="--format csv"):
        run(stick, "-o", tmp_path / "readings.doc")
    (tmp_path / "letter.json").write_text(json.dumps({"hello": 1}))
    with pytest.raises(NoReadings):
        run(tmp_path / "letter.json", "-o", tmp_path / "r.csv")


@pytest.mark.parametrize("resolved", [False, True])
def test_reports_are_valid_dicom_and_refer_to_the_images(made, stick, tmp_path, resolved):
    expected = read_study(stick, "AB")
    key = ["--key", made.key] if resolved else []
    run(stick, "-o", tmp_path / "reports", "--format", "dicom-sr", *key)
    paths = sorted((tmp_path / "reports").iterdir())
    assert len(paths) == len(expected)
    known = pd.read_csv(crosswalk_path(made.key)).set_index("study_instance_uid")
    said = set()
    for path in paths:
        checked = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
        assert [line for line in checked.stderr.splitlines() if line.startswith("Error")] == []
        report = dcmread(path)
        texts = [item.TextValue for item in report.ContentSequence if item.ValueType == "TEXT"]
        images = [item for item in report.ContentSequence if item.ValueType == "IMAGE"]
        said.add(texts[0])
        (study,) = (row.study_instance_uid for row in pd.DataFrame(expected).itertuples() if row.diagnosis == texts[0])
        wanted = known.loc[study, "original_study_instance_uid"] if resolved else study
        assert report.StudyInstanceUID == wanted
        folder = made.drive.parent / "scans" if resolved else stick / "DICOM"
        found = [dcmread(file) for file in folder.rglob("*") if file.is_file()]
        (image,) = (image_ for image_ in found if image_.SOPInstanceUID == _first(images).ReferencedSOPInstanceUID)
        assert image.StudyInstanceUID == wanted
        evidence = report.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
        assert [item.SeriesInstanceUID for item in evidence] == [image.SeriesInstanceUID]
        assert (report.PatientID, report.PatientName) == (image.PatientID, image.PatientName)
        reader = next(item for item in report.ContentSequence if item.ValueType == "PNAME")
        assert reader.PersonName == "AB"
    assert said == {row["diagnosis"] for row in expected}


def _first(items):
    return items[0].ReferencedSOPSequence[0]


def test_the_same_report_written_twice_is_one(stick, tmp_path):
    read_study(stick, "AB", stop_after=1)
    for folder in ("one", "two"):
        run(stick, "-o", tmp_path / folder, "--format", "dicom-sr")
    first, second = (dcmread(tmp_path / folder / "SR000001.dcm") for folder in ("one", "two"))
    assert (first.SOPInstanceUID, first.SeriesInstanceUID) == (second.SOPInstanceUID, second.SeriesInstanceUID)


def test_reports_of_an_earlier_run_are_said(stick, tmp_path):
    read_study(stick, "AB")
    code, _ = run(stick, "-o", tmp_path / "reports", "--format", "dicom-sr")
    assert code == 0
    shutil.copy(tmp_path / "reports" / "SR000001.dcm", tmp_path / "reports" / "SR000099.dcm")
    code, said = run(stick, "-o", tmp_path / "reports", "--format", "dicom-sr")
    assert code == 1
    assert "1 other files SR….dcm lie there, of an earlier run" in said


def change_register(key: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(register_path(key))) as register, register:
        register.execute(statement)


def test_reports_go_without_originals_where_the_key_does_not_know_them_and_say_so(made, stick, tmp_path):
    read_study(stick, "AB", stop_after=1)
    shutil.copytree(made.key.parent, tmp_path / "keys")
    change_register(tmp_path / "keys" / made.key.name, "DELETE FROM image")
    code, said = run(
        stick, "-o", tmp_path / "reports", "--format", "dicom-sr", "--key", tmp_path / "keys" / made.key.name
    )
    assert code == 1
    assert "the originals of its images are not known to the key" in said
    report = dcmread(tmp_path / "reports" / "SR000001.dcm")
    assert report.PatientID.startswith("P-")


def test_a_date_that_is_none_in_the_scans_does_not_stop_a_report(made, stick, tmp_path):
    read_study(stick, "AB", stop_after=1)
    shutil.copytree(made.key.parent, tmp_path / "keys")
    key = tmp_path / "keys" / made.key.name
    change_register(key, "UPDATE patient SET birth_date = '19730231'")
    run(stick, "-o", tmp_path / "reports", "--format", "dicom-sr", "--key", key)
    report = dcmread(tmp_path / "reports" / "SR000001.dcm")
    assert report.PatientID.startswith("MRN-")
    assert not report.PatientBirthDate


def test_agreement_that_cannot_be_computed_is_said_in_words(stick, tmp_path):
    for reader in ("AB", "CD", "EF"):
        for case in ("CASE-001", "CASE-002", "CASE-003"):
            write_answers(stick, {"grade": 3}, FORM_TEXT, reader, case)
    _, said = run(stick, "-o", tmp_path / "r.csv")
    assert "AB and CD: 100% of 3 alike, weighted kappa not defined (all answers are alike)" in said
    assert "all 3 readers: mean weighted kappa of all pairs not defined" in said
    assert "nan" not in said


# Answers of every type, and what people paste

EVERYTHING = """
title = "Everything"
[[question]]
id = "lesion"
text = "Läsion?"
type = "yesno"
[[question]]
id = "where_exactly_is_the_lesion"
text = "Where?"
type = "mark"
most = 2
[[question]]
id = "where_exactly_is_the_other"
text = "And the other?"
type = "text"
[[question]]
id = "kind"
text = "Kind"
type = "choice"
options = ["solid", { value = "cyst", text = "a cyst" }]
only_if = { question = "lesion", is = "yes" }
[[question]]
id = "wall"
text = "Wall"
type = "number"
from = 0
to = 20
unit = "mm"
only_if = { question = "kind", is = "cyst" }
[[question]]
id = "long"
text = "Longest diameter"
type = "measurement"
[[question]]
id = "artefacts"
text = "Artefacts?"
type = "yesno"
per = "series"
"""


def study_of(stick: Path, case: str = "CASE-001"):
    with Catalog(stick) as catalog:
        study = next(study for study in catalog.studies() if study.case == case)
        frame = catalog.frames(study.series[0].stacks[0].stack_id)[1]
        return bundle_id(catalog.studies()), study, frame


def write_answers(
    stick: Path, answers: dict[str, object], form: str = EVERYTHING, reader: str = "Dr Ünal", case: str = "CASE-001",
    how: str = "",
) -> Path:  # fmt: skip
    """A finished reading of one case; answers to `artefacts` are given for its series."""
    bundle, study, _ = study_of(stick, case)
    opening = {"bundle": bundle, "form": read_form(form).digest, "form_text": form, "seen": {}}
    writer = JournalWriter(stick / "READINGS", reader, opening)
    place = {"case": case, "occurrence": 1}
    writer.append("case", {**place, "number": 1, "study": study.study_instance_uid, "training": False})
    for question, value in answers.items():
        series = study.series[0].series_instance_uid if question == "artefacts" else ""
        said = {"how": how} if how else {}
        writer.append("answer", {**place, "question": question, "series": series, "value": value} | said)
    writer.append("submit", place)
    writer.close()
    return writer.path


def row_of(table: Path, case: str = "CASE-001") -> dict[str, object]:
    reader = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}[table.suffix]
    found = reader(table)
    return dict(found[found["case"] == case].iloc[0])


def test_a_report_has_every_type_of_answer_in_its_place(made, stick, tmp_path):
    _, study, frame = study_of(stick)
    series = study.series[0].series_instance_uid
    mark = {
        "series": series, "instance": frame.sop_instance_uid, "frame": 0, "column": 3.25, "row": 4.0, "position": None,
    }  # fmt: skip
    ends = [mark, {**mark, "column": 9.0}]
    write_answers(stick, {
        "lesion": True, "where_exactly_is_the_lesion": [mark], "where_exactly_is_the_other": "größer\r\nals\x07 vorher",
        "kind": "cyst", "wall": 2.5, "long": {"value": 4.1, "unit": "mm", "points": ends}, "artefacts": False,
    })  # fmt: skip
    run(stick, "-o", tmp_path / "reports", "--format", "dicom-sr", "--key", made.key)
    (path,) = (tmp_path / "reports").iterdir()
    checked = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
    assert [line for line in checked.stderr.splitlines() if line.startswith("Error")] == []
    report = dcmread(path)
    items = {item.ConceptNameCodeSequence[0].CodeMeaning: item for item in report.ContentSequence}
    assert items["Person Observer Name"].PersonName == "Dr Ünal"
    assert items["Läsion?"].TextValue == "yes"
    assert items["And the other?"].TextValue == "größer\nals\ufffd vorher"
    codes = [item.ConceptNameCodeSequence[0] for item in (items["Where?"], items["And the other?"])]
    assert codes[0].LongCodeValue != codes[1].LongCodeValue
    assert list(items["Where?"].GraphicData) == [3.75, 4.5]
    original = {dcmread(file).SOPInstanceUID for file in (made.drive.parent / "scans").rglob("*") if file.is_file()}
    assert _first(items["Where?"].ContentSequence).ReferencedSOPInstanceUID in original
    assert items["Wall"].MeasuredValueSequence[0].NumericValue == 2.5
    (line,) = items["Longest diameter"].ContentSequence
    assert (line.GraphicType, list(line.GraphicData)) == ("POLYLINE", [3.75, 4.5, 9.5, 4.5])
    of_series = items["Answers about a series"].ContentSequence
    assert of_series[0].TextValue == "no"
    assert _first(of_series[1:]).ReferencedSOPInstanceUID in original


def test_places_on_planes_changes_and_ends_that_are_apart_come_through(stick, tmp_path):
    _, study, frame = study_of(stick)
    series = study.series[0].series_instance_uid
    volume = {"instance": frame.sop_instance_uid, "frame": 0}
    plane = {
        "series": series, "volume": volume, "frame_of_reference": "1.9", "position": [-3.5, 4.0, 12.25],
        "normal": [0.0, 0.6, 0.8],
    }  # fmt: skip
    across = {"value": 4.1, "unit": "mm", "points": [plane, plane | {"normal": [1.0, 0.0, 0.0]}]}
    image = {"series": series, "instance": frame.sop_instance_uid, "frame": 0, "column": 3.0, "row": 4.0}
    marks = [plane, image | {"position": None}]
    write_answers(stick, {"where_exactly_is_the_lesion": marks, "long": across}, reader="AB")
    other = write_answers(stick, {"lesion": True}, reader="CD", how="moved")
    assert apart(across["points"]) == "its ends lie on different planes"
    _, said = run(stick, "-o", tmp_path / "r.csv")
    assert "AB, CASE-001: long: its ends lie on different planes, so that its value is no distance" in said
    long = pd.read_csv(tmp_path / "r-long.csv", keep_default_na=False).set_index(["reader", "question"])
    assert json.loads(long["value"]["AB", "where_exactly_is_the_lesion"]) == marks
    assert long["how"]["CD", "lesion"] == "moved"
    assert long["how"]["AB", "long"] == ""
    other.unlink()
    run(stick, "-o", tmp_path / "reports", "--format", "dicom-sr")
    (report,) = (tmp_path / "reports").iterdir()
    checked = subprocess.run(["dciodvfy", report], capture_output=True, text=True, check=False)
    assert [line for line in checked.stderr.splitlines() if line.startswith("Error")] == []
    where = [
        item for item in dcmread(report).ContentSequence if item.ConceptNameCodeSequence[0].CodeMeaning == "Where?"
    ]
    assert list(where[0].GraphicData) == [3.5, 4.5]
    assert where[1].TextValue == "patient position -3.5 4 12.25 mm (LPS), on a plane with normal 0 0.6 0.8"


def test_answers_whose_condition_was_taken_back_are_in_the_long_table_alone(stick, tmp_path):
    write_answers(stick, {"lesion": True, "kind": "cyst", "wall": 3, "artefacts": True})
    path = write_answers(stick, {"lesion": False})
    seen = {
        journal.name: list(read_journal(journal).head)
        for journal in journal_paths(stick / "READINGS")
        if journal != path
    }
    path.unlink()
    bundle, _, _ = study_of(stick)
    opening = {"bundle": bundle, "form": read_form(EVERYTHING).digest, "form_text": EVERYTHING, "seen": seen}
    writer = JournalWriter(stick / "READINGS", "Dr Ünal", opening)
    writer.append("answer", {"case": "CASE-001", "occurrence": 1, "question": "lesion", "value": False})
    writer.close()
    run(stick, "-o", tmp_path / "r.csv")
    row = row_of(tmp_path / "r.csv")
    assert not row["lesion"]
    assert pd.isna(row["kind"])
    assert pd.isna(row["wall"])
    long = pd.read_csv(tmp_path / "r-long.csv").set_index(["question", "value"])["counts"]
    assert not long["kind", "cyst"]
    assert not long["wall", "3"]
    assert long["lesion", "FALSE"]


PASTED = [
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "+1",
    "-no lesion",
    "a\x00b\x0bc\ufffe",
    "\ud800 half",
    "x\r\ny\rz",
    '"q", ;',
    "ä" * 40_000,
]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("text", PASTED, ids=range(len(PASTED)))
def test_what_was_pasted_comes_out_as_text_that_no_spreadsheet_computes(stick, tmp_path, kind, text):
    write_answers(stick, {"where_exactly_is_the_other": text})
    output = tmp_path / f"r.{kind}"
    code, said = run(stick, "-o", output)
    found = row_of(output)["where_exactly_is_the_other"]
    plain = re.sub("[\x00\x0b\ufffe\ud800]", "\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    if kind == "csv":
        assert found == ("'" + plain if text[0] in "=@+-" else plain)
    elif kind == "xlsx":
        cells = [cell for cells in openpyxl.load_workbook(output).active.iter_rows() for cell in cells]
        assert "f" not in {cell.data_type for cell in cells}
        assert plain[:32_767] in [cell.value for cell in cells]
        assert ("Excel holds 32,767 characters" in said) == (len(plain) > 32_767)
    else:
        assert found == plain
    assert code == 1  # four cases are not read


_R = """
table <- read.csv(commandArgs(TRUE)[1], encoding = "UTF-8")
row <- table[table$case == "CASE-001", ]
stopifnot(is.numeric(table$seconds), is.numeric(row$wall), is.logical(table$training), is.logical(row$lesion))
stopifnot(nrow(table) == as.integer(commandArgs(TRUE)[2]))
writeLines(c(names(table), sprintf("%.4f", row$wall), enc2utf8(row$where_exactly_is_the_other)), useBytes = TRUE)
"""


def test_the_csv_is_plain_utf8_and_r_reads_it_as_it_is(stick, tmp_path):
    text = 'größer, "fest"\nund hart'
    wall = {"lesion": True, "kind": "cyst", "wall": 2.5}
    write_answers(stick, {**wall, "where_exactly_is_the_other": text})
    output = tmp_path / "r.csv"
    run(stick, "-o", output)
    content = output.read_bytes()
    assert content.startswith(b"reader,case,")
    rows = list(csv.reader(content.decode("utf-8").splitlines(keepends=True), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    command = ["Rscript", "--vanilla", "-e", _R, output, str(len(rows) - 1)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # R makes a dot of what its names may not hold; here there is nothing of the kind.
    assert said == "\n".join([*rows[0], "2.5000", text, ""])


def test_answers_to_another_version_of_the_form_are_said_and_stay_in_the_long_table(stick, tmp_path):
    older = EVERYTHING.replace('type = "number"\nfrom = 0\nto = 20\nunit = "mm"', 'type = "text"')
    write_answers(stick, {"lesion": True, "kind": "cyst", "wall": "thick"}, older)
    write_answers(stick, {"lesion": True, "kind": "cyst", "wall": 3}, case="CASE-002")
    code, said = run(stick, "-o", tmp_path / "r.xlsx")
    assert code == 1
    assert "the readers answered 2 versions of the form" in said
    assert "Dr Ünal, CASE-001: wall: no answer that this form knows; it is in the long table alone" in said
    assert pd.isna(row_of(tmp_path / "r.xlsx")["wall"])
    assert row_of(tmp_path / "r.xlsx", "CASE-002")["wall"] == 3
    assert "thick" in set(pd.read_excel(tmp_path / "r-long.xlsx")["value"])


def test_a_form_on_the_stick_that_nobody_answered_is_said(stick, tmp_path):
    write_answers(stick, {"lesion": True})
    _, said = run(stick, "-o", tmp_path / "r.csv")
    assert "the form on the stick is not the one that was answered" in said


@pytest.mark.parametrize(
    ("unit", "code"), [("mm³", "mm3"), ("HU", "HU"), ("Schläge je Minute, in Ruhe", "{Schl_ge_je_Min}"), ("", "1")]
)
def test_numbers_of_a_report_have_units_that_dicom_knows(stick, tmp_path, unit, code):
    write_answers(
        stick, {"lesion": True, "kind": "cyst", "wall": 12345.678901234567}, EVERYTHING.replace('"mm"', f'"{unit}"')
    )
    run(stick, "-o", tmp_path / "reports", "--format", "dicom-sr")
    path = tmp_path / "reports" / "SR000001.dcm"
    checked = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
    assert [line for line in checked.stderr.splitlines() if line.startswith("Error")] == []
    items = {item.ConceptNameCodeSequence[0].CodeMeaning: item for item in dcmread(path).ContentSequence}
    (measured,) = items["Wall"].MeasuredValueSequence
    (unit_code,) = measured.MeasurementUnitsCodeSequence
    assert unit_code.CodeValue == code
    assert measured.NumericValue == pytest.approx(12345.678901234567)


def test_why_a_case_was_changed_and_what_was_on_the_screen_are_in_the_table(stick, tmp_path):
    form = EVERYTHING.replace('title = "Everything"', 'title = "Everything"\nlock = true\nkeep_view = true')
    path = write_answers(stick, {"lesion": True}, form)
    seen = {path.name: list(read_journal(path).head)}
    bundle, _, _ = study_of(stick)
    opening = {"bundle": bundle, "form": read_form(form).digest, "form_text": form, "seen": seen}
    writer = JournalWriter(stick / "READINGS", "Dr Ünal", opening)
    place = {"case": "CASE-001", "occurrence": 1}
    view = {"window": [40, 400], "layout": "single", "key_images": []}
    writer.append("reopen", {**place, "reason": "=typing error"}, "2126-01-01T10:00:00.000Z")
    writer.append("submit", {**place, "view": view}, "2126-01-01T10:00:01.000Z")
    writer.close()
    run(stick, "-o", tmp_path / "r.csv")
    row = row_of(tmp_path / "r.csv")
    assert row["reasons"] == "2126-01-01T10:00:00.000Z =typing error"
    assert json.loads(row["view"]) == view
    assert row["reopened"] == 1


def test_the_form_lets_no_question_take_the_name_of_a_column():
    assert (columns.FIXED | columns.RESOLVED).keys() <= RESERVED


def test_missing_and_double_answers_are_listed_by_case(stick, tmp_path):
    expected = read_study(stick, "AB", stop_after=3)
    form = FORM_TEXT.replace("required = true", "required = true\nlongest = 200")
    write_answers(stick, {"grade": 3}, form, "CD", "CASE-004")
    write_answers(stick, {"grade": 3}, form, "CD", "CASE-004")
    _, said = run(stick, "-o", tmp_path / "r.csv")
    left = [row for row in expected if row["state"] == "open"]
    for row in left:
        assert row["case"] + (" (time 2)" if row["occurrence"] == 2 else "") in said.split("not ")[1].splitlines()[0]
    assert "CD, CASE-004: done, but without an answer to diagnosis" in said
    assert "CD, CASE-004: grade: answered twice alike" in said
    table = pd.read_csv(tmp_path / "r.csv").set_index(["reader", "case", "occurrence"])
    assert table.loc[("CD", "CASE-004", 1), "missing"] == "diagnosis"


def test_a_file_that_is_no_journal_any_more_is_said(stick, tmp_path):
    path = read_study(stick, "AB") and journal_paths(stick / "READINGS")[0]
    (stick / "READINGS" / "R-00000000-000000000000.JSONL").write_bytes(
        "Ä, opened and saved by an editor".encode("utf-16")
    )
    copy = stick / "READINGS" / f"{path.stem} (1).JSONL"
    copy.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    path.unlink()
    code, said = run(stick, "-o", tmp_path / "r.csv")
    assert code == 1
    assert "R-00000000-000000000000.JSONL: line 1: the last line is half-written" in said
    assert len(pd.read_csv(tmp_path / "r.csv")) == CASES + 1


def test_readings_that_began_before_cases_were_added_still_count(stick, tmp_path, made):
    expected = read_study(stick, "AB")
    with Catalog(stick) as catalog:
        fewer = bundle_id(catalog.studies()[:-1])
        bundle = bundle_id(catalog.studies())
    (path,) = journal_paths(stick / "READINGS")
    rewritten, previous = b"", ""
    for entry in read_journal(path).entries:
        data = {**entry.data, "bundle": fewer} if entry.kind == "open" else entry.data
        line, previous = format_line(entry.number, entry.time, entry.kind, data, previous)
        rewritten += line + b"\n"
    path.write_bytes(rewritten)
    assert fewer != bundle
    code, said = run(stick, "-o", tmp_path / "r.csv")
    assert code == 0, said
    same(pd.read_csv(tmp_path / "r.csv"), expected)


def test_a_place_that_cannot_be_written_to_is_said_in_plain_words(stick, tmp_path):
    read_study(stick, "AB")
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotWritten, match="cannot be written"):
        run(stick, "-o", tmp_path / "file" / "r.csv")


def test_what_is_missing_for_a_table_can_be_installed_as_the_message_says():
    said = str(LibraryMissing("pandas"))
    assert said.endswith('pip install ".[collect]"')
    root = Path(__file__).parents[3]
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert any(requirement.startswith("pandas") for requirement in extras["collect"])
    assert '.[collect]"' in (root / "README.md").read_text("utf-8")
    assert 'need_python "[collect]"' in (root / "setup.sh").read_text("utf-8")
