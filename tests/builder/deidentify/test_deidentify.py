"""Nothing that identifies gets through: allowlist, dates, pseudonyms, UIDs."""

from datetime import datetime, timedelta
from pathlib import Path
import re
import struct

from hypothesis import given
from hypothesis import strategies as st
from pydicom import DataElement, Dataset, Sequence
from pydicom.datadict import DicomDictionary, dictionary_has_tag, dictionary_VR, keyword_for_tag
from pydicom.tag import Tag
import pytest

from builder.deidentify import NO_DATES, Action, Identity, Option, Policy, StudyKey, allowlist, clean, profile
from builder.deidentify.dates import shift_date, shift_datetime, shift_time
from builder.deidentify.explain import OPTIONS, explain
from builder.deidentify.policy import REFUSED
from builder.errors.build import OptionRefused
from builder.plan import TimeShift
from tests import scans

OFFSET = TimeShift(-40_000_000)


def identity(*options: str) -> Identity:
    return Identity("P-TEST", "2.25.1", "2.25.2", "2.25.3", OFFSET, b"secret", Policy.of(options))


IDENTITY = identity()
PLANT = "QUILLFEATHER"


def cleaned(**attributes):
    return clean(scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1, **attributes), IDENTITY)


def plant_value(vr: str):
    """An identifier in the form of a VR; None for VRs that hold only numbers."""
    if vr in ("SQ", "UI", "DA", "TM", "DT", "OB", "OW", "OF", "OD", "OL", "OV", "UN", "AS"):
        return {"UI": "1.2.77310.99", "DA": "19530418", "TM": "081530", "DT": "19530418081530", "AS": "071Y"}.get(
            vr, None if vr == "SQ" else PLANT.encode()
        )
    if vr in allowlist.NUMBERS or " or " in vr:
        return None
    return PLANT


@pytest.mark.parametrize("group", sorted({tag >> 16 for tag in DicomDictionary}))
def test_no_identifier_survives_in_any_standard_attribute_at_any_depth(group):
    """Plants an identifier in every attribute of a group, at top level and inside a sequence that is kept."""
    source = scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1)
    inner = Dataset()
    for tag, (vr, *_) in DicomDictionary.items():
        value = plant_value(vr)
        if tag >> 16 == group and value is not None and group not in (0x0000, 0x0002, 0xFFFE):
            for dataset in (source, inner):
                dataset.add(DataElement(Tag(tag), vr, value, validation_mode=0))
    source.SharedFunctionalGroupsSequence = Sequence([inner])
    text = str(clean(source, IDENTITY))
    assert PLANT not in text
    assert "77310" not in text
    assert "19530418" not in text


@given(st.integers(0x0009, 0x7FDF).map(lambda group: group | 1), st.integers(0x1001, 0x10FF))
def test_private_elements_go_at_every_depth(group, element):
    source = scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1)
    inner = Dataset()
    for dataset in (source, inner):
        dataset.add_new((group, 0x0010), "LO", PLANT)
        dataset.add_new((group, element), "LO", PLANT)
    source.ReferencedImageSequence = Sequence([inner])
    assert not any(found.tag.is_private for found in clean(source, IDENTITY).iterall())


def test_unknown_and_retired_attributes_go():
    source = scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1)
    source.add_new((0x0018, 0x9FFE), "LO", PLANT)
    source.add_new((0x0020, 0x1070), "IS", "12")  # Other Study Numbers, retired
    kept = clean(source, IDENTITY)
    assert (0x0018, 0x9FFE) not in kept
    assert (0x0020, 0x1070) not in kept


def test_a_code_string_that_is_no_defined_term_goes():
    kept = cleaned(ImageType=["DERIVED", "PRIMARY", PLANT], BodyPartExamined=PLANT, ConvolutionKernel=PLANT)
    assert list(kept.ImageType) == ["DERIVED", "PRIMARY", "OTHER"]
    assert "BodyPartExamined" not in kept
    assert "ConvolutionKernel" not in kept


