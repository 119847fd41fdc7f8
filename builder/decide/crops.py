"""Small pictures of possible text, from the source file: the place itself, and its position in the image."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from builder.blanking import Place
from builder.dicom import source_file
from builder.dicom.pixels import native_pixels, pixel_format

# In pixels of the page.
_WHOLE_SIDE, _CROP_HEIGHT, _CROP_WIDTH = 220, 220, 520
_LARGEST_ZOOM = 6
_PERCENTILES = (0.5, 99.8)
# The margin around a place, in heights of it.
_AROUND = 1.5
_OUTLINE = (255, 170, 0)

Grey = NDArray[np.uint8]


class Crop(NamedTuple):
    """Two PNG pictures: the first place, enlarged, and the whole image with all its places; empty where unreadable."""

    place: bytes = b""
    whole: bytes = b""


def crops_of(wanted: Sequence[tuple[Path, tuple[Place, ...]]]) -> list[Crop]:
    """For each source file and its places, the most suspicious first; runs in a worker, as decoders may fail."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [_crop(path, places) for path, places in wanted]


def _crop(path: Path, places: tuple[Place, ...]) -> Crop:
    try:
        frame = places[0].frame if places else 0
        grey = _grey(path, frame)
        return Crop(_enlarged(grey, places[0]) if places else b"", _with_places(grey, _of_frame(places, frame)))
    except Exception:  # the page reports the missing picture; the image is already judged
        return Crop()


def _of_frame(places: Sequence[Place], frame: int) -> list[Place]:
    return [place for place in places if place.frame == frame]


def _grey(path: Path, frame: int) -> Grey:
    dataset = source_file.read_whole(path)
    form = pixel_format(dataset)
    dtype = np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")
    values = np.frombuffer(native_pixels(dataset, form), dtype).reshape(form.frames, form.rows, form.columns)[frame]
    low, high = np.percentile(values, _PERCENTILES)
    scaled = ((values - low) / max(float(high - low), 1.0)).clip(0, 1)
    grey = np.rint(scaled * 255).astype(np.uint8)
    return np.asarray(255 - grey, np.uint8) if form.photometric_interpretation == "MONOCHROME1" else grey


def _enlarged(grey: Grey, place: Place) -> bytes:
    around = round(_AROUND * min(place.bottom - place.top, place.right - place.left)) + 4
    top, left = max(place.top - around, 0), max(place.left - around, 0)
    part = grey[top : place.bottom + around, left : place.right + around]
    zoom = min(_CROP_HEIGHT / part.shape[0], _CROP_WIDTH / part.shape[1], _LARGEST_ZOOM)
    picture = _resized(part, zoom)
    box = (place.left - left - 1, place.top - top - 1, place.right - left + 1, place.bottom - top + 1)
    ImageDraw.Draw(picture).rectangle([round(edge * zoom) for edge in box], outline=_OUTLINE)
    return _png(picture)


def _with_places(grey: Grey, places: Sequence[Place]) -> bytes:
    zoom = _WHOLE_SIDE / max(grey.shape)
    picture = _resized(grey, zoom)
    draw = ImageDraw.Draw(picture)
    for place in places:
        draw.rectangle(
            (place.left * zoom - 2, place.top * zoom - 2, place.right * zoom + 2, place.bottom * zoom + 2),
            outline=_OUTLINE,
        )
    return _png(picture)


def _resized(grey: Grey, zoom: float) -> Image.Image:
    size = max(round(grey.shape[1] * zoom), 1), max(round(grey.shape[0] * zoom), 1)
    return Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC).convert("RGB")


def _png(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.quantize(64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
