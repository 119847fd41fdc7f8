"""Series as scanners and archives really write them: each is built, and its stacks are compared with the input."""

import numpy as np
from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedCTImageStorage
import pytest

from builder.pipeline.outcome import needs_a_look
from builder.stacks import one_look
from bundle.index.index import Catalog
from tests import scans
from tests.conftest import build_bundle
from tests.stacked import stacks_in, wrong_findings

SIZE = 16


def slice_of(value, position, number=1, **attributes):
    """A slice that holds one value."""
    return scans.ct_slice(np.full((SIZE, SIZE), value), position, number, **attributes)


def built(tmp_path, datasets):
    """A bundle of these slices, in a shuffled order of names, in which the check finds nothing wrong."""
    names = np.random.default_rng(7).permutation(len(datasets))
    for name, dataset in zip(names, datasets, strict=True):
        scans.save(dataset, tmp_path / "scans" / f"I{name:03d}")
    found = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    assert wrong_findings(found) == []
    return found


def contents(found):
    """(value, positions along z) of each stack, none of which may hold two values."""
    stacks = stacks_in(found.drive)
    assert [len(set(stack.values)) for stack in stacks] == [1] * len(stacks)
    return sorted((stack.values[0], stack.along) for stack in stacks)


def test_kernels_that_overlap_in_part_are_two_stacks(tmp_path):
    soft = [slice_of(10, (0, 0, z), z, ConvolutionKernel="B30f") for z in range(6)]
    sharp = [slice_of(20, (0, 0, z), z + 6, ConvolutionKernel="B70f") for z in range(3, 9)]
    assert contents(built(tmp_path, soft + sharp)) == [(10, [*range(6)]), (20, [*range(3, 9)])]


@pytest.mark.parametrize(
    "told",
    [
        {"ConvolutionKernel": ("B30f", "B70f")}, {"KVP": (80, 140)}, {"AcquisitionTime": ("081530", "081555")},
        {"SliceThickness": (1.5, 3)}, {"NominalPercentageOfCardiacPhase": (30, 75)}, {"RescaleType": ("HU", "MGML")},
        {"ImageType": (["ORIGINAL", "PRIMARY", "AXIAL"], ["DERIVED", "PRIMARY", "AXIAL"])},
        {"TemporalPositionIdentifier": (1, 2)}, {"ContentTime": ("081530.5", "081531.5")}, {"TriggerTime": (0, 400)},
        {"Exposure": (100, 200)},
    ],
    ids=lambda told: next(iter(told)),
)  # fmt: skip
def test_equal_instance_numbers_are_told_apart_by_what_the_images_are(tmp_path, told):
    ((keyword, values),) = told.items()
    times = {} if "Time" not in keyword else {keyword.replace("Time", "Date"): "20240229"}
    both = [
        slice_of(10 * (k + 1), (0, 0, z), 1, **({} if keyword == "TriggerTime" else times), **{keyword: values[k]},
                 SOPInstanceUID=f"1.2.9.{k}.{z}")
        for k in range(2) for z in range(5)
    ]  # fmt: skip
    assert contents(built(tmp_path, both)) == [(10, [*range(5)]), (20, [*range(5)])]


@pytest.mark.parametrize("keyword", ["ConvolutionKernel", "KVP", "AcquisitionNumber", "SliceThickness", "FlipAngle"])
def test_passes_half_a_step_apart_are_two_stacks(tmp_path, keyword):
    values = {"ConvolutionKernel": ("B30f", "B70f")}.get(keyword, (2, 4))
    both = [
        slice_of(10 * (k + 1), (0, 0, 5 * z + 2.5 * k), 8 * k + z + 1, **{keyword: values[k]})
        for k in range(2) for z in range(8)
    ]  # fmt: skip
    found = built(tmp_path, both)
    assert contents(found) == [(10, [5 * z for z in range(8)]), (20, [5 * z + 2.5 for z in range(8)])]
    assert {stack.stack.spacing_between_slices for stack in stacks_in(found.drive)} == {5}


def test_acquisition_numbers_that_may_not_stay_are_replaced_where_they_tell_apart(tmp_path):
    both = [
        slice_of(10 * (k + 1), (0, 0, 5 * z + 2.5 * k), 8 * k + z + 1, AcquisitionNumber=20240101 + k)
        for k in range(2) for z in range(8)
    ]  # fmt: skip
    found = built(tmp_path, both)
    assert contents(found) == [(10, [5 * z for z in range(8)]), (20, [5 * z + 2.5 for z in range(8)])]
    assert found.outcome.lost["AcquisitionNumber"] == 0
    assert not any(b"2024010" in path.read_bytes() for path in found.drive.rglob("IM*"))