def test_codes_keep_their_published_meaning_and_no_other_text():
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "T-A0100", "SRT", PLANT
    local = Dataset()
    local.CodeValue, local.CodingSchemeDesignator, local.CodeMeaning = "X1", "99LOCAL", PLANT
    kept = cleaned(AnatomicRegionSequence=Sequence([item, local]))
    assert [code.CodeMeaning for code in kept.AnatomicRegionSequence] == ["Brain structure (body structure)"]


def test_what_the_standard_asks_to_be_written_is_there():
    kept = cleaned()
    assert kept.PatientIdentityRemoved == "YES"
    assert kept.LongitudinalTemporalInformationModified == "MODIFIED"
    codes = [(item.CodeValue, item.CodingSchemeDesignator) for item in kept.DeidentificationMethodCodeSequence]
    assert codes == [("113100", "DCM"), ("113107", "DCM")]
    assert kept.PatientName == kept.PatientID == "P-TEST"
    assert (kept.AccessionNumber, kept.PatientBirthDate, kept.PatientSex) == ("", "", "")


def test_geometry_and_rescale_stay_as_they_were():
    kept = cleaned(ImagePositionPatient=["-12.5000000001", "3", "1e2"], RescaleSlope="0.25")
    assert [str(value) for value in kept.ImagePositionPatient] == ["-12.5000000001", "3", "1e2"]
    assert kept.RescaleSlope == 0.25


def test_a_broken_number_goes_without_its_text():
    source = scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1)
    source.add(DataElement("KVP", "SH", PLANT))
    assert "KVP" not in clean(source, IDENTITY)


def test_references_follow_the_instances_they_name():
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.99"
    kept = cleaned(ReferencedImageSequence=Sequence([item]), FrameOfReferenceUID="1.2.3.99")
    (reference,) = kept.ReferencedImageSequence
    assert reference.ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.2"
    assert reference.ReferencedSOPInstanceUID == kept.FrameOfReferenceUID
    assert reference.ReferencedSOPInstanceUID.startswith("2.25.")


def test_no_attribute_that_table_e1_1_removes_is_allowed():
    for tag, action in profile.basic_actions().items():
        keyword = keyword_for_tag(tag)
        if action.startswith("U") or keyword in ("ReferencedImageSequence", "SourceImageSequence"):
            continue
        assert not allowlist.is_allowed(Tag(tag)), keyword


