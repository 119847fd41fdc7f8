"""Slices that came as a series each are combined if everything else agrees, and every report says so."""

from pydicom import dcmread

from bundle.index.index import Catalog
from tests import scans
from tests.conftest import build_bundle
from tests.stacked import stacks_in, wrong_findings


def write(folder, slices=6, **changes):
    """Each slice with a series of its own; `changes` are lists of what differs from one to the next."""

    def change(dataset, k):
        dataset.SeriesInstanceUID, dataset.SeriesNumber = f"1.2.3.4.5.{k}", k + 1
        for keyword, values in changes.items():
            setattr(dataset, keyword, values[k])

    return scans.write_series(folder, slices, change)


def built(tmp_path, **changes):
    found = build_bundle(tmp_path, write(tmp_path / "scans", **changes), look_into_pictures=False)
    assert wrong_findings(found) == []
    return found


def test_slices_with_a_series_each_are_put_together_and_that_is_said(tmp_path):
    found = built(tmp_path)
    ((stack),) = stacks_in(found.drive)
    assert (len(stack.frames), stack.stack.is_volume, stack.stack.spacing_between_slices) == (6, True, 1.5)
    said = "one of 6 series of one image each that were put together"
    assert {frame.altered for frame in stack.frames} == {said}
    assert {dcmread(found.drive / frame.path).DerivationDescription for frame in stack.frames} == {said}
    (notice,) = found.outcome.notices
    assert notice.text.startswith("6 series of one image each, such as ")


def series_of(found):
    with Catalog(found.drive) as catalog:
        return [series for study in catalog.studies() for series in study.series]


def test_what_differs_in_anything_else_stays_apart(tmp_path):
    for name, changes in {
        "kernel": {"ConvolutionKernel": ["B30f", "B45f", "B70f"] * 2},
        "thickness": {"SliceThickness": [1, 2, 3, 4, 5, 6]},
        "places": {"ImagePositionPatient": [[-8, -8, z] for z in (0, 1, 3, 7, 8, 30)]},
        "frame": {"FrameOfReferenceUID": [f"1.2.{k}" for k in range(6)]},
        "scout": {"ImageType": [["ORIGINAL", "PRIMARY", "LOCALIZER"]] * 6},
    }.items():
        found = built(tmp_path / name, **changes)
        assert len(series_of(found)) == 6, name
        assert found.outcome.notices == []
