"""Writes the sample scans into a folder, as a hospital would export them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from builder.demo.dicom import dose_page, put_scout, put_slice, save, series_header
from builder.demo.dose import dose_image
from builder.demo.people import BELLY
from builder.demo.plan import SERIES, SeriesPlan, paint_slice, scan_total
from builder.demo.plane import Image
from builder.demo.scanner import expose
from builder.plan import Progress

_BATCH = 6
"""Slices per task: enough to outweigh the overhead of a task, few enough for a steady progress bar."""


@dataclass(frozen=True)
class _Done:
    """A worker's result: the files and, for the localizer, each slice's line of the front view."""

    series: int
    first: int
    paths: list[Path]
    lines: list[Image]


def write_demo(
    folder: Path, *, progress: Progress | None = None, executor: Executor | None = None, every: int = 1
) -> list[Path]:
    """Write several hundred CT slices of three invented people below `folder`; returns the files, sorted.

    `progress` receives (slices done, slices in all); `every` keeps only each n-th slice, for a quick try. Without an
    `executor`, it uses a process for each core. The bytes are the same each time.
    """
    plans = [series.thinned(every) for series in SERIES]
    total = scan_total(plans)
    results: list[_Done] = []
    with _workers(executor) as pool:
        for task in as_completed(_submit(pool, plans, Path(folder))):
            results.append(task.result())
            if progress is not None:
                progress(sum(len(done.paths) for done in results), total)
    slices = [path for done in results for path in done.paths]
    return sorted([*slices, *_write_scouts(Path(folder), plans, results), *_write_rest(Path(folder))])


@contextmanager
def _workers(executor: Executor | None) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield pool


def _submit(pool: Executor, plans: list[SeriesPlan], folder: Path) -> list[Future[_Done]]:
    return [
        pool.submit(_write_slices, folder, plan, number, first)
        for number, plan in enumerate(plans)
        for first in range(0, len(plan.heights), _BATCH)
    ]


def _write_slices(folder: Path, plan: SeriesPlan, number: int, first: int) -> _Done:
    indices = range(first, min(first + _BATCH, len(plan.heights)))
    paths, lines = zip(*(_write_slice(folder, plan, index) for index in indices), strict=True)
    return _Done(number, first, list(paths), list(lines))


def _write_slice(folder: Path, plan: SeriesPlan, index: int) -> tuple[Path, Image]:
    hu = paint_slice(plan, index).hu
    height = round(plan.heights[index] * 1000) + 10**6
    noisy = expose(hu, plan.gantry.pixel, plan.kernel, (*plan.key.encode(), height))
    header = series_header(plan)
    put_slice(header, plan, index, noisy)
    path = _series_folder(folder, plan, plan.number) / f"IM{index + 1:04d}{plan.storage.suffix}"
    line: Image = hu.mean(axis=0).astype(np.float32)
    return save(path, header, plan.storage.implicit), line


def _series_folder(folder: Path, plan: SeriesPlan, number: int) -> Path:
    return folder / plan.visit.person.folder / plan.visit.folder / f"SERIES{number}"


def _write_scouts(folder: Path, plans: list[SeriesPlan], results: list[_Done]) -> list[Path]:
    """The localizers: each of their lines is one slice, seen from the front."""
    paths = []
    for number, plan in enumerate(plans):
        if plan.scout:
            parts = sorted((done for done in results if done.series == number), key=lambda done: done.first)
            lines = np.asarray([line for done in parts for line in done.lines])
            paths.append(_write_scout(folder, plan, lines))
    return paths


def _write_scout(folder: Path, plan: SeriesPlan, lines: Image) -> Path:
    header = series_header(plan, scout=True)
    put_scout(header, plan, _stretched(lines, plan), max(plan.heights))
    path = _series_folder(folder, plan, 1) / f"IM0001{plan.storage.suffix}"
    return save(path, header, plan.storage.implicit)


def _stretched(lines: Image, plan: SeriesPlan) -> Image:
    """(rows, columns) the lines (one for each slice, top first) stretched to square pixels, around zero."""
    depth = max(plan.heights) - np.asarray(plan.heights)
    rows = np.arange(0, depth.max() + 1e-3, plan.gantry.pixel)
    columns: list[NDArray[np.float64]] = [np.interp(rows, depth, column) for column in lines.T]
    return (np.asarray(columns).T + 500).astype(np.float32)


def _write_rest(folder: Path) -> list[Path]:
    """Other files of real exports: a dose page with burned-in names, and files that are not images."""
    place = folder / BELLY.person.folder / BELLY.folder
    page = save(place / "SERIES999" / "IM0001", dose_page(BELLY, dose_image(BELLY)))
    thumbs = place / "Thumbs.db"
    thumbs.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504)
    note = folder / "README.txt"
    note.write_bytes(b"Sample scans. All people, places and findings in this folder are invented.\n")
    return [page, thumbs, note]
