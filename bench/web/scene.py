"""Media for the bench: a real CT made as long as wanted, with the images for browsers."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import shutil

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from builder.catalogue.web_chunks import Chunks
from builder.catalogue.web_files import web_files
from bundle.layout import DICOM_FOLDER, INDEX
from tests import scans
from tests.conftest import Silence
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, make_bundle

SIZE = 512
_ONE_SERIES = "dcm_qa_ct-philips"
_HU = -1024.0


def make_medium(root: Path, slices: int) -> Path:
    """One series of 512 x 512, with the images for browsers and without the DICOM files, which no row reads."""
    few = _real_slices()
    positions = [(0.0, 0.0, 0.7 * k) for k in range(slices)]
    stored = few[np.arange(slices) % len(few)]
    make_bundle(
        root, [CaseSpec([SeriesSpec([StackSpec(stored, positions, pixel_spacing=(0.7, 0.7))])])], format_version=2
    )
    with ThreadPoolExecutor(2) as executor:
        for path, content in web_files((root / INDEX).read_bytes(), chunks=Chunks(root, executor, Silence())):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    shutil.rmtree(root / DICOM_FOLDER)
    return root


def _real_slices() -> NDArray[np.int16]:
    """A real CT in HU, with its noise; that of Debian's package where the real scans are not here."""
    real = scans.real_scans_folder()
    if real is None:
        return _squares(list(scans.cranium_volume()))
    found = []
    for path in sorted((real / _ONE_SERIES).rglob("*")):
        try:
            image = dcmread(path) if path.is_file() else None
        except InvalidDicomError:
            continue
        if image is not None and image.get("RescaleIntercept") == _HU:
            found.append(image.pixel_array.astype(np.int16) + np.int16(_HU))
    return _squares(found)


def _squares(slices: list[NDArray[np.int16]]) -> NDArray[np.int16]:
    """Repeated to the size of a usual CT."""
    fitting = [values for values in slices if values.shape == slices[0].shape]
    rows, columns = fitting[0].shape
    return np.stack([np.pad(values, ((0, SIZE - rows), (0, SIZE - columns)), mode="wrap") for values in fitting])
