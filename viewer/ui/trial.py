"""The self-test and the screenshot: they use the real window as a person would."""

from collections.abc import Callable, Sequence
import os
from pathlib import Path
import time

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QEventLoop
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QApplication, QWidget

from bundle.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_STOPPED, BundleError
from viewer.entries import Entry
from viewer.space.mapping import fit_scale, map_image, pixel_size
from viewer.startup import clock, selftest
from viewer.startup.options import LAYOUTS
from viewer.startup.report import SHOWN, MeasureResult, RenderResult, SelfTestReport, StackResult
from viewer.startup.selftest import Watchdog
from viewer.state import Annotation, ViewState
from viewer.ui.counting import count_segments
from viewer.ui.measuring import measure_on_plane, measure_on_slice
from viewer.ui.shell.versions import library_versions
from viewer.ui.shell.window import MainWindow

# Neither one stack nor rendering one volume may take longer than this, in seconds.
PATIENCE = 300.0
_SCREENSHOT_PATIENCE = 120.0
# A volume with fewer slices renders as a few lines.
_ENOUGH_SLICES = 8
# To be rendered, without the cost of the 3D view's sharpness.
_MOST_VOXELS = 24_000_000


class WindowTrial:
    """Opens every stack in the window, compares its middle slice with the file, and renders one volume."""

    def __init__(self, window: MainWindow, path: Path) -> None:
        self._window, self._path, self._patience = window, path, PATIENCE
        self._report = SelfTestReport(bundle=str(window.viewing.catalog.root), versions=library_versions())
        self._watchdog = Watchdog(self._patience, self._give_up)
        self._bytes, self._seconds = 0, 0.0

    def run(self) -> int:
        """Write the report; returns 0 only if everything agreed."""
        window = self._window
        window.viewing.segmenting.forbid()  # counted apart: their list would move the image that is measured
        self._watchdog.feed()
        wait_until(lambda: "first picture" in clock.phases(), 10)
        window.viewing.set_annotation(Annotation.OFF)
        window.pane.picture.smooth, window.pane.bare = False, True
        for entry in window.viewing.entries:
            self._watchdog.feed()
            self._report.stacks.append(self._test(entry))
            self._count_segments(entry)
        self._report.megabytes_per_second = round(self._bytes / 1e6 / self._seconds, 1) if self._seconds else None
        self._watchdog.feed()
        self._report.render = self._render()
        self._watchdog.feed()
        self._report.pages = self._pages()
        self._watchdog.stop()
        self._report.finished = True
        clock.mark("self-test finished")
        written = self._report.write(self._path)
        window.close()
        return EXIT_DONE if self._report.ok and written else EXIT_FINDINGS

    def _give_up(self) -> None:
        """Runs in the watchdog's thread; the event loop may hang, so that only leaving the process is sure to work."""
        self._report.reason = f"nothing happened for {self._patience:.0f} seconds"
        self._report.write(self._path)
        os._exit(EXIT_STOPPED)

    def _test(self, entry: Entry) -> StackResult:
        viewing = self._window.viewing
        middle = entry.stack.number_of_frames // 2
        result = StackResult(entry.study.case, entry.series.series_instance_uid, entry.part, middle)
        try:
            start = time.monotonic()
            viewing.open(entry)
            if not wait_until(lambda: viewing.loaded_stack.complete, self._patience / 2):
                result.reason = "it was not loaded in time"
                return result
            self._bytes += viewing.loaded_stack.size
            self._seconds += time.monotonic() - start
            self._compare(entry, result)
        except (BundleError, OSError, ValueError) as error:
            result.reason = str(error)
        return result

    def _compare(self, entry: Entry, result: StackResult) -> None:
        viewing, pane = self._window.viewing, self._window.pane
        loaded = viewing.loaded_stack
        _raise_first_failure(loaded.slices)
        viewing.set_state(_one_to_one(entry, pane, result.slice_index, viewing.first_window))
        QApplication.processEvents()
        expected = selftest.expected_pixels(
            viewing.catalog.medium, entry.stack, loaded.frames[result.slice_index], viewing.first_window,
            of_frame=any(frame.pixel_padding_value is not None for frame in loaded.frames),
        )  # fmt: skip
        grabbed, ratio, mapping = grab_grey(pane), pane.devicePixelRatioF(), pane.mapping()
        result.compared_pixels, result.max_difference = selftest.compare(
            grabbed, expected, lambda x, y: mapping.to_image(x / ratio, y / ratio)
        )
        result.ok = result.compared_pixels > 0 and result.max_difference <= selftest.TOLERANCE
        if not result.ok:
            result.reason = "the pane does not show the pixels of the file"

    def _count_segments(self, entry: Entry) -> None:
        """All segmentations of a stack: NumPy is there by now."""
        catalog = self._window.viewing.catalog
        for segmentation in catalog.segmentations(entry.stack.stack_id):
            self._watchdog.feed()
            self._report.segmentations.append(count_segments(catalog.medium, entry, segmentation))

    def _render(self) -> RenderResult:
        entry = self._a_volume()
        if entry is None:
            return RenderResult(ok=True, reason="there is no volume in this bundle")
        result = RenderResult(entry.series.series_instance_uid)
        try:
            self._render_volume(entry, result)
        except Exception as error:  # whatever VTK or its libraries raise belongs in the report
            result.reason = f"{type(error).__name__}: {error}"
        return result

    def _a_volume(self) -> Entry | None:
        """The smallest volume with enough slices, else the one with the most."""
        volumes = [entry for entry in self._window.viewing.entries if entry.stack.is_volume]
        enough = [entry for entry in volumes if entry.stack.number_of_frames >= _ENOUGH_SLICES]
        if enough:
            return min(enough, key=_voxels)
        return max(volumes, key=lambda entry: entry.stack.number_of_frames, default=None)

    def _pages(self) -> dict[str, str]:
        """Open every page on the rendered volume: its result, or why it shows nothing."""
        entry = self._a_volume()
        found: dict[str, str] = {}
        if entry is None:
            return found
        self._window.viewing.open(entry)
        wait_until(lambda: self._window.viewing.loaded_stack.complete, self._patience / 2)
        try:
            self._report.measured["slice"] = measure_on_slice(self._window)
        except Exception as error:  # whatever it is belongs in the report
            self._report.measured["slice"] = MeasureResult(reason=f"{type(error).__name__}: {error}")
        for name in LAYOUTS[1:]:
            try:
                found[name] = self._page(name)
            except Exception as error:  # whatever VTK or its libraries raise belongs in the report
                found[name] = f"{type(error).__name__}: {error}"
        self._window.pages.leave()
        return found

    def _page(self, name: str) -> str:
        pages = self._window.pages
        pages.show_page(name)
        wait_until(lambda: pages.settled, self._patience / 2)
        page = pages.page
        if page is None or page.content is None:
            return page.message if page is not None else "it did not open"
        if name == "mpr":
            self._report.measured["plane"] = measure_on_plane(self._window)
        return SHOWN if len(np.unique(grab_grey(page.content))) >= selftest.MIN_GREY_LEVELS else "it is empty"

    def _render_volume(self, entry: Entry, result: RenderResult) -> None:
        from viewer.scene.thinning import thinned
        from viewer.scene.volume_render import render_volume, vtk_version
        from viewer.space.voxel_volume import make_solid

        self._report.versions["vtk"] = vtk_version()
        viewing = self._window.viewing
        viewing.open(entry)
        wait_until(lambda: viewing.loaded_stack.complete, self._patience / 2)
        voxels, matrix, _ = thinned(make_solid(viewing.loaded_stack), _MOST_VOXELS)
        _judge(result, render_volume(voxels.astype(np.float32), matrix))
        if not result.ok:  # a scan may show nothing or have too few slices, but this tests the viewer
            result.made = True
            _judge(result, render_volume(selftest.ball(), np.eye(4)))


