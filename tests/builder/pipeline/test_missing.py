"""Images that could not be read: each case says on the medium how many of its images are missing for that."""

from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import JPEG2000Lossless
import pytest

from bundle.index.index import Catalog
from tests import scans
from tests.builder.pipeline import hostile
from tests.conftest import build_bundle


def write_study(folder: Path, number: int, slices: int = 4) -> Path:
    """A study of a person of its own."""

    def change(dataset: Dataset, k: int) -> None:
        dataset.PatientID, dataset.PatientName = f"PB-{number}", f"Brackwater^{number}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"1.2.3.{number}", f"1.2.3.{number}.1"
        dataset.SOPInstanceUID = f"1.2.3.{number}.1.{k}"

    return scans.write_series(folder, slices, change)


def cut_short(path: Path) -> None:
    """Its header is whole, and its pixels are not."""
    path.write_bytes(path.read_bytes()[:-20])


def cannot_be_decoded(path: Path) -> None:
    """It says that it is compressed, and is not."""
    hostile.packed(path, JPEG2000Lossless, [bytes(64)], **_names(path))


def claims_too_much(path: Path) -> None:
    scans.save(hostile.slice_(NumberOfFrames=2_000_000_000, **_names(path)), path)


def _names(path: Path) -> dict[str, str]:
    names = ("PatientID", "PatientName", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    read = dcmread(path)
    return {name: str(read[name].value) for name in names}


@pytest.mark.parametrize("harm", [cut_short, cannot_be_decoded, claims_too_much])
def test_a_case_says_how_many_of_its_images_could_not_be_read(tmp_path, harm):
    for number in (1, 2):
        write_study(tmp_path / "scans" / str(number), number)
    for path in sorted((tmp_path / "scans" / "2").iterdir())[1:3]:
        harm(path)
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    with Catalog(built.drive) as catalog:
        found = {study.case: study.images_unreadable for study in catalog.studies()}
        sizes = {study.case: study.series[0].number_of_instances for study in catalog.studies()}
    assert sorted(found.values()) == [0, 2]
    (case,) = (case for case, number in found.items() if number)
    assert sizes[case] == 2
    assert f"  {case}: 2 could not be read" in (built.drive / "README.TXT").read_text()
    assert "<td>2 could not be read</td>" in (built.drive / "INDEX.HTM").read_text()
    told = [
        (finding.check, finding.subject) for finding in built.outcome.findings if finding.check.startswith("pictures")
    ]
    assert told == [("pictures.unreadable", case)]


def test_the_number_stays_when_a_case_is_added_and_when_the_same_scans_come_again(tmp_path):
    for number in (1, 2):
        write_study(tmp_path / str(number), number)
    cut_short(min((tmp_path / "1").iterdir()))
    build_bundle(tmp_path, tmp_path / "1", look_into_pictures=False)
    for folder in ("2", "1"):
        built = build_bundle(tmp_path, tmp_path / folder, look_into_pictures=False, add=True)
        with Catalog(built.drive) as catalog:
            assert {study.case: study.images_unreadable for study in catalog.studies()} == {
                "CASE-001": 1,
                "CASE-002": 0,
            }


def test_a_study_uid_that_two_people_share_says_nothing_about_either(tmp_path):
    for number in (1, 2):
        folder = write_study(tmp_path / "scans" / str(number), number)
        for path in folder.iterdir():
            dataset = dcmread(path)
            dataset.StudyInstanceUID = "1.2.3.9"
            scans.save(dataset, path)
    cut_short(min((tmp_path / "scans" / "1").iterdir()))
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    with Catalog(built.drive) as catalog:
        assert [study.images_unreadable for study in catalog.studies()] == [0, 0]
    assert [file.reason.unreadable for file in built.outcome.skipped] == [True]
