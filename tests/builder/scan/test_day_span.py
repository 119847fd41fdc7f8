"""When an examination took place, read from headers of any kind."""

from pydicom import Dataset, Sequence
from pydicom.dataelem import RawDataElement
from pydicom.errors import BytesLengthException
from pydicom.tag import Tag
import pytest

from builder.dicom.source_file import read_header
from builder.scan.day_span import day_span
from tests.scans import ct_slice, np, save


def header_with(tmp_path, **attributes):
    path = save(ct_slice(np.zeros((4, 4), np.int16), (0.0, 0.0, 0.0), 1, **attributes), tmp_path / "I1")
    return read_header(path)[0]


def test_times_of_the_study_date_count_and_no_others(tmp_path):
    header = header_with(
        tmp_path, StudyDate="20240229", StudyTime="081530", SeriesDate="20240229", SeriesTime="09",
        AcquisitionDate="20240301", AcquisitionTime="000010", AcquisitionDateTime="20240229101500.25",
        ContentDate="20240229", ContentTime="nonsense",
    )  # fmt: skip
    assert day_span(header) == (8 * 3600 + 15 * 60 + 30, 10 * 3600 + 15 * 60)


def test_an_injection_and_frames_count_at_any_depth(tmp_path):
    drug, frame, inner = Dataset(), Dataset(), Dataset()
    drug.RadiopharmaceuticalStartTime = "073000.5"
    inner.FrameAcquisitionDateTime = "20240229120000"
    frame.FrameContentSequence = Sequence([inner])
    header = header_with(
        tmp_path, RadiopharmaceuticalInformationSequence=Sequence([drug]),
        PerFrameFunctionalGroupsSequence=Sequence([frame]),
    )  # fmt: skip
    assert day_span(header) == (7 * 3600 + 30 * 60, 12 * 3600)


def test_a_header_without_times_says_nothing(tmp_path):
    assert day_span(header_with(tmp_path, StudyTime="")) == (-1, -1)


def test_a_broken_value_in_an_item_hides_no_other_and_ends_nothing():
    drug, header = Dataset(), Dataset()
    tag = Tag("WaterEquivalentDiameter")  # a number of eight bytes
    drug[tag] = RawDataElement(tag, "FD", 6, bytes(6), 0, False, True)
    drug.RadiopharmaceuticalStartTime = "073000"
    header.StudyDate, header.RadiopharmaceuticalInformationSequence = "20240229", Sequence([drug])
    assert day_span(header) == (7 * 3600 + 30 * 60,) * 2
    with pytest.raises(BytesLengthException):
        drug[tag]