def _judge(result: RenderResult, picture: NDArray[np.uint8]) -> None:
    share, levels = result.share_not_background, result.grey_levels = selftest.judge_render(picture)
    result.ok = share >= selftest.MIN_SHARE and levels >= selftest.MIN_GREY_LEVELS
    result.reason = "" if result.ok else "the rendered picture is empty"


def _voxels(entry: Entry) -> int:
    return entry.stack.number_of_frames * entry.stack.rows * entry.stack.columns


def _raise_first_failure(slices: Sequence[object]) -> None:
    for slice_ in slices:
        if isinstance(slice_, BundleError):
            raise slice_


def _one_to_one(entry: Entry, pane: QWidget, index: int, window: tuple[float, float]) -> ViewState:
    """One image pixel on one screen pixel, seam on seam; the longer side of a non-square pixel takes more than one."""
    stack, ratio = entry.stack, pane.devicePixelRatioF()
    scale = 1 / (min(pixel_size(stack)) * ratio)
    zoom = scale / fit_scale(stack, pane.width(), pane.height())
    mapping = map_image(stack, pane.width(), pane.height(), zoom, (0.0, 0.0))
    origins = (mapping.origin_x, mapping.origin_y)
    right, down = (round(origin * ratio) / ratio - origin for origin in origins)
    return ViewState(index, window, zoom=zoom, pan=(right / scale, down / scale))


def grab_grey(widget: QWidget) -> NDArray[np.uint8]:
    """The pixels of a widget as grey levels in device pixels, (height, width)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    bits = image.constBits()
    if bits is None:
        return np.zeros((0, 0), np.uint8)
    rows = np.frombuffer(bits.asstring(image.byteCount()), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()]


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Run the event loop until a condition holds; False if that took too long."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.002)
    return True


def save_screenshot(window: MainWindow, path: Path) -> int:
    """Save the window as a person sees it once its series is loaded; returns 0 if the picture is complete."""
    viewing = window.viewing
    viewing.start()
    complete = wait_until(lambda: not viewing.reading and window.pages.settled, _SCREENSHOT_PATIENCE)
    for _ in range(3):
        QApplication.processEvents()
    saved = window.grab().save(str(path), "PNG")
    window.close()
    return EXIT_DONE if saved and complete else EXIT_FINDINGS