def test_interleaved_slices_and_step_and_shoot_stay_one(tmp_path):
    # Every second slice first, in four table positions.
    made = [
        slice_of(10, (0, 0, z), z + 1, AcquisitionNumber=z // 4 + 1, AcquisitionDate="20240229",
                 AcquisitionTime=f"0815{10 + z // 2 + 8 * (z % 2):02d}", TriggerTime=500 * (z % 2))
        for z in range(16)
    ]  # fmt: skip
    assert contents(built(tmp_path, made)) == [(10, [*range(16)])]


def test_formalities_split_nothing(tmp_path):
    def one(z):
        wobble = 0.001 * (-1) ** z
        dataset = slice_of(
            10, (0, 0, 2 * z), z + 1, PixelSpacing=["0.78125"] * 2 if z % 2 else ["0.7813"] * 2,
            ImageOrientationPatient=[1, wobble, 0, -wobble, 1, 0], RescaleIntercept=-5 * z, RescaleSlope=1 + z % 3,
            WindowCenter=40 + z, WindowWidth=400,
        )  # fmt: skip
        if z % 2:
            dataset.PixelPaddingValue = -2000
            dataset["PixelPaddingValue"].VR = "SS"
        if z % 3:
            dataset.BitsStored, dataset.HighBit = 12, 11
        return dataset

    found = built(tmp_path, [one(z) for z in range(10)])
    assert contents(found) == [(10, [2 * z for z in range(10)])]
    ((stack),) = stacks_in(found.drive)
    assert (stack.stack.is_volume, stack.stack.bits_stored, stack.stack.pixel_padding_value) == (True, 16, -2000)


def test_steps_of_nine_micrometres_are_one_volume(tmp_path):
    found = built(tmp_path, [slice_of(10, (0, 0, f"{0.009 * z:.3f}"), z + 1) for z in range(12)])
    ((stack),) = stacks_in(found.drive)
    assert (len(stack.frames), stack.stack.is_volume) == (12, True)
    assert stack.stack.spacing_between_slices == pytest.approx(0.009)


def test_bolus_tracking_beside_a_volume_is_one_stack_in_time_order(tmp_path):
    volume = [slice_of(10, (0, 0, z), z + 1, AcquisitionNumber=1, AcquisitionTime="081500") for z in range(8)]
    order = [4, 0, 2, 1, 3]
    bolus = [
        slice_of(100 + k, (0, 0, 3), 20, AcquisitionNumber=2 + k, AcquisitionDate="20240229",
                 AcquisitionTime=f"0814{2 * k:02d}", SOPInstanceUID=f"1.2.9.{k}")
        for k in order
    ]  # fmt: skip
    found = {len(stack.frames): stack for stack in stacks_in(built(tmp_path, volume + bolus).drive)}
    assert found[5].values == (100, 101, 102, 103, 104)
    assert found[5].stack.not_volume_reason == "several images at one place"
    assert found[8].along == [*range(8)]


def test_a_second_pass_elsewhere_has_no_invented_tilt(tmp_path):
    made = [slice_of(10, (0, 0, z), z + 1) for z in range(8)]
    made += [slice_of(20, (60, -30, z + 8), z + 9) for z in range(8)]
    found = built(tmp_path, made)
    assert contents(found) == [(10, [*range(8)]), (20, [*range(8, 16)])]
    assert {(stack.stack.tilt, stack.stack.is_volume, stack.stack.notes) for stack in stacks_in(found.drive)} == {
        (0, True, "")
    }


def test_images_without_any_place_come_in_the_natural_order_of_their_names(tmp_path):
    for k in range(12):
        dataset = slice_of(100 + k, (0, 0, 0), 1, ImagePositionPatient=None, SOPInstanceUID=f"1.2.9.{k}")
        scans.save(dataset, tmp_path / "scans" / f"I{k}")
    found = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    ((stack),) = stacks_in(found.drive)
    assert stack.values == tuple(range(100, 112))
    assert [frame.instance_number for frame in stack.frames] == list(range(1, 13))
    assert wrong_findings(found) == []


def test_what_nothing_tells_apart_is_said_on_the_image_and_in_the_report(tmp_path):
    made = [slice_of(10, (0, 0, z), 1, SOPInstanceUID=f"1.2.9.{z}") for z in range(6)]
    made.append(slice_of(11, (0, 0, 3), 1, SOPInstanceUID="1.2.9.99"))
    found = built(tmp_path, made)
    told = "the files do not say which images belong together"
    assert {stack.stack.notes for stack in stacks_in(found.drive)} == {told}
    assert [notice.kind for notice in found.outcome.notices if told in notice.text] == ["undecided"]
    assert needs_a_look(found.outcome)


