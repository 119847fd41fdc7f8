"""What an option keeps is compared with its own patient: every form of an identifier is seen, and nothing else."""

import base64
from datetime import date
from pathlib import Path
import sqlite3
import string

from hypothesis import assume, given
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
import pytest

from builder.check.originals.matcher import Lookup, Matcher
from builder.check.originals.originals import Original
from builder.check.originals.spellings import Wanted
from builder.check.originals.views import views
from builder.deidentify.own import own_of
from tests import scans
from tests.conftest import Built, build_bundle

_PEOPLE = (
    ("name", "PatientName", "Quillfeather^Ottoline"), ("name", "PatientName", "Müller-Öß^Jürgen"),
    ("name", "PatientName", "Wu^Li"), ("name", "OperatorsName", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    ("id", "PatientID", "MRN-77310"), ("id", "PatientID", "0048213377"), ("id", "StudyID", "4711"),
    ("id", "AccessionNumber", "ACC.2024/88"), ("phone", "PatientTelephoneNumbers", "+49 (30) 4455 6677"),
    ("date", "PatientBirthDate", "19530418"), ("institution", "InstitutionName", "Royal Invented Infirmary"),
    ("address", "PatientAddress", "1 Nowhere Lane"),
)  # fmt: skip
OWN = own_of(frozenset(_PEOPLE))


@pytest.mark.parametrize(
    "text",
    [
        "OTTOLINE-CT", "quillfeather", "ScannerQuillfeather7", "Mueller", "MULLER 3", "Jürgen", "JU\u0308RGEN", "oess",
        "Li, Wu", "山田", "テ太郎", "taro", "MRN77310", "CTMRN-77310B", "mrn 77310", "48213377", "AX48213377", "4711",
        "CT4711", "acc 2024-88", "0304455-6677", "18.04.1953", "19530418", "18 Apr 53", "April 18, 1953", "4/18/53",
        "1953-4-18", "ROYAL_INVENTED_INFIRMARY 2", "1 nowhere lane", "M%C3%BCller", "M&uuml;ller", "J\\u00fcrgen",
        base64.b64encode(b"to Ottoline").decode(), b"Quillfeather".hex(),
    ],
)  # fmt: skip
def test_an_identifier_is_seen_in_every_spelling(text):
    assert OWN.is_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Brightwater CT 64", "SOMATOM Definition", "syngo CT 2012B", "Model 47", "47110", "14711", "MRN", "773",
        "royal infirmary", "nowhere", "18.04.1954", "2024", "Liver", "wu", "May", "B30f", "19530",
    ],
)  # fmt: skip
def test_what_names_nobody_stays(text):
    assert not OWN.is_in(text)


@pytest.mark.parametrize(
    ("uid", "whose"),
    [
        ("1.2.840.77310.1", True), ("1.2.2024.1", False), ("1.2.48213377.9", True), ("1.2.9948213377", True),
        ("1.2.4711.5", True), ("1.2.47110.5", False), ("1.2.3.19530418.2", True), ("1.2.3.18041953123", True),
        ("1.2.840.113619.2.55.3", False), ("2.25.123456789012345678901234567890", False),
    ],
)  # fmt: skip
def test_a_number_of_the_patient_is_seen_in_a_uid(uid, whose):
    assert OWN.is_in_uid(uid) is whose


_LETTERS = st.text(string.ascii_lowercase + "äöüßéèñøåç", min_size=3, max_size=10)
_NAMES = st.tuples(_LETTERS, _LETTERS).map("^".join)
_NUMBERS = st.text(string.digits + string.ascii_uppercase + "-/. ", min_size=4, max_size=12)
_FORMS = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])
_AROUND = st.text(string.ascii_letters + string.digits + " -_.^,", max_size=12)


@given(_NAMES, _FORMS, st.sampled_from([" ", ", ", "_", "^", "", "-"]), st.booleans(), _AROUND, _AROUND)
def test_what_is_let_pass_the_search_does_not_find_names(name, form, between, turned, before, behind):
    parts = name.split("^")[:: -1 if turned else 1]
    _agree(("name", "PatientName", name), f"{before} {form(between.join(parts))} {behind}")


@given(_NUMBERS, _FORMS, st.sampled_from(["", " ", "-", "_"]), _AROUND, _AROUND)
def test_what_is_let_pass_the_search_does_not_find_numbers(number, form, between, before, behind):
    for written in (number, between.join(number), number.replace("-", between), number.lstrip("0")):
        _agree(("id", "PatientID", number), f"{before}{form(written)}{behind}")


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.sampled_from([
    "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d", "%d %b %Y", "%B %d, %Y", "%d.%m.%y", "%d%m%Y", "%Y%m%d120000",
]), _AROUND, _AROUND)  # fmt: skip
def test_what_is_let_pass_the_search_does_not_find_days(day, form, before, behind):
    _agree(("date", "PatientBirthDate", f"{day:%Y%m%d}"), f"{before} {day.strftime(form)} {behind}")


