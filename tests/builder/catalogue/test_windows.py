"""VOI LUT functions and padding from the files into the index and the previews, and the check's findings on them."""

from io import BytesIO

import numpy as np
from PIL import Image
import pytest

from bundle.index.index import Catalog
from tests import scans
from tests.conftest import build_bundle
from tests.stacked import wrong_findings

CENTER, WIDTH = 40.0, 300.0


def by_the_standard(x: np.ndarray, c: float, w: float, function: str) -> np.ndarray:
    """PS3.3 C.11.2.1.2.1 and C.11.2.1.3, from 0 to 255."""
    if function == "SIGMOID":
        return 255 / (1 + np.exp(-4 * (x - c) / w))
    if function == "LINEAR_EXACT":
        return np.clip(((x - c) / w + 0.5) * 255, 0, 255)
    return np.clip(((x - (c - 0.5)) / (w - 1) + 0.5) * 255, 0, 255)


def built_with(tmp_path, **attributes):
    source = scans.write_series(tmp_path / "scans", 3, lambda dataset, k: dataset.update(attributes))
    return build_bundle(tmp_path, source, look_into_pictures=False)


def seen_in(built):
    """The stack, its frames, its preview, and the values and stored values of the slice that it shows."""
    from pydicom import dcmread

    with Catalog(built.drive) as catalog:
        (stack,) = (stack for study in catalog.studies() for series in study.series for stack in series.stacks)
        frames, png = catalog.frames(stack.stack_id), catalog.preview(stack.stack_id)
    file = dcmread(built.drive / frames[stack.preview_frame].path)
    stored = file.pixel_array.astype(float)
    values = stored * float(file.get("RescaleSlope", 1)) + float(file.get("RescaleIntercept", 0))
    return stack, frames, np.asarray(Image.open(BytesIO(png))).astype(float), values, stored, file


@pytest.mark.parametrize(("function", "width"), [("LINEAR", WIDTH), ("LINEAR_EXACT", WIDTH), ("SIGMOID", WIDTH),
                                                 ("LINEAR_EXACT", 0.75)])  # fmt: skip
def test_a_function_stays_with_its_window_and_the_preview_is_drawn_by_it(tmp_path, function, width):
    built = built_with(tmp_path, WindowCenter=str(CENTER), WindowWidth=str(width), VOILUTFunction=function)
    stack, frames, png, values, _, file = seen_in(built)
    assert file.VOILUTFunction == function
    assert (stack.voi_lut_function, stack.window) == (function, (CENTER, width))
    assert {frame.voi_lut_function for frame in frames} == {function}
    assert np.abs(png - by_the_standard(values, CENTER, width, function)).max() <= 1
    assert wrong_findings(built) == []


def test_an_unknown_function_and_one_without_a_window_count_as_linear(tmp_path):
    stack, frames, *_ = seen_in(built_with(tmp_path, WindowCenter="40", WindowWidth="300", VOILUTFunction="QUILL"))
    assert stack.voi_lut_function == "LINEAR" and {frame.voi_lut_function for frame in frames} == {""}


def test_a_range_of_padding_stays_and_is_black_in_the_preview_and_no_part_of_the_window(tmp_path):
    low, high = -2000, -1990

    def change(dataset, k):
        pixels = np.frombuffer(dataset.PixelData, "<i2").reshape(dataset.Rows, -1).copy()
        pixels[:9], pixels[9:12] = low, high - 3
        dataset.PixelData = pixels.tobytes()
        for keyword in ("WindowCenter", "WindowWidth"):
            if keyword in dataset:
                delattr(dataset, keyword)
        dataset.update({"PixelPaddingValue": low, "PixelPaddingRangeLimit": high})

    built = build_bundle(tmp_path, scans.write_series(tmp_path / "scans", 3, change), look_into_pictures=False)
    stack, frames, png, _, stored, _ = seen_in(built)
    assert {(frame.pixel_padding_value, frame.pixel_padding_range_limit) for frame in frames} == {(low, high)}
    empty = (stored >= low) & (stored <= high)
    assert empty[:12].all() and not empty[12:].any()
    assert png[:12].max() == 0
    assert abs(stack.window[0]) < 1500 and stack.window[1] < 3000
    assert wrong_findings(built) == []