def item(**values):
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def enhanced(frames):
    """An enhanced CT of frames (value, z, stack, position in the stack)."""
    dataset = scans.ct_slice(np.zeros((SIZE, SIZE)), (0, 0, 0), 1, SOPClassUID=EnhancedCTImageStorage)
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope"):
        delattr(dataset, keyword)
    dataset.NumberOfFrames = len(frames)
    dataset.SharedFunctionalGroupsSequence = Sequence([item(
        PixelMeasuresSequence=Sequence([item(PixelSpacing=[1, 1], SliceThickness=2)]),
        PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
        PixelValueTransformationSequence=Sequence([item(RescaleSlope=1, RescaleIntercept=0, RescaleType="HU")]),
    )])  # fmt: skip
    dataset.PerFrameFunctionalGroupsSequence = Sequence([
        item(
            FrameContentSequence=Sequence([item(StackID=str(stack), InStackPositionNumber=place)]),
            PlanePositionSequence=Sequence([item(ImagePositionPatient=[0, 0, z])]),
        )
        for _, z, stack, place in frames
    ])  # fmt: skip
    dataset.PixelData = b"".join(np.full((SIZE, SIZE), value, "<i2").tobytes() for value, *_ in frames)
    return dataset


def test_an_enhanced_object_is_split_by_its_stack_id(tmp_path):
    frames = [(10 * stack, 5.0 * z + stack, stack, z + 1) for z in range(6) for stack in (1, 2)]
    found = built(tmp_path, [enhanced(frames)])
    assert contents(found) == [(10, [5 * z + 1 for z in range(6)]), (20, [5 * z + 2 for z in range(6)])]


@pytest.mark.parametrize(("patient_id", "name"), [("ANON", "Anonymous"), ("0000", ""), ("", ""), ("anonymous", "X")])
def test_three_studies_of_nobody_are_reported(tmp_path, patient_id, name):
    made = [
        slice_of(10, (0, 0, z), z + 1, PatientID=patient_id, PatientName=name, PatientBirthDate="",
                 StudyInstanceUID=f"1.2.3.{study}", SeriesInstanceUID=f"1.2.3.{study}.1",
                 SOPInstanceUID=f"1.2.3.{study}.1.{z}")
        for study in range(3) for z in range(2)
    ]  # fmt: skip
    found = built(tmp_path, made)
    assert [notice.kind for notice in found.outcome.notices] == ["nobody's name"]
    assert needs_a_look(found.outcome)


def turning(number, degrees=10.0, **more):
    """A projection that turns about the body's axis, with a position of its own for each direction."""
    angle = np.radians(degrees * number)
    row = (float(np.cos(angle)), float(np.sin(angle)), 0.0)
    position = [-8 * row[0], -8 * row[1], 100.0]
    uid = {"SOPInstanceUID": f"1.2.9.77.{number}"}
    return slice_of(number, position, number, ImageOrientationPatient=[*row, 0, 0, -1], **uid, **more)


def test_a_projection_that_turns_is_one_stack_to_scroll_whose_images_keep_their_directions(tmp_path):
    volume = [slice_of(99, (0, 0, z), 50 + z) for z in range(5)]
    drive = built(tmp_path, [*map(turning, range(1, 13)), *volume]).drive
    found = {len(stack.frames): stack for stack in stacks_in(drive)}
    assert found.keys() == {5, 12}
    assert found[12].values == tuple(range(1, 13))
    stack = found[12].stack
    assert (stack.is_volume, stack.not_volume_reason) == (False, "images of different directions")
    assert stack.image_orientation_patient is None and stack.pixel_spacing == (1, 1)
    with Catalog(drive) as catalog:
        for number, frame in enumerate(catalog.frames(stack.stack_id), start=1):
            assert frame.image_orientation_patient == pytest.approx(turning(number).ImageOrientationPatient, abs=1e-6)
        assert {frame.image_orientation_patient for frame in catalog.frames(found[5].stack.stack_id)} == {None}
    assert (stack.description, found[5].stack.description) == ("several directions 1.5 mm", "axial 1.5 mm")


def test_a_direction_that_comes_twice_and_other_pixels_split_no_projection_wrongly(tmp_path):
    whole_turn = [turning(number, 30.0) for number in range(1, 14)]  # the last is the first again
    (stack,) = stacks_in(built(tmp_path / "a", whole_turn).drive)
    assert stack.values == tuple(range(1, 14))
    zoomed = [slice_of(z, (0, 0, z), z, PixelSpacing=[1 + 0.1 * z] * 2) for z in range(6)]
    assert len(stacks_in(built(tmp_path / "b", zoomed).drive)) == 6  # of one direction: each is as large as it is
    scouts = [slice_of(k, (0, 0, 0), k, ImageOrientationPatient=way, SOPInstanceUID=f"1.2.9.{k}")
              for k, way in enumerate(([1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1]))]  # fmt: skip
    assert len(stacks_in(built(tmp_path / "c", scouts).drive)) == 3


def test_the_check_finds_images_of_a_projection_that_are_a_stack_each(tmp_path, monkeypatch):
    monkeypatch.setattr(one_look, "_turning", lambda pictures, alike: [])
    for number in range(1, 8):
        scans.save(turning(number), tmp_path / "scans" / f"I{number}")
    found = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    assert [line.split(":")[0] for line in wrong_findings(found)] == ["index.split"]
