"""Windows of MR, written for rescaled or for stored values: what is painted after a real build, held to NumPy."""

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.multival import MultiValue
from pydicom.uid import MRImageStorage
from PyQt5.QtWidgets import QApplication
import pytest

from builder.check import inspect_bundle
from bundle.index.index import Catalog
from tests import scans
from tests.conftest import build_bundle
from tests.scans import ct_slice, save
from viewer.ui.trial import grab_grey

SIZE, SLICES = 24, 5


def mr_slice(k: int, most: int, slope: float, intercept: float, window: tuple[float, float]) -> Dataset:
    """A slice whose stored values go from 0 to `most`."""
    stored = np.random.default_rng(k).permutation(np.linspace(0, most, SIZE * SIZE).round()).reshape(SIZE, SIZE)
    return ct_slice(
        stored, (-12.0, -12.0, 2.0 * k), k + 1, SOPClassUID=MRImageStorage, Modality="MR",
        RescaleSlope=slope, RescaleIntercept=intercept, WindowCenter=window[0], WindowWidth=window[1],
    )  # fmt: skip


def build_mr(work, most, slope, intercept, window, change=lambda dataset, k: None):
    for k in range(SLICES):
        dataset = mr_slice(k, most, slope, intercept, window)
        change(dataset, k)
        save(dataset, work / "scans" / f"I{k}")
    return build_bundle(work, work / "scans")


def index_window(drive) -> tuple[float, float]:
    with Catalog(drive) as catalog:
        (stack,) = (stack for study in catalog.studies() for series in study.series for stack in series.stacks)
    return stack.window


def linear(values: np.ndarray, window: tuple[float, float]) -> np.ndarray:
    """PS3.3 C.11.2.1.2.1."""
    return np.clip((values - (window[0] - 0.5)) / (window[1] - 1) + 0.5, 0, 1) * 255


def painted(window, index: int) -> tuple[np.ndarray, Dataset]:
    """The grey in the middle of each pixel of a slice, shape (rows, columns), and its file."""
    viewing, pane = window.viewing, window.pane
    pane.picture.smooth = False
    viewing.set_annotation(type(viewing.annotation).OFF)
    viewing.set_index(index)
    QApplication.processEvents()
    grabbed, mapping = grab_grey(pane), pane.mapping()
    rows, columns = np.mgrid[:SIZE, :SIZE]
    x, y = mapping.to_screen(columns + 0.5, rows + 0.5)
    dataset = dcmread(viewing.catalog.root / viewing.loaded_stack.frames[index].path)
    return grabbed[np.floor(y).astype(int), np.floor(x).astype(int)], dataset


@pytest.mark.parametrize(
    ("most", "slope", "intercept", "window", "in_stored"),
    [
        (4000, 0.0003, 0.0, (1800, 900), True),
        (4000, 0.0003, -20.0, (1800, 900), True),
        (4000, 100.0, 50_000.0, (1800, 900), True),
        (4000, 0.0003, 0.0, (400, 900), True),  # reaches zero, and so the rescaled values too
        (50, 7.8393163681, 0.0, (378, 200), False),  # as Philips writes them
        (4000, 0.5, 0.0, (900, 700), False),  # both meet: as the standard has it
    ],
)
def test_every_slice_is_painted_in_the_unit_that_its_window_is_meant_in(
    show_window, tmp_path, most, slope, intercept, window, in_stored
):
    built = build_mr(tmp_path, most, slope, intercept, window)
    shown = show_window(built.drive, size=(1000, 800))
    for index in range(SLICES):
        grey, dataset = painted(shown, index)
        assert (float(dataset.WindowCenter), float(dataset.WindowWidth)) == window  # the file is as it was
        assert float(dataset.RescaleSlope) == pytest.approx(slope)
        stored = dataset.pixel_array.astype(float)
        values = stored if in_stored else stored * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
        assert np.abs(grey - linear(values, window)).max() <= 1
        assert len(np.unique(grey)) > 10 and np.ptp(grey) > 100
    assert (index_window(built.drive) == window) is not in_stored
    assert [finding.check for finding in inspect_bundle(built.drive).findings if finding.severity == "error"] == []


def test_a_window_that_meets_nothing_stays_as_it_is_written(tmp_path):
    assert index_window(build_mr(tmp_path, 50, 0.01, 0.0, (9000, 100)).drive) == (9000, 100)


def test_a_rescale_that_turns_values_round_keeps_the_width_positive(tmp_path):
    built = build_mr(tmp_path, 4000, -0.01, 0.0, (1800, 900))
    assert index_window(built.drive) == pytest.approx((-17.495, 9.99))


def test_the_unit_is_decided_once_for_all_slices_of_a_stack(show_window, tmp_path):
    """The first slices hold nothing that the window meets, in whatever unit: alone they would stay grey."""

    def darker(dataset: Dataset, k: int) -> None:
        if k < 2:
            dataset.PixelData = (np.frombuffer(dataset.PixelData, "<i2") // 10).tobytes()

    built = build_mr(tmp_path, 4000, 0.0003, 0.0, (1800, 900), darker)
    shown = show_window(built.drive, size=(1000, 800))
    for index in range(SLICES):
        grey, dataset = painted(shown, index)
        assert np.abs(grey - linear(dataset.pixel_array.astype(float), (1800, 900))).max() <= 1
        assert shown.viewing.state.window == shown.viewing.first_window


def test_a_ct_keeps_its_window_whatever_its_values_are(tmp_path):
    def as_ct(dataset: Dataset, k: int) -> None:
        dataset.SOPClassUID, dataset.Modality = scans.CTImageStorage, "CT"

    assert index_window(build_mr(tmp_path, 4000, 0.0003, 0.0, (1800, 900), as_ct).drive) == (1800, 900)


def first(value: object) -> float:
    """Some files have several windows; the first one counts."""
    return float(value[0] if isinstance(value, MultiValue) else value)


def test_a_real_mr_with_a_rescale_keeps_the_window_of_its_file(real_bundle):
    slopes = []
    with Catalog(real_bundle.drive) as catalog:
        mr = [series for study in catalog.studies() for series in study.series if series.modality == "MR"]
        for stack in (stack for series in mr for stack in series.stacks):
            dataset = dcmread(real_bundle.drive / catalog.frames(stack.stack_id)[stack.preview_frame].path)
            if "RescaleSlope" in dataset and "WindowWidth" in dataset:
                slopes.append(float(dataset.RescaleSlope))
                assert stack.window == (first(dataset.WindowCenter), first(dataset.WindowWidth))
    assert [slope for slope in slopes if slope != 1] == [pytest.approx(7.8393163681)]
