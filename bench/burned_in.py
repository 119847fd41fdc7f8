"""python -m bench.burned_in SCANS: how often the search for text is wrong, on real images with and without text."""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
import itertools
from pathlib import Path
import time
from typing import TypeVar
import warnings

import numpy as np
from pydicom import dcmread
from scipy.stats import binomtest

from bench.drawing import PENS, Frame, drawn
from builder.burned_in.candidates import at_places, find_candidates
from builder.burned_in.found import Candidate, Verdict, Word
from builder.burned_in.reader import TextReader
from builder.burned_in.throughout import views_of_series
from builder.burned_in.verdict import judge, read, texts_of_series
from builder.burned_in.views import Extremes, crop
from builder.plan import ScannedFile
from builder.scan.scan import examine

T = TypeVar("T")

_HEIGHTS = (8, 10, 14, 20, 36)
_WAYS = ("across", "along", "slanted")
# Of a series, so many neighbouring slices are drawn upon: one of them, or all.
_NEIGHBOURS = 24
_LEAST_SIDE = 100
# Of many places, few are such that a text can be read there.
_MOST_TRIES = 50
# Rates are printed after so many texts each.
_EVERY = 100
_NOISE_CORRELATION = 0.3


@dataclass(frozen=True)
class Stack:
    """Frames of one series and size; its source is the folder right below the one that was named."""

    source: str
    name: str
    frames: list[Frame]


def main() -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    arguments = _arguments()
    stacks = list(_stacks(arguments)) if arguments.drawn else _stacks(arguments)
    with TextReader() as reader:
        if not arguments.drawn_only:
            _print_taken(stacks, reader)
        if arguments.drawn:
            _print_found(
                [stack for stack in stacks if _can_be_drawn_on(stack)], arguments.drawn, arguments.seed, reader
            )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scans", type=Path, help="each folder right below it is one source")
    parser.add_argument(
        "--series", type=int, default=0, metavar="N", help="of each source at most so many; default: all"
    )
    parser.add_argument("--frames", type=int, default=400, metavar="N", help="of each series at most so many")
    parser.add_argument("--drawn", type=int, default=1200, metavar="N", help="so many drawn texts; 0: none")
    parser.add_argument("--drawn-only", action="store_true", help="nothing of images without text")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--only", nargs="*", metavar="SOURCE", help="only these sources")
    parser.add_argument(
        "--without", nargs="*", default=[], metavar="NAME", help="sources, and files below SCANS, that do hold text"
    )
    return parser.parse_args()


# Scans


def _stacks(arguments: argparse.Namespace) -> Iterator[Stack]:
    for folder in sorted(path for path in arguments.scans.iterdir() if path.is_dir()):
        if folder.name in arguments.without or (arguments.only and folder.name not in arguments.only):
            continue
        taken = 0
        for name, members in _series(folder, {arguments.scans / name_ for name_ in arguments.without}).items():
            if arguments.series and taken >= arguments.series:
                break
            frames = list(itertools.islice((frame for path in members for frame in _frames(path)), arguments.frames))
            alike = [frame for frame in frames if frame.shape == frames[0].shape and frame.dtype == frames[0].dtype]
            if alike:
                taken += 1
                yield Stack(folder.name, name, alike)


def _series(folder: Path, without: Set[Path]) -> dict[str, list[str]]:
    """The paths of the images that a build would take, but for some, by series and size."""
    files: dict[str, list[ScannedFile]] = defaultdict(list)
    for path in sorted(set(folder.rglob("*")) - without):
        if path.is_file() and isinstance(found := examine(str(path), folder), ScannedFile):
            files[f"{found.folder} {found.series_instance_uid} {found.rows} {found.columns}"].append(found)
    return {name: [member.path for member in some] for name, some in files.items()}


def _frames(path: str) -> list[Frame]:
    try:
        pixels = dcmread(path, force=True).pixel_array
    except Exception:  # a damaged file, which a build leaves out
        return []
    return list(pixels) if pixels.ndim == 3 else [pixels]


