"""Readings of two readers come out as a table that was computed independently; what is wrong is said."""

import json
from pathlib import Path
import shutil
import subprocess

from click.testing import CliRunner
import numpy as np
import pandas as pd
from pydicom import dcmread
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from builder import collect
from builder.cli import cli
from builder.crosswalk import crosswalk_path
from bundle.formfile import read_form
from bundle.index import Catalog
from bundle.journal import JournalWriter, journal_paths
from bundle.order import reading_order
from bundle.readings import bundle_id, pack_journals
from tests import scans
from tests.conftest import build_bundle

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
    """What a reader says of a case: made up, but the same in every run."""
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
    lines[3] = lines[3].replace(b"AB says", b"CD says")
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
    with pytest.raises(collect.NoReadings, match="no reading"):
        run(stick, "-o", tmp_path / "r.csv")
    with pytest.raises(collect.UnknownFormat, match="--format csv"):
        run(stick, "-o", tmp_path / "readings.doc")
    (tmp_path / "letter.json").write_text(json.dumps({"hello": 1}))
    with pytest.raises(collect.NoReadings):
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
        assert images[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID in {
            dcmread(one, stop_before_pixels=True).SOPInstanceUID for one in (stick / "DICOM").rglob("IM*")
        }
    assert said == {row["diagnosis"] for row in expected}