@given(_NUMBERS, st.lists(st.from_regex(r"[1-9]\d{0,7}", fullmatch=True), min_size=3, max_size=6), st.integers(0, 5))
def test_what_is_let_pass_the_search_does_not_find_in_uids(number, parts, place):
    figures = "".join(filter(str.isdigit, number))
    assume(figures)
    parts.insert(place, figures.lstrip("0") or "0")
    uid = ".".join(("1", "2", *parts))
    found = Matcher(Wanted([Original("id", "PatientID", number)], inside_uids=True)).find(f" {uid} ".encode())
    assert not found or own_of(frozenset({("id", "PatientID", number)})).is_in_uid(uid)


def _agree(entry: tuple[str, str, str], text: str) -> None:
    matcher, content = Matcher(Wanted([Original(*entry)])), f" {text} ".encode()
    looks = Lookup(lone_names=True)
    found = [matcher.find(part, looks) for part in (content, *(view for _, view in views(content, program=False)))]
    assert not any(found) or own_of(frozenset({entry})).is_in(text)


@given(
    st.sets(st.text("bcdfg", min_size=3, max_size=8), min_size=1, max_size=3),
    st.text(st.sampled_from("klmnpqrst 0123456789.-"), max_size=30),
)
def test_a_text_without_any_part_of_the_identifiers_is_never_touched(words, text):
    own = own_of(frozenset({("name", "PatientName", "^".join(words)), *(("id", "PatientID", word) for word in words)}))
    assert not own.is_in(text)
    assert not any(map(own.is_word, text.split()))


def test_what_an_option_keeps_anyway_may_be_named_in_its_texts_too():
    entries = frozenset({("institution", "InstitutionName", "Marrowby Clinic"), ("device", "StationName", "MARROW64")})
    assert own_of(entries).is_in("Marrowby Clinic") and own_of(entries).is_in("marrow64 a")
    assert not own_of(entries, frozenset({"institution"})).is_in("Marrowby Clinic")


def planted(dataset: Dataset, k: int) -> None:
    """Each option's attribute has an identifier of the patient, another one beside it has none."""
    dataset.PatientID, dataset.PatientName, dataset.AccessionNumber = "MRN-77310", "Quillfeather^Head", "48213377"
    dataset.StationName, dataset.ManufacturerModelName = "CT77310MRN77310", "Brightwater 64"
    dataset.InstitutionName, dataset.InstitutionalDepartmentName = "Praxis Quillfeather", "Radiology 2"
    dataset.StudyDescription, dataset.SeriesDescription = "CT Head Thorax", "Thorax"
    dataset.EthnicGroup = "Quillfeathers"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3.48213377.1", "1.2.3.5.1"
    dataset.FrameOfReferenceUID = "1.2.3.77310.9"


def build(tmp_path: Path, *options: str) -> tuple[Built, Dataset]:
    """Made of three images with something planted: the bundle, and its first image."""
    built = build_bundle(tmp_path, scans.write_series(tmp_path / "scans", 3, planted), deidentify=frozenset(options))
    return built, dcmread(sorted((built.drive / "DICOM").rglob("IM*"))[0])


@pytest.mark.parametrize(
    ("option", "gone", "stays", "said"),
    [
        (
            "device-identity", {"StationName": None}, {"ManufacturerModelName": "Brightwater 64"},
            ["StationName removed"],
        ),
        (
            "institution-identity", {"InstitutionName": None}, {"InstitutionalDepartmentName": "Radiology 2"},
            ["InstitutionName removed"],
        ),
        (
            "clean-descriptors", {"StudyDescription": "CT Thorax"}, {"SeriesDescription": "Thorax"},
            ["StudyDescription removed"],
        ),
        ("patient-characteristics", {"EthnicGroup": None}, {}, ["EthnicGroup removed"]),
    ],
)  # fmt: skip
def test_a_text_that_an_option_keeps_goes_where_it_holds_its_patient(tmp_path, option, gone, stays, said):
    built, image = build(tmp_path, option)
    assert {keyword: image.get(keyword) for keyword in gone} == gone
    assert {keyword: image.get(keyword) for keyword in stays} == stays
    assert list(image.DeidentificationMethod)[1:] == [f"{words}: held an own identifier" for words in said]
    assert built.outcome.held == {f"{words}: held an own identifier": 3 for words in said}
    with sqlite3.connect(tmp_path / "keys" / "study.db") as register:
        told = [altered for (altered,) in register.execute("SELECT altered FROM image")]
    assert told == [f"{said[0]}: held an own identifier"] * 3


def test_a_uid_that_holds_a_number_of_its_patient_is_replaced_under_uids(tmp_path):
    built, image = build(tmp_path, "uids")
    assert image.StudyInstanceUID.startswith("2.25.") and image.FrameOfReferenceUID.startswith("2.25.")
    assert image.SeriesInstanceUID == "1.2.3.5.1"
    assert set(built.outcome.held) == {
        f"{keyword} replaced: held an own identifier" for keyword in ("StudyInstanceUID", "FrameOfReferenceUID")
    }
    uids = {dcmread(path).StudyInstanceUID for path in (built.drive / "DICOM").rglob("IM*")}
    assert uids == {image.StudyInstanceUID}
