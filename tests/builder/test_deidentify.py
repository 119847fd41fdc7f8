"""Nothing that identifies gets through: allowlist, dates, pseudonyms, UIDs."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from pydicom import DataElement, Dataset, Sequence
from pydicom.datadict import DicomDictionary, keyword_for_tag
from pydicom.tag import Tag
import pytest

from builder.deidentify import Identity, StudyKey, allowlist, clean, profile
from builder.deidentify.dates import shift_date, shift_datetime, shift_time
from tests import scans

IDENTITY = Identity("P-TEST", "2.25.1", "2.25.2", "2.25.3", -40_000_000, b"secret")
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
    moved = datetime.strptime(shift_date(date, time, offset) + shift_time(time, offset), "%Y%m%d%H%M%S.%f")
    assert moved == moment + timedelta(seconds=offset)
    assert shift_datetime(date + time, offset) == moved.strftime("%Y%m%d").zfill(8) + moved.strftime("%H%M%S.%f")


@pytest.mark.parametrize("value", ["", "19531399", "yesterday", "1953", "19530418X"])
def test_an_invalid_date_becomes_empty_and_never_the_original(value):
    assert shift_date(value, "", -1000) == ""
    assert shift_datetime(value, -1000) == ""


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
    assert -3651 * 86_400 <= key.offset_seconds(value) <= -365 * 86_400
