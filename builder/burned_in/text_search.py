"""Reads the workers' candidates, series by series while others are still written, and judges each image."""

import atexit
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import cache
from itertools import accumulate, islice
from threading import Event
from types import TracebackType
from typing import NamedTuple

from builder.blanking import Place
from builder.burned_in.found import Box, Candidate, CandidateKind, Found, Verdict, Word
from builder.burned_in.looking import Glance, Layer
from builder.burned_in.reader import TextReader
from builder.burned_in.throughout import views_of_series
from builder.burned_in.verdict import judge, read, texts_of_series
from builder.burned_in.views import Extremes, View, contrast
from builder.plan import Looked, Progress, WriteJob

# This many views are read before the search can be stopped.
_AT_ONCE = 24

_DOUBT = {kind: f"{kind.value}; nothing was read" for kind in CandidateKind} | {
    CandidateKind.PROJECTED: f"{CandidateKind.PROJECTED.value}, and in none of them alone"
}

Members = list[tuple[WriteJob, Glance]]
Layers = dict[Layer, Extremes]
Again = Callable[[Sequence[tuple[WriteJob, tuple[Box, ...]]]], Sequence[Looked | None]]


class Judged(NamedTuple):
    """The result for one image: certain text, or a suspicion; `places` have the most suspicious first."""

    text: bool
    places: tuple[Place, ...]
    score: float
    why: str


@cache
def _reader() -> TextReader:
    """One for all builds of this process, such as those of several media: it takes seconds to start."""
    reader = TextReader()
    atexit.register(reader.close)
    return reader


