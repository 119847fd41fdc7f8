"""The sample scans: anatomy, geometry, headers, and that they are the same each time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
import hashlib
from pathlib import Path
import shutil
import subprocess

import numpy as np
import pydicom
import pytest

from builder.demo import write_demo
from builder.demo.anatomy import abdomen, chest, head
from builder.demo.plan import SERIES
from builder.demo.plane import Gantry
from tests import scans

EVERY = 28
CT = pydicom.uid.CTImageStorage


def write(folder: Path) -> list[Path]:
    with ThreadPoolExecutor(2) as pool:
        return write_demo(folder, executor=pool, every=EVERY)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def images(files: list[Path]) -> list[pydicom.FileDataset]:
    return [pydicom.dcmread(path) for path in files if path.name.startswith("IM")]


def axial(images: list[pydicom.FileDataset], visit_key: str) -> list[pydicom.FileDataset]:
    accession = next(s.visit.accession for s in SERIES if s.visit.key == visit_key)
    mine = [i for i in images if i.AccessionNumber == accession and "AXIAL" in i.ImageType]
    return sorted(mine, key=lambda i: float(i.ImagePositionPatient[2]))


def hu_at(module, point: tuple[float, float, float], radius: int = 2) -> float:
    """Mean HU of a few pixels around a point (x, y, z; mm) of an untilted plane."""
    canvas = module.paint(Gantry(41, 0.5, point[:2]).plane(point[2]))
    middle = 20
    near = slice(middle - radius, middle + radius + 1)
    return float(canvas.hu[near, near].mean())


def nodule_area(visit_key: str) -> float:
    """Area in mm² of what is denser than lung around the nodule's place in its middle plane."""
    painter = {"chest-1": 4.5, "chest-2": 7.5}[visit_key]
    x, y, z = chest.NODULE
    hu = chest.paint(Gantry(101, 0.3, (x, y)).plane(z), nodule_radius=painter).hu
    return float((hu > -300).sum()) * 0.09


@pytest.mark.parametrize(
    ("module", "point", "low", "high"),
    [
        (head, (0.0, -150.0, 50.0), -1001, -990),
        (head, (27.0, 0.0, 49.0), 58, 80),
        (head, (22.0, 33.0, 59.0), 0, 16),
        (head, (34.0, 20.0, 70.0), 22, 34),
        (head, (31.0, -69.0, 4.0), 3, 16),
        (head, (29.0, -54.0, -28.0), -1000, -900),
        (chest, (-90.0, 20.0, -30.0), -1000, -650),
        (chest, (25.0, 48.0, -40.0), 40, 60),
        (chest, (0.0, 18.0, 50.0), -1001, -950),
        (chest, chest.NODULE, 0, 60),
        (abdomen, abdomen.LIVER, 48, 66),
        (abdomen, (8.0, 15.0, 100.0), 40, 55),
        (abdomen, (0.0, -28.0, -164.0), -2, 12),
        (abdomen, (0.0, 100.0, -210.0), -120, -85),
        (abdomen, abdomen.STONE, 600, 1000),
    ],
)
def test_known_places_have_the_hounsfield_units_of_their_tissue(module, point, low, high) -> None:
    assert low <= hu_at(module, point, radius=1) <= high


def test_bone_is_harder_than_any_soft_tissue_and_has_a_softer_core() -> None:
    hu = head.paint(Gantry(256, 0.94, (0.0, 2.0)).plane(70.0)).hu
    line = hu[:, 128]
    table = np.flatnonzero(line > 900)
    assert table.size >= 4
    between = line[table[0] : table[0] + 8]
    assert between.min() < 900


def test_the_nodule_has_grown_in_the_second_study() -> None:
    first, second = nodule_area("chest-1"), nodule_area("chest-2")
    assert 40 < first < 90
    assert second > 2 * first


def test_the_nodule_grows_in_the_written_files_of_one_patient(images: list[pydicom.FileDataset]) -> None:
    first, second = axial(images, "chest-1")[0], axial(images, "chest-2")[0]
    assert first.PatientID == second.PatientID
    assert first.StudyInstanceUID != second.StudyInstanceUID
    assert first.StudyDate < second.StudyDate


def test_the_head_is_tilted_and_its_positions_step_along_the_table(images: list[pydicom.FileDataset]) -> None:
    slices = axial(images, "head")
    orientation = np.asarray(slices[0].ImageOrientationPatient, float)
    positions = np.asarray([s.ImagePositionPatient for s in slices], float)
    steps = np.diff(positions, axis=0)
    normal = np.cross(orientation[:3], orientation[3:])
    assert np.degrees(np.arctan2(orientation[5], orientation[4])) == pytest.approx(-15.0, abs=1e-3)
    assert np.allclose(steps[:, :2], 0)
    assert np.allclose(steps[:, 2], 3.0 * EVERY)
    assert steps[0] @ normal == pytest.approx(float(slices[0].SpacingBetweenSlices), abs=1e-3)
    assert float(slices[0].GantryDetectorTilt) == -15.0


