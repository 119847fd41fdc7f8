"""Makes structure sets of bodies that a formula describes, and a tilted CT series with pixels that are no squares."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread

from tests import scans

SLICES, SIZE, STEP = 24, 64, 1.5
# Between rows, and between columns.
SPACING = 0.9, 0.7
_TILT = np.radians(20)
ALONG = np.array([np.cos(0.3), np.sin(0.3), 0.0])
DOWN = np.array([-np.sin(0.3) * np.cos(_TILT), np.cos(0.3) * np.cos(_TILT), np.sin(_TILT)])
NORMAL = np.cross(ALONG, DOWN)
ORIGIN = np.array([-31.5, 12.25, -40.0])
FRAME = "1.2.3.4.6"
# Whether a point is inside, from its mm down, along and deep; each an array.
Body = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def write_images(folder: Path) -> list[Dataset]:
    """The series."""

    def tilted(dataset: Dataset, k: int) -> None:
        dataset.ImageOrientationPatient = [round(float(part), 9) for part in (*ALONG, *DOWN)]
        dataset.ImagePositionPatient = [round(float(part), 6) for part in ORIGIN + STEP * k * NORMAL]
        dataset.PixelSpacing, dataset.SliceThickness, dataset.FrameOfReferenceUID = list(SPACING), STEP, FRAME
        dataset.PatientPosition = "HFS"

    scans.write_series(folder, SLICES, tilted, SIZE, whole=True)
    return [dcmread(path) for path in sorted(folder.iterdir())]


def in_patient(down: np.ndarray, along: np.ndarray, deep: float) -> np.ndarray:
    """Points in the patient, from mm on the image."""
    return ORIGIN + down[:, None] * DOWN + along[:, None] * ALONG + deep * NORMAL


@dataclass
class Drawn:
    """A structure: its contours as (points, geometric type), and what else a set says of it."""

    name: str
    contours: list[tuple[np.ndarray, str]] = field(default_factory=list)
    frame: str = FRAME
    how: str = "MANUAL"
    interpreted: str = ""
    colour: tuple[int, int, int] | None = None
    code: tuple[str, str, str] | None = None


def oval(middle: tuple[float, float], axes: tuple[float, float], deep: float, points: int = 400) -> np.ndarray:
    """An ellipse on the image at this depth."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return in_patient(middle[0] + axes[0] * np.sin(turn), middle[1] + axes[1] * np.cos(turn), deep)


def depths(middle: float, reach: float) -> list[float]:
    """Of the images nearer to the middle than this."""
    return [STEP * k for k in range(SLICES) if abs(STEP * k - middle) < reach]


def ellipsoid(name: str, middle: tuple[float, float, float], axes: tuple[float, float, float]) -> tuple[Drawn, Body]:
    """One contour an image."""
    drawn = Drawn(name)
    for deep in depths(middle[2], axes[2]):
        part = np.sqrt(1 - ((deep - middle[2]) / axes[2]) ** 2)
        drawn.contours.append((oval(middle[:2], (axes[0] * part, axes[1] * part), deep), "CLOSED_PLANAR"))
    return drawn, lambda d, a, h: sum(((x - m) / s) ** 2 for x, m, s in zip((d, a, h), middle, axes, strict=True)) < 1


def torus(name: str, middle: tuple[float, float, float], ring: float, tube: float) -> tuple[Drawn, Body]:
    """Around the depth: two contours an image, one a hole in the other."""
    drawn = Drawn(name)
    for deep in depths(middle[2], tube):
        half = np.sqrt(tube**2 - (deep - middle[2]) ** 2)
        for radius in (ring + half, ring - half):
            drawn.contours.append((oval(middle[:2], (radius, radius), deep), "CLOSED_PLANAR"))

    def inside(d: np.ndarray, a: np.ndarray, h: np.ndarray) -> np.ndarray:
        return (np.hypot(d - middle[0], a - middle[1]) - ring) ** 2 + (h - middle[2]) ** 2 < tube**2

    return drawn, inside


def pipe(
    name: str, middle: tuple[float, float], radii: tuple[float, float], ends: tuple[float, float]
) -> tuple[Drawn, Body]:
    """A cylinder with a hole, by a keyhole: one contour an image, along a line to the hole and back on it."""
    drawn = Drawn(name)
    for deep in depths(sum(ends) / 2, (ends[1] - ends[0]) / 2):
        outer, inner = (oval(middle, (radius, radius), deep) for radius in radii)
        around = np.concatenate([outer, outer[:1], inner[:1], inner[::-1]])
        drawn.contours.append((around, "CLOSED_PLANAR"))

    def inside(d: np.ndarray, a: np.ndarray, h: np.ndarray) -> np.ndarray:
        far = np.hypot(d - middle[0], a - middle[1])
        return (far < radii[0]) & (far > radii[1]) & (h > ends[0]) & (h < ends[1])

    return drawn, inside


