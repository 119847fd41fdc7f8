"""Series of known identity go in shuffled, damaged and in every encoding, and come out as the same stacks of pixels."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
import os
from pathlib import Path
import random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
import numpy as np
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedCTImageStorage, MRImageStorage

from bundle.index.index import Catalog
from tests import scans
from tests.conftest import Built, build_bundle
from tests.encoders import ENCODERS
from tests.stacked import wrong_findings

# How many builds of six series; by hand, try 200.
EXAMPLES = int(os.environ.get("MKBUNDLE_FUZZ", "3"))
SHAPE = (33, 35)  # an odd number of pixels, so that one of 8 bits needs a byte of padding
# Bits allocated, stored, Pixel Representation.
FORMS = [(8, 8, 0), (16, 12, 0), (16, 12, 1), (16, 16, 0), (16, 16, 1)]
ORIENTATIONS = {
    "axial": (1, 0, 0, 0, 1, 0), "coronal": (1, 0, 0, 0, 0, -1), "sagittal": (0, 1, 0, 0, 0, -1),
    "oblique": (0.8, 0.6, 0, 0, 0, -1),
}  # fmt: skip
# What the stacks of a series differ in, and the values of it. None: nothing but Instance Numbers.
KINDS = {
    "ConvolutionKernel": ("B30f", "B70f", "B45f"), "KVP": (80, 140, 100), "AcquisitionNumber": (3, 7, 8),
    "TemporalPositionIdentifier": (1, 2, 3), "NominalPercentageOfCardiacPhase": (30, 75, 0), "EchoTime": (4.6, 9.2, 14),
    "DiffusionBValue": (0.0, 1000.0, 500.0), "SliceThickness": (1, 3, 5), "RescaleType": ("HU", "MGML", "US"),
}  # fmt: skip
TIMES = {"AcquisitionTime": ("081530", "081555", "081620.5"), "ContentTime": ("081530.5", "081531", "081533")}
OF_MR = ("EchoTime", "DiffusionBValue", "TemporalPositionIdentifier")
OF_ENHANCED = ("StackID", "TemporalPositionIndex")
CARRIERS = [*KINDS, *TIMES, "InstanceNumber", *OF_ENHANCED]


@dataclass
class Image:
    """One frame: its stack, its place in it, where it lies, and its pixels."""

    stack: int
    place: int
    position: tuple[float, ...]
    pixels: np.ndarray = field(repr=False)


@dataclass
class Known:
    """A series, and how it is written."""

    number: int
    carrier: str
    form: tuple[int, int, int]
    orientation: tuple[float, ...]
    images: list[Image]
    encoder: str
    second: str  # in which doubles are written
    doubles: int
    numbers: str
    seed: int


@st.composite
def known(draw, number):
    """Up to three stacks of some slices, of which some are lost."""
    carrier = draw(st.sampled_from(CARRIERS))
    form = draw(st.sampled_from(FORMS))
    orientation = ORIENTATIONS[draw(st.sampled_from(sorted(ORIENTATIONS)))]
    step = draw(st.sampled_from([0.5, 1.25, 5.0]))
    stacks, places = draw(st.integers(1, 3)), draw(st.integers(5, 7))
    # Times and numbers tell apart only what lies at one place.
    shift = draw(st.sampled_from([0.0, 0.5])) if carrier in (*KINDS, *OF_ENHANCED) and stacks == 2 else 0.0
    seed = draw(st.integers(0, 1 << 32))
    numbered = carrier == "InstanceNumber"
    values, images = np.random.default_rng(seed), []
    for stack in range(stacks):
        lost = draw(st.sets(st.integers(0, places - 1), max_size=1))
        for place in sorted(set(range(places)) - lost):
            images.append(image_of(stack, place, (place + shift * stack) * step, orientation, form, values))
    return Known(
        number, carrier, form, orientation, images,
        encoder=draw(st.sampled_from(sorted(ENCODERS))),
        second=draw(st.sampled_from(sorted(ENCODERS))),
        doubles=draw(st.integers(0, 2)),
        numbers="as they are" if numbered else draw(st.sampled_from(["as they are", "all 1", "backwards", "mixed up"])),
        seed=seed,
    )  # fmt: skip


def image_of(stack, place, way, orientation, form, values):
    """Random pixels from the smallest to the largest that the form has."""
    allocated, stored, signed = form
    low = -(1 << (stored - 1)) if signed else 0
    pixels = values.integers(low, low + (1 << stored), SHAPE)
    normal = np.cross(orientation[:3], orientation[3:])
    position = tuple(round(float(coordinate), 6) for coordinate in np.array((-17.0, 12.0, 3.0)) + way * normal)
    return Image(stack, place, position, pixels.astype(f"{'i' if signed else 'u'}{allocated // 8}"))


# Writing


def numbers_of(series, generator):
    """The Instance Number of each image."""
    found = list(range(1, len(series.images) + 1))
    if series.numbers == "backwards":
        found.reverse()
    elif series.numbers == "mixed up":
        generator.shuffle(found)
    return [1] * len(found) if series.numbers == "all 1" else found


def header(series, image, number, **more):
    """A data set of one image."""
    allocated, stored, signed = series.form
    told = {**KINDS, **TIMES}.get(series.carrier)
    if told:
        more[series.carrier] = told[image.stack]
    if series.carrier in TIMES:
        more[series.carrier.replace("Time", "Date")] = "20240229"
    if series.carrier in OF_MR:
        more |= {"SOPClassUID": MRImageStorage, "Modality": "MR", "ImageType": ["ORIGINAL", "PRIMARY", "M"]}
    dataset = scans.ct_slice(
        np.zeros(SHAPE), image.position, number, ImageOrientationPatient=list(series.orientation),
        SOPInstanceUID=f"1.2.826.0.1.{series.number}.{image.stack}.{image.place}", BitsAllocated=allocated,
        SeriesInstanceUID=f"1.2.826.0.1.{series.number}", SeriesNumber=series.number, BitsStored=stored,
        HighBit=stored - 1, PixelRepresentation=signed, **more,
    )  # fmt: skip
    put(dataset, image.pixels)
    return dataset


def put(dataset, pixels):
    """Pixels with the byte that makes their number even."""
    content = pixels.tobytes()
    dataset.PixelData = content + bytes(len(content) % 2)
    dataset["PixelData"].VR = "OB" if pixels.itemsize == 1 else "OW"


def item(**values):
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def enhanced(series, frames):
    """All frames in one object, as they come."""
    dataset = header(series, frames[0], 1, SOPClassUID=EnhancedCTImageStorage, NumberOfFrames=len(frames))
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope"):
        delattr(dataset, keyword)
    dataset.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(PixelSpacing=[1, 1], SliceThickness=2)]),
        PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=list(series.orientation))]),
        PixelValueTransformationSequence=Sequence([item(RescaleSlope=1, RescaleIntercept=0, RescaleType="HU")]),
    )])  # fmt: skip
    content = {"StackID": str, "TemporalPositionIndex": int}[series.carrier]
    dataset.PerFrameFunctionalGroupsSequence = Sequence([
        item(
            FrameContentSequence=Sequence([item(**{series.carrier: content(frame.stack + 1)})]),
            PlanePositionSequence=Sequence([item(ImagePositionPatient=list(frame.position))]),
        )
        for frame in frames
    ])  # fmt: skip
    put(dataset, np.stack([frame.pixels for frame in frames]))
    return dataset


def write(series, folder):
    """The files of a series under meaningless names and in meaningless folders."""
    generator = random.Random(series.seed)
    if series.carrier in OF_ENHANCED:
        frames = generator.sample(series.images, len(series.images))
        datasets = [lambda: enhanced(series, frames)]
    else:
        pairs = zip(series.images, numbers_of(series, generator), strict=True)
        datasets = [lambda image=image, number=number: header(series, image, number) for image, number in pairs]
    jobs = [(make, series.encoder) for make in datasets]
    jobs += [(make, series.second) for make in generator.sample(datasets, min(series.doubles, len(datasets)))]
    generator.shuffle(jobs)
    for name, (make, encoder) in enumerate(jobs):
        path = folder / str(generator.randrange(3)) / f"{series.number}{name:03d}"
        path.parent.mkdir(exist_ok=True, parents=True)
        ENCODERS[encoder](make(), path)


# What came out


def stacks_of(built: Built) -> dict[int, list[list[tuple[bytes, tuple[float, ...]]]]]:
    """By Series Number the stacks: pixels and position of each image in its order, as pydicom reads them."""
    found = defaultdict(list)
    with Catalog(built.drive) as catalog:
        stacks = [
            (series.series_number, catalog.frames(stack.stack_id))
            for study in catalog.studies() for series in study.series for stack in series.stacks
        ]  # fmt: skip
    for number, frames in stacks:
        read = {path: dcmread(built.drive / path) for path in {frame.path for frame in frames}}
        found[number].append([seen(read[frame.path], frame) for frame in frames])
    return found


def seen(dataset, frame):
    pixels, place = dataset.pixel_array, dataset
    if "PerFrameFunctionalGroupsSequence" in dataset:
        pixels = pixels.reshape(-1, *SHAPE)[frame.frame_index]
        place = dataset.PerFrameFunctionalGroupsSequence[frame.frame_index].PlanePositionSequence[0]
    return pixels.tobytes(), tuple(map(float, place.ImagePositionPatient))


def right(series):
    """Each stack in its order, as the numbers of its places."""
    found = defaultdict(list)
    for image in series.images:
        found[image.stack].append((image.stack, image.place))
    return sorted(found.values())


def named(series, stacks):
    """What was found, by the stack and the place of the image that has just these pixels and this position."""
    known = {(image.pixels.tobytes(), image.position): (image.stack, image.place) for image in series.images}
    return sorted([known.get(frame, (-1, frame[1])) for frame in stack] for stack in stacks)


def check(several):
    """Builds the series together, and compares."""
    with TemporaryDirectory() as folder:
        work = Path(folder)
        for series in several:
            write(series, work / "scans")
        built = build_bundle(work, work / "scans", look_into_pictures=False)
        found = stacks_of(built)
        assert wrong_findings(built) == []
        for series in several:
            assert named(series, found[series.number]) == right(series), series
        files = sum(1 if series.carrier in OF_ENHANCED else len(series.images) for series in several)
        assert len(built.outcome.written) == files
        assert len(found) == len(several)


@settings(
    max_examples=EXAMPLES, deadline=None, phases=[Phase.explicit, Phase.generate], database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(several=st.tuples(*(known(number) for number in range(1, 7))))
def test_series_of_known_identity_come_out_as_they_went_in_whatever_their_encoding(several):
    check(several)


def test_every_encoding_has_the_same_pixels_in_every_format():
    """Every encoder with each format, an enhanced object each; single slices are drawn above."""
    several, places = [], [(stack, place) for stack in range(2) for place in range(3)]
    for number, (encoder, form) in enumerate(product(ENCODERS, FORMS), start=1):
        values, axial = np.random.default_rng(number), ORIENTATIONS["axial"]
        images = [image_of(stack, place, 2.0 * place + stack, axial, form, values) for stack, place in places]
        several.append(Known(number, "StackID", form, axial, images, encoder, encoder, 0, "mixed up", number))
    check(several)