def test_the_other_series_are_upright(images: list[pydicom.FileDataset]) -> None:
    for key in ("chest-1", "chest-2", "belly"):
        assert [float(v) for v in axial(images, key)[0].ImageOrientationPatient] == [1, 0, 0, 0, 1, 0]


def test_air_outside_the_body_and_noise_within_it(images: list[pydicom.FileDataset]) -> None:
    for key in ("head", "chest-1", "belly"):
        image = axial(images, key)[1]
        hu = image.pixel_array * float(image.RescaleSlope) + float(image.RescaleIntercept)
        assert np.median(hu[4:12, 240:270]) == pytest.approx(-1000, abs=12)
        assert hu[250:262, 250:262].std() > 1


def test_what_lies_outside_the_circle_is_marked_as_padding(images: list[pydicom.FileDataset]) -> None:
    image = axial(images, "chest-1")[0]
    assert image.PixelPaddingValue == -2000
    assert image.pixel_array[0, 0] == -2000


def test_the_whole_plan_is_several_hundred_slices_below_250_megabytes() -> None:
    count = sum(len(series.heights) for series in SERIES)
    assert 380 <= count <= 450
    assert count * (512 * 512 * 2 + 4096) < 250e6


def test_three_people_four_visits_and_every_uid_under_2_25(images: list[pydicom.FileDataset]) -> None:
    assert len({i.PatientID for i in images}) == 3
    assert len({i.StudyInstanceUID for i in images}) == 4
    uids = [i.SOPInstanceUID for i in images]
    assert len(set(uids)) == len(uids)
    assert all(uid.startswith("2.25.") and uid.is_valid for uid in uids)


def test_every_header_names_the_person_and_hides_the_name_in_private_elements(
    images: list[pydicom.FileDataset],
) -> None:
    for image in images:
        assert image.PatientName and image.PatientBirthDate
        assert image.InstitutionName and image.AccessionNumber
        assert any(element.tag.is_private for element in image)
    names = {str(image.PatientName) for image in images}
    assert any("ü" in name for name in names)
    assert any("花" in name for name in names)


def test_a_dose_page_with_burned_in_text_and_files_of_no_images_lie_beside(files: list[Path]) -> None:
    page = next(pydicom.dcmread(path) for path in files if "SERIES999" in path.parts)
    assert page.SOPClassUID == pydicom.uid.SecondaryCaptureImageStorage
    assert page.BurnedInAnnotation == "YES"
    assert (page.pixel_array > 200).sum() > 1000
    assert any(path.name == "Thumbs.db" for path in files)


def test_localizers_look_from_the_front(images: list[pydicom.FileDataset]) -> None:
    scouts = [i for i in images if i.SOPClassUID == CT and i.ImageType[2] == "LOCALIZER"]
    assert len(scouts) == 3
    for scout in scouts:
        assert [float(v) for v in scout.ImageOrientationPatient] == [1, 0, 0, 0, 0, -1]
        assert scout.pixel_array.std() > 50


def test_the_same_bytes_are_written_each_time_by_any_workers(files: list[Path], tmp_path: Path) -> None:
    again = write_demo(tmp_path, every=EVERY)
    assert len(again) == len(files)
    for file, other in zip(files, again, strict=True):
        assert file.name == other.name
        assert hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest(), file


def test_progress_rises_to_the_whole(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        write_demo(tmp_path, progress=lambda done, total: seen.append((done, total)), executor=pool, every=60)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


def needs(tool: str) -> str:
    """The tool's path; without it the test is skipped, but not in CI."""
    path = shutil.which(tool)
    if path is None:
        if scans.in_ci():
            pytest.fail(f"{tool} is not installed")
        pytest.skip(f"{tool} is not installed")
    return path


def test_dcmtk_reads_every_image(files: list[Path]) -> None:
    paths = [str(path) for path in files if path.name.startswith("IM")]
    result = subprocess.run([needs("dcmdump"), "-q", *paths], capture_output=True, check=False)
    assert result.returncode == 0, result.stderr[-500:]


def test_dciodvfy_finds_no_error_in_any_image(files: list[Path]) -> None:
    tool = needs("dciodvfy")
    for path in files:
        if path.name.startswith("IM"):
            result = subprocess.run([tool, str(path)], capture_output=True, check=False)
            report = (result.stdout + result.stderr).decode("utf-8", "replace")
            assert not [line for line in report.splitlines() if line.startswith("Error")], path
