"""Writes an image in every transfer syntax that the builder accepts, with the encoders of other programs."""

from collections.abc import Callable
from pathlib import Path
import subprocess

import imagecodecs
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import HTJ2KLossless, JPEG2000Lossless, JPEGLSLossless, RLELossless

from tests import scans

Encoder = Callable[[Dataset, Path], None]


def by_dcmtk(*command: str) -> Encoder:
    """A program of DCMTK."""

    def encode(dataset: Dataset, path: Path) -> None:
        plain = scans.save(dataset, path.with_name(f"{path.name}.plain"), whole=True)
        subprocess.run([*command, plain, path], check=True, capture_output=True)
        plain.unlink()

    return encode


def by_pydicom(syntax: str) -> Encoder:
    """One of pydicom's encoders: OpenJPEG, CharLS, or RLE."""

    def encode(dataset: Dataset, path: Path) -> None:
        scans.save(dataset, path, whole=True)
        dataset.compress(syntax, generate_instance_uid=False)
        dataset.save_as(path)

    return encode


def by_openjph(dataset: Dataset, path: Path) -> None:
    """High-Throughput JPEG 2000, each frame by itself."""
    scans.save(dataset, path, whole=True)
    frames = dataset.pixel_array.reshape(-1, dataset.Rows, dataset.Columns)
    dataset.PixelData = encapsulate([imagecodecs.htj2k_encode(frame, reversible=True) for frame in frames])
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = HTJ2KLossless
    dataset.save_as(path)


ENCODERS: dict[str, Encoder] = {
    "implicit": by_dcmtk("dcmconv", "+ti"),
    "explicit": by_dcmtk("dcmconv", "+te"),
    "big endian": by_dcmtk("dcmconv", "+tb"),
    "deflated": by_dcmtk("dcmconv", "+td"),
    "RLE": by_dcmtk("dcmcrle"),
    "RLE by pydicom": by_pydicom(RLELossless),
    "JPEG-LS": by_dcmtk("dcmcjpls"),
    "JPEG-LS by CharLS": by_pydicom(JPEGLSLossless),
    "JPEG lossless": by_dcmtk("dcmcjpeg", "+el"),
    "JPEG lossless, first order": by_dcmtk("dcmcjpeg", "+e1"),
    "JPEG 2000 lossless": by_pydicom(JPEG2000Lossless),
    "HTJ2K lossless": by_openjph,
}
