"""Reads a segmentation in a thread of its own, once the slices of its stack are there."""

from collections.abc import Callable
import importlib
import threading
from typing import TYPE_CHECKING

from bundle.errors import BundleError
from bundle.index.records import Segmentation, Stack
from bundle.medium.port import BundleMedium
from bundle.segments import compact_path
from viewer.images.volume import MediumGone
from viewer.words import tr

# Loaded with the first segmentation: later the medium may be gone, and the program with it.
_SOON_NEEDED = ("viewer.segments.likeness", "viewer.segments.picture")

if TYPE_CHECKING:  # it needs NumPy, which loads after the first slices
    from viewer.segments.labels import Labels


class SegmentationUnread(BundleError):
    """The medium does not give the file of a segmentation."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            "The segmentation is not shown, because {path} cannot be read ({reason}). The images are not concerned. "
            "If the stick or disc was removed, put it back and open the series again; otherwise ask for a new copy.",
            path=path,
            reason=reason,
        )


class ArrivingLabels:
    """One segmentation: its `labels` as soon as its file is there and sound, or its `failure`."""

    def __init__(self, medium: BundleMedium, segmentation: Segmentation, stack: Stack) -> None:
        self.segmentation, self.stack = segmentation, stack
        self.labels: Labels | None = None
        self.failure: BundleError | None = None
        self._medium, self._stopped = medium, threading.Event()

    @property
    def complete(self) -> bool:
        """Whether all of its masks are there and sound."""
        return self.labels is not None and self.failure is None and self.labels.complete

    def begin(self, tell: Callable[[], None], cursor: int) -> None:
        """Read the file, then unpack the slice at the cursor and all others; `tell` after each step that shows."""
        threading.Thread(target=self._run, args=(tell, cursor), name="segmentation", daemon=True).start()

    def stop(self) -> None:
        """Unpack no more."""
        self._stopped.set()

    def fail(self, error: Exception) -> None:
        """It is not shown, whatever is there of it."""
        self.failure = self._explained(error)

    def read(self) -> None:
        """Read and unpack all of it now."""
        self._run(lambda: None, 0)

    def _run(self, tell: Callable[[], None], cursor: int) -> None:
        try:
            self._read(tell, cursor)
        except Exception as error:  # whatever it is, the reader must know why there is no mask
            self.fail(error)
        if not self._stopped.is_set():
            tell()

    def _read(self, tell: Callable[[], None], cursor: int) -> None:
        from viewer.segments.compact import read_form
        from viewer.segments.fractions import whole_value
        from viewer.segments.labels import Labels

        for name in _SOON_NEEDED:
            importlib.import_module(name)
        form = read_form(self._medium, self.segmentation, self.stack)
        fractional = self.segmentation.segmentation_type == "FRACTIONAL"
        whole = whole_value(self._medium, self.segmentation) if fractional else 1
        labels = Labels(form, self.stack.number_of_frames, whole)
        labels.fill(cursor)
        self.labels = labels
        tell()
        for place in range(labels.slices):
            if self._stopped.is_set():
                return
            labels.fill(place)

    def _explained(self, error: Exception) -> BundleError:
        if isinstance(error, BundleError):
            return error
        if isinstance(error, OSError) and not self._medium.is_there():
            return MediumGone()
        reason = getattr(error, "strerror", None) or type(error).__name__
        if isinstance(error, MemoryError):
            reason = tr("there is not enough memory to read it")
        return SegmentationUnread(compact_path(self.segmentation.segmentation_id), reason)