class TextSearch:
    """One for a build; use it in a `with`, so that reading stops when the build is stopped.

    `again` examines places in every frame of some images, in a worker of `executor`.
    """

    def __init__(self, executor: Executor, again: Again) -> None:
        self._executor, self._again = executor, again
        self._reader, self._thread, self._stopped = _reader(), ThreadPoolExecutor(1), Event()
        self._before = self._reader.readings
        self._open: dict[str, Members] = {}
        self._layers: Layers = {}
        self._judged: list[Future[dict[str, Judged]]] = []

    def __enter__(self) -> "TextSearch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.shutdown(wait=True, cancel_futures=True)

    @property
    def readings(self) -> int:
        """How many pictures were read."""
        return self._reader.readings - self._before

    def take(self, job: WriteJob, looked: Looked | None, common: Looked | None) -> None:
        """Accept a worker's candidates for an image; the images come series by series."""
        if isinstance(looked, Glance):
            self._reader.begin()
            self._open.setdefault(job.uids.series, []).append((job, looked))
        if isinstance(common, dict):
            for layer, extremes in common.items():
                before = self._layers.get(layer)
                self._layers[layer] = extremes if before is None else before.with_others(extremes)
            self._begin_all(but=job.uids.series)

    def _begin_all(self, but: str = "") -> None:
        for series in [key for key in self._open if key != but]:
            self._begin(series)

    def _begin(self, series: str) -> None:
        members = self._open.pop(series)
        layers = {layer: self._layers.pop(layer) for layer in list(self._layers) if layer[0] == series}
        self._judged.append(self._thread.submit(self._judge, members, layers))

    def end(self, progress: Progress) -> dict[str, Judged]:
        """The results for all images so far, by their paths on the medium; raises TextReaderFailed."""
        self._begin_all()
        found: dict[str, Judged] = {}
        for done, judged in enumerate(self._judged, start=1):
            found |= judged.result()
            progress(done, len(self._judged))
        self._judged = []
        return found

    # In the thread that waits for the reader

    def _judge(self, members: Members, layers: Layers) -> dict[str, Judged]:
        shapes = dict.fromkeys(glance.shape for _, glance in members)
        found: dict[str, Judged] = {}
        for shape in shapes:
            alike = [member for member in members if member[1].shape == shape]
            found |= self._judge_alike(alike, [layers[layer] for layer in layers if layer[1] == shape])
        return found

    def _judge_alike(self, members: Members, layers: Sequence[Extremes]) -> dict[str, Judged]:
        """For images of one series and one matrix."""
        words = self._read_all([glance.views for _, glance in members])
        texts = [box for extremes in layers for box in self._texts_in(extremes)]
        if texts:
            members, words = self._with_places(members, words, tuple(texts))
        begins = [0, *accumulate(glance.frames for _, glance in members)]
        numbered = [
            candidate._replace(frame=begin + candidate.frame)
            for begin, (_, glance) in zip(begins, members, strict=False) for candidate in glance.candidates
        ]  # fmt: skip
        verdict = judge(numbered, [at_one for some in words for at_one in some], frames=begins[-1])
        found: dict[str, Judged] = {}
        for begin, (job, glance) in zip(begins, members, strict=False):
            judged = _of_image(glance, range(begin, begin + glance.frames), verdict)
            if judged is not None:
                found[job.relative_path] = judged
        return found

    def _read_all(self, views: Sequence[Sequence[View]]) -> list[list[list[Word]]]:
        """For each image the words at each of its places; places of many images share a reading."""
        words = iter(self._read([view for some in views for view in some]))
        return [list(islice(words, len(some))) for some in views]

    def _read(self, views: Sequence[View]) -> list[list[Word]]:
        return [words for some in self._some(views) for words in read(self._reader, some)]

    def _some(self, views: Sequence[View]) -> Iterator[Sequence[View]]:
        for at in range(0, len(views), _AT_ONCE):
            if self._stopped.is_set():
                return
            yield views[at : at + _AT_ONCE]

    def _texts_in(self, extremes: Extremes) -> list[Box]:
        views = views_of_series(extremes)
        read_there = self._read(views)
        return texts_of_series(views[: len(read_there)], read_there)  # fewer where the build was stopped

    def _with_places(
        self, members: Members, words: list[list[list[Word]]], places: tuple[Box, ...]
    ) -> tuple[Members, list[list[list[Word]]]]:
        """Add the readings of each image at the places where the combined images showed text."""
        jobs = [(job, places) for job, _ in members]
        chunks = [jobs[at : at + _AT_ONCE] for at in range(0, len(jobs), _AT_ONCE)]
        seen = [looked for some in self._executor.map(self._again, chunks) for looked in some]
        added = [_projected(looked) for looked in seen]
        read_there = self._read_all([[view for _, view in some] for some in added])
        more = [
            (job, glance._replace(candidates=(*glance.candidates, *(candidate for candidate, _ in some))))
            for (job, glance), some in zip(members, added, strict=True)
        ]
        return more, [[*known, *new] for known, new in zip(words, read_there, strict=True)]


def _projected(looked: Looked | None) -> list[tuple[Candidate, View]]:
    if not isinstance(looked, Glance):
        return []
    pairs = zip(looked.candidates, looked.views, strict=True)
    return [
        (candidate._replace(score=contrast(view)), view)
        for candidate, view in pairs if candidate.kind is CandidateKind.PROJECTED
    ]  # fmt: skip


def _of_image(glance: Glance, frames: range, verdict: Verdict) -> Judged | None:
    """The part of a verdict for one image, whose frames have these numbers in the series; None if there is none."""
    texts = [candidate for candidate in verdict.confirmed if candidate.frame in frames]
    doubts = [candidate for candidate in verdict.suspects if candidate.frame in frames]
    if not (texts or doubts or glance.says_text):
        return None
    if not (texts or glance.says_text):
        return Judged(False, _places(doubts, frames), doubts[0].score, _DOUBT[doubts[0].kind])
    # Beside certain text, a suspicion is text that could not be read.
    kind = next((text.kind for text in texts if text.kind), None)
    why = kind.value if kind else "text was read" if texts else "its header says that text is burned in"
    return Judged(True, _places([*texts, *doubts], frames), 1.0, why)


def _places(found: Sequence[Found | Candidate], frames: range) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(Place(found_there.frame - frames.start, *found_there.box) for found_there in found))