def tubes(name: str, middle: tuple[float, float, float], ring: float, tube: float) -> tuple[Drawn, Body]:
    """A torus across the images, without its ends: two parts an image, beside each other."""
    drawn, reach = Drawn(name), ring - tube - 0.5
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    for deep in depths(middle[2], reach):
        far = np.sqrt((ring + tube * np.cos(turn)) ** 2 - (deep - middle[2]) ** 2)
        for side in (-1, 1):
            points = in_patient(middle[0] + tube * np.sin(turn), middle[1] + side * far, deep)
            drawn.contours.append((points, "CLOSED_PLANAR"))

    def inside(d: np.ndarray, a: np.ndarray, h: np.ndarray) -> np.ndarray:
        within = (np.hypot(a - middle[1], h - middle[2]) - ring) ** 2 + (d - middle[0]) ** 2 < tube**2
        return within & (np.abs(h - middle[2]) < reach)

    return drawn, inside


def structure_set(images: Sequence[Dataset], structures: Sequence[Drawn], number: int = 1) -> Dataset:
    """A set as a planning system writes it, with all that it says of people."""
    made, first = Dataset(), images[0]
    for keyword in (
        "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "StudyTime",
        "StudyID", "AccessionNumber", "ReferringPhysicianName",
    ):  # fmt: skip
        setattr(made, keyword, first[keyword].value)
    made.SOPClassUID, made.Modality = "1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT"
    made.SOPInstanceUID, made.SeriesInstanceUID = f"1.2.3.4.7.{number}.1", f"1.2.3.4.7.{number}"
    made.SeriesNumber, made.InstanceNumber = 200 + number, 1
    made.Manufacturer, made.StationName = "Maker of plans", "PLAN-9931"
    made.StructureSetLabel, made.StructureSetName = "RS", "Ottoline's plan"
    made.StructureSetDate, made.StructureSetTime, made.OperatorsName = "20240301", "101112", "Brackwater^Ivo"
    made.ReferencedFrameOfReferenceSequence = [_referenced(images)]
    made.StructureSetROISequence = [_named(k, drawn) for k, drawn in enumerate(structures, start=1)]
    made.ROIContourSequence = [_contours(k, drawn, images) for k, drawn in enumerate(structures, start=1)]
    made.RTROIObservationsSequence = [_observed(k, drawn) for k, drawn in enumerate(structures, start=1)]
    return made


def _referenced(images: Sequence[Dataset]) -> Dataset:
    series, study, frame = Dataset(), Dataset(), Dataset()
    series.SeriesInstanceUID = images[0].SeriesInstanceUID
    series.ContourImageSequence = [image_reference(image) for image in images]
    study.ReferencedSOPClassUID = "1.2.840.10008.3.1.2.3.1"
    study.ReferencedSOPInstanceUID, study.RTReferencedSeriesSequence = images[0].StudyInstanceUID, [series]
    frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = FRAME, [study]
    return frame


def image_reference(image: Dataset) -> Dataset:
    """One image."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    return item


def _named(k: int, drawn: Drawn) -> Dataset:
    item = Dataset()
    item.ROINumber, item.ReferencedFrameOfReferenceUID, item.ROIName = 10 + k, drawn.frame, drawn.name
    item.ROIDescription, item.ROIGenerationAlgorithm = "drawn for Quillfeather", drawn.how
    return item


def _contours(k: int, drawn: Drawn, images: Sequence[Dataset]) -> Dataset:
    group = Dataset()
    group.ReferencedROINumber = 10 + k
    if drawn.colour:
        group.ROIDisplayColor = list(drawn.colour)
    group.ContourSequence = []
    for points, kind in drawn.contours:
        contour = Dataset()
        place = round(float((points[0] - ORIGIN) @ NORMAL) / STEP)
        if 0 <= place < len(images) and drawn.frame == FRAME:
            contour.ContourImageSequence = [image_reference(images[place])]
        contour.ContourGeometricType, contour.NumberOfContourPoints = kind, len(points)
        contour.ContourData = [f"{part:.5f}" for part in points.ravel()]
        group.ContourSequence.append(contour)
    return group


def _observed(k: int, drawn: Drawn) -> Dataset:
    item = Dataset()
    item.ObservationNumber, item.ReferencedROINumber = k, 10 + k
    item.ROIObservationLabel, item.ROIObservationDescription = "Quillfeather", "seen by Brackwater"
    item.RTROIInterpretedType, item.ROIInterpreter = drawn.interpreted, "Brackwater^Ivo"
    if drawn.code:
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = drawn.code
        item.RTROIIdentificationCodeSequence = [code]
    return item


def differing(mask: np.ndarray, body: Body) -> int:
    """How many voxels of a mask (slices, rows, columns) are wrong though no surface is within half a voxel of them."""
    deep, down, along = np.meshgrid(*map(np.arange, mask.shape), indexing="ij")
    halves = [(x, y) for x in (-0.5, 0, 0.5) for y in (-0.5, 0, 0.5)]
    near = [body((down + x) * SPACING[0], (along + y) * SPACING[1], deep * STEP) for x, y in halves]
    always, never = np.all(near, axis=0), ~np.any(near, axis=0)
    return int(np.count_nonzero((always & (mask == 0)) | (never & (mask != 0))))
