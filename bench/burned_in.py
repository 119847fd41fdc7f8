"""python -m bench.burned_in SCANS: both error rates of the detector of text, on real images with and without text."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
import itertools
from pathlib import Path
import sys
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pydicom import dcmread

from builder.burned_in import find_text
from builder.plan import ScannedFile
from builder.scan import examine

_TEXTS = ("QUILLFEATHER OTTOLINE", "Brackwater, Ivo 18.04.1953", "MRN 7731077", "St. Elsewhere 29/02/2024")
_FONTS = Path("/usr/share/fonts/truetype/dejavu")
_FACES = ("DejaVuSans.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSerif.ttf")
_SMALL_HEIGHTS = (8, 12, 18)
_HEIGHTS = (6, 8, 10, 14, 20, 36, 48)
# The pen: the value of the brightest pixels, four fifths of the range, and the darkest value.
_PENS = {"white": 1.0, "grey": 0.8, "black": 0.0}
_SELDOM_HEIGHT, _SLANT, _WORD = 14, 20, "OTT"
_OTHERS = 4
_LEAST_SIDE = 100
_NOISE_CORRELATION = 0.3
# Nine tenths of the ink differ from what is under them by a fifth of the range.
_INK, _MOST_OF_IT, _LEGIBLE = 0.5, 10, 0.2

Frame = NDArray[np.integer]


@dataclass(frozen=True)
class Stack:
    """Frames of one series and size."""

    modality: str
    frames: list[Frame]


def main() -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    stacks = list(_stacks(Path(sys.argv[1])))
    _print_false_alarms(stacks)
    pictures = [stack for stack in stacks if not _is_noise(stack.frames)]
    _print_found(pictures)
    _print_odd_places(pictures)
    _print_seldom(pictures)


def _is_noise(frames: list[Frame]) -> bool:
    """Whether neighbours have nothing to do with each other: files made for tests, and no picture of anything."""
    frame = frames[len(frames) // 2].astype(float)
    with np.errstate(invalid="ignore"):
        return bool(np.corrcoef(frame[:, 1:].ravel(), frame[:, :-1].ravel())[0, 1] < _NOISE_CORRELATION)


def _stacks(folder: Path) -> Iterator[Stack]:
    files: dict[tuple[str, ...], list[ScannedFile]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and isinstance(found := examine(path, folder), ScannedFile):
            files[found.folder, found.series_instance_uid, str(found.rows), str(found.columns)].append(found)
    for members in files.values():
        if frames := [frame for one in members for frame in _frames(one.path)]:
            yield Stack(members[0].modality, frames)


def _frames(path: Path) -> list[Frame]:
    try:
        pixels = dcmread(path, force=True).pixel_array
    except Exception:  # a damaged file, which a build leaves out
        return []
    return list(pixels) if pixels.ndim == 3 else [pixels]


def _others(stack: Stack, frame: Frame) -> list[Frame]:
    every = max(len(stack.frames) // (_OTHERS + 1), 1)
    return [other for other in stack.frames[::every] if other is not frame and other.shape == frame.shape][:_OTHERS]


def _print_false_alarms(stacks: list[Stack]) -> None:
    print("Real images without text: how many are taken for images with text")
    for modality in ("CT", "MR", "PT"):
        frames = [(stack, frame) for stack in stacks if stack.modality == modality for frame in stack.frames]
        wrong = sum(bool(find_text(frame, others=_others(stack, frame))) for stack, frame in frames)
        print(f"  {modality}  {wrong} of {len(frames)}")


def _print_found(stacks: list[Stack]) -> None:
    generator = np.random.default_rng(11)
    found: Counter[tuple[str, str, int]] = Counter()
    drawn: Counter[tuple[str, str, int]] = Counter()
    for stack in stacks:
        for frame in stack.frames[:: max(len(stack.frames) // 3, 1)]:
            if min(frame.shape) < _LEAST_SIDE:
                continue
            for height in _HEIGHTS:
                for pen, part in _PENS.items():
                    text = _drawn(frame.shape, height, generator)
                    value = frame.min() + part * (np.percentile(frame, 99.9) - frame.min())
                    if not _is_legible(frame, text, value):
                        continue
                    written_on = [_write(other, text, value) for other in _others(stack, frame)]
                    pictures = {"one slice": _others(stack, frame), "all slices": written_on}
                    for where, others in pictures.items():
                        drawn[where, pen, height] += 1
                        found[where, pen, height] += bool(find_text(_write(frame, text, value), others=others))
    print(
        f"\nText drawn into real images: per cent found, by capital height in pixels ({sum(drawn.values())} pictures)"
    )
    print(f"  {'':18}" + "".join(f"{height:7}" for height in _HEIGHTS))
    for where, pen in {(where, pen): 0 for where, pen, _ in drawn}:
        rates = (100 * found[where, pen, height] / drawn[where, pen, height] for height in _HEIGHTS)
        print(f"  {f'{pen}, {where}':18}" + "".join(f"{rate:7.1f}" for rate in rates))
    every = (100 * _at(found, height) / _at(drawn, height) for height in _HEIGHTS)
    print(f"  {'together':18}" + "".join(f"{rate:7.1f}" for rate in every))


def _at(counts: Counter[tuple[str, str, int]], height: int) -> int:
    return sum(count for (_, _, one), count in counts.items() if one == height)


def _print_odd_places(stacks: list[Stack]) -> None:
    """Text that the border of the picture touches or cuts by a line, and text that is written along its side."""
    generator = np.random.default_rng(12)
    found: Counter[tuple[str, int]] = Counter()
    drawn: Counter[tuple[str, int]] = Counter()
    for stack in stacks:
        for frame in stack.frames[:: max(len(stack.frames) // 3, 1)]:
            for place, height in itertools.product(("top", "bottom", "along"), _SMALL_HEIGHTS):
                picture = np.ascontiguousarray(frame.T) if place == "along" else frame
                text = _moved(_drawn(picture.shape, height, generator), place, int(generator.integers(2)))
                value = float(np.percentile(frame, 99.9))
                if min(frame.shape) < _LEAST_SIDE or not _is_legible(picture, text, value):
                    continue
                drawn[place, height] += 1
                found[place, height] += bool(find_text(_write(picture, text, value), along=place == "along"))
    print(f"\nAt the border, or along the side: per cent found ({sum(drawn.values())} pictures)")
    print(f"  {'':18}" + "".join(f"{height:7}" for height in _SMALL_HEIGHTS))
    for place in ("top", "bottom", "along"):
        rates = (100 * found[place, height] / drawn[place, height] for height in _SMALL_HEIGHTS)
        print(f"  {place:18}" + "".join(f"{rate:7.1f}" for rate in rates))


def _print_seldom(stacks: list[Stack]) -> None:
    """What the detector does not look for: text that is slanted, and single short words."""
    generator = np.random.default_rng(13)
    found: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for stack in stacks:
        for frame in stack.frames[:: max(len(stack.frames) // 3, 1)]:
            value = float(np.percentile(frame, 99.9))
            for kind in ("slanted", "three letters"):
                text = _drawn(frame.shape, _SELDOM_HEIGHT, generator, *([_WORD] if kind == "three letters" else []))
                text = _slanted(text) if kind == "slanted" else text
                if min(frame.shape) < _LEAST_SIDE or not (text > _INK).any() or not _is_legible(frame, text, value):
                    continue
                drawn[kind] += 1
                found[kind] += bool(find_text(_write(frame, text, value)))
    print(f"\nSeldom found: per cent, at a height of {_SELDOM_HEIGHT} pixels ({sum(drawn.values())} pictures)")
    for kind in drawn:
        print(f"  {kind:18}{100 * found[kind] / drawn[kind]:7.1f}")


def _slanted(cover: NDArray[np.float64]) -> NDArray[np.float64]:
    picture = Image.fromarray((cover * 255).astype(np.uint8)).rotate(_SLANT, resample=Image.Resampling.BILINEAR)
    return np.asarray(picture, np.float64) / 255


def _moved(cover: NDArray[np.float64], place: str, cut: int) -> NDArray[np.float64]:
    """The text moved to the top or the bottom of the picture, and out of it by so many lines."""
    lines = np.flatnonzero((cover > _INK).any(axis=1))
    moved = np.zeros_like(cover)
    if place == "top":
        moved[: len(cover) - lines[0] - cut] = cover[lines[0] + cut :]
    elif place == "bottom":
        below = len(cover) - 1 - lines[-1] + cut
        moved[below:] = cover[: len(cover) - below]
    return cover if place == "along" else moved


def _is_legible(frame: Frame, cover: NDArray[np.float64], value: float) -> bool:
    """Whether the text differs from what is under it: black on black is no leak."""
    span = np.percentile(frame, 99.9) - frame.min()
    return bool(np.percentile(np.abs(frame - value)[cover > _INK], _MOST_OF_IT) > _LEGIBLE * span)


def _drawn(
    shape: tuple[int, ...], height: int, generator: np.random.Generator, *texts: str
) -> NDArray[np.float64]:  # fmt: skip
    """How much of the pen covers each pixel, 0 to 1: a text at a random place, smoothed or not."""
    face = str(_FONTS / generator.choice(_FACES))
    font = ImageFont.truetype(face, round(height / 0.73))  # capitals are 0.73 of the size
    picture = Image.new("L", (shape[1], shape[0]))
    draw = ImageDraw.Draw(picture)
    draw.fontmode = str(generator.choice(["1", "L"]))
    text = str(generator.choice(texts or _TEXTS))
    width = int(draw.textlength(text, font=font))
    left = int(generator.integers(2, max(shape[1] - width - 2, 3)))
    top = int(generator.integers(2, max(shape[0] - 2 * height, 3)))
    draw.text((left, top), text, fill=255, font=font)
    return np.asarray(picture, np.float64) / 255


def _write(frame: Frame, cover: NDArray[np.float64], value: float) -> Frame:
    return np.asarray(np.rint(frame * (1 - cover) + value * cover), frame.dtype)


if __name__ == "__main__":
    main()
