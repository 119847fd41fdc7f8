"""Label maps and structure sets that claim, or unpack to, more than fits into memory: refused within little of it."""

from collections.abc import Iterator
from contextlib import contextmanager
import gzip
from pathlib import Path
import struct
import tracemalloc

import nibabel
import numpy as np
import pytest

from builder.dicom.source_file import NotTaken
from builder.segmentation import contours
from builder.segmentation.contours import filled, overlaps
from builder.segmentation.volumes.formats import read_volume
from tests import label_maps as maps

MB = 1_000_000


@contextmanager
def little_memory() -> Iterator[None]:
    """Less than any of the files claims."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 90 * MB


def header(begin: float = 352, shape: tuple[int, int, int] = (64, 64, 24)) -> bytes:
    """Of NIfTI, with texts from its end to where its voxels begin."""
    made = nibabel.Nifti1Header()
    made.set_data_dtype(np.float64)
    made.set_data_shape(shape)
    made.set_sform(np.eye(4), code=1)
    made["vox_offset"], made["magic"] = begin, b"n+1\0"
    return made.binaryblock + b"\1\0\0\0"


def nrrd(*lines: str) -> bytes:
    said = (
        "NRRD0005", "type: uint8", "dimension: 3", "space: left-posterior-superior", "endian: little",
        "space directions: (1,0,0) (0,1,0) (0,0,1)", "space origin: (0,0,0)", *lines,
    )  # fmt: skip
    return "\n".join(said).encode() + b"\n\n"


def hostile(name: str) -> tuple[bytes, str]:
    """The content of a file, and a word of why it is refused."""
    zeros, sizes, packed = bytes(200 * MB), "sizes: 64 64 24", "encoding: gzip"
    match name:
        case "texts.nii.gz":
            made = gzip.compress(header(2**30) + struct.pack("<ii", 2**30 - 352, 0) + zeros, 1), "longer"
        case "text.nii.gz":
            made = gzip.compress(header(4000) + struct.pack("<ii", 2**31 - 16, 0) + zeros, 1), "extension"
        case "voxels.nii.gz":
            made = gzip.compress(header(shape=(9999, 9999, 99)) + zeros, 1), "are not read"
        case "packed.nrrd":
            made = nrrd(sizes, packed) + gzip.compress(zeros, 1), "unpacks to more"
        case "layers.nrrd":
            layered = nrrd("sizes: 99999 64 64 24", packed).replace(b"sion: 3", b"sion: 4")
            made = layered.replace(b"tions: ", b"tions: none ") + gzip.compress(zeros, 1), "are not read"
        case "lines.nrrd":
            made = nrrd(sizes, "encoding: raw", "line skip: 99999999999") + bytes(64 * 64 * 24), "lines"
        case _:
            made = b"NRRD0005\n" + b"#" * 200 * MB, "longer"
    return made


NAMES = "texts.nii.gz", "text.nii.gz", "voxels.nii.gz", "packed.nrrd", "layers.nrrd", "lines.nrrd", "endless.nrrd"


@pytest.mark.parametrize("name", NAMES)
def test_a_label_map_that_claims_too_much_is_refused_within_little_memory(name, tmp_path):
    content, why = hostile(name)
    (tmp_path / name).write_bytes(content)
    del content
    with little_memory(), pytest.raises(NotTaken) as refused:
        read_volume(tmp_path / name)
    assert why in refused.value.detail


def test_what_is_packed_by_bzip2_and_whole_numbers_in_floats_are_read(tmp_path):
    voxels = np.transpose(maps.labels(), (2, 1, 0))
    maps.write_nrrd(tmp_path / "a.nrrd", voxels, maps.affine(), encoding="bzip2")
    maps.write_nifti(tmp_path / "b.nii", voxels.astype(np.float64), maps.affine())
    for name in ("a.nrrd", "b.nii"):
        assert np.array_equal(read_volume(tmp_path / name).layers[0].labels, voxels)
    voxels = voxels.astype(np.float32)
    voxels[5, 5, 5] = np.nan
    maps.write_nifti(tmp_path / "c.nii", voxels, maps.affine())
    with pytest.raises(NotTaken):
        read_volume(tmp_path / "c.nii")


def test_a_zigzag_without_end_is_filled_within_little_memory():
    along = np.tile([0.25, 511.25], 10_000)
    points = np.stack([along, np.linspace(0, 511, 20_000)], axis=1)
    with little_memory():
        assert filled([points], (512, 512)).any()


def test_contours_in_parts_fill_the_same_pixels(monkeypatch):
    generator = np.random.default_rng(3)
    shapes = [np.round(generator.random((n, 2)) * 50 - 1, 4) for n in (3, 40, 7)]
    whole = filled(shapes, (48, 48))
    monkeypatch.setattr(contours, "_AT_ONCE", 5)
    assert np.array_equal(filled(shapes, (48, 48)), whole) and whole.any()


def test_more_contours_on_an_image_than_anybody_draws_are_refused():
    triangle = np.array([[1.0, 1], [1, 9], [9, 5]])
    with pytest.raises(NotTaken, match="contours on one image"):
        overlaps([triangle + 0.0001 * k for k in range(5_000)], (512, 512))
    apart = [triangle + np.array([10, 10]) * (row, column) for row in range(20) for column in range(20)]
    assert overlaps(apart, (512, 512)) == (False, False)
    assert overlaps([*apart, triangle / 2 + [1.5, 3]], (512, 512)) == (True, False)
    assert overlaps([*apart, triangle + 4], (512, 512))[1]


def test_the_table_of_another_file_in_the_folder_makes_no_label_map_of_an_image(tmp_path):
    from builder.segmentation.volumes.filling import _names

    path = Path(tmp_path / "image.nii.gz")
    grey = np.arange(4 * 4 * 4, dtype=np.uint16).reshape(4, 4, 4)
    maps.write_nifti(path, grey, np.diag([-1.0, -1, 1, 1]))
    (tmp_path / "labels.csv").write_text("value,name\n1,Liver\n2,Spleen\n")
    with pytest.raises(NotTaken, match="63 values besides 0, and names for 2 of them"):
        _names(read_volume(path), [(0, value) for value in range(1, 64)], path)
