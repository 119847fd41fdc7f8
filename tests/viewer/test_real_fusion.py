"""A real PET over its real CT, from the written bundle, against SimpleITK on the files that the hospital wrote."""

import numpy as np
import pytest
import SimpleITK

from bundle.index.index import Catalog
from tests.conftest import build_bundle
from viewer.entries import all_entries
from viewer.images.loading import Loader
from viewer.images.volume import LoadedStack
from viewer.scene.overlaid import Overlaid
from viewer.space.registered import not_registered, slice_cut


@pytest.fixture(scope="module")
def folder(real_scans):
    found = real_scans / "ibsi-sts046-ge"
    if not found.is_dir():
        pytest.skip("this real PET/CT is not among the scans")
    return found


def image_of(folder, modality: str) -> SimpleITK.Image:
    """The series as ITK reads it, with the slope of each slice."""
    reader = SimpleITK.ImageSeriesReader()
    for place in sorted({path.parent for path in folder.rglob("*") if path.is_file()}):
        for uid in reader.GetGDCMSeriesIDs(str(place)):
            reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(place), uid))
            reader.MetaDataDictionaryArrayUpdateOn()
            image = reader.Execute()
            if reader.GetMetaData(0, "0008|0060").strip() == modality:
                return SimpleITK.Cast(image, SimpleITK.sitkFloat32)
    raise AssertionError(f"no {modality}")


def test_every_slice_of_a_real_ct_has_the_uptake_that_simpleitk_finds_there(folder, tmp_path):
    built = build_bundle(tmp_path, folder, look_into_pictures=False, check=False)
    with Catalog(built.drive) as catalog:
        entries = {entry.series.modality: entry for entry in all_entries(catalog)}
        loaded = {
            name: LoadedStack(entry.stack, catalog.frames(entry.stack.stack_id)) for name, entry in entries.items()
        }
    assert not_registered(entries["CT"], entries["PT"]) == ""
    for stack in loaded.values():
        Loader(built.drive, stack, 0, lambda index: None).run()
    over, ct = Overlaid(loaded["PT"]), loaded["CT"]
    uptake, below = image_of(folder, "PT"), image_of(folder, "CT")
    wanted = SimpleITK.GetArrayFromImage(
        SimpleITK.Resample(uptake, below, SimpleITK.Transform(), SimpleITK.sitkLinear, -1.0)
    )
    compared, largest = 0, float(wanted.max())
    for index, frame in enumerate(ct.frames):
        cut = slice_cut(ct.stack, frame)
        inside = _inside(over, cut) & (wanted[index] != -1.0)
        compared += int(inside.sum())
        assert np.abs(over.see(cut).values - wanted[index])[inside].max(initial=0) <= 1e-3 * largest, index
    assert compared > 0.7 * wanted.size
    over.close()


def _inside(over: Overlaid, cut) -> np.ndarray:
    """Which pixels have eight voxels about them."""
    rows, columns = np.mgrid[: cut.rows, : cut.columns]
    pixels = np.stack((columns, rows, np.zeros_like(rows), np.ones_like(rows)), axis=-1)
    index = (pixels @ (np.linalg.inv(over.solid.affine) @ cut.matrix).T)[..., :3]
    return np.all((index >= 0) & (index <= over.solid.ends), axis=-1)
