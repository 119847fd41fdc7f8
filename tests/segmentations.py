"""Makes segmentations of a small series with highdicom, a library that the builder does not use for them."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
import subprocess
import sysconfig
import warnings

import highdicom as hd
from highdicom.sr.coding import CodedConcept
import numpy as np
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.sr.codedict import codes
import SimpleITK

from tests import scans

SLICES, SIZE = 6, 16
_TISSUE = CodedConcept("85756007", "SCT", "Tissue")


def write_images(folder: Path) -> list[Dataset]:
    """A CT series of six slices of 16 x 16 pixels, 1.5 mm apart."""
    scans.write_series(folder, SLICES, size=SIZE, whole=True)
    return [dcmread(path) for path in sorted(folder.iterdir())]


def described(number: int, label: str, kind: CodedConcept | None = None) -> hd.seg.SegmentDescription:
    """A segment that a program made, whose name is `label`."""
    algorithm = hd.AlgorithmIdentificationSequence("Brackwater's net", codes.DCM.ArtificialIntelligence, "1.0")
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=_TISSUE,
        segmented_property_type=kind or _TISSUE,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=algorithm,
        tracking_uid="1.2.3.4.77",
        tracking_id="lesion of Quillfeather",
    )


def segmentation(
    images: Sequence[Dataset], masks: np.ndarray, labels: Sequence[hd.seg.SegmentDescription], number: int,
    kind: str = "BINARY", **options: object,
) -> Dataset:  # fmt: skip
    """`masks` have the shape (slices, rows, columns, segments); `number` tells one object from another."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return hd.seg.Segmentation(
            source_images=images,
            pixel_array=masks,
            segmentation_type=kind,
            segment_descriptions=labels,
            series_instance_uid=f"1.2.3.4.5.{number}",
            series_number=100 + number,
            sop_instance_uid=f"1.2.3.4.5.{number}.1",
            instance_number=1,
            manufacturer="Maker of masks",
            manufacturer_model_name="Net",
            software_versions="1",
            device_serial_number="SN-9931",
            content_creator_name="Brackwater^Ivo",
            content_description="for Quillfeather",
            **options,
        )


def boxes(*corners: tuple[int, int, int], side: int = 4, most: int = 1) -> np.ndarray:
    """A box for each segment, from a corner (slice, row, column) on, two slices deep: some overlap."""
    masks = np.zeros((SLICES, SIZE, SIZE, len(corners)), np.uint8)
    for segment, (slice_, row, column) in enumerate(corners):
        masks[slice_ : slice_ + 2, row : row + side, column : column + side, segment] = most
    return masks


def changed(dataset: Dataset, change: Callable[[Dataset], None]) -> Dataset:
    """A copy as a plain data set, with something changed."""
    whole = BytesIO()
    dcmwrite(whole, dataset, enforce_file_format=True)
    copied = dcmread(BytesIO(whole.getvalue()))  # without the classes of highdicom
    change(copied)
    return copied


def voxels(path: Path) -> dict[int, set[tuple[float, ...]]]:
    """By highdicom: the places in the patient, in mm, of the voxels of each segment."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = hd.seg.segread(path)
        volume = found.get_volume(combine_segments=False, rescale_fractional=False)
    places: dict[int, set[tuple[float, ...]]] = {}
    for channel, number in enumerate(found.segment_numbers):
        indices = np.argwhere(volume.array[..., channel])
        mapped = volume.map_indices_to_reference(indices) if len(indices) else []
        places[number] = {tuple(np.round(place, 2).tolist()) for place in mapped}
    return places


def by_dcmqi(path: Path, folder: Path) -> dict[int, int]:
    """By dcmqi's segimage2itkimage: how many voxels each segment has."""
    folder.mkdir(parents=True)
    program = Path(sysconfig.get_path("scripts")) / "segimage2itkimage"
    command = [program, "--inputDICOM", path, "--outputDirectory", folder, "-t", "nrrd"]
    subprocess.run(command, capture_output=True, check=True)
    counts: dict[int, int] = {}
    for image in sorted(folder.glob("*.nrrd")):
        found = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(image)))
        counts |= {int(number): int((found == number).sum()) for number in np.unique(found[found > 0])}
    return counts


def values(path: Path) -> dict[int, list[int]]:
    """By highdicom: the values of each segment that are not 0, in order."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = hd.seg.segread(path)
        volume = found.get_volume(combine_segments=False, rescale_fractional=False).array
    return {n: sorted(volume[..., k][volume[..., k] > 0].tolist()) for k, n in enumerate(found.segment_numbers)}
