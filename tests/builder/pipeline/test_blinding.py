"""A reader who opens every text on a stick in an editor learns neither order, training and repeats, nor who is who."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
import re
import shutil

from pydicom import Dataset
import pytest

from builder.check import check_bundle
from builder.check.originals.originals import Original, Originals
from builder.check.originals.proof.written import search_written
from builder.errors.change import ReadingsOfCase
from builder.pipeline.change import remove_cases
from bundle import web
from bundle.index.index import Catalog
from bundle.layout import MANIFEST
from bundle.reading.form_file import decode_form, form_content, read_form
from bundle.reading.journal import format_line
from bundle.reading.order import slots_of
from tests import scans
from tests.builder.check.damaging import add_file, edit_page
from tests.conftest import Silence, build_bundle
from viewer.reading.session import Session

FORM = """
title = "Liver study"
[order]
shuffle = true
seed = 471108151
training = ["CASE-002"]
repeat = ["CASE-003"]
[feedback.CASE-002]
case = "Three cysts."
[[question]]
id = "lesion"
text = "Is there a lesion?"
type = "yesno"
"""


@pytest.fixture(scope="module")
def stick(tmp_path_factory) -> Path:
    """Four cases, two of them of one patient, of which a reader has read all."""
    work = tmp_path_factory.mktemp("blinded")
    for number in range(4):
        scans.write_series(work / "scans" / str(number), 3, partial(of_patient, number))
    drive = build_bundle(work, work / "scans", look_into_pictures=False, check=False, form=read_form(FORM)).drive
    read_everything(drive)
    return drive


def of_patient(number: int, dataset: Dataset, slice_number: int) -> None:
    """The last two studies are of one patient."""
    dataset.PatientID, dataset.PatientName = f"ID{min(number, 2)}", f"Quillfeather^{'ABC'[min(number, 2)]}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"1.2.840.99.{number}", f"1.2.840.99.{number}.1"
    dataset.SOPInstanceUID = f"1.2.840.99.{number}.1.{slice_number}"


def read_everything(drive: Path) -> None:
    with Catalog(drive) as catalog:
        studies = catalog.studies()
    form = decode_form((drive / "BUNDLE/FORM.TXT").read_bytes())
    session = Session(drive, studies, form, "Dr Ash")
    for slot in session.slots:
        session.go_to(slot)
        session.show()
        session.answer(form.questions[0], "", value=True)
        session.submit()
    session.close()


def texts_on(drive: Path) -> dict[str, str]:
    """Every file that an editor shows as text."""
    found = {}
    for path in (path for path in drive.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if b"\0" not in content:
            found[path.relative_to(drive).as_posix()] = content.decode("utf-8-sig", "replace")
    return found


def test_no_text_tells_order_training_or_patients(stick):
    texts = texts_on(stick)
    journals = [name for name in texts if name.startswith("READINGS/")]
    assert len(journals) == 1
    assert {"BUNDLE/FORM.TXT", "INDEX.HTM", "README.TXT", MANIFEST} <= texts.keys()
    with Catalog(stick) as catalog:
        pseudonyms = {catalog.patient_of(study).pseudonym for study in catalog.studies()}
    assert len(pseudonyms) == 3
    secrets = [*pseudonyms, "471108151", "shuffle", "repeat", "Three cysts", "occurrence"]
    # The program in a browser is the same on every medium: that it knows such words tells of none.
    for name, text in ((name, text) for name, text in texts.items() if name not in web.FIXED):
        assert not [secret for secret in secrets if secret in text], name
        assert not re.search(r"training|feedback", re.sub(r'"kind":"\w+"', "", text)), name
        # Two files have a list of cases, in the order of their numbers, and say no more.
        if name not in ("INDEX.HTM", "WEB/INDEX.JS"):
            assert "CASE-00" not in text, name


def test_no_name_of_a_file_or_folder_tells_of_order_or_patients(stick):
    """Folders of images follow the numbers of the cases, which no screen shows to a blinded reader."""
    with Catalog(stick) as catalog:
        pseudonyms = {catalog.patient_of(study).pseudonym for study in catalog.studies()}
    names = {path.name for path in stick.rglob("*")}
    assert not [name for name in names if any(word in name for word in (*pseudonyms, "CASE", "Ash"))]


def test_the_program_still_knows_all_of_it(stick):
    form = decode_form((stick / "BUNDLE/FORM.TXT").read_bytes())
    cases = [f"CASE-{number:03d}" for number in range(1, 5)]
    slots = slots_of(form, cases, "Dr Ash")
    assert [slot.case for slot in slots if slot.training] == ["CASE-002"]
    assert sorted(slot.case for slot in slots if slot.occurrence == 2) == ["CASE-003"]
    assert form.digest == read_form(FORM).digest


@pytest.mark.parametrize("where", ["BUNDLE/FORM.TXT", "READINGS/R-00000000-000000000000.JSONL"])
def test_a_planted_name_is_found_in_veiled_texts(tmp_path, where):
    path = tmp_path / where
    path.parent.mkdir()
    if where.endswith("TXT"):
        path.write_bytes(form_content(read_form(FORM.replace("Three cysts", "Three cysts of Ann Brackwater"))))
    else:
        line, _ = format_line(2, "2026-03-01T10:00:00.000Z", "answer", {"value": "like Ann Brackwater, again"}, "")
        path.write_bytes(line + b"\n")
    originals = Originals(frozenset({Original("name", "PatientName", "Brackwater^Ann")}))
    with ThreadPoolExecutor(1) as executor:
        found = search_written(tmp_path, originals, {where: ""}, (), lambda done, total: None, executor)
    assert [finding.subject for finding in found] == [where]


def test_a_case_with_veiled_readings_is_not_removed(stick):
    with ThreadPoolExecutor(2) as executor, pytest.raises(ReadingsOfCase):
        remove_cases(stick, ["CASE-001"], executor, Silence(), check=False)


def test_the_check_knows_whether_a_page_may_name_pseudonyms(stick, tmp_path):
    """It must not where a reader is blinded, and must where nobody is."""
    blind = shutil.copytree(stick, tmp_path / "blind")
    assert "pdi.cases" not in {finding.check for finding in check_bundle(blind)}
    named = '<th scope="row">CASE-001</th><td>P-AAAA</td>'
    edit_page('<th scope="row">CASE-001</th>', named)(blind)
    assert "pdi.cases" in {finding.check for finding in check_bundle(blind)}
    seen = shutil.copytree(stick, tmp_path / "seen")
    add_file("BUNDLE/FORM.TXT", form_content(read_form('show = ["pseudonym"]\n' + FORM)))(seen)
    assert "pdi.cases" in {finding.check for finding in check_bundle(seen)}