def _can_be_drawn_on(stack: Stack) -> bool:
    """Not noise, where neighbours have nothing to do with each other: files made for tests."""
    frame = stack.frames[len(stack.frames) // 2].astype(float)
    if min(frame.shape) < _LEAST_SIDE:
        return False
    with np.errstate(invalid="ignore"):
        return bool(np.corrcoef(frame[:, 1:].ravel(), frame[:, :-1].ravel())[0, 1] >= _NOISE_CORRELATION)


# The search, as a build does it


def _judged(frames: Sequence[Frame], reader: TextReader, asked: range) -> Verdict:
    """What a build says of the frames that are asked about; the others are there for comparison, and are not read."""
    candidates = find_candidates(frames)
    words = _words(candidates, frames, reader, asked)
    verdict = judge(candidates, words, frames=len(frames))
    if any(candidate.frame in asked for candidate in verdict.confirmed):
        return verdict
    views = views_of_series(Extremes.of(frames))
    places = texts_of_series(views, read(reader, views))
    more: list[Candidate] = at_places(places, len(frames))
    words += _words(more, frames, reader, asked)
    return judge([*candidates, *more], words, frames=len(frames))


def _words(
    candidates: Sequence[Candidate], frames: Sequence[Frame], reader: TextReader, asked: range
) -> list[list[Word]]:
    wanted = [crop(frames[candidate.frame], candidate) for candidate in candidates if candidate.frame in asked]
    words = iter(read(reader, wanted))
    return [next(words) if candidate.frame in asked else [] for candidate in candidates]


# Images without text


def _print_taken(stacks: Iterable[Stack], reader: TextReader) -> None:
    taken, suspected, number = Counter[str](), Counter[str](), Counter[str]()
    searched = 0.0
    series = Counter[str]()
    print("Real images without text: how many are taken for images with text, and how many are suspected")
    for stack in stacks:
        begin = time.process_time()
        find_candidates(stack.frames)
        searched += time.process_time() - begin
        verdict = _judged(stack.frames, reader, range(len(stack.frames)))
        wrong = {candidate.frame for candidate in verdict.confirmed}
        doubts = {candidate.frame for candidate in verdict.suspects} - wrong
        series[stack.source] += 1
        number[stack.source] += len(stack.frames)
        taken[stack.source] += len(wrong)
        suspected[stack.source] += len(doubts)
        print(
            f"  {stack.source:30}{len(stack.frames):6} images{len(wrong):5} taken{len(doubts):5} suspected", flush=True
        )
        if wrong or doubts:
            print(f"    {stack.name}, frames {sorted(wrong or doubts)[:8]}", flush=True)
    images, wrong_ones, unsure, number_of_series = (
        sum(counter.values()) for counter in (number, taken, suspected, series)
    )
    print(f"{wrong_ones} of {images} images from {len(number)} sources taken; {_bound(wrong_ones, images)}")
    print(f"{1000 * unsure / max(images, 1):.2f} of 1,000 suspected")
    print(f"{reader.readings} readings in {number_of_series} series")
    print(f"the first stage took {1000 * searched / max(images, 1):.2f} ms an image", flush=True)


def _bound(wrong: int, trials: int) -> str:
    """Clopper and Pearson's, one-sided."""
    if not trials:
        return "nothing was tried"
    high = binomtest(wrong, trials, alternative="less").proportion_ci(0.95, "exact").high
    return f"with 95 % confidence at most {10_000 * high:.1f} of 10,000"


# Images with text


def _print_found(stacks: Sequence[Stack], trials: int, seed: int, reader: TextReader) -> None:
    generator = np.random.default_rng(seed)
    sources = sorted({stack.source for stack in stacks})
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    kinds = itertools.cycle(itertools.product(_HEIGHTS, _WAYS, PENS, ("one slice", "all slices")))
    tried = 0
    for height, way, pen, where in itertools.islice(kinds, _MOST_TRIES * trials if stacks else 0):
        if tried >= trials:
            break
        source = _any(sources, generator)
        stack = _any([candidate for candidate in stacks if candidate.source == source], generator)
        result = _trial(stack, height, way, pen, where == "all slices", generator, reader)
        if result is not None:
            tried += 1
            for name in (f"{height} pixels", way, f"{way}, {height} pixels", pen, where):
                found[name].append(result)
        if result is not None and (tried % _EVERY == 0 or tried == trials):
            _print_rates(found, tried, len(sources))


def _print_rates(found: dict[str, list[tuple[bool, bool]]], tried: int, sources: int) -> None:
    print(f"\nText drawn into real images ({tried} texts, {sources} sources): found, and suspected besides")
    for name, results in sorted(found.items()):
        was_read, suspected = (sum(result[k] for result in results) for k in (0, 1))
        rate = f"{100 * was_read / len(results):7.1f} %"
        print(f"  {name:24}{len(results):6} drawn{rate}{suspected:6}", flush=True)


def _any(things: Sequence[T], generator: np.random.Generator) -> T:
    return things[int(generator.integers(len(things)))]


def _trial(
    stack: Stack, height: int, way: str, pen: str, all_slices: bool, generator: np.random.Generator, reader: TextReader
) -> tuple[bool, bool] | None:
    """Whether a drawn text was found, and whether it was suspected if not; None where it could not be read anyway."""
    begin = int(generator.integers(max(len(stack.frames) - _NEIGHBOURS, 0) + 1))
    frames = stack.frames[begin : begin + _NEIGHBOURS]
    k = int(generator.integers(len(frames)))
    text = drawn(frames[k], height, pen, way, generator)
    if text is None:
        return None
    drawn_on = [text.on(frame) if all_slices or j == k else frame for j, frame in enumerate(frames)]
    verdict = _judged(drawn_on, reader, range(k, k + 1))
    was_read = text.is_met_by([candidate.box for candidate in verdict.confirmed if candidate.frame == k])
    return was_read, not was_read and text.is_met_by(
        [candidate.box for candidate in verdict.suspects if candidate.frame == k]
    )


if __name__ == "__main__":
    main()
