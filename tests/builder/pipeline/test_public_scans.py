"""Builds from scans that every machine can have: the files in pydicom's package, and a head CT of a Debian package."""

from pathlib import Path
import sqlite3

import numpy as np
import pydicom
import pytest

from bundle.index.index import Catalog
from tests import scans
from tests.conftest import build_bundle

PYDICOM_FILES = Path(pydicom.__file__).parent / "data"


def test_every_file_of_pydicoms_package_is_written_or_explained(tmp_path):
    built = build_bundle(tmp_path, PYDICOM_FILES)
    sources = {path for path in PYDICOM_FILES.rglob("*") if path.is_file()}
    written, skipped = set(built.outcome.written.values()), {file.path for file in built.outcome.skipped}
    assert written | skipped == sources
    assert not written & skipped
    assert {"CT_small.dcm", "MR_small.dcm", "ExplVR_LitEndNoMeta.dcm"} <= {path.name for path in sources}
    assert "CT_small.dcm" in {path.name for path in written}
    assert "MR_small.dcm" in {path.name for path in written}
    assert [finding for finding in built.outcome.findings if finding.severity == "error"] == []


@pytest.mark.skipif(not scans.CRANIUM.exists() and not scans.in_ci(), reason="invesalius-examples is not installed")
def test_a_head_ct_comes_out_as_one_volume_with_every_voxel_in_place(tmp_path):
    volume = scans.cranium_volume()
    built = build_bundle(tmp_path, scans.write_cranium(tmp_path / "scans"))
    with Catalog(built.drive) as catalog:
        ((study,),) = (patient.studies for patient in catalog.patients)
        (stack,) = study.series[0].stacks
        frames = catalog.frames(stack.stack_id)
        preview = catalog.preview(stack.stack_id)
    assert (stack.number_of_frames, stack.is_volume, stack.tilt) == (108, True, 0)
    assert stack.spacing_between_slices == pytest.approx(1.5)
    assert stack.pixel_spacing == pytest.approx((0.957031, 0.957031))
    read = [
        np.frombuffer((built.drive / frame.path).read_bytes()[frame.pixel_offset :][: frame.pixel_length], "<i2")
        for frame in frames
    ]
    assert np.array_equal(np.stack(read).reshape(volume.shape), volume)
    assert preview.startswith(b"\x89PNG")


def test_no_path_in_the_index_is_absolute(small_bundle):
    with sqlite3.connect(small_bundle.drive / "BUNDLE/INDEX.DB") as index:
        paths = [path for (path,) in index.execute("SELECT path FROM instance")]
    assert paths
    assert all(path.startswith("DICOM/") and "\\" not in path and ".." not in path for path in paths)
