"""The DICOMDIR, as DCMTK and pydicom read it, and how long it takes."""

import subprocess
import time

from pydicom import dcmread
from pydicom.fileset import FileSet

from builder.catalogue.dicomdir import dicomdir
from builder.plan import Technique, WrittenInstance
from bundle.index.records import Instance
from bundle.layout import instance_path

IMPLEMENTATION = ("2.25.5", "TEST")


def written(count: int) -> list[WrittenInstance]:
    record = WrittenInstance(
        instance=Instance(
            sop_instance_uid="", sop_class_uid="1.2.840.10008.5.1.4.1.1.2", path="", instance_number=0,
            rows=1, columns=1, bits_allocated=16, bits_stored=16, pixel_representation=0,
            photometric_interpretation="MONOCHROME2", pixel_padding_value=None, pixel_offset=0, pixel_length=2,
            file_size=2, header_digest="", digest="", frames=(),
        ),
        patient_id="P-A", study_instance_uid="2.25.1", series_instance_uid="2.25.2", study_date="", study_time="",
        modality="CT", series_number=1, technique=Technique("", "", localizer=False),
    )  # fmt: skip
    return [
        record._replace(
            instance=record.instance._replace(sop_instance_uid=f"2.25.1{n}", path=instance_path(1, 1, 1, n))
        )
        for n in range(1, count + 1)
    ]


def test_pydicom_reads_every_record_of_a_real_bundle(many_bundle):
    file_set = FileSet(many_bundle.drive / "DICOMDIR")
    assert len(file_set) == many_bundle.outcome.instances + many_bundle.outcome.segmentations
    for instance in file_set:
        dataset = instance.load()
        assert dataset.SOPInstanceUID == instance.ReferencedSOPInstanceUIDInFile
        assert dataset.PatientID == instance.PatientID
        assert dataset.SeriesInstanceUID == instance.SeriesInstanceUID


def test_dcmtk_reads_the_whole_directory_without_a_complaint(many_bundle):
    dump = subprocess.run(
        ["dcmdump", "+P", "0004,1500", "-E", str(many_bundle.drive / "DICOMDIR")],
        check=True,
        capture_output=True,
        text=True,
    )
    names = [line.split("[")[1].split("]")[0] for line in dump.stdout.splitlines() if "[" in line]
    paths = {path.replace("/", "\\") for path in many_bundle.outcome.written}
    masks = set(names) - paths
    assert paths <= set(names) and len(masks) == len(names) - len(paths) == many_bundle.outcome.segmentations
    assert {dcmread(many_bundle.drive / name.replace("\\", "/")).Modality for name in masks} <= {"SEG"}
    assert not dump.stderr


def test_every_file_id_is_what_dcmtk_accepts(many_bundle, tmp_path):
    """dcmmkdir builds its own directory from our files: it refuses File IDs and files that PS3.10 does not allow."""
    made = subprocess.run(
        ["dcmmkdir", "+r", "+id", str(many_bundle.drive), "+D", str(tmp_path / "DICOMDIR"), "+F", "TEST", "-Nxc",
         "-Pgp", "+I", "DICOM/PT000001/ST000001/SE000001/IM000001"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr


def test_the_time_grows_linearly_to_two_thousand_instances_and_beyond():
    def seconds(count):
        instances = written(count)
        start = time.process_time()
        dicomdir(instances, "2.25.9", IMPLEMENTATION)
        return time.process_time() - start

    seconds(100)
    assert min(seconds(8000) for _ in range(3)) < 10 * min(seconds(2000) for _ in range(3))


def test_two_thousand_records_are_read_back_in_order(tmp_path):
    path = tmp_path / "DICOMDIR"
    path.write_bytes(dicomdir(written(2000), "2.25.9", IMPLEMENTATION))
    records = dcmread(path).DirectoryRecordSequence
    images = [record for record in records if record.DirectoryRecordType == "IMAGE"]
    assert [list(record.ReferencedFileID)[-1] for record in images] == [f"IM{n:06d}" for n in range(1, 2001)]
    assert records[0].OffsetOfReferencedLowerLevelDirectoryEntity == records[1].seq_item_tell
