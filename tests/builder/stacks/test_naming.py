"""Stacks of one series have names that tell them apart, and the check proves each word from the files."""

from pathlib import Path
import shutil

import numpy as np
from pydicom.uid import MRImageStorage
import pytest

from builder.check import check_bundle
from bundle.index.index import Catalog
from tests import scans
from tests.builder.check.damaging import edit_index
from tests.conftest import Built, build_bundle
from tests.stacked import wrong_findings

MR = {"SOPClassUID": MRImageStorage, "Modality": "MR", "ImageType": ["ORIGINAL", "PRIMARY", "M"]}


def several(keyword, values, **more):
    """A stack of five slices for each value."""
    return [{"z": float(z), keyword: value, **more} for value in values for z in range(5)]


def diffusion():
    directions = [(0.0, [1, 0, 0]), *((1000.0, [0, k == 0, k == 1]) for k in range(2))]
    return [
        {"z": float(z), "DiffusionBValue": b, "DiffusionGradientOrientation": [float(part) for part in way], **MR}
        for b, way in directions for z in range(5)
    ]  # fmt: skip


def bolus():
    volume = [{"z": float(z), "AcquisitionNumber": 1, "AcquisitionTime": "081500"} for z in range(5)]
    times = [{"z": 3.0, "AcquisitionNumber": 2 + k, "AcquisitionTime": f"08141{k}"} for k in range(4)]
    return volume + times