moments = st.datetimes(datetime(1930, 1, 1), datetime(2030, 1, 1))
offsets = st.integers(-(10**9) // 3, -1)


@given(moments, offsets)
def test_date_and_time_move_together_and_keep_intervals(moment, offset):
    date, time = moment.strftime("%Y%m%d").zfill(8), moment.strftime("%H%M%S.%f")
    shift = TimeShift(offset)
    moved = datetime.strptime(shift_date(date, time, shift) + shift_time(time, shift), "%Y%m%d%H%M%S.%f")
    assert moved == moment + timedelta(seconds=offset)
    assert shift_datetime(date + time, shift) == moved.strftime("%Y%m%d").zfill(8) + moved.strftime("%H%M%S.%f")


secrets = st.binary(min_size=16, max_size=16)
fractions = st.integers(1, 999_999)


@given(moments, offsets, secrets)
def test_with_a_secret_the_second_moves_alike_and_its_fraction_is_another_one(moment, offset, secret):
    date, time = moment.strftime("%Y%m%d").zfill(8), moment.strftime("%H%M%S.%f")
    shift = TimeShift(offset, secret)
    moved = shift_time(time, shift)
    assert moved[:6] == shift_time(time, TimeShift(offset))[:6]
    assert shift_datetime(date + time, shift) == shift_date(date, time, shift) + moved
    assert (moved[6:] == ".000000") == (moment.microsecond == 0)


@given(fractions, fractions, st.integers(0, 86_399), secrets)
def test_new_fractions_of_a_second_keep_their_order(first, second, at, secret):
    clock, shift = f"{at // 3600:02d}{at // 60 % 60:02d}{at % 60:02d}", TimeShift(-(10**8), secret)
    new, other = (float(shift_time(f"{clock}.{fraction:06d}", shift)) for fraction in (first, second))
    if abs(first - second) > 5:
        assert (new < other) == (first < second)
    assert (new == other) or first != second


@given(st.integers(0, 86_399), secrets)
def test_one_fraction_in_two_precisions_stays_one(at, secret):
    clock, shift = f"{at // 3600:02d}{at // 60 % 60:02d}{at % 60:02d}", TimeShift(-(10**8), secret)
    assert shift_time(f"{clock}.25", shift) == shift_time(f"{clock}.250000", shift)
    assert shift_time(clock, shift) == shift_time(f"{clock}.0", shift)[:6]


def test_hardly_any_fraction_of_a_thousand_survives():
    shift = TimeShift(-(10**8), b"s" * 16)
    times = [f"{k // 60 % 24:02d}{k % 60:02d}15.{1 + 997 * k % 999_999:06d}" for k in range(1000)]
    same = [time for time in times if shift_time(time, shift)[6:] == time[6:]]
    assert len(same) < 3
    # The new ones are spread over the whole second, whatever the old ones were.
    new = [float(shift_time(f"{k // 60 % 24:02d}{k % 60:02d}15.5", shift)[6:]) for k in range(1000)]
    assert min(new) < 0.25 and max(new) > 0.75


@pytest.mark.parametrize("value", ["", "19531399", "yesterday", "1953", "19530418X", "34230617", "17991231"])
def test_an_invalid_date_becomes_empty_and_never_the_original(value):
    assert shift_date(value, "", TimeShift(-1000, b"s")) == ""
    assert shift_datetime(value, TimeShift(-1000, b"s")) == ""


def test_pseudonyms_depend_on_the_key_and_on_nothing_else():
    one, other = StudyKey(b"a" * 32), StudyKey(b"b" * 32)
    assert one.pseudonym("x") == StudyKey(b"a" * 32).pseudonym("x")
    assert one.pseudonym("x") != other.pseudonym("x")
    assert one.uid("1.2") != other.uid("1.2")
    assert one.offset_seconds("x") != other.offset_seconds("x")


@given(st.text())
def test_new_uids_are_valid_and_dates_never_move_forward(value):
    key = StudyKey(b"k" * 32)
    uid = key.uid(value)
    assert uid.startswith("2.25.")
    assert uid[5:].isdigit()
    assert len(uid) <= 64
    for attempt in range(3):
        assert -3651 * 86_400 <= key.offset_seconds(value, attempt) <= -365 * 86_400


# Options


def with_options(*options: str, **attributes):
    return clean(scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1, **attributes), identity(*options))


def codes(kept) -> list[str]:
    return [item.CodeValue for item in kept.DeidentificationMethodCodeSequence]


def test_full_dates_stay_as_they_are_and_the_file_says_so():
    kept = with_options("full-dates", AcquisitionDateTime="20240229081530.5")
    assert (kept.StudyDate, kept.StudyTime, kept.AcquisitionDateTime) == ("20240229", "081530", "20240229081530.5")
    assert kept.LongitudinalTemporalInformationModified == "UNMODIFIED"
    assert codes(kept) == ["113100", "113106"]


def test_without_dates_none_is_left_and_the_file_says_so():
    kept = with_options("no-dates", SeriesDate="20240229", AcquisitionDateTime="20240229081530")
    assert (kept.StudyDate, kept.StudyTime) == ("", "")
    assert "SeriesDate" not in kept
    assert "AcquisitionDateTime" not in kept
    assert kept.LongitudinalTemporalInformationModified == "REMOVED"
    assert codes(kept) == ["113100"]


def test_patient_characteristics_keep_their_form_and_the_oldest_are_put_together():
    kept = with_options(
        "patient-characteristics", PatientSex="F", PatientAge="097Y", PatientWeight="61.5", SmokingStatus=PLANT
    )
    assert (kept.PatientSex, kept.PatientAge, kept.PatientWeight) == ("F", "090Y", 61.5)
    assert "SmokingStatus" not in kept
    assert kept.PatientBirthDate == ""
    assert codes(kept) == ["113100", "113107", "113108"]


