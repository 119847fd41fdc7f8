"""The units of stacks, by Rescale Type, Image Type and Units of the written files."""

from pydicom import Dataset, dcmread
from pydicom.uid import EnhancedCTImageStorage, MRImageStorage, PositronEmissionTomographyImageStorage
import pytest

from builder.write.readback import frame_of
from bundle.index.index import Catalog
from tests import scans
from tests.conftest import build_bundle

AXIAL, MAP = ["ORIGINAL", "PRIMARY", "AXIAL"], ["DERIVED", "PRIMARY", "AXIAL", "IODINE"]
MR = {"SOPClassUID": MRImageStorage, "Modality": "MR"}
PET = {"SOPClassUID": PositronEmissionTomographyImageStorage, "Modality": "PT"}


def stack_of(tmp_path, change):
    built = build_bundle(tmp_path, scans.write_series(tmp_path / "scans", 3, change), look_into_pictures=False)
    with Catalog(built.drive) as catalog:
        (stack,) = (stack for study in catalog.studies() for series in study.series for stack in series.stacks)
        frames = catalog.frames(stack.stack_id)
    return stack, frames, dcmread(built.drive / frames[0].path)


@pytest.mark.parametrize(
    ("attributes", "units"),
    [
        ({}, "HU"),
        ({"ImageType": ["DERIVED", "SECONDARY", "AXIAL"]}, "HU"),
        ({"RescaleType": "HU"}, "HU"),
        ({"RescaleType": "MGML", "ImageType": MAP}, "mg/ml"),
        ({"ImageType": MAP}, ""),
        ({"ImageType": ["DERIVED", "PRIMARY", "AXIAL", "QUILLFEATHER"]}, ""),
        ({"RescaleType": "US"}, ""),
        ({"RescaleType": "Iodine of Quillfeather"}, ""),
        ({"RescaleType": "Z_EFF"}, "Z eff"),
        ({"RescaleType": "PCT"}, "%"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, ""),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"], "RescaleType": "HU"}, ""),
        (MR, ""),
        (PET | {"Units": "BQML"}, "Bq/ml"),
        (PET | {"Units": "GML"}, "g/ml"),
        (PET | {"Units": "CPS"}, "cps"),
        (PET | {"Units": "QUILLFEATHER"}, ""),
    ],
)
def test_the_units_of_a_stack_are_those_of_its_files(tmp_path, attributes, units):
    stack, _, file = stack_of(tmp_path, lambda dataset, k: dataset.update(attributes))
    assert stack.units == units
    assert "QUILLFEATHER" not in str(file).upper()


def test_units_that_differ_in_a_stack_are_none(tmp_path):
    def change(dataset, k):
        dataset.RescaleType = "HU" if k else "HU_MOD"

    assert stack_of(tmp_path, change)[0].units == ""


def test_a_free_text_for_the_rescale_type_becomes_unspecified(tmp_path):
    file = stack_of(tmp_path, lambda dataset, k: dataset.update({"RescaleType": "Quillfeather units"}))[2]
    assert file.RescaleType == "US"


@pytest.mark.parametrize("function", ["LINEAR_EXACT", "SIGMOID", "LINEAR", "QUILLFEATHER", "OTHER"])
def test_the_function_of_the_window_and_the_range_of_padding_reach_the_index(tmp_path, function):
    attributes = {"VOILUTFunction": function, "PixelPaddingValue": -900, "PixelPaddingRangeLimit": -1024}
    more = {"WindowCenter": 40, "WindowWidth": 400}
    stack, frames, file = stack_of(tmp_path, lambda dataset, k: dataset.update(attributes | more))
    known = function if function in ("LINEAR_EXACT", "SIGMOID", "LINEAR") else ""
    assert {frame.voi_lut_function for frame in frames} == {known}
    assert stack.voi_lut_function == (known or "LINEAR")
    assert file.get("VOILUTFunction", "") == known
    padding = {(frame.pixel_padding_value, frame.pixel_padding_range_limit) for frame in frames}
    assert padding == {(-900, -1024)}


def test_frames_of_an_enhanced_object_have_units_of_their_own():
    def item(keyword, **values):
        group, inside = Dataset(), Dataset()
        inside.update(values)
        setattr(group, keyword, [inside])
        return group

    dataset = Dataset()
    dataset.SOPClassUID, dataset.Modality, dataset.NumberOfFrames = EnhancedCTImageStorage, "CT", 3
    dataset.ImageType = [*AXIAL, "NONE"]
    dataset.PerFrameFunctionalGroupsSequence = [
        item("PixelValueTransformationSequence", RescaleType="HU", RescaleSlope=1, RescaleIntercept=0),
        item("PixelValueTransformationSequence", RescaleType="MGML", RescaleSlope=0.1, RescaleIntercept=0),
        item("CTImageFrameTypeSequence", FrameType=["DERIVED", "PRIMARY", "AXIAL", "ELECTRON_DENSITY"]),
    ]
    assert [frame_of(dataset, k).units for k in range(3)] == ["HU", "mg/ml", ""]