DATED = {"AcquisitionDate": "20240229"}
# What is in a series, and the names of its stacks.
SERIES = {
    "echoes": (several("EchoTime", [4.6, 9.2], **MR), {"axial 1.5 mm, echo 4.6 ms", "axial 1.5 mm, echo 9.2 ms"}),
    "magnitude and phase": (
        several("ImageType", [["ORIGINAL", "PRIMARY", "M", "ND"], ["ORIGINAL", "PRIMARY", "P", "ND"]],
                **{k: v for k, v in MR.items() if k != "ImageType"}),
        {"axial 1.5 mm, magnitude", "axial 1.5 mm, phase"},
    ),
    "diffusion": (
        diffusion(),
        {"axial 1.5 mm, b 0", "axial 1.5 mm, b 1000, direction 1 of 2", "axial 1.5 mm, b 1000, direction 2 of 2"},
    ),
    "dynamic": (
        several("TemporalPositionIdentifier", [1, 2, 3], **MR), {f"axial 1.5 mm, time {k} of 3" for k in (1, 2, 3)},
    ),
    "passes": (
        several("AcquisitionTime", ["081530", "081600.5"], **DATED), {f"axial 1.5 mm, time {k} of 2" for k in (1, 2)},
    ),
    "bolus": (bolus(), {"axial 1.5 mm", "axial 1.5 mm, one place"}),
    "energies": (several("KVP", [80, 140]), {"axial 1.5 mm, 80 kV", "axial 1.5 mm, 140 kV"}),
    "acquisitions": (several("AcquisitionNumber", [3, 7]), {f"axial 1.5 mm, acquisition {k}" for k in (3, 7)}),
    "phases": (
        several("NominalPercentageOfCardiacPhase", [30, 75]), {f"axial 1.5 mm, cardiac phase {k} %" for k in (30, 75)},
    ),
    "kernels": (several("ConvolutionKernel", ["B30f", "B70f"]), {"axial 1.5 mm, B30f", "axial 1.5 mm, B70f"}),
    "derived": (
        several("ImageType", [["ORIGINAL", "PRIMARY", "AXIAL"], ["DERIVED", "PRIMARY", "AXIAL"]]),
        {"axial 1.5 mm", "axial 1.5 mm, derived"},
    ),
    "iodine": (several("ImageType", [["DERIVED", "PRIMARY", "AXIAL", "IODINE"]], RescaleType="MGML"),
               {"axial 1.5 mm, iodine"}),
    "in mg/ml": (several("RescaleType", ["MGML"]), {"axial 1.5 mm, mg/ml"}),
    "thickness": (several("SliceThickness", ["3.26995"]), {"axial 3.27 mm"}),
    "in HU": (several("RescaleType", ["HU"]), {"axial 1.5 mm"}),
    "numbers": ([{"z": float(k % 5)} for k in range(10)], {f"axial 1.5 mm, from image {k}" for k in (1, 6)}),
    "matrices": (several("size", [16, 24]), {"axial 1.5 mm, 16 x 16", "axial 1.5 mm, 24 x 24"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    """All of them on one stick."""
    work = tmp_path_factory.mktemp("names")
    for number, (name, (slices, _)) in enumerate(SERIES.items(), start=1):
        for k, more in enumerate(slices):
            one = dict(more)
            pixels = np.full((one.pop("size", 16),) * 2, number)
            place = (0.0, 0.0, one.pop("z"))
            uids = {"SeriesInstanceUID": f"1.2.9.{number}", "SOPInstanceUID": f"1.2.9.{number}.{k}"}
            dataset = scans.ct_slice(pixels, place, k + 1, SeriesNumber=number, **uids, **one)
            scans.save(dataset, work / "scans" / name / f"I{k}")
    return build_bundle(work, work / "scans", look_into_pictures=False)


def names_of(drive: Path) -> dict[str, list[str]]:
    with Catalog(drive) as catalog:
        series = {series.series_number: series for study in catalog.studies() for series in study.series}
    return {
        name: [stack.description for stack in series[number].stacks] for number, name in enumerate(SERIES, start=1)
    }  # fmt: skip


@pytest.mark.parametrize("name", SERIES)
def test_stacks_are_told_apart_by_what_their_frames_are(built, name):
    assert wrong_findings(built) == []
    found = names_of(built.drive)[name]
    assert len(found) == len(set(found))
    assert set(found) == SERIES[name][1]


def rename(old: str, new: str, series: str) -> str:
    number = [*SERIES].index(series) + 1
    of_series = f"SELECT id FROM series WHERE series_number = {number}"
    return f"UPDATE stack SET description = '{new}' WHERE description = '{old}' AND series_id IN ({of_series})"


FALSE_WORDS = [
    ("echoes", "echo 4.6 ms", "echo 4.7 ms"), ("echoes", "echo 4.6 ms", "echo 9.2 ms"), ("diffusion", "b 0", "b 1000"),
    ("magnitude and phase", "phase", "real"), ("dynamic", "time 1 of 3", "time 1 of 4"), ("bolus", "one place", "fat"),
    ("energies", "80 kV", "Brackwater"), ("acquisitions", "acquisition 3", "acquisition 4"),
    ("iodine", "iodine", "calcium"), ("matrices", "16 x 16", "24 x 24"), ("derived", "derived", "single image"),
    ("numbers", "from image 6", "from image 5"),
]  # fmt: skip


@pytest.mark.parametrize(("series", "old", "new"), FALSE_WORDS)
def test_a_word_that_is_not_true_is_found(built, tmp_path, series, old, new):
    root = Path(shutil.copytree(built.drive, tmp_path / "stick"))
    edit_index(rename(f"axial 1.5 mm, {old}", f"axial 1.5 mm, {new}", series))(root)
    assert "index.named" in {finding.check for finding in check_bundle(root)}


@pytest.mark.parametrize("series", ["echoes", "dynamic", "energies", "magnitude and phase"])
def test_one_name_for_stacks_that_differ_is_found(built, tmp_path, series):
    root = Path(shutil.copytree(built.drive, tmp_path / "stick"))
    edit_index(*(rename(name, "axial 1.5 mm", series) for name in SERIES[series][1]))(root)
    found = [finding.message for finding in check_bundle(root) if finding.check == "index.named"]
    assert len(found) == len(SERIES[series][1]) - 1
    assert all("tells them apart" in message for message in found)


def test_times_in_the_wrong_order_are_found(built, tmp_path):
    root = Path(shutil.copytree(built.drive, tmp_path / "stick"))
    first, second = (f"axial 1.5 mm, time {k} of 2" for k in (1, 2))
    edit_index(rename(first, "x", "passes"), rename(second, first, "passes"), rename("x", second, "passes"))(root)
    assert len([finding for finding in check_bundle(root) if finding.check == "index.named"]) == 2
