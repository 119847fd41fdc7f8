"""Table and head-holder go, the patient stays: counted voxel by voxel on made people, and on real CTs."""

from collections import defaultdict
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
import pytest

from tests import scans
from tests.viewer.scene.sculpting.phantoms import AIR, FLESH, Phantom, grid, head, trunk
from viewer.scene.sculpting.table import find_outside, outside
from viewer.scene.thinning import thinned

MOST = 1 << 40


def hidden(phantom: Phantom, **more) -> np.ndarray | None:
    """Which voxels are hidden when the table is removed."""
    solid = phantom.solid(**more)
    found = find_outside(solid)
    if found is None:
        return None
    thin = thinned(solid, MOST)
    return np.stack([found.of_slice(number, thin) for number in range(len(thin.voxels))])


@pytest.mark.parametrize("gap", [0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 40.0])
@pytest.mark.parametrize("curve", [0.0, 0.0004, 0.0012], ids=["flat", "curved", "cradle"])
def test_no_voxel_of_a_trunk_is_lost_however_near_its_table_is(gap, curve):
    phantom = trunk(gap, curve=curve)
    gone = hidden(phantom)
    assert gone is not None
    assert (gone & phantom.body).sum() == 0
    share = (gone & phantom.table).sum() / phantom.table.sum()
    assert share >= (0.98 if gap > 4 else 0.8), share


@pytest.mark.parametrize(("gap", "ear"), [(0.0, 0.0), (3.0, 0.0), (10.0, 0.0), (3.0, 7.0), (12.0, 16.0)])
def test_no_voxel_of_a_head_is_lost_even_if_its_ears_touch_the_cradle(gap, ear):
    phantom = head(gap, ear=ear)
    gone = hidden(phantom)
    assert gone is None or (gone & phantom.body).sum() == 0
    if gap > 3 and not ear:
        assert gone is not None and (gone & phantom.table).sum() >= 0.98 * phantom.table.sum()


def test_fingers_on_the_table_are_not_taken_for_it():
    phantom = trunk(6.0, curve=0.0)
    z, y, x = grid(phantom.values.shape, phantom.spacing)
    rows = np.where(phantom.table.any(axis=(0, 2)))[0]
    top = rows.min() * phantom.spacing[1]
    for number in range(4):
        finger = (np.sqrt((x - 150 - 9 * number) ** 2 + (y - top + 4) ** 2) <= 4) & (np.abs(z - 80) <= 35)
        phantom.values[finger], phantom.body = FLESH, phantom.body | finger
    phantom.table &= ~phantom.body
    gone = hidden(phantom)
    assert gone is not None
    assert (gone & phantom.body).sum() == 0


def test_a_trunk_that_the_field_of_view_cuts_keeps_its_lungs():
    phantom = trunk(10.0)
    part = np.s_[:, :, 78:]
    cut = Phantom(phantom.values[part], phantom.body[part], phantom.table[part], phantom.spacing)
    gone = hidden(cut)
    assert gone is not None
    assert (gone & cut.body).sum() == 0


def test_legs_are_both_kept():
    z, y, x = grid((60, 120, 180), (2.0, 2.0, 3.0))
    legs = [np.sqrt((x - side * 70) ** 2 + (y - 90) ** 2) <= 45 + 8 * np.sin(z / 40) for side in (-1, 1)]
    body = legs[0] | legs[1]
    table = np.broadcast_to((y > 160) & (y <= 164) & (np.abs(x) < 170), body.shape)
    values = np.where(body, FLESH, np.where(table, 60, AIR)).astype(np.float32)
    gone = hidden(Phantom(values, body, table, (2.0, 2.0, 3.0)))
    assert gone is not None
    assert (gone & body).sum() == 0
    assert (gone & table).sum() == table.sum()


def test_a_body_alone_has_no_table():
    phantom = trunk(10.0)
    phantom.values[~phantom.body] = AIR
    assert find_outside(phantom.solid()) is None


def test_without_anything_thick_nothing_is_a_body():
    _, y, _ = grid((40, 100, 100), (1.0, 1.0, 1.0))
    sheet = np.broadcast_to((y > 60) & (y < 64), (40, 100, 100))
    values = np.where(sheet, 60, AIR).astype(np.float32)
    assert find_outside(Phantom(values, sheet, sheet, (1.0, 1.0, 1.0)).solid()) is None


@pytest.mark.parametrize("blur", [0.4, 1.2])
@pytest.mark.parametrize("noise", [0.0, 60.0])
def test_kernel_and_noise_cost_no_voxel(blur, noise):
    phantom = trunk(5.0)
    gone = hidden(phantom, blur=blur, noise=noise)
    assert gone is not None
    assert (gone & phantom.body).sum() == 0


# Real CTs


def volumes() -> list[tuple[str, list[Path]]]:
    """Folders of real scans with the slices of one axial CT each."""
    folder = scans.real_scans_folder()
    wanted = ("dcm_qa_ct-philips", "ibsi-sts046-ge", "totalsegmentator-siemens", "slicer-cthead")
    return [] if folder is None else [(name, sorted((folder / name).rglob("*"))) for name in wanted]


def slices_of(paths: list[Path]) -> tuple[np.ndarray, np.ndarray] | None:
    """The largest series of them in HU, (slices, rows, columns), and its spacing along columns, rows and slices."""
    groups: dict[object, list] = defaultdict(list)
    for path in paths:
        dataset = dcmread(path, force=True) if path.is_file() else Dataset()
        if dataset.get("Modality") == "CT" and "ImagePositionPatient" in dataset and "PixelData" in dataset:
            groups[dataset.get("SeriesInstanceUID"), dataset.Rows, dataset.Columns].append(dataset)
    if not groups:
        return None
    found = sorted(max(groups.values(), key=len), key=lambda dataset: float(dataset.ImagePositionPatient[2]))
    places = np.array([dataset.ImagePositionPatient for dataset in found], float)
    step = float(np.median(np.linalg.norm(np.diff(places, axis=0), axis=1)))
    values = [dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept) for dataset in found]
    rows, columns = map(float, found[0].PixelSpacing)
    return np.stack(values), np.array([columns, rows, step])


def body_of(values: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """The largest part of what is opened by a disc of 7 mm in each slice, by SimpleITK alone."""
    import SimpleITK

    image = SimpleITK.GetImageFromArray((values > -300).astype(np.uint8))
    discs = [max(round(7 / float(size)), 1) for size in spacing[:2]]
    opened = SimpleITK.BinaryMorphologicalOpening(image, [*discs, 0], SimpleITK.sitkBall)
    parts = SimpleITK.RelabelComponent(SimpleITK.ConnectedComponent(opened))
    return SimpleITK.GetArrayFromImage(parts) == 1


@pytest.mark.parametrize(("name", "paths"), volumes(), ids=[name for name, _ in volumes()])
def test_no_voxel_of_the_body_of_a_real_ct_is_lost(name, paths):
    found = slices_of(paths)
    assert found is not None, name
    values, spacing = found
    gone = outside(values > -400, spacing)
    body = body_of(values, spacing)
    assert body.sum() > 1000
    assert gone is None or (gone & body).sum() == 0
