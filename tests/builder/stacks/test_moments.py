"""When a stack was acquired and in which phase: from the written files into the index, and proved by the check."""

from pydicom import Dataset, dcmread
import pytest

from builder.check import check_bundle
from bundle.index.index import Catalog
from tests.builder.check.damaging import edit_index
from tests.conftest import build_bundle
from tests.scans import write_series
from viewer.entries import all_entries, describe, phase_of, when_acquired


def written(folder, number: int, **attributes):
    """A series of four slices whose k-th was acquired k seconds later."""

    def change(dataset: Dataset, k: int) -> None:
        dataset.SeriesInstanceUID, dataset.SeriesNumber = f"1.2.3.4.{number}", number
        dataset.SOPInstanceUID = f"1.2.3.4.{number}.{k}"
        dataset.AcquisitionDate = dataset.StudyDate
        dataset.AcquisitionTime = f"10{number:02d}{20 + k:02d}.750"
        dataset.update(attributes)

    return write_series(folder / f"series{number}", slices=4, change=change, whole=True)


def first_moment(drive, series_uid: str) -> str:
    """As pydicom reads the written files: without fractions, the earliest."""
    files = [dcmread(path) for path in (drive / "DICOM").rglob("IM*")]
    return min(
        file.AcquisitionDate + file.AcquisitionTime[:6] for file in files if file.SeriesInstanceUID == series_uid
    )


@pytest.mark.parametrize("options", [frozenset(), frozenset({"full-dates"})])
def test_two_phases_of_one_scan_have_their_times_and_one_alone_has_none(tmp_path, options):
    sources = [written(tmp_path / "scans", number) for number in (2, 3)]
    built = build_bundle(tmp_path, *sources, deidentify=options, look_into_pictures=False, check=False)
    with Catalog(built.drive) as catalog:
        entries = all_entries(catalog)
    assert len(entries) == 2
    for entry in entries:
        moment = first_moment(built.drive, entry.series.series_instance_uid)
        assert entry.stack.acquired == moment
        shown = f"{moment[8:10]}:{moment[10:12]}:{moment[12:]}"
        assert when_acquired(entry) == shown and describe(entry).endswith(shown)
    assert [found for found in check_bundle(built.drive) if found.check.startswith("index.")] == []
    alone = build_bundle(tmp_path / "alone", sources[0], look_into_pictures=False, check=False)
    with Catalog(alone.drive) as catalog:
        (entry,) = all_entries(catalog)
    assert entry.stack.acquired and when_acquired(entry) == ""


@pytest.mark.parametrize("moment", ["", "20190304101500", "101500"])
def test_the_check_finds_another_time(tmp_path, moment):
    built = build_bundle(tmp_path, written(tmp_path / "scans", 2), look_into_pictures=False, check=False)
    edit_index(f"UPDATE stack SET acquired = '{moment}'")(built.drive)
    found = [finding for finding in check_bundle(built.drive) if finding.check == "index.stack"]
    assert len(found) == 1 and f"found '{moment}'" in found[0].message


def test_without_dates_there_is_no_time(tmp_path):
    sources = [written(tmp_path / "scans", number) for number in (2, 3)]
    built = build_bundle(
        tmp_path, *sources, deidentify=frozenset({"no-dates"}), look_into_pictures=False, check=False
    )  # fmt: skip
    with Catalog(built.drive) as catalog:
        assert {entry.stack.acquired for entry in all_entries(catalog)} == {""}
    assert [found for found in check_bundle(built.drive) if found.check.startswith("index.")] == []


@pytest.mark.parametrize("missing", [0, 3])
def test_a_slice_without_a_time_leaves_the_stack_without(tmp_path, missing):
    source = written(tmp_path / "scans", 2)
    path = sorted(source.iterdir())[missing]
    dataset = dcmread(path)
    del dataset.AcquisitionTime, dataset.AcquisitionDate
    dataset.save_as(path)
    built = build_bundle(tmp_path, source, look_into_pictures=False, check=False)
    with Catalog(built.drive) as catalog:
        assert all_entries(catalog)[0].stack.acquired == ""
    assert [found for found in check_bundle(built.drive) if found.check.startswith("index.")] == []


def test_each_phase_of_the_heart_is_named_where_every_series_has_its_own(tmp_path):
    sources = [
        written(tmp_path / "scans", number, NominalPercentageOfCardiacPhase=phase)
        for number, phase in ((2, 40.0), (3, 75.0))
    ]
    built = build_bundle(tmp_path, *sources, look_into_pictures=False, check=False)
    with Catalog(built.drive) as catalog:
        entries = all_entries(catalog)
    assert [phase_of(entry) for entry in entries] == ["cardiac phase 40 %", "cardiac phase 75 %"]
    assert all(entry.stack.respiratory_phase is None for entry in entries)
    assert [found for found in check_bundle(built.drive) if found.check.startswith("index.")] == []
