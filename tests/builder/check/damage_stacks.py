"""Possible damages of pixels, slices and stacks: each function breaks one thing, and the check must find it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread, dcmwrite

from tests.builder.check.damaging import PIXELS, Damage, edit_image, edit_index, first_image, refresh_index, retell

# The stack with five slices, 1.5 mm apart, and the row of its first image.
_FIVE = "(SELECT id FROM stack WHERE number_of_frames = 5)"
_FIRST = f"(SELECT instance_id FROM frame WHERE position = 0 AND stack_id = {_FIVE})"


_CORRECTED = "Unused bits or padding of the pixels were corrected, which changes no visible value."


def edit_slices(change: Callable[[Dataset, int], object]) -> Damage:
    """Change all images of the series of five, and everything else to match."""

    def damage(root: Path) -> None:
        for k, image in enumerate(sorted(first_image(root).parent.iterdir())):
            dataset = dcmread(image)
            change(dataset, k)
            dcmwrite(image, dataset)
            refresh_index(root, image)

    return damage


def after(*damages: Damage) -> Damage:
    def damage(root: Path) -> None:
        for damage in damages:
            damage(root)

    return damage


def eleven_bits(value: int) -> Callable[[Dataset], None]:
    """Pixels of -1000 to 999 fit; the first one gets this value."""

    def change(dataset: Dataset) -> None:
        pixels = np.frombuffer(dataset.PixelData, "<i2").copy()
        pixels[0] = value
        dataset.PixelData, dataset.BitsStored, dataset.HighBit = pixels.tobytes(), 11, 10

    return change


def padded(value: int, limit: int | None = None) -> Damage:
    """Padding in the first image, and in the index to match."""

    def change(dataset: Dataset) -> None:
        eleven_bits(0)(dataset)
        dataset.add_new(0x00280120, "SS", value)
        if limit is not None:
            dataset.add_new(0x00280121, "SS", limit)

    said = f"pixel_padding_value = {value}, pixel_padding_range_limit = {'NULL' if limit is None else limit}"
    return after(edit_image(change), edit_index(f"UPDATE frame SET {said} WHERE instance_id = {_FIRST}"))


def moved(mm: float, *more: str) -> Damage:
    """The last two of the five slices further along, in files and index."""

    def change(dataset: Dataset, k: int) -> None:
        dataset.ImagePositionPatient[2] += mm if k > 2 else 0

    moving = f"UPDATE frame SET z = z + {mm} WHERE position > 2 AND stack_id = {_FIVE}"
    return after(edit_slices(change), edit_index(moving, *more))


def noted(text: str) -> str:
    return f"UPDATE stack SET notes = '{text}' WHERE number_of_frames = 5"


def altered(text: str) -> str:
    return f"UPDATE instance SET altered = '{text}' WHERE id = {_FIRST}"


_CLEARED = "stray bits above the lowest 12 cleared"
STACK_DAMAGES: list[tuple[str, Damage]] = [
    ("dicom.stored", edit_image(eleven_bits(1024))),
    ("dicom.stored", edit_image(eleven_bits(-1025))),
    ("dicom.padding", padded(1024)),
    ("dicom.padding", padded(-1000, -1025)),
    ("identity.derivation", edit_image(lambda d: setattr(d, "DerivationDescription", "for Dr Quillfeather"))),
    ("identity.derivation", edit_image(lambda d: setattr(d, "DerivationDescription", f"{_CLEARED}; for Dr Quill"))),
    ("index.altered", edit_image(lambda dataset: setattr(dataset, "DerivationDescription", _CLEARED))),
    ("index.altered", edit_index(altered(_CLEARED))),
    ("index.padding", edit_index("UPDATE frame SET pixel_padding_value = -1000 WHERE id = 2")),
    ("index.padding", edit_index("UPDATE frame SET pixel_padding_range_limit = -900 WHERE id = 2")),
    ("index.padding", edit_image(lambda dataset: dataset.add_new(0x00280120, "SS", -1000))),
    ("index.units", edit_index("UPDATE stack SET units = 'Bq/ml' WHERE number_of_frames = 5")),
    ("index.units", edit_index("UPDATE stack SET units = '' WHERE number_of_frames = 5")),
    ("index.named", edit_index("UPDATE stack SET description = 'Knee of Ottoline Quillfeather' WHERE id = 1")),
    ("index.window", edit_index("UPDATE frame SET voi_lut_function = 'SIGMOID' WHERE id = 2")),
    ("index.stack", edit_index("UPDATE stack SET bits_stored = 12 WHERE number_of_frames = 5")),
    ("index.stack", edit_index("UPDATE frame SET row_x = 0, row_y = 1, row_z = 0 WHERE id = 2")),
    ("index.stack", edit_index("UPDATE stack SET pixel_padding_value = -1000 WHERE number_of_frames = 5")),
    ("index.stack", edit_index("UPDATE stack SET slice_thickness = 7 WHERE number_of_frames = 5")),
    ("index.stack", edit_index("UPDATE stack SET acquired = '20200101101500' WHERE number_of_frames = 5")),
    ("index.stack", edit_index("UPDATE stack SET cardiac_phase = 40 WHERE number_of_frames = 5")),
    ("index.stack", edit_index("UPDATE stack SET respiratory_phase = 0 WHERE number_of_frames = 5")),
    ("index.units", edit_image(lambda dataset: setattr(dataset, "RescaleType", "MGML"))),
    ("index.stack", edit_index("UPDATE stack SET row_spacing = row_spacing * 1.001 WHERE number_of_frames = 5")),
    ("index.mixed", edit_slices(lambda dataset, k: setattr(dataset, "AcquisitionNumber", k % 2))),
    ("index.mixed", edit_slices(lambda dataset, k: setattr(dataset, "AcquisitionNumber", 200_000 + k % 2))),
    ("index.mixed", edit_slices(lambda dataset, k: setattr(dataset, "KVP", 120 - 40 * (k == 2)))),
    ("index.mixed", edit_slices(lambda dataset, k: setattr(dataset, "SliceThickness", 1.5 + (k == 3)))),
    ("index.gap", moved(1.5, noted("slices missing at position 4.5 mm"))),
    ("index.geometry", moved(1.5)),
    ("index.geometry", moved(1.5, noted("slices missing at position 3.0 mm"))),
    ("index.geometry", moved(0.7)),
    ("index.geometry", moved(0.7, noted("uneven spacing, 1.50 to 1.90 mm"))),
    ("index.geometry", edit_index(noted("uneven spacing, 1.50 to 1.50 mm"))),
    ("index.geometry", edit_index(noted("slices missing at position 2.3 mm"))),
    ("index.geometry", edit_index(noted("tilted gantry, 7.0°"))),
    ("index.geometry", edit_index(noted("the files do not say which images belong together"))),
    ("index.geometry", edit_index("UPDATE stack SET origin_x = origin_x + 1 WHERE number_of_frames = 5")),
]  # fmt: skip

# What must not be called wrong: each is how sound bundles may be.
SOUND: dict[str, Damage] = {
    "one acquisition behind the other": edit_slices(
        lambda dataset, k: setattr(dataset, "AcquisitionNumber", 1 + (k > 2))
    ),
    "a number of its own in each": edit_slices(lambda dataset, k: setattr(dataset, "AcquisitionNumber", 9 - k)),
    "times that alternate": after(
        edit_slices(lambda dataset, k: setattr(dataset, "AcquisitionTime", f"10111{k % 2}")),
        edit_index("UPDATE stack SET acquired = '101110' WHERE number_of_frames = 5"),
    ),
    "digits of an echo time": edit_slices(lambda dataset, k: setattr(dataset, "EchoTime", 2.46 + k % 2 * 0.005)),
    "a value that some lack": edit_slices(lambda dataset, k: dataset.update({"EchoTime": 4.6} if k % 2 else {})),
    "digits of the spacing": edit_slices(lambda dataset, k: setattr(dataset, "PixelSpacing", [1 - k % 2 * 0.0009] * 2)),
    "an orientation that wobbles": edit_slices(
        lambda dataset, k: setattr(dataset, "ImageOrientationPatient", [1, k % 2 * 0.001, 0, 0, 1, k % 3 * -0.001])
    ),
    "padding in some": padded(-1024),
    "a range of padding": padded(-1000, -1024),
    "fewer bits in some": edit_image(eleven_bits(1023)),
    "uneven steps that are said": moved(0.7, noted("uneven spacing, 1.50 to 2.20 mm")),
    "alterations that are said": after(
        edit_image(lambda dataset: setattr(dataset, "DerivationDescription", _CLEARED)),
        edit_index(altered(_CLEARED)),
        retell((PIXELS, f"In 7 of 8 images: {PIXELS}", f"In 1 of 8 images: {_CORRECTED}")),
    ),
    "a function that is said": after(
        edit_image(lambda dataset: setattr(dataset, "VOILUTFunction", "LINEAR")),
        edit_index(f"UPDATE frame SET voi_lut_function = 'LINEAR' WHERE instance_id = {_FIRST}"),
    ),
}