def test_device_and_institution_are_kept_only_on_request_also_in_other_scripts():
    attributes = {"Manufacturer": "Maker", "StationName": "CT7", "InstitutionName": "Krankenhaus Möwenweg"}
    kept = with_options("device-identity", "institution-identity", **attributes)
    assert (kept.Manufacturer, kept.StationName, kept.InstitutionName) == tuple(attributes.values())
    assert kept.SpecificCharacterSet == "ISO_IR 192"
    plain = with_options(**attributes)
    assert plain.Manufacturer == ""
    assert "StationName" not in plain
    assert "InstitutionName" not in plain


def test_descriptions_keep_only_reviewed_words():
    kept = with_options(
        "clean-descriptors", SeriesDescription=f"CT Thorax {PLANT} 5.0 mm lung, MRN 4711-99 Dr. Brackwater"
    )
    assert kept.SeriesDescription == "CT Thorax 5.0 mm lung"
    assert codes(kept) == ["113100", "113105", "113107"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("CT Thorax 5.0mm Lung", "CT Thorax 5.0 mm Lung"),
        ("t2 tse sag 3", "t2 tse sag 3"),
        ("T1/T2w brain", "T1 T2w brain"),
        ("Abdomen 18.04.53", "Abdomen"),
        ("Abdomen 18/04/53 late", "Abdomen"),
        ("2024-02-29 chest", "chest"),
        ("chest 030 123 45 67", "chest"),
        ("chest Brackwater 12", "chest"),
        ("12 Brackwater chest", "chest"),
        ("chest A12345B678", "chest"),
    ],
)
def test_numbers_in_descriptions_stay_only_between_reviewed_words(text, kept):
    assert with_options("clean-descriptors", SeriesDescription=text).get("SeriesDescription", "") == kept


@pytest.mark.parametrize(
    ("keyword", "letters"),
    [("CalciumScoringMassFactorDevice", b"MRN:7731077A"), ("TransmitterFrequency", b"QUILLFM@OTTOLIN@")],
)
def test_text_that_reads_as_floating_point_numbers_goes(keyword, letters):
    units = {"FL": "f", "FD": "d"}[dictionary_VR(keyword)]
    values = list(struct.unpack(f"<{len(letters) // struct.calcsize(units)}{units}", letters))
    assert max(values) < 1e5
    assert keyword not in cleaned(**{keyword: values})
    assert keyword in cleaned(**{keyword: [1.5] * len(values)})


def test_retained_uids_are_the_original_ones():
    kept = with_options("uids", FrameOfReferenceUID="1.2.3.99")
    assert kept.FrameOfReferenceUID == "1.2.3.99"


def test_safe_private_numbers_stay_by_their_creator_and_nothing_else_does():
    source = scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1)
    block = source.private_block(0x7053, "Philips PET Private Group", create=True)
    block.add_new(0x00, "DS", "0.00123")
    block.add_new(0x10, "LO", PLANT)
    source.private_block(0x0019, "SOMEBODY", create=True).add_new(0x0C, "IS", "1000")
    kept = clean(source, identity("safe-private"))
    private = [element for element in kept if element.tag.is_private]
    assert [(str(element.tag), str(element.value)) for element in private] == [
        ("(7053,0010)", "Philips PET Private Group"), ("(7053,1000)", "0.00123"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "names", [("clean-graphics",), ("clean-structured-content",), ("nonsense",), ("full-dates", "no-dates")]
)
def test_what_is_not_supported_is_refused_with_the_reason(names):
    with pytest.raises(OptionRefused):
        Policy.of(names)


@given(st.sets(st.sampled_from([option for option in Option if "dates" not in option.label])))
def test_a_policy_made_again_from_its_names_is_the_same(options):
    policy = Policy.of(option.label for option in options)
    assert Policy.of(policy.names) == policy


def test_every_option_keeps_only_what_its_column_of_the_table_keeps():
    columns = {
        Option.PATIENT: "rtnPatCharsOpt", Option.DEVICE: "rtnDevIdOpt", Option.INSTITUTION: "rtnInstIdOpt",
        Option.DESCRIPTORS: "cleanDescOpt",
    }  # fmt: skip
    basic = Policy.of(())
    for option, column in columns.items():
        policy = Policy.of([option.label])
        for row in profile.rows():
            tag = profile.single_tag(row["tag"])
            if tag is None or policy.action(tag) is basic.action(tag):
                continue
            assert row["options"].get(column) in ("K", "C"), row["name"]
            assert policy.action(tag) is not Action.REMOVED


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("KVP", "48213377"), ("KVP", ["120", "48213377"]), ("AcquisitionNumber", "19530418"), ("TableSpeed", 1.5e80)],
)  # fmt: skip
def test_a_number_that_could_be_somebodys_number_goes(keyword, value):
    kept = cleaned(**{keyword: value})
    assert str(value) not in str(kept)
    assert "48213377" not in str(kept)


