"""Which files are accepted, which are left out and why, and who is who."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builder.errors.build import SourceMissing
from builder.group.group import group
from builder.group.same_name import normal_name
from builder.reasons import Reason
from builder.scan.archives import Unpacking
from builder.scan.scan import scan
from builder.scan.source import FolderSource
from tests import scans


def scan_all(*folders: Path):
    with ThreadPoolExecutor(2) as executor:
        unpacking = Unpacking(folders[0].parent / "key", lambda text: None)
        return scan([FolderSource(folder, unpacking) for folder in folders], executor, lambda done, total: None)


def scan_folder(*folders: Path):
    scanned = scan_all(*folders)
    return scanned.taken, scanned.skipped


def group_folder(*folders: Path):
    with ThreadPoolExecutor(2) as executor:
        return group(scan_all(*folders).taken, executor, lambda done, total: None)


def reasons(skipped) -> dict[str, Reason]:
    return {file.path.name: file.reason for file in skipped}


def test_junk_beside_the_images_is_left_out_with_its_reason(tmp_path):
    folder = scans.write_series(tmp_path / "a b" / "Łódź" / "名前", 3)
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" * 100)
    (folder / "empty").write_bytes(b"")
    (folder / "report.pdf").write_bytes(b"%PDF-1.4 hello")
    taken, skipped = scan_folder(tmp_path)
    assert len(taken) == 3
    assert reasons(skipped) == {
        "Thumbs.db": Reason.NOT_DICOM, "empty": Reason.NOT_DICOM, "report.pdf": Reason.DOCUMENT,
    }  # fmt: skip


def test_a_file_without_preamble_and_file_meta_is_taken(tmp_path):
    whole = scans.save(scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1), tmp_path / "whole").read_bytes()
    start = whole.index(b"\x08\x00\x08\x00CS")  # Image Type, the first element of the data set
    (tmp_path / "whole").unlink()
    (tmp_path / "bare").write_bytes(whole[start:])
    taken, skipped = scan_folder(tmp_path)
    assert [Path(file.path).name for file in taken] == ["bare"]
    assert skipped == []


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, Reason.SECONDARY_CAPTURE),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7.4"}, Reason.SECONDARY_CAPTURE),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.33"}, Reason.REPORT),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.104.1"}, Reason.REPORT),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.66.5"}, Reason.SEGMENTATION),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.481.2"}, Reason.SEGMENTATION),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.481.3"}, Reason.SEGMENTATION_BROKEN),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1"}, Reason.OTHER_MODALITY),
        ({"SOPClassUID": ""}, Reason.UNKNOWN_KIND),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, Reason.SECONDARY_CAPTURE),
        ({"ImageType": ["DERIVED", "SECONDARY", "screen_save"]}, Reason.SECONDARY_CAPTURE),
        ({"ImageType": ["DERIVED", "SECONDARY", "DOSE_INFO"]}, Reason.DOSE_REPORT),
        ({"ImageType": ["DERIVED", "SECONDARY", "OTHER", "CT_SOM5 PROT"]}, Reason.DOSE_REPORT),
        ({"SeriesDescription": "Dose_Report_1"}, Reason.DOSE_REPORT),
        ({"SeriesDescription": "Patient Protocol"}, Reason.DOSE_REPORT),
        ({"SeriesDescription": "Patientenprotokoll"}, Reason.DOSE_REPORT),
        ({"SeriesDescription": "Screen Saves"}, Reason.SECONDARY_CAPTURE),
        ({"SeriesDescription": "scanned documents"}, Reason.SCANNED),
        ({"ConversionType": "SD"}, Reason.SCANNED),
        ({"ConversionType": "DF"}, Reason.SCANNED),
        ({"ConversionType": "DRW"}, Reason.SCANNED),
        ({"ConversionType": "WSD", "ImagePositionPatient": None}, Reason.SECONDARY_CAPTURE),
        ({"ConversionType": "DI", "PixelSpacing": None}, Reason.SECONDARY_CAPTURE),
        ({"ConversionType": "SYN", "ImageOrientationPatient": None}, Reason.SECONDARY_CAPTURE),
        ({"SecondaryCaptureDeviceID": "PC7", "PixelSpacing": None}, Reason.SECONDARY_CAPTURE),
        ({"Modality": "OT", "PixelSpacing": None}, Reason.SECONDARY_CAPTURE),
        ({"Modality": "DOC"}, Reason.SCANNED),
        ({"Manufacturer": "VIDAR Systems"}, Reason.SCANNED),
        ({"SOPClassUID": "1.2.840.10008.5.1.1.29"}, Reason.SCANNED),
        ({"BurnedInAnnotation": "YES"}, Reason.BURNED_IN),
        ({"SamplesPerPixel": 3}, Reason.COLOUR),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, Reason.COLOUR),
        ({"HighBit": 13}, Reason.ODD_PIXELS),
        ({"BitsAllocated": 12, "BitsStored": 12, "HighBit": 11}, Reason.ODD_PIXELS),
        ({"Rows": 0}, Reason.NO_IMAGE),
        ({"Rows": 64}, Reason.TRUNCATED),
    ],
)
def test_each_kind_of_file_that_is_not_taken_has_its_reason(tmp_path, attributes, reason):
    slice_ = scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1, **attributes)
    scans.save(slice_, tmp_path / "x")
    assert reasons(scan_folder(tmp_path)[1]) == {"x": reason}


@pytest.mark.parametrize(
    "attributes",
    [
        {"ConversionType": "WSD"}, {"ConversionType": "SYN"}, {"ConversionType": "DV"}, {"Modality": "OT"},
        {"SeriesDescription": "Low Dose Protocol 1.0"}, {"SeriesDescription": "Screening Thorax"},
        {"ProtocolName": "Patient Protocol"}, {"ImageType": ["DERIVED", "SECONDARY", "AXIAL"]},
        {"SecondaryCaptureDeviceID": "PC7"}, {"ImagePositionPatient": None},
    ],
)  # fmt: skip
def test_a_slice_that_says_where_in_the_patient_it_lies_is_no_picture_of_a_screen(tmp_path, attributes):
    scans.save(scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1, **attributes), tmp_path / "x")
    taken, skipped = scan_folder(tmp_path)
    assert (len(taken), skipped) == (1, [])


def test_a_missing_folder_is_an_error_that_names_it(tmp_path):
    with pytest.raises(SourceMissing, match="nowhere"):
        scan_folder(tmp_path / "nowhere")


def test_the_same_content_twice_is_taken_once(tmp_path):
    scans.write_series(tmp_path / "a", 3)
    scans.write_series(tmp_path / "b", 3)
    found = group_folder(tmp_path)
    assert [len(s.instances) for p in found.patients for st in p.studies for s in st.series] == [3]
    assert [file.reason for file in found.skipped] == [Reason.SAME_AGAIN] * 3
    assert found.notices == []


def test_other_content_under_one_uid_is_kept_apart_and_reported(tmp_path):
    scans.write_series(tmp_path / "a", 3)

    def brighten(dataset, k):
        dataset.PixelData = scans.np.full((16, 16), 77, "<i2").tobytes()

    scans.write_series(tmp_path / "b", 3, brighten)
    found = group_folder(tmp_path)
    (study,) = found.patients[0].studies
    assert [len(series.instances) for series in study.series] == [3, 3]
    keys = {instance.uid_key for series in study.series for instance in series.instances}
    assert len(keys) == 6
    assert [notice.kind for notice in found.notices] == ["other content"] * 3


def test_missing_instance_uids_are_told_apart_by_content(tmp_path):
    def forget(dataset, k):
        dataset.SOPInstanceUID = ""

    scans.write_series(tmp_path / "a", 3, forget)
    scans.write_series(tmp_path / "b", 3, forget)
    found = group_folder(tmp_path)
    instances = [i for p in found.patients for st in p.studies for s in st.series for i in s.instances]
    assert len({instance.uid_key for instance in instances}) == len(instances) == 3


def test_series_without_uids_in_two_folders_stay_two(tmp_path):
    def forget(dataset, k):
        dataset.SOPInstanceUID = dataset.SeriesInstanceUID = dataset.StudyInstanceUID = ""

    def forget_and_differ(dataset, k):
        forget(dataset, k)
        dataset.PixelData = scans.np.full((16, 16), k, "<i2").tobytes()

    scans.write_series(tmp_path / "a", 3, forget)
    scans.write_series(tmp_path / "b", 3, forget_and_differ)
    found = group_folder(tmp_path)
    assert [len(s.instances) for p in found.patients for st in p.studies for s in st.series] == [3, 3]


def test_two_people_with_one_patient_id_are_two_and_reported(tmp_path):
    scans.write_series(tmp_path / "a", 2)

    def other(dataset, k):
        dataset.PatientName, dataset.PatientBirthDate = "Marrowby^Tancred", "19611103"
        dataset.SOPInstanceUID += ".9"
        dataset.StudyInstanceUID = "1.9"

    scans.write_series(tmp_path / "b", 2, other)
    found = group_folder(tmp_path)
    assert len(found.patients) == 2
    assert [notice.kind for notice in found.notices] == ["one Patient ID, several people"]


def test_one_person_spelled_in_two_ways_in_two_folders_is_one(tmp_path):
    scans.write_series(tmp_path / "a", 2)

    def otherwise(dataset, k):
        dataset.PatientName, dataset.PatientBirthDate = "QUILLFEATHER^OTTOLINE^^^", ""
        dataset.SOPInstanceUID += ".9"
        dataset.StudyInstanceUID = "1.9"

    scans.write_series(tmp_path / "b", 2, otherwise)
    found = group_folder(tmp_path)
    assert [len(patient.studies) for patient in found.patients] == [2]


def test_pet_and_ct_under_one_series_uid_are_two_series(tmp_path):
    def as_pet(dataset, k):
        dataset.SOPClassUID, dataset.Modality = "1.2.840.10008.5.1.4.1.1.128", "PT"
        dataset.SOPInstanceUID += ".7"

    scans.write_series(tmp_path / "ct", 3)
    scans.write_series(tmp_path / "pet", 3, as_pet)
    (study,) = group_folder(tmp_path).patients[0].studies
    assert sorted((series.modality, len(series.instances)) for series in study.series) == [("CT", 3), ("PT", 3)]


def test_names_that_differ_in_nothing_that_matters_are_equal():
    assert normal_name("Quillfeather^Ottoline^^^") == normal_name(" QUILLFEATHER^Ottoline")
    assert normal_name("Yamada^Tarou") != normal_name("Yamada^Hanako")
