"""SUV from a bundle is SUV from the hospital: by the formula of the standard's authors, which knows no dates."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, Sequence, dcmread
from pydicom.uid import PositronEmissionTomographyImageStorage
import pytest

from builder.check import check_bundle
from builder.deidentify import Policy
from builder.errors.build import OptionRefused
from bundle.index.index import Catalog
from tests.conftest import build_bundle
from tests.scans import write_series
from viewer.images.suv import suv_of

HALF_LIFE = 6586.2


def seconds(time: str) -> float:
    return int(time[:2]) * 3600 + int(time[2:4]) * 60 + float(time[4:])


def suv_factor(image: Dataset) -> float:
    """Body weight over the dose at the start of the series (QIBA's vendor-neutral pseudocode): times alone."""
    drug = image.RadiopharmaceuticalInformationSequence[0]
    decayed = seconds(image.SeriesTime) - seconds(drug.RadiopharmaceuticalStartTime)
    dose = float(drug.RadionuclideTotalDose) * 2 ** (-decayed / float(drug.RadionuclideHalfLife))
    return 1000 * float(image.PatientWeight) / dose


def _injected(image: Dataset) -> str:
    return str(image.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime)


def write_pet(folder: Path, injected: int, waited: int) -> Path:
    def clock(second: int) -> str:
        return f"{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}.250000"

    def change(dataset: Dataset, k: int) -> None:
        dataset.SOPClassUID, dataset.Modality = PositronEmissionTomographyImageStorage, "PT"
        dataset.Units, dataset.DecayCorrection, dataset.PatientWeight = "BQML", "START", "71.5"
        dataset.StudyTime, dataset.SeriesTime = clock(injected), clock(injected + waited)
        dataset.SeriesDate = dataset.AcquisitionDate = dataset.StudyDate
        dataset.AcquisitionTime = clock(injected + waited + 90 * k)
        drug = Dataset()
        drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = "312000000", HALF_LIFE
        drug.RadiopharmaceuticalStartTime = clock(injected)
        dataset.RadiopharmaceuticalInformationSequence = Sequence([drug])

    return write_series(folder, slices=3, change=change, whole=True)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(injected=st.integers(0, 75_000), waited=st.integers(1200, 9000), key=st.binary(min_size=32, max_size=32))
def test_suv_is_that_of_the_scans_whenever_they_were_made(tmp_path_factory, injected, waited, key):
    work = tmp_path_factory.mktemp("suv")
    (work / "keys").mkdir()
    (work / "keys/study.key").write_text(key.hex() + "\n")
    scans = write_pet(work / "scans", injected, waited)
    options = {"deidentify": frozenset({"suv-inputs"}), "check": False, "look_into_pictures": False}
    built = build_bundle(work, scans, **options)
    wanted = suv_factor(dcmread(next(scans.iterdir())))
    found = [dcmread(path) for path in sorted((built.drive / "DICOM").rglob("IM*"))]
    # Both times have the same fraction of a second; each becomes another one.
    assert [suv_factor(image) for image in found] == pytest.approx([wanted] * 3, rel=2e-4)
    with Catalog(built.drive) as catalog:
        (series,) = catalog.studies()[0].series
    assert suv_of(series, series.stacks[0]).factor == pytest.approx(wanted, rel=2e-4)
    assert series.uptake.patient_weight == 71.5 and series.uptake.injected[-13:-7] == _injected(found[0])[:6]
    assert all(image.SeriesTime[:6] != dcmread(next(scans.iterdir())).SeriesTime[:6] for image in found)
    assert built.outcome.notices == []


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({}, ()),
        ({"DecayCorrection": "NONE"}, ("time to which decay is corrected",)),
        ({"SeriesTime": "235900"}, ("time to which decay is corrected",)),  # made again after the scan
        ({"PatientWeight": ""}, ("weight of the patient",)),
        ({"Units": "CNTS"}, ("values in Bq/ml",)),
    ],
)
def test_what_lacks_is_named_and_the_check_finds_the_index_right(tmp_path, change, lacks):
    scans = write_pet(tmp_path / "scans", 30_000, 3600)
    for path in scans.iterdir():
        dataset = dcmread(path)
        dataset.update(change)
        dataset.save_as(path)
    options = {"deidentify": frozenset({"suv-inputs"}), "check": False, "look_into_pictures": False}
    built = build_bundle(tmp_path, scans, **options)
    with Catalog(built.drive) as catalog:
        (series,) = catalog.studies()[0].series
    assert suv_of(series, series.stacks[0]).lacks == lacks
    assert [finding for finding in check_bundle(built.drive) if finding.check.startswith("index.")] == []


def test_without_the_option_the_weight_stays_at_home_and_without_times_there_is_none(tmp_path):
    built = build_bundle(tmp_path, write_pet(tmp_path / "scans", 30_000, 3600), check=False)
    assert all("PatientWeight" not in dcmread(path) for path in (built.drive / "DICOM").rglob("IM*"))
    with Catalog(built.drive) as catalog:
        assert catalog.studies()[0].series[0].uptake.patient_weight is None
    with pytest.raises(OptionRefused, match="times"):
        Policy.of(["suv-inputs", "no-dates"])