@pytest.mark.parametrize(
    ("multiplicity", "good", "bad"),
    [("1", (1,), (2,)), ("3", (3,), (1,)), ("1-3", (1, 3), (4,)), ("2-2n", (2, 4), (3,)),
     ("1-n", (1, 9), (33,))],
)  # fmt: skip
def test_value_multiplicity_is_held_to_the_dictionary(multiplicity, good, bad):
    assert all(allowlist.fits(multiplicity, count) for count in good)
    assert not any(allowlist.fits(multiplicity, count) for count in bad)


def test_the_page_on_deidentification_names_every_option_with_its_code_and_no_other():
    page = (Path(__file__).parents[3] / "docs/deidentification.md").read_text()
    table = re.findall(r"^\| `([a-z-]+)` \| (\d+|-) \|", page, re.MULTILINE)
    known = {(option.label, option.code or "-") for option in Option} | {(NO_DATES, "-")}
    assert set(table) == known
    assert all(f"`{name}`" in page for name in REFUSED)


def test_every_test_that_the_page_on_deidentification_names_is_there():
    root = Path(__file__).parents[3]
    rows = re.findall(r"^\| .* \| (`test_.*) \|$", (root / "docs/deidentification.md").read_text(), re.MULTILINE)
    named = [name.partition("::") for row in rows for name in re.findall(r"`(test_\w+::test_\w+)`", row)]
    assert len(named) > 25
    assert all("::" in row for row in rows)
    for module, _, test in named:
        (file,) = (root / "tests/builder").rglob(f"{module}.py")
        assert f"\ndef {test}(" in file.read_text(), (module, test)


def test_explain_says_of_every_row_of_table_e1_1_what_is_done():
    rows = {row.tag: row for row in explain(Policy.of(()))}
    named = [row for row in profile.rows() if profile.single_tag(row["tag"]) is not None]
    standard = [row for row in named if dictionary_has_tag(profile.single_tag(row["tag"]))]
    missing = [row["tag"] for row in standard if row["tag"] not in rows and not row["tag"].startswith("(0002")]
    assert missing == []
    assert len(standard) > 600


def test_explain_has_every_option_in_the_words_of_the_documentation():
    text = (Path(__file__).parents[3] / "docs" / "deidentification.md").read_text("utf-8")
    documented = dict(re.findall(r"^\| `([a-z-]+)` \| (?:\d{6}|-) \| (.*) \|$", text, re.MULTILINE))
    assert documented == OPTIONS
    assert set(OPTIONS) == {option.label for option in Option} | {NO_DATES}


@pytest.mark.parametrize(
    ("names", "keyword", "said"),
    [
        ((), "StudyInstanceUID", "a new UID"),
        (("uids",), "StudyInstanceUID", "kept"),
        (("uids",), "SOPInstanceUID", "kept"),
        (("full-dates",), "StudyDate", "kept"),
        (("full-dates",), "LongitudinalTemporalInformationModified", "UNMODIFIED"),
        (("no-dates",), "LongitudinalTemporalInformationModified", "REMOVED"),
        ((), "LongitudinalTemporalInformationModified", "MODIFIED"),
        (("patient-characteristics",), "PatientAge", "090Y"),
        (("device-identity",), "StationName", "kept"),
        (("suv-inputs",), "PatientWeight", "kept"),
    ],
)
def test_explain_tells_the_truth_under_each_option(names, keyword, said):
    done = {row.keyword: row.done for row in explain(Policy.of(names))}
    assert said in done[keyword] and ("new UID" not in done[keyword] or not names or "else" in done[keyword])
