"""Proves on which voxels of its stack each mask lies, from the positions in the files alone."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from builder.check.medium.dicom_file import DicomFile
from builder.check.segments.mask_file import MaskFile
from bundle.index.records import Frame

Numbers = NDArray[np.float64]
# In voxels; the writer takes the positions from the images, so that only rounding is left.
_TOLERANCE = 0.01


class PlacedMasks(NamedTuple):
    """The place of each frame in its stack, and the row and column of the images under its first pixel."""

    places: tuple[int, ...]
    row: int
    column: int


class Misplaced(Exception):
    """Masks that do not lie on the voxels of their images; the message says how."""


def place(file: MaskFile, slices: Sequence[tuple[DicomFile, Frame]]) -> PlacedMasks:
    """Where the frames lie among the slices of a stack; raises Misplaced."""
    by_image: dict[str, list[int]] = {}
    for number, (image, _) in enumerate(slices):
        by_image.setdefault(image.sop_instance_uid, []).append(number)
    shared = file.values.SharedFunctionalGroupsSequence[0]
    first = slices[0][1]
    along, down, spacing = _plane(first)
    _check_plane(shared, first, file.values)
    places, corners = list[int](), set[tuple[int, int]]()
    for index, group in enumerate(file.values.PerFrameFunctionalGroupsSequence):
        position = np.array(group.PlanePositionSequence[0].ImagePositionPatient, float)
        offs = {number: position - _position(slices[number][1]) for number in by_image.get(file.images[index], ())}
        near = {number: off for number, off in offs.items() if abs(off @ np.cross(along, down)) <= _TOLERANCE}
        if len(near) != 1:
            raise Misplaced(f"frame {index} does not lie on the image that it names")
        number, off = near.popitem()
        exact = off @ down / spacing[0], off @ along / spacing[1]
        corner = round(float(exact[0])), round(float(exact[1]))
        if max(abs(exact[0] - corner[0]), abs(exact[1] - corner[1])) > _TOLERANCE:
            raise Misplaced(f"frame {index} lies between the pixels of its image")
        corners.add(corner)
        places.append(number)
    if len(corners) != 1:
        raise Misplaced("its frames begin at several pixels")
    row, column = corners.pop()
    _check_inside(row, column, file.values, slices[0][0])
    return PlacedMasks(tuple(places), row, column)


def _plane(frame: Frame) -> tuple[Numbers, Numbers, tuple[float, float]]:
    orientation, spacing = frame.image_orientation_patient, frame.pixel_spacing
    if orientation is None or spacing is None:
        raise Misplaced("its images have no place in the patient")
    return np.array(orientation[:3]), np.array(orientation[3:]), spacing


def _position(frame: Frame) -> Numbers:
    if frame.image_position_patient is None:
        raise Misplaced("its images have no place in the patient")
    return np.array(frame.image_position_patient)


def _check_plane(shared: Dataset, first: Frame, values: Dataset) -> None:
    orientation = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float)
    spacing = np.array(shared.PixelMeasuresSequence[0].PixelSpacing, float)
    size = max(values.Rows, values.Columns)
    assert first.image_orientation_patient is not None and first.pixel_spacing is not None  # or `_plane` refuses
    turned = np.abs(orientation - np.array(first.image_orientation_patient)).max()
    stretched = np.abs(spacing / np.array(first.pixel_spacing) - 1).max()
    if max(turned, stretched) * size > 10 * _TOLERANCE:
        raise Misplaced("its rows and columns are not those of its images")


def _check_inside(row: int, column: int, values: Dataset, image: DicomFile) -> None:
    if min(row, column) < 0 or row + values.Rows > image.rows or column + values.Columns > image.columns:
        raise Misplaced("it reaches beyond its images")
